package hq_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"foyer/floor"
	"foyer/sync/hq"
	"foyer/sync/office"
	"foyer/sync/wire"

	"github.com/google/go-cmp/cmp"
)

var errRefused = errors.New("floors[2].zones: no such level")

func roster(names ...string) wire.Roster {
	var r wire.Roster
	for i, n := range names {
		r.Associates = append(r.Associates, wire.Associate{ID: fmt.Sprintf("a-%d", i), Name: n,
			Role: floor.RoleAssociate, Tier: floor.TierStandard})
	}
	return r
}

func profile(n int, form string) wire.Profile {
	return wire.Profile{Customer: fmt.Sprintf("c-%d", n), Form: form, Rev: 1}
}

func opened(n int) wire.VisitOpened {
	return wire.VisitOpened{Visit: floor.VisitID(fmt.Sprintf("v-%04d", n)), Customer: "c-1", Quarter: wire.QuarterOf(time.Now())}
}

func outcome(f *office.Office, k wire.Kind) string {
	for _, s := range f.Status() {
		for _, d := range s.Documents {
			if s.Store == "014" && d.Kind == k {
				return d.Outcome + d.Reason
			}
		}
	}
	return ""
}

func pending(f *office.Office) int {
	for _, s := range f.Status() {
		if s.Store == "014" {
			return s.Pending
		}
	}
	return -1
}

// TestDocuments: what headquarters pushes is in force at the box, headquarters
// knows it, and it is there again after a cold start without headquarters.
func TestDocuments(t *testing.T) { brokers(t, testDocuments) }

func testDocuments(t *testing.T, s *site) {
	f, _ := s.office(t)
	dir := t.TempDir()
	push := func(k wire.Kind, p any) {
		t.Helper()
		_, err := f.Push("014", k, p)
		must(t, err)
	}
	push(wire.DownRoster, roster("Ana")) // before the box was ever there
	push(wire.DownConfig, json.RawMessage(`{"visit":{"silence":"5m"}}`))
	for i := range 5 {
		push(wire.DownProfile, profile(i, "Ms. Keller"))
	}
	b := s.box(t, dir)
	eventually(t, "all in force", func() bool { return pending(f) == 0 })
	push(wire.DownRoster, roster("Ana", "Ben"))
	push(wire.DownPolicy, json.RawMessage(`{"refuse me":1}`))
	push(wire.DownProfile, profile(7, "refuse me"))
	push(wire.DownProfile, profile(8, "Mr. Okafor"))
	eventually(t, "the policy refused", func() bool { return outcome(f, wire.DownPolicy) == "rejected"+errRefused.Error() })
	eventually(t, "the roster in force", func() bool { return outcome(f, wire.DownRoster) == "applied" })
	eventually(t, "the rest in force", func() bool { return pending(f) == 0 })
	if got := b.got(wire.DownProfile); len(got) != 6 {
		t.Errorf("profiles applied: %d, want 6, each once", len(got))
	}
	b.stop()

	s.broker.Stop(t)
	cold := s.box(t, dir)
	raw, ok := cold.LastGood(wire.DownRoster)
	if !ok {
		t.Fatal("no roster after a cold start")
	}
	got, err := wire.Decode[wire.Roster](raw)
	must(t, err)
	if d := cmp.Diff(roster("Ana", "Ben"), got); d != "" {
		t.Error(d)
	}
	if raw, ok = cold.Previous(wire.DownRoster); !ok {
		t.Fatal("no previous roster")
	}
	if got, err = wire.Decode[wire.Roster](raw); err != nil || len(got.Associates) != 1 {
		t.Errorf("previous roster: %v, %v", got, err)
	}
	if _, ok := cold.LastGood(wire.DownPolicy); ok {
		t.Error("a refused policy is kept as last good")
	}
	s.broker.Start(t)
}

// TestEventsOnce: whatever dies while events flow, headquarters has each of
// them once, and the outbox is empty in the end.
func TestEventsOnce(t *testing.T) { brokers(t, testEventsOnce) }

func testEventsOnce(t *testing.T, s *site) {
	const events = 400
	_, stopOffice := s.office(t)
	dir := t.TempDir()
	b := s.box(t, dir)
	for i := range events {
		must(t, b.Record(wire.UpVisit, opened(i)))
		switch i {
		case 80:
			s.broker.Stop(t)
		case 160:
			s.broker.Start(t)
		case 200:
			stopOffice()
		case 240:
			_, stopOffice = s.office(t)
		case 280: // the box itself
			b.stop()
			b = s.box(t, dir)
		case 320:
			s.broker.Stop(t)
			s.broker.Start(t)
		}
	}
	eventually(t, "the outbox empty", func() bool { return b.Status().Backlog == 0 })
	if st := b.Status(); st.Dropped != 0 || !st.Up || st.AckedThrough != events {
		t.Errorf("status %+v", st)
	}
	stopOffice()
	seen := map[floor.VisitID]int{}
	for _, e := range s.events(t) {
		v, err := wire.Decode[wire.VisitOpened](e.Payload)
		must(t, err)
		seen[v.Visit]++
	}
	for i := range events {
		if n := seen[opened(i).Visit]; n != 1 {
			t.Errorf("event %d: %d times at headquarters, want once", i, n)
		}
	}
}

