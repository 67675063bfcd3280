package doors

import (
	"testing"
	"time"

	"foyer/floor"
)

// While headquarters' key share is away customers are signed out and staff are
// not; with the share again customers' sessions are what they were.
func TestSessionsWaitForTheShare(t *testing.T) {
	p := newPlace(t)
	now := time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)
	her, err := floor.ParseCustomer("c-1")
	if err != nil {
		t.Fatal(err)
	}
	token, err := p.Admit(her, now)
	if err != nil {
		t.Fatal(err)
	}
	code, err := p.Pair(ana(), now)
	if err == nil {
		err = p.keys.SetShare([32]byte{1}, time.Time{})
	}
	if err == nil {
		err = p.keys.DropShare()
	}
	if err == nil {
		err = p.Sweep(now)
	}
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := p.Guest(token, now); ok {
		t.Error("her session opens")
	}
	p.restart()
	if err := p.keys.SetShare([32]byte{1}, time.Time{}); err != nil {
		t.Fatal(err)
	}
	if c, ok := p.Guest(token, now); !ok || c != her {
		t.Error("her session is gone")
	}
	if _, _, err := p.Enrol("", code, "739162", now); err != nil {
		t.Errorf("the code of a device: %v", err)
	}
}
