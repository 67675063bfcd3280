package main

import (
	"context"
	"net"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"foyer/radio"
)

type dialContext = context.Context

// A deaf connection loses the first answers: it breaks where one is to be read.
type deaf struct {
	net.Conn
	lose   *int
	writes int
}

func (d *deaf) Write(b []byte) (int, error) {
	d.writes++
	return d.Conn.Write(b)
}

// Read breaks once the handshake is over and a request is out.
func (d *deaf) Read(b []byte) (int, error) {
	if *d.lose == 0 || d.writes < 4 /* two of the handshake, two of the request */ {
		return d.Conn.Read(b)
	}
	*d.lose--
	time.Sleep(100 * time.Millisecond) // the box has taken the request
	d.Close()
	return 0, net.ErrClosed
}

// A token that the box does not know is said once, with what to do, and not
// tried without pause; a new one in the file needs no restart.
func TestTokenRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBox(t, time.Now, radio.IntakeOptions{})
		s := settingsFor(b)
		b.lease(t, s, 1)
		var mu sync.Mutex
		token := "another"
		s.token = func() (string, error) { mu.Lock(); defer mu.Unlock(); return token, nil }
		j, log := newJournal(t)
		k := &kernel{}
		k.set(station(t, 1, -50))
		start(t, newAgent(s, k.open, log))
		time.Sleep(10 * time.Minute)
		if n := b.guests.Stats().Unauthorized; n < 10 || n > 45 {
			t.Errorf("%d tries in ten minutes", n)
		}
		if strings.Count(j.String(), "refuses the token: enrol this access point") != 1 || strings.Count(j.String(), "\n") != 2 {
			t.Errorf("log:\n%s", j)
		}
		mu.Lock()
		token = goodToken
		mu.Unlock()
		time.Sleep(time.Minute)
		if n := len(b.heard()); n < 60 {
			t.Errorf("%d reports once the token is good", n)
		}
	})
}

// A box that is told too much is heeded: fewer requests, nothing unbounded,
// and when it ends by itself all goes on.
func TestThrottled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBox(t, time.Now, radio.IntakeOptions{Rate: 5, Burst: 60})
		s := settingsFor(b)
		b.lease(t, s, 1)
		j, log := newJournal(t)
		k := &kernel{}
		for n := range 50 {
			k.list = append(k.list, station(t, n+1, -50))
		}
		a := newAgent(s, k.open, log)
		start(t, a)
		time.Sleep(5 * time.Minute)
		n := b.guests.Stats()
		if n.Throttled < 10 || n.Throttled > 200 {
			t.Errorf("throttled %d times in five minutes", n.Throttled)
		}
		if lines := strings.Count(j.String(), "\n"); lines > 14 {
			t.Errorf("%d lines:\n%s", lines, j)
		}
		if n.Duplicate != 0 || n.Reports < 5*250 || n.Reports > 5*310+60 { // about all that the budget allows, each once
			t.Errorf("stats %+v", n)
		}
		k.set(station(t, 1, -50))
		time.Sleep(2 * time.Minute)
		before := len(b.heard())
		time.Sleep(time.Minute)
		if got := len(b.heard()) - before; got < 55 {
			t.Errorf("%d reports in the minute after the flood", got)
		}
	})
}

// The clocks differ by an hour: the box goes by when the reports arrive.
func TestClockSkewed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ahead := func() time.Time { return time.Now().Add(time.Hour) }
		b := newBox(t, ahead, radio.IntakeOptions{})
		s := settingsFor(b)
		b.lease(t, s, 1)
		_, log := newJournal(t)
		k := &kernel{}
		k.set(station(t, 1, -50))
		start(t, newAgent(s, k.open, log))
		time.Sleep(10 * time.Second)
		got := b.heard()
		if n := b.guests.Stats(); len(got) < 9 || n.Skewed < 9 {
			t.Errorf("%d reports, stats %+v", len(got), n)
		}
		for _, r := range got {
			if off := ahead().Sub(r.At); off < 0 || off > 11*time.Second {
				t.Errorf("a reading of %v ago", off)
			}
		}
	})
}

// A clock that is set while readings wait does not move them.
func TestRestamp(t *testing.T) {
	epoch, now := time.Unix(100, 0), time.Unix(1_800_000_000, 0)
	for _, tt := range []struct {
		name    string
		at, now time.Time
		age     time.Duration
		want    time.Time
	}{
		{"steady", now, now.Add(30 * time.Second), 30 * time.Second, now},
		{"slewed a little", now, now.Add(30*time.Second + 500*time.Millisecond), 30 * time.Second, now},
		{"set from 1970", epoch, now, 20 * time.Second, now.Add(-20 * time.Second)},
		{"set back", now.Add(time.Hour), now, 20 * time.Second, now.Add(-20 * time.Second)},
		{"to the millisecond", now.Add(1234567), now, -1234567, now.Add(time.Millisecond)},
	} {
		if got := restamp(tt.at, tt.now, tt.age); !got.Equal(tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}
