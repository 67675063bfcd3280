package main

import (
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"foyer/floor"
	"foyer/radio"
)

// What the stations are heard with arrives at the box, by either name of the
// access point, and a phone that goes ends its lease.
func TestReportsArrive(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBox(t, time.Now, radio.IntakeOptions{})
		s := settingsFor(b)
		p := b.lease(t, s, 1)
		j, log := newJournal(t)
		k := &kernel{}
		silent, unknown := station(t, 3, -70), station(t, 4, 0)
		silent.Inactive = time.Minute
		k.set(station(t, 1, -61), station(t, 2, -40), silent, unknown)
		start(t, newAgent(s, k.open, log))
		time.Sleep(5500 * time.Millisecond)
		got := b.heard()
		if len(got) != 6 {
			t.Fatalf("%d reports, want 6: %v", len(got), got)
		}
		for i, r := range got {
			if r.AP != "ap-02" || r.Phone != p || r.RSSI != -61 || r.Kind != floor.UplinkAssoc || r.Freq != 2412 || r.AtErr != stationError || time.Since(r.At) > time.Duration(7-i)*time.Second {
				t.Errorf("report %+v", r)
			}
		}
		if n := b.guests.Stats(); n.Reports != 6*3+1 || n.UnknownAP+n.Malformed+n.Duplicate != 0 {
			t.Errorf("stats %+v", n)
		}
		k.set(station(t, 2, -40))
		time.Sleep(2 * time.Second)
		if n := b.guests.Stats(); n.Left != 1 {
			t.Errorf("gone: stats %+v", n)
		}
		time.Sleep(time.Minute)
		if ended := b.guests.Sweep(time.Now()); len(ended) != 1 || ended[0] != p {
			t.Errorf("a minute after she went: ended %v", ended)
		}
		if want := "level=INFO msg=\"stations read\"\nlevel=INFO msg=\"the box takes the reports\"\n"; j.String() != want {
			t.Errorf("log %q", j)
		}
	})
}

// The box is away for half a minute: nothing that was heard meanwhile is lost,
// and what is sent twice counts once.
func TestBoxAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBox(t, time.Now, radio.IntakeOptions{})
		s := settingsFor(b)
		b.lease(t, s, 1)
		j, log := newJournal(t)
		k := &kernel{level: -21}
		k.set(station(t, 1, -20))
		start(t, newAgent(s, k.open, log))
		time.Sleep(10 * time.Second)
		b.pipes.turn(false)
		time.Sleep(30 * time.Second)
		away := len(b.heard())
		b.pipes.turn(true)
		time.Sleep(30 * time.Second)
		got := b.heard()
		for i, r := range got { // each is a decibel weaker and a second later than the one before
			if r.RSSI != floor.DBm(-21-i) || i > 0 && r.At.Sub(got[i-1].At) != time.Second {
				t.Fatalf("report %d: %+v", i, r)
			}
		}
		if len(got) < 69 || away > 12 {
			t.Errorf("%d reports in 70 s, %d when the box was back", len(got), away)
		}
		if !strings.Contains(j.String(), "is not reached") || !strings.Contains(j.String(), "again\" after=") || !strings.Contains(j.String(), "lost=0") || strings.Count(j.String(), "\n") != 4 {
			t.Errorf("log:\n%s", j)
		}
		t.Logf("%d reports in 70 s; log:\n%s", len(got), j)
	})
}

// The box takes a request and the answer is lost: the readings are sent again
// and the box knows them.
func TestLostAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBox(t, time.Now, radio.IntakeOptions{})
		s := settingsFor(b)
		b.lease(t, s, 1)
		lose := 3 // answers
		dial := s.dial
		s.dial = func(ctx dialContext) (net.Conn, error) {
			c, err := dial(ctx)
			return &deaf{Conn: c, lose: &lose}, err
		}
		_, log := newJournal(t)
		k := &kernel{level: -21}
		k.set(station(t, 1, -20))
		start(t, newAgent(s, k.open, log))
		time.Sleep(30 * time.Second)
		got := b.heard()
		for i, r := range got {
			if r.RSSI != floor.DBm(-21-i) {
				t.Fatalf("report %d: %+v", i, r)
			}
		}
		if n := b.guests.Stats(); lose != 0 || n.Duplicate < 3 || len(got) < 29 {
			t.Errorf("%d answers not lost, %d reports, stats %+v", lose, len(got), n)
		}
	})
}

// The box is away for long: what waits stays within its memory and its
// minute, and the rest is counted.
func TestBoxAwayForLong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBox(t, time.Now, radio.IntakeOptions{})
		s := settingsFor(b)
		s.entries = 100
		b.lease(t, s, 1)
		j, log := newJournal(t)
		k := &kernel{}
		for n := range 10 {
			k.list = append(k.list, station(t, n+1, -50))
		}
		b.pipes.turn(false)
		a := newAgent(s, k.open, log)
		start(t, a)
		time.Sleep(20 * time.Minute)
		waiting, _ := a.poster.ring.take(nil, 1000, time.Now())
		if lost := a.poster.ring.missed(); len(waiting) > 100 || lost < 11800 {
			t.Errorf("%d wait where 100 may, %d lost", len(waiting), lost)
		}
		if n := strings.Count(j.String(), "\n"); n != 2 {
			t.Errorf("%d lines in 20 minutes:\n%s", n, j)
		}
		b.pipes.turn(true)
		time.Sleep(20 * time.Second)
		for i, r := range b.heard() {
			if i == 0 && time.Since(r.At) > keep {
				t.Errorf("a reading of %v ago", time.Since(r.At))
			}
		}
		if len(b.heard()) < 10 { // one pause between tries may last half of it
			t.Errorf("%d reports since the box is back", len(b.heard()))
		}
	})
}
