package concierge_test

import (
	"errors"
	"net/netip"
	"testing"
	"time"

	"foyer/concierge"
	"foyer/floor"
	"foyer/profile"
	"foyer/radio"
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

// Whoever says no while her phone is looked for is not looked for any longer.
func TestANoDuringACheckIn(t *testing.T) {
	h := newHouse(t, nil)
	c := h.customer("c-1", nil)
	h.bindErr = func() error {
		_, err := h.profiles.Withdraw(c, h.now, profile.Presence)
		must(t, err)
		return radio.ErrNoAddress
	}
	door := h.desk.Door(func(now time.Time) time.Time { return now.Add(time.Hour) }, nil)
	if err := door.CheckIn(t.Context(), c, netip.MustParseAddr("10.0.0.7"), h.now); !errors.Is(err, radio.ErrNoAddress) {
		t.Fatal(err)
	}
	if len(h.forgotten) != 1 || h.forgotten[0] != c.Ref() {
		t.Errorf("forgotten: %v", h.forgotten)
	}
}
