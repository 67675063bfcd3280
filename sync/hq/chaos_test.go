package hq_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"foyer/sync/hq"
	"foyer/sync/office"
	"foyer/sync/wire"
	"foyer/sync/wire/line/linetest"
)

// TestChaos hurts the line to a real Mosquitto while both sides speak. In the end
// headquarters has every event once, and the box what headquarters said last.
func TestChaos(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIPPED: a line that fails takes its time: run without -short")
	}
	for _, c := range []struct {
		name   string
		faults linetest.Faults
		during func(*testing.T, *linetest.Mosquitto, *linetest.Chaos, int) // after each tenth of it
		events int
		cuts   bool // on purpose there must have been some
		long   bool // takes a minute
	}{
		{name: "cut before the acknowledgement", faults: linetest.Faults{CutBeforeAck: 7}, events: 60, cuts: true},
		{name: "everything twice", faults: linetest.Faults{Duplicate: true}, events: 60},
		{name: "out of order", faults: linetest.Faults{Reorder: true}, events: 60},
		{name: "a reset every 3 s", faults: linetest.Faults{Reset: 3 * time.Second}, events: 100, cuts: true,
			during: func(*testing.T, *linetest.Mosquitto, *linetest.Chaos, int) { time.Sleep(700 * time.Millisecond) }},
		{name: "a broker that restarts empty", events: 60,
			during: func(t *testing.T, m *linetest.Mosquitto, _ *linetest.Chaos, i int) {
				if i%3 == 1 {
					m.Stop(t)
					m.Forget(t)
					m.Start(t)
				}
			}},
		{name: "half-open for a minute", events: 60, long: true,
			during: func(_ *testing.T, _ *linetest.Mosquitto, c *linetest.Chaos, i int) {
				if i == 3 {
					c.Set(linetest.Faults{Silent: true})
					time.Sleep(time.Minute)
					c.Set(linetest.Faults{})
				}
			}},
		{name: "1 kbit a second", faults: linetest.Faults{Rate: 125}, events: 10, long: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel() // they wait more than they work
			if c.long && os.Getenv("FOYER_LONG") == "" {
				t.Skip("SKIPPED: takes minutes; FOYER_LONG=1")
			}
			s := newSite(t, true)
			s.patience = 2 * time.Second
			chaos := linetest.NewChaos(t, s.broker.URL(), filepath.Join(s.dir, "broker"), s.bundle, c.faults)
			f, stop := s.office(t)
			b := s.box(t, t.TempDir(), func(o *hq.Options) { o.Broker = chaos.URL() })
			for i := range 10 {
				for j := range c.events / 10 {
					must(t, b.Record(wire.UpVisit, opened(i*1000+j)))
				}
				_, err := f.Push("014", wire.DownProfile, profile(i%3, fmt.Sprint("said at ", i)))
				must(t, err)
				if c.during != nil {
					c.during(t, s.broker.(*linetest.Mosquitto), chaos, i)
				}
			}
			s.settle(t, f, b, 6*time.Minute)
			stop()
			if c.cuts && chaos.Cuts.Load() == 0 {
				t.Error("nothing was ever cut")
			}
			once(t, s.events(t), c.events/10*10)
			last := map[string]string{}
			for _, form := range b.got(wire.DownProfile) {
				p, err := wire.Decode[wire.Profile]([]byte(form))
				must(t, err)
				last[p.Customer] = p.Form
			}
			if got := fmt.Sprint(last); got != "map[c-0:said at 9 c-1:said at 7 c-2:said at 8]" {
				t.Errorf("the box holds %s", got)
			}
		})
	}
}

// settle waits until neither side has anything left to say.
func (s *site) settle(t *testing.T, f *office.Office, b *box, limit time.Duration) {
	t.Helper()
	for end := time.Now().Add(limit); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if b.Status().Backlog == 0 && pending(f) == 0 {
			return
		}
	}
	t.Fatalf("after %v %d events and %d messages wait", limit, b.Status().Backlog, pending(f))
}
