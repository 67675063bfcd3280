package concierge_test

import (
	"errors"
	"testing"
	"time"

	"foyer/concierge"
	"foyer/floor"
	"foyer/profile"
)

// A visit by a code is asked about, ends by its time, and is lengthened by
// another code; her no and her withdrawal end it like any other.
func TestPresentByCode(t *testing.T) {
	h := newHouse(t, nil)
	c := h.customer("c-1", nil)
	in := func() bool { return h.desk.Here(c, h.now).InStore }
	present := func() {
		t.Helper()
		must(t, h.desk.PresentByCode(c, h.now))
	}
	present()
	if got := h.desk.Here(c, h.now); got.Stage != concierge.Awaiting || got.Deadline.IsZero() {
		t.Fatalf("she is %s", got.Stage)
	}
	h.pass(concierge.ByCode - time.Minute)
	present()
	h.pass(concierge.ByCode - time.Second)
	if !in() {
		t.Error("another code does not lengthen it")
	}
	h.pass(time.Second)
	if in() {
		t.Error("it does not end")
	}
	present()
	must(t, h.desk.Withdraw(c, string(profile.Presence), h.now))
	if in() {
		t.Error("it outlives her withdrawal")
	}
	if err := h.desk.PresentByCode(c, h.now); !errors.Is(err, concierge.ErrConsent) || in() {
		t.Errorf("after it: %v", err)
	}
	unknown, err := floor.ParseCustomer("c-unknown")
	must(t, err)
	if err := h.desk.PresentByCode(unknown, h.now); !errors.Is(err, concierge.ErrNothing) {
		t.Errorf("one nobody knows: %v", err)
	}
}
