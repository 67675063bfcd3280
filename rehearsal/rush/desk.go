package rush

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"time"

	"foyer/concierge"
	"foyer/floor"
	"foyer/ledger"
	"foyer/policy"
	"foyer/profile"
	"foyer/radio"
	"foyer/routing"
	"foyer/sync/office"
	"foyer/vault"
)

// deskName begins as foyerName does: the same promises are held.
const deskName = foyerName + "'s desk"

// deskHouse is the desk of a box itself, concierge.Desk, on files of its own,
// with the discretion table of headquarters. It does what a box does today,
// where own does all that routing knows. Which of several things the desk does
// first in a second is not settled by the seed.
type deskHouse struct {
	*day
	desk    *concierge.Desk
	keys    *vault.KeyRing
	cache   *profile.Cache
	book    *ledger.Log
	guests  map[floor.VisitID]*guest
	ids     map[*guest]floor.VisitID
	phones  map[*guest]floor.Phone
	who     map[*visit]floor.Customer
	closing time.Time
	err     error // the first one
}

// Bind and Release stand in for the guest list: no phone is looked for here.
func (*deskHouse) Bind(context.Context, netip.Addr, radio.Grant) (floor.Phone, error) {
	return floor.NewPhone(), nil
}

// Release lets a phone go.
func (*deskHouse) Release(floor.Phone) {}

// Forget lets go of whoever waits to be found.
func (*deskHouse) Forget(string) {}

// playDesk plays a day to a desk whose files are in an empty folder.
func playDesk(ctx context.Context, w *world, dir string) (Figures, error) {
	h := &deskHouse{guests: map[floor.VisitID]*guest{}, ids: map[*guest]floor.VisitID{}, phones: map[*guest]floor.Phone{},
		who: map[*visit]floor.Customer{}, closing: opening().Add((hours + 1) * time.Hour)}
	defer h.close()
	if err := h.openFiles(dir); err != nil {
		return Figures{}, fmt.Errorf("open a desk: %w", err)
	}
	if err := h.people(w); err != nil {
		return Figures{}, fmt.Errorf("bring people to a desk: %w", err)
	}
	f, err := play(ctx, w, h)
	if err = errors.Join(err, h.err); err != nil {
		return Figures{}, fmt.Errorf("play a day at a desk: %w", err)
	}
	return f, nil
}

func (h *deskHouse) openFiles(dir string) (err error) {
	if h.keys, err = vault.OpenKeys(dir, [32]byte{1}, vault.KeyOptions{}); err != nil {
		return err
	}
	if h.cache, err = profile.Open(dir, h.keys, profile.Options{Node: "rush"}); err != nil {
		return err
	}
	if h.book, err = ledger.Open(dir, h.keys, ledger.Options{}); err != nil {
		return err
	}
	table, err := policy.Parse(office.DiscretionTable())
	if err != nil {
		return err
	}
	h.desk, err = concierge.NewDesk(concierge.Options{Dir: dir, Keys: h.keys, Profiles: h.cache, Ledger: h.book, Binder: h,
		Policy: table, StoreID: "rush", Rules: concierge.Defaults()})
	if err == nil {
		h.desk.SetPlan(floor.Example())
	}
	return err
}

func (h *deskHouse) close() {
	if h.desk != nil {
		_ = h.desk.Close()
	}
	if h.book != nil {
		_ = h.book.Close()
	}
	if h.cache != nil {
		_ = h.cache.Close()
	}
	if h.keys != nil {
		_ = h.keys.Close()
	}
}

// people tells the desk of the staff, and the box of the customers who come.
func (h *deskHouse) people(w *world) error {
	var staff []floor.Associate
	var shifts []floor.Shift
	for _, s := range w.sellers {
		a := s.Associate
		a.Name = a.ID.Ref()
		staff = append(staff, a)
		if s.from.Before(s.to) {
			shifts = append(shifts, floor.Shift{Associate: a.ID, From: s.from, To: s.to})
		}
	}
	h.desk.SetRoster(staff, opening())
	h.desk.SetShifts(shifts)
	for _, v := range w.visits {
		c, err := floor.ParseCustomer(fmt.Sprintf("c-%05d", v.n))
		if err != nil {
			return err
		}
		p := profile.New(c)
		p.Form, p.Visibility, p.Style = "Customer", profile.AskEachVisit, profile.ServiceStyle(styles()[v.style])
		p.Preferred, p.Blocked, p.Languages = v.preferred, v.blocked, v.languages
		if v.quiet {
			p.Wishes = []string{"quiet"}
		}
		if err := h.cache.Put(p); err != nil {
			return err
		}
		if _, err := h.cache.Grant(c, opening(), "rush", "page", profile.Purposes()...); err != nil {
			return err
		}
		h.who[v] = c
	}
	return nil
}

func styles() map[routing.ServiceStyle]concierge.Style {
	return map[routing.ServiceStyle]concierge.Style{routing.LetMeBrowse: concierge.LetMeBrowse,
		routing.OnlyMine: concierge.OnlyMine, routing.ApproachMe: concierge.ApproachMe}
}

