package radio

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"foyer/floor"
	"foyer/radio/report"
)

// A bench holds a guest list, an intake on testPlan and a queue, in store time
// that stands still at the opening.
type bench struct {
	guests *Guests
	intake *Intake
	out    chan floor.Batch
	now    time.Time
}

func newBench(t testing.TB, o IntakeOptions) *bench {
	t.Helper()
	b := &bench{now: opening, out: make(chan floor.Batch, 1000)}
	b.guests = NewGuests(GuestOptions{Now: func() time.Time { return b.now }, neighbours: noNeighbours, Log: o.Log})
	if o.APs == nil {
		aliases, err := NewAliases(testPlan("00:1b:c0:aa:bb:01"))
		if err != nil {
			t.Fatal(err)
		}
		o.APs = aliases
	}
	o.Guests = b.guests
	b.intake = NewIntake(o)
	return b
}

func (b *bench) lease(t testing.TB, n int) floor.Phone {
	t.Helper()
	return b.guests.lease(addr(t, n), Grant{Key: fmt.Sprint("key-", n), Until: b.now.Add(10 * time.Hour)}, b.now)
}

func (b *bench) deliver(t testing.TB, body string) outcome {
	t.Helper()
	return b.intake.ndjson(t.Context(), b.intake.expect("s1"), time.Time{}, strings.NewReader(body), b.out)
}

// line is a canonical line of radio n, heard at opening plus after.
func line(t testing.TB, ap string, n int, after time.Duration) string {
	t.Helper()
	l, err := report.Append(nil, &report.Report{AP: ap, Client: addr(t, n), RSSI: -60, Kind: floor.UplinkAssoc, Freq: 5180, At: opening.Add(after)})
	if err != nil {
		t.Fatal(err)
	}
	return string(l)
}

var compareBatches = cmp.Options{comparePhones, cmpopts.SortSlices(func(a, b floor.APID) bool { return a < b }), cmpopts.EquateEmpty()}

func TestIntake(t *testing.T) {
	b := newBench(t, IntakeOptions{})
	p := b.lease(t, 1)
	got := b.deliver(t, line(t, "ap-01", 1, 0)+line(t, "ap-09", 1, 0)+"nonsense\n"+line(t, "00-1B-C0-AA-BB-01", 2, 0)+line(t, "ap-01", 1, 0)+"{}\n")
	if got.accepted != 4 || got.malformed != 2 || got.unknownAP != 1 || got.first.Line != 3 || got.err != nil {
		t.Errorf("outcome %+v", got)
	}
	want := floor.Batch{Received: opening, Alive: []floor.APID{"ap-01", "ap-02"}, Reports: []floor.Report{
		{AP: "ap-01", Phone: p, RSSI: -60, Kind: floor.UplinkAssoc, Freq: 5180, At: opening},
	}}
	if diff := cmp.Diff(want, <-b.out, compareBatches); diff != "" {
		t.Error(diff)
	}
	stats := Stats{Deliveries: 1, Reports: 4, Malformed: 2, UnknownAP: 1, Dropped: 1, Admitted: 2, Duplicate: 1, Queued: 1, Leases: 1}
	if diff := cmp.Diff(stats, b.guests.Stats()); diff != "" {
		t.Error(diff)
	}
	sensors := []SensorStats{{ID: "s1", Last: opening, Deliveries: 1, Reports: 4, Malformed: 2, UnknownAP: 1, PerMinute: 4, Clock: true}}
	if diff := cmp.Diff(sensors, b.intake.Sensors()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(map[floor.APID]time.Time{"ap-01": opening, "ap-02": opening}, b.intake.LastHeard()); diff != "" {
		t.Error(diff)
	}

	// Nothing known was heard: nothing is queued.
	b.deliver(t, line(t, "ap-09", 1, 0))
	b.deliver(t, "")
	// A withdrawn phone is a stranger in the very next report.
	b.guests.Release(p)
	b.deliver(t, line(t, "ap-01", 1, time.Second))
	if got := <-b.out; len(got.Reports) != 0 || len(got.Alive) != 1 || len(b.out) != 0 {
		t.Errorf("after release: %+v", got)
	}
}

func TestTimes(t *testing.T) {
	type want struct {
		at  time.Duration // after the opening
		err time.Duration
	}
	const none = -1000 * time.Hour
	tests := []struct {
		name   string
		sent   time.Duration // the sender's clock; none if it does not tell
		at     []time.Duration
		want   []want
		late   uint64
		skewed uint64
	}{
		{"plain", none, []time.Duration{-time.Second, 0}, []want{{-time.Second, 0}, {0, 0}}, 0, 0},
		{"no clock", none, []time.Duration{none}, []want{{0, time.Second}}, 0, 0},
		{"a little ahead", none, []time.Duration{1500 * time.Millisecond, 20 * time.Second}, []want{{1500 * time.Millisecond, 0}, {2 * time.Second, 0}}, 0, 0},
		{"store and forward", 0, []time.Duration{-50 * time.Second, -40 * time.Second}, []want{{-50 * time.Second, 0}, {-40 * time.Second, 0}}, 0, 0},
		{"too old", 0, []time.Duration{-11 * time.Minute}, []want{{-10 * time.Minute, 0}}, 1, 0},
		{"clock far ahead", none, []time.Duration{40 * time.Second, time.Hour}, []want{{0, time.Hour - 40*time.Second + time.Second}, {0, time.Second}}, 0, 2},
		{"clock in 1970", none, []time.Duration{-400000 * time.Hour}, []want{{0, time.Second}}, 0, 1},
		{"clock behind, and it says so", -time.Minute, []time.Duration{-62 * time.Second}, []want{{0, time.Second}}, 0, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := newBench(t, IntakeOptions{})
			b.lease(t, 1)
			var body []byte
			for _, at := range tt.at {
				r := report.Report{AP: "ap-01", Client: addr(t, 1), RSSI: -60}
				if at != none {
					r.At = opening.Add(at)
				}
				body, _ = report.Append(body, &r)
			}
			var sent time.Time
			if tt.sent != none {
				sent = opening.Add(tt.sent)
			}
			b.intake.ndjson(t.Context(), b.intake.expect("s1"), sent, bytes.NewReader(body), b.out)
			var got []want
			for _, r := range (<-b.out).Reports {
				got = append(got, want{r.At.Sub(opening), r.AtErr})
			}
			wants := slices.Clone(tt.want)
			for i := range wants {
				wants[i].err = min(wants[i].err, maxAge)
			}
			if diff := cmp.Diff(wants, got, cmp.AllowUnexported(want{})); diff != "" {
				t.Error(diff)
			}
			if s := b.guests.Stats(); s.Late != tt.late || s.Skewed != tt.skewed {
				t.Errorf("late %d, skewed %d", s.Late, s.Skewed)
			}
		})
	}
}

