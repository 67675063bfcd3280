package concierge_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"foyer/concierge"
	"foyer/floor"
)

// Every decision about a task can be read afterwards, and nothing in it says
// whose visit it is. Waiting on is no decision.
func TestExplainTask(t *testing.T) {
	h := newHouse(t, nil)
	c := h.customer("c-secret", nil)
	v := h.comes(c)
	must(t, h.desk.Announce(c, concierge.ApproachMe, h.now))
	h.pass(46 * time.Second)
	must(t, h.desk.Decline(associate("marc"), h.offer("marc").ID, "busy", h.now))
	h.pass(time.Minute) // nobody of hers is left: the desk looks again every second
	must(t, h.desk.Help(c, h.now))
	accounts, err := h.desk.ExplainTask(string(v.ID), h.now)
	must(t, err)
	var got []string
	for _, a := range accounts {
		got = append(got, a.Urgency+" "+a.Associate+a.Reason)
	}
	if want := "arrival ana, arrival marc, arrival nobody free, requested ana"; strings.Join(got, ", ") != want {
		t.Errorf("decided %s, want %s", strings.Join(got, ", "), want)
	}
	if list := h.desk.Tasks(h.now); len(list) != 1 || list[0].Task != string(v.ID) || list[0].Decisions != 4 || list[0].Associate != "ana" {
		t.Errorf("the list: %+v", list)
	}
	data, err := json.Marshal(accounts)
	must(t, err)
	for _, of := range []string{"Keller", "c-secret"} {
		if strings.Contains(string(data), of) {
			t.Errorf("an account says %q: %s", of, data)
		}
	}
}

// What was decided goes with her, and after a day.
func TestDecisionsAreForgotten(t *testing.T) {
	h := newHouse(t, nil)
	erased, other := h.customer("c-1", nil), h.customer("c-2", nil)
	gone, kept := h.comes(erased), h.comes(other)
	must(t, h.desk.Announce(erased, concierge.ApproachMe, h.now))
	must(t, h.desk.Announce(other, concierge.ApproachMe, h.now))
	h.desk.Dismiss(erased, h.now)
	if _, err := h.desk.ExplainTask(string(gone.ID), h.now); !errors.Is(err, concierge.ErrNothing) {
		t.Errorf("one who was erased: %v", err)
	}
	if _, err := h.desk.ExplainTask(string(kept.ID), h.now); err != nil {
		t.Error(err)
	}
	if list := h.desk.Tasks(h.now.Add(25 * time.Hour)); len(list) != 0 {
		t.Errorf("a day later: %+v", list)
	}
	if _, err := h.desk.ExplainTask("v-nowhere", h.now); !errors.Is(err, concierge.ErrNothing) {
		t.Errorf("no such task: %v", err)
	}
}

// A busy day does not grow without end.
func TestDecisionsAreBounded(t *testing.T) {
	h := newHouse(t, nil)
	c := h.customer("c-1", nil)
	for range 70 {
		h.comes(c)
		must(t, h.desk.Announce(c, concierge.ApproachMe, h.now))
		h.desk.Left(h.phone, h.now)
	}
	if n := len(h.desk.Tasks(h.now)); n != 64 {
		t.Errorf("%d tasks are kept, want 64", n)
	}
	var staff []floor.Associate // a large one: each decision looks at all of them
	for n := range 3000 {
		staff = append(staff, floor.Associate{ID: associate(fmt.Sprintf("a-%d", n)), Role: floor.RoleAssociate, Tier: floor.TierStandard})
	}
	h.desk.SetRoster(staff, h.now)
	for range 10 {
		h.comes(c)
		must(t, h.desk.Help(c, h.now))
		h.desk.Left(h.phone, h.now)
	}
	lines := 0
	for _, x := range h.desk.Tasks(h.now) {
		accounts, err := h.desk.ExplainTask(x.Task, h.now)
		must(t, err)
		for _, a := range accounts {
			lines += len(a.Considered)
		}
	}
	if lines < 3000 || lines > 20_000 {
		t.Errorf("%d lines are kept, want 20000 at most", lines)
	}
}
