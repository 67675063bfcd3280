package box

import (
	"errors"
	"testing"
	"time"

	"foyer/concierge"
	"foyer/config"
	"foyer/floor"
	"foyer/ledger"
	"foyer/profile"
	"foyer/radio"
	"foyer/sync/hq"
	"foyer/sync/wire"
	"foyer/vault"
)

// desk is a store with people and a desk, and nothing that listens.
func desk(t testing.TB) *store {
	t.Helper()
	dir := t.TempDir()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	b := &store{in: Inputs{Config: &config.Config{Data: dir}, Now: time.Now}}
	var err error
	b.keys, err = vault.OpenKeys(dir, [32]byte{1}, vault.KeyOptions{})
	must(err)
	b.profiles, err = profile.Open(dir, b.keys, profile.Options{Node: "shop"})
	must(err)
	b.ledger, err = ledger.Open(dir, b.keys, ledger.Options{})
	must(err)
	b.guests = radio.NewGuests(radio.GuestOptions{})
	b.desk, err = concierge.NewDesk(concierge.Options{Dir: dir, Keys: b.keys, Profiles: b.profiles, Ledger: b.ledger, Binder: b.guests,
		Rules: concierge.Defaults()})
	must(err)
	b.door = b.desk.Door(nil, nil)
	b.flow = &flow{now: time.Now, tick: time.Second, guests: b.guests, desk: b.desk, zones: newZones(), alive: func() {},
		show: func(concierge.Event) {}, record: func(concierge.Event) {}, leased: map[floor.Phone]bool{},
		requests: make(chan request), told: make(chan told, 16)}
	b.flow.figures.Store(&figures{})
	done := make(chan error, 2)
	go func() { done <- b.flow.Run(t.Context()) }()
	go func() { done <- b.flow.keep(t.Context()) }()
	t.Cleanup(func() {
		<-done
		<-done
		_ = b.desk.Close()
		_ = b.ledger.Close()
		_ = b.profiles.Close()
		_ = b.keys.Close()
	})
	return b
}

// tell gives the store a message of headquarters.
func (b *store) tell(t *testing.T, kind wire.Kind, v any) error {
	t.Helper()
	data, err := wire.Encode(kind, v)
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range b.people(t.Context()) {
		if h.kind == kind {
			apply, err := h.check(data)
			if err != nil {
				t.Fatal(err)
			}
			return apply()
		}
	}
	t.Fatalf("nobody handles %s", kind)
	return nil
}

// keller is a customer as headquarters knows her.
func keller(rev uint64, change func(*wire.Profile)) wire.Profile {
	p := wire.Profile{Customer: "c-1", Form: "Ms. Keller", Visibility: "automatic", Style: "approach_me", Rev: rev,
		Audience: wire.Audience{Store: "default", OtherStores: "default", Online: "default"}}
	for _, purpose := range []string{"presence", "profile_to_associates"} {
		p.Consents = append(p.Consents, wire.Consent{Purpose: purpose, Granted: true, Wall: at.UnixMilli(), Node: "hq", Notice: "n1", Method: "page"})
	}
	if change != nil {
		change(&p)
	}
	return p
}

