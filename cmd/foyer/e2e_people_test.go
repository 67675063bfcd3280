package main_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"foyer/rehearsal"
	"foyer/sync/office"
	"foyer/sync/wire"
)

// cast is everybody in a shop: Ana and her colleagues, on shift now, and two
// of Ana's customers. Both let visits be kept; where she is, only the first
// lets Ana see.
func cast() rehearsal.Cast {
	now := time.Now()
	c := rehearsal.NewCast(rehearsal.CastOptions{Seed: 1, Store: storeID, Opens: now, Customers: 2})
	c.Schedule = wire.Schedule{}
	for _, a := range c.Roster.Associates {
		c.Schedule.Shifts = append(c.Schedule.Shifts, wire.Shift{Associate: a.ID, From: now.Add(-2 * time.Hour), To: now.Add(6 * time.Hour)})
	}
	for i := range c.Customers {
		p := &c.Customers[i].Profile
		p.Visibility, p.Style, p.Preferred, p.Blocked = "ask_each_visit", "approach_me", []string{"ana"}, nil
		allowed := []string{"presence", "profile_to_associates", "history_store"}
		if i == 0 {
			allowed = append(allowed, "positions_for_service")
		}
		for j := range p.Consents {
			p.Consents[j].Granted = slices.Contains(allowed, p.Consents[j].Purpose)
		}
	}
	return c
}

// tell gives the shop everything that headquarters knows, and waits until the
// box says that all of it is in force.
func (s *shop) tell(c rehearsal.Cast) {
	s.Helper()
	s.hqDo("push", "plan", s.plan, "--store", storeID)
	s.tellPeople(c)
	eventually(s.T, "the box has what headquarters sent", s.settled)
}

// tellPeople gives it all but the floor, which is drawn in the store.
func (s *shop) tellPeople(c rehearsal.Cast) {
	s.Helper()
	for _, d := range []struct {
		kind    string
		payload any
	}{{"roster", c.Roster}, {"schedule", c.Schedule}, {"content", c.Content}} {
		data, err := json.Marshal(d.payload)
		must(s.T, err)
		s.hqDo("push", d.kind, s.write(d.kind+".json", string(data)), "--store", storeID)
	}
	s.hqDo("push", "policy", "--store", storeID)
	s.push(c.Customers)
}

// push sends customers' profiles down.
func (s *shop) push(all []rehearsal.Customer) {
	s.Helper()
	var lines strings.Builder
	for _, who := range all {
		must(s.T, json.NewEncoder(&lines).Encode(who.Profile))
	}
	s.hqDo("profiles", "push", s.write("customers.ndjson", lines.String()), "--store", storeID)
}

// settled says what is wrong while the box lacks something that headquarters
// sent, or has refused it.
func (s *shop) settled() error {
	var all []office.StoreStatus
	must(s.T, json.Unmarshal([]byte(s.hqDo("status", "--json")), &all))
	if len(all) != 1 || all[0].Link != "up" || all[0].Pending != 0 {
		return fmt.Errorf("status %+v", all)
	}
	for _, d := range all[0].Documents {
		if d.Outcome != "applied" {
			return fmt.Errorf("%s: %s %s", d.Kind, d.Outcome, d.Reason)
		}
	}
	return nil
}

// invite makes a customer's code; link is what her invitation says.
func (s *shop) invite(who rehearsal.Customer) (code, link string) {
	s.Helper()
	out := s.hqDo("invite", "--store", storeID, "--customer", who.Profile.Customer, "--link", pageURL("here.localhost", s.guest, ""))
	return s.two(out)
}

// pair makes a code for an associate's device, and the link with it.
func (s *shop) pair(associate string) (code, link string) {
	s.Helper()
	return s.two(call(s.T, s.foyer, "pair", associate, "--socket", s.socket()))
}

func (s *shop) two(out string) (first, second string) {
	s.Helper()
	lines := strings.Split(strings.TrimSpace(out), "\n")
	if len(lines) != 2 {
		s.Fatalf("want a code and a link on two lines: %q", out)
	}
	return lines[0], lines[1]
}

// once says what is wrong unless headquarters has exactly one visit of a
// customer, opened by one event.
func (s *shop) once(who rehearsal.Customer) error {
	visits := s.opened(who.Profile.Customer)
	if len(visits) != 1 {
		return fmt.Errorf("headquarters has %d visits of hers", len(visits))
	}
	for _, n := range visits {
		if n != 1 {
			return fmt.Errorf("headquarters has her visit %d times", n)
		}
	}
	return nil
}

// calm says what is wrong while the box has events that headquarters lacks.
func (s *shop) calm() error {
	if hq := s.status().HQ; !hq.Up || hq.Backlog > 0 {
		return fmt.Errorf("the line: %+v", hq)
	}
	return nil
}

var errNotYet = errors.New("not yet")
