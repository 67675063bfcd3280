package web

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"foyer/concierge"
	"foyer/concierge/rota"
	"foyer/floor"
	"foyer/profile"
)

// The shifts of the house: ana is in today, a Saturday, from nine to six, and
// lea on Thursday.
func TestAScheduleIsHersToShare(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	keller, lea := h.signIn("c-keller"), associate("lea")
	days := func(who string) (out []rota.Day) {
		var s struct {
			Name string
			Days []rota.Day
		}
		keller.api("GET", "/v1/me/associates/"+who+"/schedule", "", 200, &s)
		return s.Days
	}
	both := []rota.Day{{Date: "2026-11-21", Morning: true, Afternoon: true}}
	if d := cmp.Diff(both, days("ana")); d != "" {
		t.Errorf("who has said nothing shares today: %s", d)
	}
	if got := days("lea"); len(got) != 0 {
		t.Errorf("of lea, who is not in today: %v", got)
	}
	keller.page("/here/associates", "not available just now", `href="/here/associates/lea"`)
	set := func(a floor.AssociateID, v rota.Visibility) {
		h.do(func(d *concierge.Desk, now time.Time) { h.must(d.SetScheduleVisibility(a, v, now)) })
	}
	set(lea, rota.TwoWeeks)
	if d := cmp.Diff([]rota.Day{{Date: "2026-11-26", Morning: true, Afternoon: true}}, days("lea")); d != "" {
		t.Error(d)
	}
	keller.page("/here/associates", "in again on Thursday")
	page := keller.page("/here/associates/lea", "When Lea is in", "Thursday, 26 November", "all day")
	for _, never := range []string{"09:00", "18:00", "ill", "leave", "holiday"} {
		if strings.Contains(page, never) {
			t.Errorf("her page says %q", never)
		}
	}
	// On her own device, at once.
	ana := h.signOn("ana", "4711")
	var v struct{ Visibility string }
	if ana.api("GET", "/v1/associate/schedule-visibility", "", 200, &v); v.Visibility != "today" {
		t.Errorf("%+v", v)
	}
	ana.page("/staff/me", `href="/staff/schedule"`)
	ana.done("/staff/schedule", "/staff/schedule", "visibility", "hidden")
	ana.page("/staff/schedule", `value="hidden" id="hidden" aria-pressed="true"`, "not available just now")
	if got := days("ana"); len(got) != 0 {
		t.Errorf("hidden, and she sees %v", got)
	}
	keller.page("/here/associates/ana", "There are no days to show just now.")
	ana.api("PUT", "/v1/associate/schedule-visibility", `{"visibility":"everything"}`, 400, nil)
	ana.api("PUT", "/v1/associate/schedule-visibility", `{"visibility":"today"}`, 204, nil)
	if d := cmp.Diff(both, days("ana")); d != "" {
		t.Error(d)
	}
}

// Hidden and free, she is still there to be met; hidden and away, nothing is
// said of when.
func TestAHiddenScheduleSaysNothingOfTheDay(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ana := h.signOn("ana", "4711")
	ana.listen("/v1/associate/stream", "")
	keller := h.signIn("c-keller")
	presence := func() (p struct{ Presence, From, Until string }) {
		var mine []struct{ Presence, From, Until string }
		keller.api("GET", "/v1/me/associates/presence", "", 200, &mine)
		return mine[0]
	}
	ana.api("PUT", "/v1/associate/schedule-visibility", `{"visibility":"hidden"}`, 204, nil)
	if p := presence(); p.Presence != "in_now" || p.Until != "" {
		t.Errorf("free: %+v", p)
	}
	ana.api("PUT", "/v1/associate/presence", `{"status":"on_break"}`, 204, nil)
	if p := presence(); p.Presence != "unavailable" || p.From+p.Until != "" {
		t.Errorf("on a break: %+v", p)
	}
}

func TestOnlyHerOwnAssociatesAndNotTooOften(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	keller := h.signIn("c-keller")
	other := keller.get("/v1/me/associates/marc/schedule")
	nobody := keller.get("/v1/me/associates/nobody/schedule")
	if other.StatusCode != http.StatusNotFound || other.body != nobody.body || other.StatusCode != nobody.StatusCode {
		t.Errorf("not hers: %s %s; made up: %s %s", other.Status, other.body, nobody.Status, nobody.body)
	}
	for i := range rota.MaxReads {
		if r := keller.get(fmt.Sprintf("/%s/associates/ana%s", []string{"here", "v1/me"}[i%2], []string{"", "/schedule"}[i%2])); r.StatusCode != 200 {
			t.Fatalf("look %d: %s", i, r.Status)
		}
	}
	if r := keller.get("/v1/me/associates/ana/schedule"); r.StatusCode != http.StatusTooManyRequests {
		t.Errorf("look 31: %s", r.Status)
	}
	if r := keller.get("/here/associates/ana"); r.StatusCode != http.StatusTooManyRequests || !strings.Contains(r.body, "Tomorrow you can look again.") {
		t.Errorf("look 32: %s %s", r.Status, r.body)
	}
	h.clock.Add(int64(24 * time.Hour))
	if r := keller.get("/v1/me/associates/ana/schedule"); r.StatusCode != 200 {
		t.Errorf("the next day: %s", r.Status)
	}
}

func TestTheFeedIsRankedByWhatSheStated(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	item := func(id, kind string, begins time.Time, interests ...string) concierge.Content {
		return concierge.Content{FeedItem: concierge.FeedItem{ID: id, Kind: kind, Title: "Title " + id, Begins: begins}, Interests: interests}
	}
	h.do(func(d *concierge.Desk, now time.Time) {
		d.SetContent([]concierge.Content{item("a", "trend", time.Time{}), item("b", "new_arrival", time.Time{}, "shoes"), item("c", "event", now.Add(-30*time.Hour), "coats"),
			item("d", "new_arrival", time.Time{}, "Coats", "wool"), item("e", "event", now.Add(-time.Hour), "coats")}, now)
	})
	order := func(p *person, path string) (out string) {
		var feed []struct{ ID string }
		p.api("GET", path, "", 200, &feed)
		for _, x := range feed {
			out += x.ID
		}
		return out
	}
	stranger, keller := h.person(h.guest), h.signIn("c-keller")
	h.must(h.profiles.Change(customer("c-keller"), func(p *profile.Profile) error { p.Interests = []string{"wool", "coats"}; return nil }))
	if got := order(stranger, "/v1/feed"); got != "abde" { // c was yesterday's
		t.Errorf("a stranger reads %s", got)
	}
	if got := order(keller, "/v1/feed"); got != "abde" {
		t.Errorf("without content_personal she reads %s", got)
	}
	keller.page("/here/feed", "In the store’s own order, the same for everybody.")
	_, err := h.profiles.Grant(customer("c-keller"), h.now(), "1", "page", profile.ContentPersonal)
	h.must(err)
	for range 5 {
		if got := order(keller, "/v1/feed"); got != "deab" {
			t.Fatalf("with it she reads %s", got)
		}
	}
	if got := order(keller, "/v1/feed?kind=new_arrival"); got != "db" {
		t.Errorf("of the arrivals %s", got)
	}
	page := keller.page("/here/feed?kind=new_arrival", "What you told us you like comes first.", `href="/here/feed?kind=new_arrival" aria-current="page"`)
	if strings.Index(page, "Title d") > strings.Index(page, "Title b") || strings.Contains(page, "Title e") {
		t.Error("the page has another order, or another kind")
	}
	if r := stranger.get("/v1/feed?kind=gossip"); r.StatusCode != 400 {
		t.Errorf("an unknown kind: %s", r.Status)
	}
}