func TestHeadquartersDoesNotUndoHerSwitch(t *testing.T) {
	b := desk(t)
	c, _ := floor.ParseCustomer("c-1")
	if err := b.tell(t, wire.DownProfile, keller(2, nil)); err != nil {
		t.Fatal(err)
	}
	err := b.flow.Do(t.Context(), func(d *concierge.Desk, now time.Time) {
		if err := d.SetVisibility(c, concierge.Invisible, now); err != nil {
			t.Error(err)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range []wire.Profile{keller(3, nil), keller(1, func(p *wire.Profile) { p.Form = "OLD" })} {
		if err := b.tell(t, wire.DownProfile, p); err != nil {
			t.Fatal(err)
		}
	}
	p, err := b.profiles.Get(c)
	if err != nil || p.Visibility != profile.Invisible || p.Form != "Ms. Keller" || p.Rev != 3 {
		t.Errorf("%v: %s, %q, revision %d", err, p.Visibility, p.Form, p.Rev)
	}
}

// A withdrawal that comes with a profile nobody can store is put in force.
func TestAWithdrawalBesideABadProfile(t *testing.T) {
	b := desk(t)
	c, _ := floor.ParseCustomer("c-1")
	if err := b.tell(t, wire.DownProfile, keller(1, nil)); err != nil {
		t.Fatal(err)
	}
	phone := floor.NewPhone()
	visit := floor.Visit{ID: floor.NewVisitID(), Phone: phone, State: floor.Present, Began: at, At: at}
	stage := func() (s concierge.Stage) {
		if err := b.flow.Do(t.Context(), func(d *concierge.Desk, now time.Time) { s = d.Here(c, now).Stage }); err != nil {
			t.Fatal(err)
		}
		return s
	}
	if err := b.flow.do(t.Context(), func(now time.Time) {
		b.flow.arrive(concierge.Bound{Phone: phone, Customer: c})
		b.desk.Greet(visit, now)
	}); err != nil {
		t.Fatal(err)
	}
	if got := stage(); got != concierge.Grace {
		t.Fatalf("she is %s", got)
	}
	gone := []profile.Consent{{Purpose: profile.Presence, At: profile.HLC{Wall: at.Add(time.Hour), Node: "hq"}}}
	if err := b.takeOver(t.Context(), profile.Profile{Customer: c, Style: "no such style", Rev: 2}, gone); err == nil {
		t.Error("a bad profile is stored")
	}
	if got := stage(); got != concierge.Away {
		t.Errorf("after her withdrawal she is %s", got)
	}
}

// A message whose content is at fault is refused for good; a fault of this box
// is not the content's.
func TestWhoIsAtFault(t *testing.T) {
	b := desk(t)
	apply, err := judged(func([]byte) (func() error, error) {
		return func() error { return b.profiles.Put(profile.Profile{}) }, nil
	})(nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := apply(); !errors.Is(err, hq.ErrContent) {
		t.Errorf("a profile of nobody: %v", err)
	}
	_ = b.profiles.Close()
	if err := b.tell(t, wire.DownProfile, keller(2, nil)); err == nil || errors.Is(err, hq.ErrContent) {
		t.Errorf("a closed file: %v", err)
	}
}

func customerOf(t *testing.T, ref string) floor.Customer {
	t.Helper()
	c, err := floor.ParseCustomer(ref)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// A geofence arms an arrival and announces nobody: nothing is told, leased or
// begun, whether she is known or not, and however old the news is.
func TestAGeofenceAnnouncesNobody(t *testing.T) {
	b := desk(t)
	told := make(chan concierge.EventKind, 16)
	if err := b.flow.Do(t.Context(), func(*concierge.Desk, time.Time) {
		b.flow.show = func(e concierge.Event) { told <- e.Kind }
	}); err != nil {
		t.Fatal(err)
	}
	b.in.Now = time.Now
	if err := b.tell(t, wire.DownProfile, keller(1, nil)); err != nil { // automatic, and she allows it all
		t.Fatal(err)
	}
	for len(told) > 0 {
		<-told
	}
	for _, g := range []wire.Geofence{
		{Customer: "c-1", Entered: true, At: time.Now()}, {Customer: "c-1", Entered: true, At: time.Now()},
		{Customer: "c-1", At: time.Now()}, {Customer: "c-1", Entered: true, At: time.Now().Add(-time.Hour)},
		{Customer: "c-nobody", Entered: true, At: time.Now()},
	} {
		if err := b.tell(t, wire.DownGeofence, g); err != nil {
			t.Errorf("%+v: %v", g, err)
		}
	}
	c, _ := floor.ParseCustomer("c-1")
	err := b.flow.Do(t.Context(), func(d *concierge.Desk, now time.Time) {
		d.Sweep(now.Add(time.Hour)) // a grace would be over
		if h := d.Here(c, now); h.InStore || h.Stage != concierge.Away {
			t.Errorf("she is %s", h.Stage)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(told) > 0 || b.guests.Stats().Leases != 0 {
		t.Errorf("%v is told, %d leases", <-told, b.guests.Stats().Leases)
	}
}

// One of whom the box holds settings only is asked for as she comes near, and by
// nothing less.
func TestAGeofenceFetchesAProfile(t *testing.T) {
	b, _ := lined(t)
	if err := b.tell(t, wire.DownProfile, keller(1, nil)); err != nil {
		t.Fatal(err)
	}
	c, _ := floor.ParseCustomer("c-1")
	slim := func(yes bool) {
		t.Helper()
		if err := b.profiles.Change(c, func(p *profile.Profile) error { p.Slim = yes; return nil }); err != nil {
			t.Fatal(err)
		}
	}
	near := func(g wire.Geofence, want int) {
		t.Helper()
		g.Customer = "c-1"
		if err := b.tell(t, wire.DownGeofence, g); err != nil {
			t.Fatal(err)
		}
		if got := b.link.Status().Backlog; got != want {
			t.Errorf("%+v: headquarters is asked %d times, want %d", g, got, want)
		}
	}
	before := b.link.Status().Backlog
	near(wire.Geofence{Entered: true, At: time.Now()}, before)
	slim(true)
	near(wire.Geofence{At: time.Now()}, before)
	near(wire.Geofence{Entered: true, At: time.Now().Add(-time.Hour)}, before)
	near(wire.Geofence{Entered: true, At: time.Now()}, before+1)
	if _, err := b.profiles.Withdraw(c, time.Now(), profile.Presence); err != nil {
		t.Fatal(err)
	}
	near(wire.Geofence{Entered: true, At: time.Now()}, before+1)
}
