package radio

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"foyer/floor"
	"foyer/radio/report"
)

// A survey hears its own device at the plan's access points, under a made-up
// address, whether or not the sensor knows the time; one at a time, and never a
// customer's.
func TestSurvey(t *testing.T) {
	now := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	g := NewGuests(GuestOptions{Now: func() time.Time { return now }})
	names, err := NewAliases(testPlan())
	if err != nil {
		t.Fatal(err)
	}
	in := NewIntake(IntakeOptions{APs: names, Guests: g})
	hear := func(client report.Addr, ap string, at time.Time) {
		in.take(t.Context(), in.expect("s"), time.Time{}, make(chan floor.Batch, 1), func(d *delivery) {
			d.add(&report.Report{AP: ap, Client: client, RSSI: -60, At: at})
		})
	}
	own, other := addr(t, 1), addr(t, 2)
	ctx, stop := context.WithCancel(t.Context())
	lines, ended := make(chan string, 10), make(chan error, 1)
	go func() {
		ended <- g.Survey(ctx, "02:00:5e:10:00:01", func(line []byte) error { lines <- string(line); return nil })
	}()
	for g.survey.Load() == nil {
		time.Sleep(time.Millisecond)
	}
	if err := g.Survey(ctx, "02:00:5e:10:00:02", nil); !errors.Is(err, ErrSurveyed) {
		t.Errorf("two surveys at once: %v", err)
	}
	hear(other, "ap-01", now)
	hear(own, "ap-99", now)
	hear(own, "ap-01", now.Add(-time.Second))
	hear(own, "ap-02", time.Time{})
	for _, want := range []string{`"ap":"ap-01","client":"` + SurveyClient + `","rssi":-60,"at":"2026-11-22T09:59:59Z"`, `"ap":"ap-02","client":"` + SurveyClient + `","rssi":-60,"at":"2026-11-22T10:00:00Z"`} {
		if line := <-lines; !strings.Contains(line, want) {
			t.Errorf("%q, want %q", line, want)
		}
	}
	stop()
	if err := <-ended; err != nil || len(lines) > 0 {
		t.Errorf("%v, and %d lines too many", err, len(lines))
	}
	hear(own, "ap-01", now) // nobody listens any more
	g.lease(own, Grant{Key: "c", Until: now.Add(time.Hour)}, now)
	if err := g.Survey(t.Context(), "02:00:5e:10:00:01", nil); !errors.Is(err, ErrCustomers) {
		t.Errorf("a customer's phone is surveyed: %v", err)
	}
	if err := g.Survey(t.Context(), "a phone", nil); !errors.Is(err, ErrDevice) {
		t.Errorf("no address: %v", err)
	}
}

// A survey ends the moment a customer checks in with its device: from then on it
// is a customer's phone, and what is heard of it goes one way only.
func TestSurveyEndsForACustomer(t *testing.T) {
	now := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	g := NewGuests(GuestOptions{Now: func() time.Time { return now }})
	names, err := NewAliases(testPlan())
	if err != nil {
		t.Fatal(err)
	}
	in := NewIntake(IntakeOptions{APs: names, Guests: g})
	lines, ended := make(chan string, 10), make(chan error, 1)
	go func() {
		ended <- g.Survey(t.Context(), "02:00:5e:10:00:01", func(line []byte) error { lines <- string(line); return nil })
	}()
	for g.survey.Load() == nil {
		time.Sleep(time.Millisecond)
	}
	g.lease(addr(t, 2), Grant{Key: "another", Until: now.Add(time.Hour)}, now)
	select {
	case err := <-ended:
		t.Fatalf("another customer's check-in ends it: %v", err)
	default:
	}
	g.lease(addr(t, 1), Grant{Key: "c", Until: now.Add(time.Hour)}, now)
	in.take(t.Context(), in.expect("s"), time.Time{}, make(chan floor.Batch, 1), func(d *delivery) {
		d.add(&report.Report{AP: "ap-01", Client: addr(t, 1), RSSI: -60, At: now})
	})
	select {
	case err := <-ended:
		if !errors.Is(err, ErrCustomers) {
			t.Errorf("it ends with %v", err)
		}
	case line := <-lines:
		t.Fatalf("a customer's phone is surveyed: %s", line)
	case <-time.After(10 * time.Second):
		t.Fatal("the survey goes on, though its device is a customer's phone")
	}
	if len(lines) > 0 {
		t.Errorf("a customer's phone is surveyed: %s", <-lines)
	}
}
