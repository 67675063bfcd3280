package hq_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"foyer/floor"
	"foyer/sync/office"
	"foyer/sync/wire"
)

// Ten minutes half-open: the box notices, keeps what happens, and headquarters
// has it soon after the line is whole again.
func TestHalfOpenForTenMinutes(t *testing.T) {
	s := newKeys(t)
	for _, who := range []string{"box", "office"} {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, s)
			defer w.end()
			w.do(deed{What: "profile", Who: 1})
			w.within(time.Minute, "all in force")
			w.pipes.Silence(who, true)
			for range 60 {
				w.do(deed{What: "visit"})
				w.do(deed{What: "she says no", Who: w.n % 4})
				w.do(deed{What: "profile", Who: w.n % 4})
				time.Sleep(10 * time.Second)
			}
			if who == "box" && w.box.Status().Up {
				t.Error("the box takes a line for up by which nothing came for ten minutes")
			}
			w.pipes.Silence(who, false)
			w.within(4*time.Minute, "whole again")
			if err := w.judge(); err != nil {
				t.Error(err)
			}
		})
	}
}

// Seven days without headquarters at 10,000 events a day: nothing is dropped, the
// withdrawals go first, and every event arrives once. A tenth of that, but with
// FOYER_LONG; the room it takes is reckoned for all of it.
func TestSevenDayBacklog(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIPPED: thousands of events: run without -short")
	}
	perDay := 1000
	switch {
	case os.Getenv("FOYER_LONG") != "":
		perDay = 10000
	case testing.Short():
		perDay = 100
	}
	s := newKeys(t)
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, s)
		defer w.end()
		w.pipes.Stop(t)
		began := time.Now()
		for i := range 7 * perDay {
			must(t, w.box.Record(business(i)))
			if i%100 == 0 {
				w.do(deed{What: "she says no", Who: i / 100 % 4})
			}
			time.Sleep(24 * time.Hour / time.Duration(perDay))
		}
		st := w.box.Status()
		if st.Dropped != 0 || st.Backlog != 7*perDay+7*perDay/100 || time.Since(began) < 7*24*time.Hour {
			t.Fatalf("backlog %d, %d dropped after %v", st.Backlog, st.Dropped, time.Since(began))
		}
		file := w.box.File()
		need := (file.Size - file.Free) * int64(10000/perDay)
		if quota := int64(128 << 20); need > quota {
			t.Errorf("seven days take %d MiB, the outbox's quota is %d MiB", need>>20, quota>>20)
		}
		t.Logf("figure: %d events take %d KiB; 70,000 would take about %d MiB of 128", st.Backlog, (file.Size-file.Free)>>10, need>>20)
		w.pipes.Start(t)
		w.within(time.Hour, "the backlog gone")
		w.judgeBusiness(7 * perDay)
	})
}

// business is what a store reports on a usual day.
func business(i int) (wire.Kind, any) {
	visit, at := floor.VisitID(fmt.Sprintf("v-%06d", i/4)), wire.QuarterOf(time.Now())
	switch i % 4 {
	case 0:
		return wire.UpVisit, wire.VisitOpened{Visit: visit, Customer: "c-1", Quarter: at, Associate: "ana", Relation: "preferred"}
	case 1:
		return wire.UpOffer, wire.OfferAnswered{Visit: visit, Associate: "ana", Outcome: "accepted"}
	case 2:
		a := wire.Access{Seq: uint64(i), At: time.Now(), Customer: "c-1", Viewer: "ana", Role: floor.RoleAssociate, Relation: "preferred", Visit: visit,
			Purpose: "visit", Policy: "draft-1"}
		for j := range 12 {
			a.Items = append(a.Items, wire.AccessItem{ID: fmt.Sprintf("p-%d-%d", i, j), Disclosure: "full", Rule: "D10"})
		}
		return wire.UpAccess, a
	}
	return wire.UpVisit, wire.VisitEnded{Visit: visit, Customer: "c-1", Quarter: at}
}

// judgeBusiness holds headquarters' log against what was recorded: each once, and
// every withdrawal before everything else.
func (w *world) judgeBusiness(n int) {
	w.t.Helper()
	seen := map[uint64]bool{}
	words, others := 0, 0
	must(w.t, w.office.Each(func(e office.Event) error {
		if seen[e.Seq] {
			w.t.Errorf("event %d twice", e.Seq)
		}
		seen[e.Seq] = true
		switch {
		case e.Kind == wire.UpConsent && others > 2*batchOfOffice:
			w.t.Errorf("a withdrawal after %d other events", others)
		case e.Kind == wire.UpConsent:
			words++
		case strings.HasPrefix(string(e.Kind), "up/") && e.Kind != wire.UpApplied && e.Kind != wire.UpRejected:
			others++
		}
		return nil
	}))
	if words != n/100 || others != n {
		w.t.Errorf("headquarters has %d withdrawals and %d other events, want %d and %d", words, others, n/100, n)
	}
}

// batchOfOffice is how many events one commit of headquarters takes; within one
// their order says nothing.
const batchOfOffice = 512

// within waits until both sides have said all they have to say.
func (w *world) within(limit time.Duration, what string) {
	w.t.Helper()
	for end := time.Now().Add(limit); time.Now().Before(end); time.Sleep(time.Second) {
		if w.calm() {
			return
		}
	}
	w.t.Fatalf("%s: not within %v: %d events and %d messages wait, up: %v", what, limit, w.box.Status().Backlog, pending(w.office), w.box.Status().Up)
}