// A backlog after an outage is not taken for a slow clock where the clock was
// right before, and a clock that has been set right is believed again.
func TestClockOffset(t *testing.T) {
	var c clockOffset
	at := func(rx, newest time.Duration) {
		c.observe(opening.Add(newest), time.Time{}, opening.Add(rx))
	}
	for i := range 60 {
		at(time.Duration(i)*time.Second, time.Duration(i)*time.Second-200*time.Millisecond)
	}
	at(3*time.Minute, time.Minute)
	if c.wrong() {
		t.Error("a backlog passes for a slow clock")
	}
	for i := range 12 {
		m := 4*time.Minute + time.Duration(i)*time.Minute
		at(m, m-time.Minute)
	}
	if !c.wrong() {
		t.Error("a clock a minute behind for ten minutes is believed")
	}
	at(17*time.Minute, 17*time.Minute)
	if c.wrong() {
		t.Error("a clock that was set right is not believed")
	}
}

func TestDuplicates(t *testing.T) {
	b := newBench(t, IntakeOptions{})
	b.lease(t, 1)
	same := line(t, "ap-01", 1, 0)
	count := func() int { n := len((<-b.out).Reports); return n }
	b.deliver(t, same)
	if n := count(); n != 1 {
		t.Fatalf("%d reports", n)
	}
	for _, after := range []time.Duration{time.Second, time.Minute, 119 * time.Second} {
		b.now = opening.Add(after)
		b.intake.ndjson(t.Context(), b.intake.expect("another"), time.Time{}, strings.NewReader(same), b.out)
		if n := count(); n != 0 {
			t.Errorf("sent again after %v: %d reports", after, n)
		}
	}
	b.deliver(t, line(t, "ap-02", 1, 0)+line(t, "ap-01", 1, 100*time.Millisecond)+line(t, "ap-01", 1, 150*time.Millisecond))
	if n := count(); n != 2 {
		t.Errorf("%d reports, want those of another access point and of another tenth", n)
	}
	var c recent
	r := floor.Report{AP: "ap-01", Kind: floor.UplinkAssoc}
	for i := range 3 * dupMost {
		r.At = opening.Add(time.Second * time.Duration(i) / 10)
		if c.seen(&r, opening) || !c.seen(&r, opening) || len(c.cur)+len(c.old) > 2*dupMost {
			t.Fatalf("reading %d: wrong, or %d are remembered", i, len(c.cur)+len(c.old))
		}
	}
}

func TestQueueFull(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, IntakeOptions{})
		b.out = make(chan floor.Batch)
		start := time.Now()
		b.deliver(t, line(t, "ap-01", 1, 0))
		if waited := time.Since(start); waited > 100*time.Millisecond {
			t.Errorf("waited %v", waited)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		b.intake.ndjson(ctx, b.intake.expect("s1"), time.Time{}, strings.NewReader(line(t, "ap-01", 1, 0)), b.out)
		go func() { time.Sleep(50 * time.Millisecond); <-b.out }()
		b.deliver(t, line(t, "ap-01", 1, 0))
		if s := b.guests.Stats(); s.QueueFull != 2 || s.Queued != 1 {
			t.Errorf("stats %+v", s)
		}
	})
}

