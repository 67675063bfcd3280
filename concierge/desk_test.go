package concierge_test

import (
	"context"
	"net/netip"
	"testing"
	"time"

	"foyer/concierge"
	"foyer/floor"
	"foyer/ledger"
	"foyer/policy"
	"foyer/profile"
	"foyer/radio"
	"foyer/routing"
	"foyer/vault"
)

var start = time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)

// house is a desk on real files, with a clock of its own.
type house struct {
	t        testing.TB
	desk     *concierge.Desk
	profiles *profile.Cache
	ledger   *ledger.Log
	now      time.Time
	events   []concierge.Event
	released map[floor.Phone]bool
	guests   int
	phone    floor.Phone // of who came last
	options  concierge.Options
	bind     floor.Phone // what a check-in finds, if valid

	forgotten []string     // keys
	bindErr   func() error // what a check-in meets, if not nil
}

// Bind, Release and Forget stand in for the guest list.
func (h *house) Bind(context.Context, netip.Addr, radio.Grant) (floor.Phone, error) {
	if h.bindErr != nil {
		return floor.Phone{}, h.bindErr()
	}
	if h.bind.Valid() {
		return h.bind, nil
	}
	return floor.NewPhone(), nil
}
func (h *house) Release(p floor.Phone) { h.released[p] = true }
func (h *house) Forget(key string)     { h.forgotten = append(h.forgotten, key) }

