package rush

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
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