func (h *deskHouse) name() string { return deskName }

// begin lets the desk look at the time once a second, as a box does.
func (h *deskHouse) begin(d *day) {
	h.day = d
	var tick func()
	tick = func() {
		h.desk.Sweep(h.now)
		if h.now.Before(h.closing) {
			h.in(time.Second, tick)
		}
	}
	h.at(opening().Add(-time.Hour), tick)
}

// check keeps the first error; a desk that merely says that the moment has
// passed has made none.
func (h *deskHouse) check(err error) bool {
	if err == nil {
		return true
	}
	if h.err == nil && !errors.Is(err, concierge.ErrMoved) && !errors.Is(err, concierge.ErrNothing) {
		h.err = err
	}
	return false
}

func (h *deskHouse) present(p *presence, was routing.PresenceStatus) {
	switch {
	case p.status == routing.OffShift:
		h.desk.SignOff(p.ID, h.now)
		h.desk.Live(p.ID, false, h.now)
	case was == routing.OffShift:
		h.check(h.desk.SignOn(p.ID, h.now))
		h.desk.Live(p.ID, !p.lost, h.now)
	default:
		h.check(h.desk.SetStatus(p.ID, p.status, h.now))
	}
}

func (h *deskHouse) reach(p *presence) {
	if p.status != routing.OffShift {
		h.desk.Live(p.ID, !p.lost, h.now)
	}
}

// open is her yes on her page, or her wish for somebody.
func (h *deskHouse) open(g *guest, u routing.Urgency) {
	c := h.who[g.visit]
	if u == routing.Arrival {
		v := floor.Visit{ID: floor.NewVisitID(), Phone: floor.NewPhone(), State: floor.Present, Began: h.now, At: h.now, Zone: g.zone}
		h.guests[v.ID], h.ids[g], h.phones[g] = g, v.ID, v.Phone
		h.desk.Arrive(concierge.Bound{Phone: v.Phone, Customer: c})
		h.desk.Greet(v, h.now)
	} else if g.task != nil {
		h.over(g.task, "asked")
	}
	// What the desk does not tell routing, the scorer does not expect of it.
	t := &task{Task: g.visit.task(u, h.now), guest: g}
	t.Skills, t.Covers, t.CoversWelcome, t.Served = nil, nil, false, nil
	g.task = t
	if u == routing.Requested {
		h.score.opened(t)
		h.check(h.desk.Help(c, h.now))
		return
	}
	if g.style != routing.LetMeBrowse {
		h.score.opened(t)
	}
	h.check(h.desk.Announce(c, styles()[g.style], h.now))
}

func (h *deskHouse) end(g *guest, why string) {
	if g.task != nil {
		h.over(g.task, why)
	}
	h.desk.Left(h.phones[g], h.now)
}

func (h *deskHouse) answer(o *offer, yes bool) bool {
	if !yes {
		h.check(h.desk.Decline(o.to.ID, concierge.OfferID(o.id), "busy", h.now))
		return false
	}
	_, err := h.desk.Accept(o.to.ID, concierge.OfferID(o.id), h.now)
	return h.check(err)
}

func (h *deskHouse) served(g *guest, p *presence) {
	h.check(h.desk.WrapUp(p.ID, h.ids[g], true, h.now))
	h.desk.Left(h.phones[g], h.now)
}

// settle takes what the desk has decided to those whom it concerns.
func (h *deskHouse) settle() {
	for _, e := range h.desk.Events() {
		g := h.guests[e.Visit]
		if g == nil || e.Offer == "" {
			continue
		}
		if e.Kind == concierge.OfferCreated {
			h.created(g, e)
			continue
		}
		if o := h.find(e); o != nil {
			h.settled(o, e.Kind)
		}
	}
}

func (h *deskHouse) created(g *guest, e concierge.Event) {
	if g.task == nil { // as when the desk asks anew for one whom nobody serves any more
		return
	}
	p := h.staff[slices.IndexFunc(h.staff, func(p *presence) bool { return p.ID == e.Associate })]
	o := h.asked(g.task, p, routing.Offer{Associate: e.Associate, Ring: routing.Ring(e.Ring), Timeout: time.Minute})
	o.id = string(e.Offer)
}

func (h *deskHouse) find(e concierge.Event) *offer {
	for _, p := range h.staff {
		for _, o := range p.open {
			if o.id == string(e.Offer) {
				return o
			}
		}
	}
	return nil
}

func (h *deskHouse) settled(o *offer, kind concierge.EventKind) {
	switch kind {
	case concierge.OfferTimedOut:
		o.close(routing.TimedOut)
		h.missed(o.to)
	case concierge.OfferDeclined:
		o.close(routing.Declined)
	case concierge.OfferAccepted:
		o.close(routing.Accepted)
	case concierge.OfferRescinded:
		o.close(routing.Rescinded)
	}
}