func TestBudget(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, IntakeOptions{Rate: 100, Burst: 150})
		flood := strings.Repeat(line(t, "ap-01", 1, 0), 200)
		if o := b.deliver(t, flood); !errors.Is(o.err, errBudget) || o.accepted != 150 {
			t.Errorf("flood: %+v", o)
		}
		if o := b.deliver(t, flood); !errors.Is(o.err, errBudget) || o.accepted != 0 {
			t.Errorf("more of it: %+v", o)
		}
		other := b.intake.expect("s2")
		if o := b.intake.ndjson(t.Context(), other, time.Time{}, strings.NewReader(line(t, "ap-02", 1, 0)), b.out); o.err != nil {
			t.Errorf("the other sensor pays for it: %v", o.err)
		}
		time.Sleep(time.Second)
		if o := b.deliver(t, strings.Repeat("x\n", 200)); !errors.Is(o.err, errBudget) || o.malformed != 100 {
			t.Errorf("malformed lines are free: %+v", o)
		}
		if s := b.guests.Stats(); s.Throttled != 3 || b.intake.Sensors()[0].Throttled != 3 {
			t.Errorf("throttled %d, of s1 %d", s.Throttled, b.intake.Sensors()[0].Throttled)
		}

		// One delivery more at once than a sensor may have open.
		stalled, release := io.Pipe()
		done := make(chan outcome, maxOpen)
		for range maxOpen {
			go func() { done <- b.intake.ndjson(t.Context(), other, time.Time{}, stalled, b.out) }()
		}
		synctest.Wait()
		if o := b.intake.ndjson(t.Context(), other, time.Time{}, strings.NewReader(""), b.out); !errors.Is(o.err, errBudget) {
			t.Errorf("one delivery too many: %+v", o)
		}
		release.Close()
		for range maxOpen {
			<-done
		}
		if o := b.intake.ndjson(t.Context(), other, time.Time{}, strings.NewReader(""), b.out); o.err != nil {
			t.Errorf("afterwards: %+v", o)
		}
	})
}

// trap is a resolver that fails with the name it was asked for.
type trap struct{}

func (trap) Resolve(name string) (floor.APID, bool) { panic("cannot resolve " + name) }

func (trap) Place(drawing string, _, _ float64) (floor.LevelID, floor.Point, bool) {
	panic("cannot place " + drawing)
}

// A fault while handling a delivery is told by its place alone.
func TestFault(t *testing.T) {
	var log bytes.Buffer
	b := newBench(t, IntakeOptions{APs: trap{}, Log: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))})
	if o := b.deliver(t, line(t, "02005e10beef", 1, 0)); !errors.Is(o.err, errFault) {
		t.Errorf("outcome %+v", o)
	}
	if got := log.String(); !strings.Contains(got, "at=intake_test.go:") || strings.Contains(got, "beef") {
		t.Errorf("log %q", got)
	}
	if s := b.guests.Stats(); s.Panics != 1 {
		t.Errorf("panics %d", s.Panics)
	}
	if o := b.deliver(t, ""); o.err != nil {
		t.Errorf("the sensor is shut out by it: %v", o.err)
	}
}

// TestGateAllocates holds a stranger's line to no allocation at all.
func TestGateAllocates(t *testing.T) {
	g := NewGuests(GuestOptions{})
	waiting := &claim{found: make(chan finding, 1)}
	g.claims[netip.MustParseAddr("10.9.9.9")] = []*claim{waiting}
	g.lease(addr(t, 2), Grant{Key: "k", Until: time.Now().Add(time.Hour)}, time.Now())
	stranger, guest := heard(addr(t, 1), "10.0.0.1", "fe80::1"), heard(addr(t, 2), "10.0.0.2")
	now := time.Now()
	for name, r := range map[string]*report.Report{"stranger": stranger, "guest": guest} {
		if n := testing.AllocsPerRun(100, func() { g.admit(r, "ap-01", now) }); n != 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
}

// What goes back into the pool holds nothing of the delivery.
func TestReleaseForgets(t *testing.T) {
	b := newBench(t, IntakeOptions{})
	b.lease(t, 1)
	s := b.intake.expect("s1")
	d, err := b.intake.begin(s, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	d.lines(strings.NewReader(line(t, "ap-01", 1, 0)))
	if len(d.pending) != 1 || len(d.heard) != 1 {
		t.Fatalf("%d pending", len(d.pending))
	}
	pending := d.pending[:1]
	d.release()
	if pending[0].Phone.Valid() || len(slices.Collect(maps.Keys(d.heard))) != 0 || d.outcome.accepted != 0 {
		t.Error("something is left")
	}
}
