package hq_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"foyer/sync/hq"
	"foyer/sync/wire"
)

func withdrawal(node string) wire.ConsentChange {
	return wire.ConsentChange{Customer: "c-1", Consent: wire.Consent{Purpose: "presence", Wall: 1, Node: node}}
}

// A full outbox gives up the oldest ordinary events, counts them, keeps every
// withdrawal, and headquarters does not wait for what will not come.
func TestBoundedOutbox(t *testing.T) {
	s := newSite(t, false)
	s.broker.Stop(t)
	b := s.box(t, t.TempDir(), func(o *hq.Options) { o.Quota = 40 << 10 })
	for i := range 20 {
		must(t, b.Record(wire.UpConsent, withdrawal("014")))
		for range 10 {
			must(t, b.Record(wire.UpVisit, opened(i)))
		}
	}
	st := b.Status()
	if st.Dropped == 0 || st.Backlog+int(st.Dropped) != 220 {
		t.Errorf("backlog %d and %d dropped of 220", st.Backlog, st.Dropped)
	}
	s.broker.Start(t)
	f, stop := s.office(t)
	eventually(t, "the outbox empty", func() bool { return b.Status().Backlog == 0 })
	// Its state then tells headquarters what it need not wait for.
	eventually(t, "the loss known", func() bool { return f.Status()[0].Lost == st.Dropped && f.Status()[0].Backlog == 0 })
	stop()
	withdrawals := 0
	for _, e := range s.events(t) {
		if e.Kind == wire.UpConsent {
			withdrawals++
		}
	}
	if withdrawals != 20 {
		t.Errorf("%d withdrawals at headquarters, want 20", withdrawals)
	}
}

func TestOutboxFullOfUrgent(t *testing.T) {
	s := newSite(t, false)
	s.broker.Stop(t)
	b := s.box(t, t.TempDir(), func(o *hq.Options) { o.Quota = 4 << 10 })
	var err error
	n := 0
	for ; err == nil && n < 100; n++ {
		err = b.Record(wire.UpConsent, withdrawal("014"))
	}
	if !errors.Is(err, hq.ErrFull) {
		t.Fatalf("after %d: %v, want %v", n, err, hq.ErrFull)
	}
	if st := b.Status(); st.Backlog != n-1 || st.Dropped != 0 {
		t.Errorf("%+v, want %d kept", st, n-1)
	}
}

func TestRecordRefuses(t *testing.T) {
	s := newSite(t, false)
	b := s.box(t, t.TempDir())
	for _, c := range []struct {
		kind    wire.Kind
		payload any
		err     error
	}{
		{wire.DownRoster, roster("Ana"), hq.ErrKind},
		{wire.UpState, wire.State{Link: "up"}, hq.ErrKind},
		{"up/gossip", opened(1), hq.ErrKind},
		{wire.UpVisit, withdrawal("014"), wire.ErrPayload},
		{wire.UpVisit, wire.VisitOpened{}, wire.ErrPayload},
	} {
		if err := b.Record(c.kind, c.payload); !errors.Is(err, c.err) {
			t.Errorf("%s %T: %v, want %v", c.kind, c.payload, err, c.err)
		}
	}
	if n := b.Status().Backlog; n != 0 {
		t.Errorf("%d recorded", n)
	}
}

// What lies in the outbox and what is kept of documents is readable with the
// keys only.
func TestNothingReadableOnDisk(t *testing.T) {
	s := newSite(t, false)
	f, _ := s.office(t)
	dir := t.TempDir()
	b := s.box(t, dir)
	_, err := f.Push("014", wire.DownRoster, roster("Xanthippe"))
	must(t, err)
	eventually(t, "the roster in force", func() bool { return pending(f) == 0 })
	s.broker.Stop(t)
	must(t, b.Record(wire.UpErase, wire.Erase{Customer: "c-canary"}))
	b.stop()
	raw, err := os.ReadFile(filepath.Join(dir, "outbox.db"))
	must(t, err)
	for _, word := range []string{"Xanthippe", "c-canary", "WGFudGhpcHBl", "Yy1jYW5hcnk"} { // and as base64
		if bytes.Contains(raw, []byte(word)) {
			t.Errorf("outbox.db shows %q", word)
		}
	}
}