// TestUrgentFirst: after an outage withdrawals arrive before what was recorded
// earlier. Headquarters listens before the box comes back: what reaches a
// broker that nobody ever subscribed to is lost, and comes later.
func TestUrgentFirst(t *testing.T) {
	s := newSite(t, false)
	s.broker.Stop(t)
	dir := t.TempDir()
	b := s.box(t, dir)
	for i := range 50 {
		must(t, b.Record(wire.UpVisit, opened(i)))
	}
	must(t, b.Record(wire.UpConsent, wire.ConsentChange{Customer: "c-1",
		Consent: wire.Consent{Purpose: "presence", Wall: 1, Node: "014"}}))
	b.stop()
	s.broker.Start(t)
	_, stop := s.office(t)
	s.listens(t)
	b = s.box(t, dir)
	eventually(t, "the outbox empty", func() bool { return b.Status().Backlog == 0 })
	stop()
	got := slices.DeleteFunc(s.events(t), func(e office.Event) bool { return e.Store != "014" })
	if got[0].Kind != wire.UpConsent || len(got) != 51 {
		t.Errorf("first of %d is %s, want the withdrawal", len(got), got[0].Kind)
	}
}

// listens waits until headquarters is heard to answer the other store.
func (s *site) listens(t *testing.T) {
	t.Helper()
	other := *s
	other.bundle = s.other
	b := other.box(t, t.TempDir())
	must(t, b.Record(wire.UpVisit, opened(0)))
	eventually(t, "headquarters listens", func() bool { return b.Status().Backlog == 0 })
	b.stop()
}

// TestQuietBoxIsHeard: headquarters answers a box that has nothing to say, so
// that it knows its clock and that it has been heard.
func TestQuietBoxIsHeard(t *testing.T) {
	s := newSite(t, false)
	s.office(t)
	s.listens(t) // and has greeted every store
	dir := t.TempDir()
	for range 2 {
		b := s.box(t, dir)
		eventually(t, "headquarters agreed", func() bool { return !b.Status().Agreed.IsZero() })
		if n := b.Status().AckedThrough; n != 0 {
			t.Errorf("%d events acknowledged that there are not", n)
		}
		b.stop()
	}
}

// TestClocksAgree: an acknowledgement tells a box whether headquarters' clock
// and its own agree.
func TestClocksAgree(t *testing.T) {
	s := newSite(t, false)
	s.office(t)
	for _, off := range []time.Duration{0, 3 * time.Hour} {
		b := s.box(t, t.TempDir(), func(o *hq.Options) { o.Now = func() time.Time { return time.Now().Add(off) } })
		must(t, b.Record(wire.UpVisit, opened(1)))
		eventually(t, "the outbox empty", func() bool { return b.Status().Backlog == 0 })
		if agreed := b.Status().Agreed; agreed.IsZero() != (off != 0) {
			t.Errorf("%s apart: agreed at %v", off, agreed)
		}
		b.stop()
		time.Sleep(2 * time.Millisecond) // an epoch has the grain of a millisecond
	}
}

// TestTheLedgersHeadIsTold: headquarters knows the newest row of a box's ledger,
// and is told of one that went back while the box was off.
func TestTheLedgersHeadIsTold(t *testing.T) {
	s := newSite(t, false)
	f, _ := s.office(t)
	dir := t.TempDir()
	head := wire.LedgerHead{Seq: 12, Hash: strings.Repeat("0a", 32)}
	for _, went := range []bool{false, true} {
		b := s.box(t, dir, func(o *hq.Options) { o.Ledger = func() wire.LedgerHead { return head } })
		eventually(t, "headquarters knows", func() bool {
			for _, st := range f.Status() {
				if st.Ledger == head {
					return (st.Back != nil) == went
				}
			}
			return false
		})
		b.stop()
		head.Seq--
	}
}

// TestOneCustomerIsAskedFor: headquarters sends the newest profile of a customer
// whom a box asks for, and nothing of one whom it has erased.
func TestOneCustomerIsAskedFor(t *testing.T) {
	s := newSite(t, false)
	f, _ := s.office(t)
	b := s.box(t, t.TempDir())
	for rev := range uint64(2) {
		_, err := f.Push("014", wire.DownProfile, wire.Profile{Customer: "c-1", Rev: rev + 1})
		must(t, err)
	}
	_, err := f.Push("014", wire.DownProfile, wire.Profile{Customer: "c-2", Rev: 1})
	must(t, err)
	_, err = f.Push("014", wire.DownErase, wire.Erase{Customer: "c-2"})
	must(t, err)
	settled := func() bool { st := f.Status()[0]; return st.Pending == 0 && b.Status().Backlog == 0 }
	eventually(t, "all in force", settled)
	before := len(b.got(wire.DownProfile))
	must(t, b.Record(wire.UpResync, wire.Resync{Customer: "c-2"}))
	must(t, b.Record(wire.UpResync, wire.Resync{Customer: "c-1"}))
	eventually(t, "she is there again", func() bool { return len(b.got(wire.DownProfile)) > before && settled() })
	if got := b.got(wire.DownProfile)[before:]; len(got) != 1 || !strings.Contains(got[0], `"c-1"`) || !strings.Contains(got[0], `"rev":2`) {
		t.Errorf("headquarters sent %q", got)
	}
}
