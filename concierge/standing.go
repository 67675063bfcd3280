package concierge

import (
	"fmt"
	"time"

	"foyer/concierge/conduct"
	"foyer/floor"
)

// OwnConduct is what an associate reads about her own conduct: never what was said
// of one visit.
type OwnConduct struct {
	Tier     floor.Tier
	Decision *conduct.Decision // a manager's, while it holds
	Training *conduct.Training
	Revealed int            // within the last 30 days
	Shares   conduct.Shares // zero unless enough customers are in them
	Workshop bool           // what she finishes lifts her tier
	Manager  string         // first name of who decided
}

// A Person is an associate as a manager sees her conduct.
type Person struct {
	ID, Name string
	OwnConduct
	Grounds []conduct.Ground // of a proposal to restrict her; empty: none
}

// standings reads what is on record of everybody on the roster, and gives each
// her tier.
func (d *Desk) standings(staff []floor.Associate, now time.Time) {
	clear(d.given)
	clear(d.standing)
	for _, a := range staff {
		s, err := d.conduct.Standing(a.ID)
		if err != nil {
			d.log.Error("an associate's tier is not known", "err", err)
			s = conduct.Standing{Decision: &conduct.Decision{Tier: floor.TierUntrained, At: now}} // the strictest
		}
		d.given[a.ID], d.standing[a.ID] = a.Tier, s
	}
	d.retier(now)
}

// retier gives everybody the tier of this moment, and decides cards anew if that
// is another for somebody.
func (d *Desk) retier(now time.Time) {
	changed := false
	for id, a := range d.roster {
		tier := d.standing[id].Tier(d.given[id], now)
		if tier != a.Tier {
			a.Tier = tier
			d.roster[id], changed = a, true
		}
	}
	if !changed {
		return
	}
	for _, s := range d.stays {
		d.redecide(s, now)
	}
}

// recorded reads anew what is on record of one associate.
func (d *Desk) recorded(a floor.AssociateID, now time.Time) error {
	s, err := d.conduct.Standing(a)
	if err != nil {
		return err
	}
	d.standing[a] = s
	d.retier(now)
	d.emit(Event{Kind: FloorChanged, At: now, Associate: a})
	return nil
}

// OwnConduct is an associate's own page on her conduct.
func (d *Desk) OwnConduct(a floor.AssociateID, now time.Time) (OwnConduct, error) {
	if _, ok := d.roster[a]; !ok || !d.attends(a).signedOn {
		return OwnConduct{}, ErrNothing
	}
	figures, err := d.conduct.Figures(d.order, now)
	if err != nil {
		return OwnConduct{}, err
	}
	shares, err := d.conduct.Shares(d.midnight(now), now)
	return d.ownConduct(a, figures[a], shares[a.Ref()], now), err
}

func (d *Desk) ownConduct(a floor.AssociateID, f conduct.Figures, s conduct.Shares, now time.Time) OwnConduct {
	on := d.standing[a]
	own := OwnConduct{Tier: d.roster[a].Tier, Training: on.Training, Revealed: f.Revealed, Shares: s, Workshop: d.roster[a].Tier == floor.TierUntrained}
	if x := on.Decision; x != nil && x.Tier == own.Tier && x.Tier != floor.TierStandard {
		own.Decision = x
		if by, err := floor.ParseAssociate(x.By); err == nil {
			own.Manager = d.roster[by].Name
		}
	}
	return own
}

func (d *Desk) midnight(now time.Time) time.Time {
	y, m, day := now.In(d.zone).Date()
	return time.Date(y, m, day, 0, 0, 0, 0, d.zone)
}

// Conduct is a manager's page: everybody's tier, and what is proposed. Nothing
// changes by a proposal.
func (d *Desk) Conduct(manager floor.AssociateID, now time.Time) ([]Person, error) {
	if !d.Manages(manager) {
		return nil, ErrNothing
	}
	figures, err := d.conduct.Figures(d.order, now)
	if err != nil {
		return nil, err
	}
	shares, err := d.conduct.Shares(d.midnight(now), now)
	if err != nil {
		return nil, err
	}
	proposed := conduct.Propose(figures)
	var out []Person
	for _, id := range d.order {
		p := Person{ID: id.Ref(), Name: d.roster[id].Name, OwnConduct: d.ownConduct(id, figures[id], shares[id.Ref()], now)}
		if p.Tier == floor.TierStandard {
			p.Grounds = proposed[id]
		}
		out = append(out, p)
	}
	return out, nil
}

// ErrOwn means that a manager wants to decide on herself.
var ErrOwn = fmt.Errorf("%w: nobody decides on herself", ErrNothing)

// SetTier is a manager's word on an associate's tier, with the reason that she
// reads. Nobody decides on herself.
func (d *Desk) SetTier(manager floor.AssociateID, ref string, tier floor.Tier, reason string, until, now time.Time) error {
	a, err := d.under(manager, ref)
	if err != nil {
		return err
	}
	decision := conduct.Decision{Associate: ref, Tier: tier, Reason: reason, At: now.UTC(), By: manager.Ref()}
	if tier == floor.TierRestricted {
		decision.Until = until.UTC()
	}
	if err := d.conduct.Decide(decision); err != nil {
		return fmt.Errorf("set a tier: %w", err)
	}
	return d.recorded(a, now)
}

// RecordTraining is a manager's word that an associate has finished a workshop.
func (d *Desk) RecordTraining(manager floor.AssociateID, ref, version string, now time.Time) error {
	a, err := d.under(manager, ref)
	if err != nil {
		return err
	}
	if err := d.conduct.Train(conduct.Training{Associate: ref, Version: version, At: now.UTC(), By: manager.Ref()}); err != nil {
		return err
	}
	return d.recorded(a, now)
}

// under returns whom a manager may decide on.
func (d *Desk) under(manager floor.AssociateID, ref string) (floor.AssociateID, error) {
	a, err := floor.ParseAssociate(ref)
	if err != nil || !d.Manages(manager) {
		return a, ErrNothing
	}
	if _, ok := d.roster[a]; !ok {
		return a, ErrNothing
	}
	if a == manager {
		return a, ErrOwn
	}
	return a, nil
}