func newHouse(t testing.TB, table *policy.Table) *house {
	t.Helper()
	dir := t.TempDir()
	keys, err := vault.OpenKeys(dir, [32]byte{1}, vault.KeyOptions{})
	must(t, err)
	profiles, err := profile.Open(dir, keys, profile.Options{Node: "acme/test"})
	must(t, err)
	log, err := ledger.Open(dir, keys, ledger.Options{})
	must(t, err)
	h := &house{t: t, profiles: profiles, ledger: log, now: start, released: map[floor.Phone]bool{}}
	h.options = concierge.Options{Dir: dir, Keys: keys, Profiles: profiles, Ledger: log,
		Binder: h, Policy: table, StoreID: "here", Rules: concierge.Defaults()}
	h.desk, err = concierge.NewDesk(h.options)
	must(t, err)
	t.Cleanup(func() { h.desk.Close(); log.Close(); profiles.Close(); keys.Close() })
	var staff []floor.Associate
	var shifts []floor.Shift
	for _, name := range []string{"ana", "marc", "lea"} {
		staff = append(staff, floor.Associate{ID: associate(name), Name: name, Role: floor.RoleAssociate,
			Tier: floor.TierStandard, Department: "shoes", Languages: []string{"en"}})
		shifts = append(shifts, floor.Shift{Associate: associate(name), From: start.Add(-time.Hour), To: start.Add(8 * time.Hour)})
	}
	h.desk.SetRoster(staff, h.now)
	h.desk.SetShifts(shifts)
	for _, name := range []string{"ana", "marc", "lea"} {
		must(t, h.desk.SignOn(associate(name), h.now))
		h.desk.Live(associate(name), true, h.now)
	}
	h.take()
	h.events = nil
	return h
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func associate(ref string) floor.AssociateID {
	a, err := floor.ParseAssociate(ref)
	if err != nil {
		panic(err)
	}
	return a
}

// customer stores a customer who allows everything and names ana, then marc.
func (h *house) customer(ref string, change func(*profile.Profile)) floor.Customer {
	h.t.Helper()
	c, err := floor.ParseCustomer(ref)
	must(h.t, err)
	p := profile.New(c)
	p.Form, p.Visibility, p.Style = "Ms. Keller", profile.AskEachVisit, profile.ApproachMe
	p.Preferred = []floor.AssociateID{associate("ana"), associate("marc")}
	if change != nil {
		change(&p)
	}
	must(h.t, h.profiles.Put(p))
	_, err = h.profiles.Grant(c, h.now, "n1", "page", profile.Purposes()...)
	must(h.t, err)
	return c
}

// comes brings a customer's phone inside.
func (h *house) comes(c floor.Customer) floor.Visit {
	v := floor.Visit{ID: floor.NewVisitID(), Phone: floor.NewPhone(), State: floor.Present, Began: h.now, At: h.now}
	h.phone = v.Phone
	h.desk.Arrive(concierge.Bound{Phone: v.Phone, Customer: c})
	h.desk.Greet(v, h.now)
	return v
}

// pass lets time go by in steps.
func (h *house) pass(d time.Duration) {
	for end := h.now.Add(d); h.now.Before(end); {
		h.now = h.now.Add(time.Second)
		h.desk.Sweep(h.now)
		h.take()
	}
}

// take collects events and returns the new ones of a kind.
func (h *house) take() { h.events = append(h.events, h.desk.Events()...) }

func (h *house) all(kind concierge.EventKind) (out []concierge.Event) {
	h.take()
	for _, e := range h.events {
		if e.Kind == kind {
			out = append(out, e)
		}
	}
	return out
}

func (h *house) offer(name string) *concierge.Offer {
	today, err := h.desk.Today(associate(name), h.now)
	must(h.t, err)
	return today.Offer
}

func TestSheIsAskedFirst(t *testing.T) {
	h := newHouse(t, nil)
	c := h.customer("c-1", nil)
	h.comes(c)
	if got := h.desk.Here(c, h.now); got.Stage != concierge.Awaiting || got.Ask != "ana" {
		t.Fatalf("her page: stage %s, asks about %q", got.Stage, got.Ask)
	}
	h.pass(time.Minute)
	if n := len(h.all(concierge.OfferCreated)); n != 0 {
		t.Fatalf("%d offers before her yes", n)
	}
	must(t, h.desk.Announce(c, concierge.ApproachMe, h.now))
	o := h.offer("ana")
	if o == nil || o.Name != "Ms. Keller" || o.Cover {
		t.Fatalf("ana's offer is %+v", o)
	}
	if got := o.Deadline.Sub(o.Created); got != 45*time.Second {
		t.Errorf("she has %v to answer, want 45 s", got)
	}
	if h.offer("marc") != nil {
		t.Error("marc is asked at the same time")
	}
	h.pass(46 * time.Second)
	if h.offer("ana") != nil || h.offer("marc") == nil {
		t.Error("after 45 s the next of her associates is not asked")
	}
}

func TestNoAnswerIsNo(t *testing.T) {
	h := newHouse(t, nil)
	c := h.customer("c-1", nil)
	h.comes(c)
	h.pass(21 * time.Minute)
	if got := h.desk.Here(c, h.now).Stage; got != concierge.Away {
		t.Errorf("after 20 minutes without an answer her page shows %s; it promised to forget that she came", got)
	}
	if n := len(h.all(concierge.VisitAnnounced)) + len(h.all(concierge.OfferCreated)) + len(h.all(concierge.VisitEnded)); n != 0 {
		t.Errorf("%d events tell of an unannounced visit", n)
	}
	// She may still ask, and then say no: that is a no, and her page says so.
	must(t, h.desk.Help(c, h.now))
	must(t, h.desk.NotToday(c, h.now))
	if got := h.desk.Here(c, h.now).Stage; got != concierge.Hidden {
		t.Errorf("after \"not today\" her page shows %s", got)
	}
}

func TestGrace(t *testing.T) {
	h := newHouse(t, nil)
	automatic := func(p *profile.Profile) { p.Visibility = profile.Automatic }
	says, silent := h.customer("c-no", automatic), h.customer("c-yes", automatic)
	h.comes(says)
	h.comes(silent)
	if got := h.desk.Here(says, h.now); got.Stage != concierge.Grace || got.Deadline.Sub(h.now) != 20*time.Second {
		t.Fatalf("stage %s until %v", got.Stage, got.Deadline)
	}
	h.pass(19 * time.Second)
	if n := len(h.all(concierge.OfferCreated)); n != 0 {
		t.Fatalf("%d offers within the grace", n)
	}
	must(t, h.desk.NotToday(says, h.now))
	h.pass(2 * time.Second)
	offers := h.all(concierge.OfferCreated)
	if len(offers) != 1 || offers[0].Customer != silent {
		t.Errorf("%d offers after the grace, want one, for the one who said nothing", len(offers))
	}
}

func TestBrowsingIsNeverOffered(t *testing.T) {
	h := newHouse(t, nil)
	c := h.customer("c-1", nil)
	v := h.comes(c)
	must(t, h.desk.Announce(c, concierge.LetMeBrowse, h.now))
	h.pass(10 * time.Minute)
	if n := len(h.all(concierge.OfferCreated)); n != 0 {
		t.Fatalf("%d offers for somebody who browses", n)
	}
	today, err := h.desk.Today(associate("ana"), h.now)
	must(t, err)
	if len(today.Browsing) != 1 || today.Browsing[0].Visit != v.ID {
		t.Errorf("ana's silent list is %+v", today.Browsing)
	}
	if lea, _ := h.desk.Today(associate("lea"), h.now); len(lea.Browsing) != 0 {
		t.Error("somebody who is not hers knows that she is here")
	}
	// She may turn it into a request at any time.
	must(t, h.desk.Help(c, h.now))
	if o := h.offer("ana"); o == nil || !o.Requested {
		t.Errorf("her request reached nobody: %+v", o)
	}
}

func TestInvisibleLeavesNothing(t *testing.T) {
	h := newHouse(t, nil)
	c := h.customer("c-1", func(p *profile.Profile) { p.Visibility = profile.Invisible })
	v := h.comes(c)
	h.pass(time.Minute)
	if len(h.events) != len(h.all(concierge.PhoneReleased)) || !h.released[v.Phone] {
		t.Errorf("events of an invisible customer: %+v", h.events)
	}
}

func TestPrivacySwitchEndsEverything(t *testing.T) {
	h := newHouse(t, nil)
	c := h.customer("c-1", nil)
	v := h.comes(c)
	must(t, h.desk.Announce(c, concierge.ApproachMe, h.now))
	_, err := h.desk.Accept(associate("ana"), h.offer("ana").ID, h.now)
	must(t, err)
	must(t, h.desk.SetVisibility(c, concierge.Invisible, h.now))
	if !h.released[v.Phone] {
		t.Error("her phone is still leased")
	}
	if len(h.all(concierge.CardRevoked)) != 1 || len(h.all(concierge.VisitEnded)) != 1 {
		t.Error("the card or the visit goes on")
	}
	if _, err := h.desk.Card(associate("ana"), v.ID, h.now); err != concierge.ErrNothing {
		t.Errorf("the card still opens: %v", err)
	}
	if today, _ := h.desk.Today(associate("ana"), h.now); today.Status != routing.Available {
		t.Errorf("ana is %v afterwards", today.Status)
	}
}
