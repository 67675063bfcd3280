package hq_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"testing"

	"foyer/floor"
	"foyer/sync/office"
	"foyer/sync/wire"

	"github.com/google/go-cmp/cmp"
)

// histories is set by: go test ./sync/hq -run Histories -histories 200
var histories = flag.Int("histories", 6, "random histories of TestHistories")

// TestHistories: whatever happens in whatever order to broker, box and
// headquarters, in the end headquarters has the box's history, each event once
// and the box holds of each customer what headquarters said last.
func TestHistories(t *testing.T) {
	for seed := range *histories {
		t.Run(fmt.Sprint("seed=", seed), func(t *testing.T) {
			t.Parallel() // they wait for one another's disk more than they work
			history(t, rand.New(rand.NewPCG(uint64(seed), 7)))
		})
	}
}

func history(t *testing.T, r *rand.Rand) {
	s := newSite(t, false)
	f, stopOffice := s.office(t)
	dir := t.TempDir()
	b := s.box(t, dir)
	up, recorded := true, 0
	said := map[string]string{}  // what headquarters said last of a customer
	holds := map[string]string{} // what the box applied last
	apply := func() {
		for _, p := range b.got(wire.DownProfile) {
			v, err := wire.Decode[wire.Profile]([]byte(p))
			must(t, err)
			holds[v.Customer] = v.Form
		}
	}
	for step := range 60 {
		switch n := r.IntN(100); {
		case n < 50:
			for range r.IntN(20) {
				if r.IntN(5) == 0 {
					must(t, b.Record(wire.UpConsent, wire.ConsentChange{Customer: "c-1",
						Consent: wire.Consent{Purpose: "presence", Wall: int64(recorded) + 1, Node: "014"}}))
				} else {
					must(t, b.Record(wire.UpVisit, opened(recorded)))
				}
				recorded++
			}
		case n < 80:
			p := profile(r.IntN(5), fmt.Sprint("said at ", step))
			_, err := f.Push("014", wire.DownProfile, p)
			must(t, err)
			said[p.Customer] = p.Form
		case n < 88:
			if up {
				s.broker.Stop(t)
			} else {
				s.broker.Start(t)
			}
			up = !up
		case n < 94:
			b.stop()
			apply()
			b = s.box(t, dir)
		default:
			stopOffice()
			f, stopOffice = s.office(t)
		}
	}
	if !up {
		s.broker.Start(t)
	}
	eventually(t, "the outbox empty", func() bool { return b.Status().Backlog == 0 })
	eventually(t, "all in force", func() bool { return pending(f) == 0 })
	eventually(t, "the last reports at headquarters", func() bool { return b.Status().Backlog == 0 })
	b.stop()
	stopOffice()
	apply()
	if d := cmp.Diff(said, holds); d != "" {
		t.Errorf("profiles: %s", d)
	}
	once(t, s.events(t), recorded)
}

// once checks that a log has every event of a history, and none twice.
func once(t *testing.T, log []office.Event, recorded int) {
	t.Helper()
	visits, withdrawals := map[floor.VisitID]int{}, map[int64]int{}
	for _, e := range log {
		switch e.Kind {
		case wire.UpVisit:
			v, err := wire.Decode[wire.VisitOpened](e.Payload)
			must(t, err)
			visits[v.Visit]++
		case wire.UpConsent:
			c, err := wire.Decode[wire.ConsentChange](e.Payload)
			must(t, err)
			withdrawals[c.Wall]++
		}
	}
	if len(visits)+len(withdrawals) != recorded {
		t.Errorf("%d visits and %d withdrawals at headquarters, %d recorded", len(visits), len(withdrawals), recorded)
	}
	for v, n := range visits {
		if n != 1 {
			t.Errorf("%s: %d times", v, n)
		}
	}
	for w, n := range withdrawals {
		if n != 1 {
			t.Errorf("withdrawal %d: %d times", w, n)
		}
	}
}
