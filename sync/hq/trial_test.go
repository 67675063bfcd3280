package hq_test

import (
	"encoding/json"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"foyer/sync/hq"
	"foyer/sync/wire"
)

// mobile is a box whose way to headquarters is what the last config says, as the
// real one's is.
type mobile struct {
	*box
	way atomic.Pointer[hq.Way]
}

// mobile opens a box that reaches headquarters by the site's broker until it is
// told otherwise, with trials as long as given.
func (s *site) mobile(t *testing.T, dir string, trial time.Duration) *mobile {
	m := &mobile{}
	m.way.Store(&hq.Way{Broker: s.broker.URL()})
	m.box = s.boxWith(t, dir, func(l *hq.Link) {
		check := func(payload []byte) (func() error, error) {
			next := hq.Way{Broker: s.broker.URL()}
			if err := json.Unmarshal(payload, &next); err != nil {
				return nil, err
			}
			return func() error { m.way.Store(&next); return nil }, nil
		}
		l.Handle(wire.DownConfig, check)
		if last, ok := l.LastGood(wire.DownConfig); ok { // as at every start
			apply, err := check(last)
			must(t, err)
			must(t, apply())
		}
	}, func(o *hq.Options) {
		o.Trial, o.Way = trial, func() hq.Way { return *m.way.Load() }
	})
	return m
}

// A change that cuts a box off from headquarters is taken back, headquarters
// hears why, and what comes afterwards is in force.
func TestTrialTakenBack(t *testing.T) {
	t.Parallel()
	s := newSite(t, true)
	f, _ := s.office(t)
	b := s.mobile(t, t.TempDir(), 2*time.Second)
	_, err := f.Push("014", wire.DownConfig, []byte(`{"Broker":"tls://localhost:9"}`))
	must(t, err)
	eventually(t, "the box off", func() bool { return b.way.Load().Broker == "tls://localhost:9" })
	eventually(t, "the change taken back", func() bool { return strings.HasPrefix(outcome(f, wire.DownConfig), "rejected") })
	if o := outcome(f, wire.DownConfig); !strings.Contains(o, "taken back: headquarters was not heard by tls://localhost:9 within 2s") ||
		!strings.Contains(o, "connection refused") {
		t.Errorf("headquarters heard: %s", o)
	}
	if w := b.way.Load().Broker; w != s.broker.URL() {
		t.Errorf("the box goes by %s", w)
	}
	if _, ok := b.LastGood(wire.DownConfig); ok {
		t.Error("what was taken back is kept as good")
	}
	must(t, b.Record(wire.UpVisit, opened(1)))
	eventually(t, "the line as before", func() bool { return b.Status().Backlog == 0 })
	_, err = f.Push("014", wire.DownConfig, []byte(`{"x":1}`))
	must(t, err)
	eventually(t, "the next one in force", func() bool { return outcome(f, wire.DownConfig) == "applied" })
}

// A broker where headquarters does not listen is no way to headquarters, even
// though it is the right kind of broker.
func TestTrialWithoutHeadquarters(t *testing.T) {
	t.Parallel()
	s := newSite(t, true)
	f, _ := s.office(t)
	other := s.another(t)
	b := s.mobile(t, t.TempDir(), 2*time.Second)
	_, err := f.Push("014", wire.DownConfig, []byte(`{"Broker":"`+other.URL()+`"}`))
	must(t, err)
	eventually(t, "the change taken back", func() bool { return strings.HasPrefix(outcome(f, wire.DownConfig), "rejected") })
	if o := outcome(f, wire.DownConfig); !strings.Contains(o, "connected, and headquarters did not answer") || b.way.Load().Broker != s.broker.URL() {
		t.Errorf("headquarters heard: %s", o)
	}
}

// A good change is kept, and is there after a restart.
func TestTrialKept(t *testing.T) {
	t.Parallel()
	s := newSite(t, true)
	f, stop := s.office(t)
	other := s.another(t)
	dir := t.TempDir()
	b := s.mobile(t, dir, time.Hour)
	_, err := f.Push("014", wire.DownConfig, []byte(`{"Broker":"`+other.URL()+`"}`))
	must(t, err)
	eventually(t, "on trial", func() bool { return outcome(f, wire.DownConfig) == "on trial" || b.way.Load().Broker == other.URL() })
	stop() // headquarters moves, too
	first := s.broker
	s.broker = other
	f, _ = s.office(t)
	eventually(t, "the change kept", func() bool { return outcome(f, wire.DownConfig) == "applied" })
	b.stop()
	first.Stop(t)
	s.broker = first // what the file says
	again := s.mobile(t, dir, time.Hour)
	if again.way.Load().Broker != other.URL() {
		t.Errorf("after a restart the box goes by %s", again.way.Load())
	}
	must(t, again.Record(wire.UpVisit, opened(1)))
	eventually(t, "the line by the new way", func() bool { return again.Status().Backlog == 0 })
	if f.Status()[0].Pending != 0 {
		t.Error("something is pending")
	}
}

// A restart does not end a trial: the box still goes the new way, and goes back
// when the time is over; restarts beyond number end it at once.
func TestTrialAcrossRestarts(t *testing.T) {
	t.Parallel()
	s := newSite(t, true)
	f, _ := s.office(t)
	dir := t.TempDir()
	b := s.mobile(t, dir, time.Hour)
	_, err := f.Push("014", wire.DownConfig, []byte(`{"Broker":"tls://localhost:9"}`))
	must(t, err)
	eventually(t, "the box off", func() bool { return b.way.Load().Broker == "tls://localhost:9" })
	for range 3 {
		b.stop()
		b = s.mobile(t, dir, time.Hour)
		if b.way.Load().Broker != "tls://localhost:9" {
			t.Fatalf("after a restart the box goes by %s", b.way.Load())
		}
	}
	b.stop()
	b = s.mobile(t, dir, time.Second) // a shorter trial stands for a clock that was set
	eventually(t, "the change taken back", func() bool { return strings.HasPrefix(outcome(f, wire.DownConfig), "rejected") })
	_, err = f.Push("014", wire.DownConfig, []byte(`{"Broker":"tls://localhost:9"}`))
	must(t, err)
	eventually(t, "the box off again", func() bool { return b.way.Load().Broker == "tls://localhost:9" })
	for range 6 {
		b.stop()
		b = s.mobile(t, dir, time.Hour)
	}
	eventually(t, "taken back at once", func() bool { return strings.Contains(outcome(f, wire.DownConfig), "started 6 times") })
}