// A box that lost its outbox begins a greater epoch, and nothing is taken for
// a copy.
func TestLostOutbox(t *testing.T) {
	s := newSite(t, false)
	_, stop := s.office(t)
	for i := range 2 {
		b := s.box(t, t.TempDir())
		must(t, b.Record(wire.UpVisit, opened(i)))
		eventually(t, "the outbox empty", func() bool { return b.Status().Backlog == 0 })
		b.stop()
		time.Sleep(2 * time.Millisecond) // an epoch has the grain of a millisecond
	}
	stop()
	got := s.events(t)
	if len(got) != 2 || got[0].Epoch >= got[1].Epoch || got[0].Seq != 1 || got[1].Seq != 1 {
		t.Errorf("%+v", got)
	}
}

func BenchmarkRecord(b *testing.B) {
	id, err := wire.LoadIdentity(newSite(b, false).bundle)
	if err != nil {
		b.Fatal(err)
	}
	l, err := hq.Open(hq.Options{Dir: b.TempDir(), Identity: id, Broker: "tls://127.0.0.1:1", Now: time.Now})
	if err != nil {
		b.Fatal(err)
	}
	defer l.Close()
	b.ReportAllocs()
	for b.Loop() {
		if err := l.Record(wire.UpVisit, opened(1)); err != nil {
			b.Fatal(err)
		}
	}
}

// Whoever comes late is told at once what was sent while it was away, without
// waiting for anybody's patience to end: the broker keeps nothing for a client
// it has never seen.
func TestComingLate(t *testing.T) { brokers(t, testComingLate) }

func testComingLate(t *testing.T, s *site) {
	s.patience = time.Hour
	b := s.box(t, t.TempDir())
	must(t, b.Record(wire.UpVisit, opened(1)))
	eventually(t, "the box up", func() bool { return b.Status().Up })
	time.Sleep(100 * time.Millisecond) // sent to nobody
	f, _ := s.office(t)
	eventually(t, "the outbox empty", func() bool { return b.Status().Backlog == 0 })
	b.stop()
	s.broker.Stop(t)
	s.broker.Start(t) // and has forgotten the box, or not
	eventually(t, "headquarters up", func() bool { _, err := f.Push("014", wire.DownProfile, profile(1, "Ms. Keller")); return err == nil })
	time.Sleep(300 * time.Millisecond) // sent to nobody
	b = s.box(t, t.TempDir())
	eventually(t, "the profile there", func() bool { return len(b.got(wire.DownProfile)) > 0 })
	eventually(t, "and known", func() bool { return pending(f) == 0 })
}

// A box in the place of a lost one, with the same identity and an empty disk,
// gets all that the lost one had.
func TestReplacedBox(t *testing.T) {
	s := newSite(t, false)
	f, _ := s.office(t)
	_, err := f.Push("014", wire.DownRoster, roster("Ana"))
	must(t, err)
	for i := range 300 { // more than one window
		_, err := f.Push("014", wire.DownProfile, profile(i, "Ms. Keller"))
		must(t, err)
	}
	for range 2 {
		b := s.box(t, t.TempDir())
		eventually(t, "everything there", func() bool { return len(b.got(wire.DownProfile)) >= 300 && len(b.got(wire.DownRoster)) == 1 })
		eventually(t, "and known", func() bool { return pending(f) == 0 })
		b.stop()
		time.Sleep(2 * time.Millisecond)
	}
}

// A box whose profiles were begun anew, while its outbox was not, gets them all
// again, once.
func TestProfilesBegunAnew(t *testing.T) {
	s := newSite(t, false)
	f, _ := s.office(t)
	for i := range 300 { // more than one window
		_, err := f.Push("014", wire.DownProfile, profile(i, "Ms. Keller"))
		must(t, err)
	}
	dir := t.TempDir()
	for _, holds := range []string{"first", "second"} {
		b := s.box(t, dir, func(o *hq.Options) { o.Holds = holds })
		eventually(t, "everything there", func() bool { return len(b.got(wire.DownProfile)) >= 300 })
		eventually(t, "and known", func() bool { return b.Status().Backlog == 0 && pending(f) == 0 })
		b.stop()
	}
	b := s.box(t, dir, func(o *hq.Options) { o.Holds = "second" })
	must(t, b.Record(wire.UpVisit, opened(2)))
	eventually(t, "the outbox empty", func() bool { return b.Status().Backlog == 0 })
	if n := len(b.got(wire.DownProfile)); n != 0 {
		t.Errorf("%d profiles came again without need", n)
	}
}
