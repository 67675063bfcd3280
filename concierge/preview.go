package concierge

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"foyer/floor"
	"foyer/policy"
	"foyer/profile"
	"foyer/routing"
)

// A Preview is a customer's own look at her card, as somebody would be shown it at
// this moment, once she is announced.
type Preview struct {
	As   []Onlooker // as whom she may look
	Card CardView   // as the chosen one
}

// An Onlooker is somebody as whom she looks at her card: one of her own, one who
// served her before, who stands in, or anybody else.
type Onlooker struct {
	ID       string // by which she chooses; it names nobody
	Relation string // preferred, served, substitute or none
	Name     string // first name of one she named or has met, else empty
	Chosen   bool

	viewer   floor.Associate
	relation policy.Relation
}

// Preview makes the card that somebody would be shown, by the same code as every
// card. Nobody looks but she, so nothing is written down, counted or told, and her
// stay is as it was. It opens for her alone: no card of an associate's begins here.
//
// A tier is an associate's own matter, and so are her hours and that she does not
// want to be sent to her: none of it is to be read off a card that is missing, or
// has less on it, or says when somebody is in again. So she is shown what one of the
// standard tier who comes would be, without the lines on how to stand in for whom.
func (d *Desk) Preview(c floor.Customer, as string, now time.Time) (Preview, error) {
	p, err := d.profiles.Get(c)
	if err != nil {
		return Preview{}, ErrNothing
	}
	if !d.mayTell(c) {
		return Preview{}, ErrConsent
	}
	s := d.previewed(c)
	out := Preview{As: d.onlookers(p, s, now)}
	i := 0
	if as != "" {
		i = slices.IndexFunc(out.As, func(o Onlooker) bool { return o.ID == as })
	}
	if i < 0 {
		return Preview{}, ErrNothing
	}
	o := &out.As[i]
	o.Chosen = true
	view := d.maker(p, s, o.viewer, o.relation, now).draw(s)
	view.Guidance = slices.DeleteFunc(view.Guidance, func(g Guidance) bool { return g.ID == "G03" || g.ID == "G04" })
	out.Card = d.overlay(Card{view}, looker{s, p, o.relation}, o.viewer.ID, now).view
	return out, nil
}

// previewed is her stay as it would be were she announced, or of one who is not
// here: a copy, which nothing that is done with it changes.
func (d *Desk) previewed(c floor.Customer) *stay {
	s := &stay{customer: c, history: d.allowed(c, profile.HistoryStore)}
	if now := d.stays[c]; now != nil {
		*s = *now
	}
	s.opened = true
	return s
}

// onlookers are as whom she may look: her own in her order, who served her before,
// the latest first, who stands in, and anybody else.
func (d *Desk) onlookers(p profile.Profile, s *stay, now time.Time) (out []Onlooker) {
	add := func(id string, a floor.Associate, rel policy.Relation) {
		name := a.Name
		a.Tier = floor.TierStandard
		out = append(out, Onlooker{ID: id, Relation: rel.String(), Name: name, viewer: a, relation: rel})
	}
	mine := d.preferredOf(p)
	for i, a := range mine {
		add(fmt.Sprintf("own-%d", i+1), d.viewer(a), policy.RelationPreferred)
	}
	met := d.served.of(s.customer)
	slices.SortFunc(met, func(x, y routing.Served) int {
		return cmp.Or(y.At.Compare(x.At), cmp.Compare(x.Associate.Ref(), y.Associate.Ref()))
	})
	n := 0
	for _, x := range met {
		_, here := d.roster[x.Associate]
		if here && n < maxPreferred && !slices.Contains(p.Blocked, x.Associate) && d.relationIn(p, s, x.Associate, now) == policy.RelationServed {
			n++
			add(fmt.Sprintf("served-%d", n), d.viewer(x.Associate), policy.RelationServed)
		}
	}
	standIn := floor.Associate{Role: floor.RoleAssociate} // whom she has not met
	if s.server.Valid() && d.relationIn(p, s, s.server, now) == policy.RelationSubstitute {
		standIn = d.viewer(s.server)
	}
	add("substitute", standIn, policy.RelationSubstitute)
	add("none", floor.Associate{Role: floor.RoleAssociate}, policy.RelationNone)
	return out
}
