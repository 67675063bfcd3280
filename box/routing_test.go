package box

import (
	"testing"

	"foyer/routing"
)

// What the configuration says by default are the rules that routing ships with,
// and each key of it changes them.
func TestRoutingKeysReachRouting(t *testing.T) {
	c := plain(t)
	if got, want := rules(c).Routing, routing.Defaults(); got != want {
		t.Errorf("by default %+v\nwant %+v", got, want)
	}
	for _, doc := range []string{
		`{"routing":{"manager_timeout":"50s"}}`, `{"routing":{"manager_after":"2m"}}`, `{"routing":{"promise":"70s"}}`, `{"routing":{"reserve":"20s"}}`,
		`{"routing":{"arrival_expires":"4m"}}`, `{"routing":{"choice_within":"50s"}}`, `{"routing":{"renotify":"3m"}}`, `{"routing":{"ask_again":"4m"}}`,
		`{"routing":{"wrap_up":"2m"}}`, `{"routing":{"do_not_disturb":"20m"}}`, `{"routing":{"ring_covers":"1m"}}`, `{"routing":{"ring_qualified":"1m"}}`,
		`{"routing":{"ring_floor":"2m"}}`, `{"routing":{"loops":3}}`, `{"routing":{"capacity":2}}`, `{"routing":{"unsolicited":4}}`,
		`{"routing":{"zones":3}}`, `{"routing":{"share_cap":2}}`, `{"routing":{"points_cover":1}}`, `{"routing":{"points_served":1}}`,
		`{"routing":{"points_language":1}}`, `{"routing":{"points_category":1}}`, `{"routing":{"points_near":1}}`, `{"routing":{"points_open_task":-1}}`,
		`{"routing":{"points_idle":1}}`, `{"offer":{"timeout":"40s"}}`, `{"offer":{"alone":"80s"}}`,
	} {
		next, err := c.Overlay([]byte(doc))
		if err != nil {
			t.Errorf("%s: %v", doc, err)
			continue
		}
		if rules(next) == rules(c) {
			t.Errorf("%s changes nothing", doc)
		}
		if err := rules(next).Routing.Check(); err != nil {
			t.Errorf("%s: %v", doc, err)
		}
	}
}
