package box

import (
	"context"
	"errors"
	"net/netip"
	"testing"
	"time"

	"foyer/radio"
)

// While the network is asked for the device of a walk, the page is answered, a
// second walk is refused, and the walk can be ended: then it never begins.
func TestAWalkIsSeenAndEndedWhileItsDeviceIsLookedFor(t *testing.T) {
	s, _ := surveyed(t)
	s.b.guests = radio.NewGuests(radio.GuestOptions{Now: s.b.in.Now, Patience: time.Hour}) // nobody answers
	peer := netip.MustParseAddr("192.0.2.7")
	looked := func() {
		t.Helper()
		for { // until the turn has begun
			s.mu.Lock()
			on := s.finding != nil
			s.mu.Unlock()
			if on {
				break
			}
			time.Sleep(time.Millisecond)
		}
		if w := s.Walk(); w.Running || w.Failed != "" {
			t.Errorf("while the device is looked for: %+v", w)
		}
		if err := s.Begin(t.Context(), peer); !errors.Is(err, radio.ErrSurveyed) {
			t.Errorf("a second walk: %v", err)
		}
	}
	first := make(chan error, 1)
	go func() { first <- s.Begin(t.Context(), peer) }()
	looked()
	s.End()
	if err := <-first; err == nil || s.Walk().Running {
		t.Errorf("ended while its device was looked for: %v, %+v", err, s.Walk())
	}
	// Whoever asked goes away: that ends it, too, and another may begin.
	ctx, away := context.WithCancel(t.Context())
	go func() { first <- s.Begin(ctx, peer) }()
	looked()
	away()
	if err := <-first; !errors.Is(err, context.Canceled) {
		t.Errorf("after whoever asked has gone: %v", err)
	}
	if s.mu.Lock(); s.finding != nil || s.stop != nil {
		t.Error("it is looked for still")
	}
	s.mu.Unlock()
}
