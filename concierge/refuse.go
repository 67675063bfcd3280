package concierge

import (
	"cmp"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"time"

	"foyer/concierge/drawer"
	"foyer/floor"
	"foyer/ledger"
	"foyer/profile"
	"foyer/vault"
)

const (
	refusalsBucket = "refusals"
	refusalTTL     = relationTTL
)

// refusalBuckets declares what desk.db holds of associates' refusals.
func refusalBuckets() []vault.Bucket {
	return []vault.Bucket{{Name: refusalsBucket, Purpose: "an associate is not sent to a customer whom she asked not to serve",
		Basis: "legitimate interest: the associate's own protection", TTL: refusalTTL, Whose: "customers and staff",
		Fields: "associate, when; no reason", Under: vault.UnderHers}}
}

// A refusal is an associate's wish not to be sent to a customer. Nobody is told
// of it, and no reason is asked.
type refusal struct {
	Associate string    `json:"associate"`
	At        time.Time `json:"at"`
}

func (s *served) refusals() drawer.Drawer { return drawer.Of(s.file, s.keys, refusalsBucket) }

// refusing are the associates who do not want to be sent to a customer.
func (d *Desk) refusing(c floor.Customer) []floor.AssociateID {
	if all, ok := d.refused[c]; ok {
		return all
	}
	rows, err := drawer.All[refusal](d.served.refusals(), c)
	if errors.Is(err, vault.ErrAway) {
		return nil // nothing of her opens now: it is read once it does
	}
	if err != nil {
		d.log.Error("who does not want to serve somebody", "err", err)
		return nil
	}
	var all []floor.AssociateID
	for _, r := range rows {
		if a, err := floor.ParseAssociate(r.Associate); err == nil {
			all = append(all, a)
		}
	}
	if len(d.refused) > 1000 { // it is read again
		clear(d.refused)
	}
	d.refused[c] = all
	return all
}

// person is a customer's profile for decisions about the staff: who does not want
// to be sent to her counts like somebody she does not want.
func (d *Desk) person(c floor.Customer) (profile.Profile, error) {
	p, err := d.profiles.Get(c)
	if all := d.refusing(c); err == nil && len(all) > 0 {
		p.Blocked = slices.Concat(p.Blocked, all)
	}
	return p, err
}

// shownTo is an associate as a customer of hers may see her. One who does not
// want to be sent to her is not available, like one who is away.
func (d *Desk) shownTo(c floor.Customer, a floor.AssociateID, now time.Time) Colleague {
	out := d.shown(a, now)
	if slices.Contains(d.refusing(c), a) {
		out.Presence, out.From, out.Until = Unavailable, time.Time{}, time.Time{}
	}
	return out
}

// clientRef is the name of a customer for one associate: it leads to nobody, and
// another associate's is another.
func clientRef(keys *vault.KeyRing, a floor.AssociateID, c floor.Customer) string {
	return hex.EncodeToString(keys.Index("client", a.Ref()+" "+c.Ref())[:12])
}

// Refuse has an associate not be sent to a customer any more, or again. The
// customer is one who lists her, by the reference of that list, or one whose
// visit she is with.
func (d *Desk) Refuse(a floor.AssociateID, ref string, yes bool, now time.Time) error {
	if _, ok := d.roster[a]; !ok {
		return ErrNothing
	}
	c, err := d.client(a, ref)
	if err != nil {
		return err
	}
	if yes {
		err = drawer.Put(d.served.refusals(), c, a.Ref(), refusal{a.Ref(), now.UTC()})
	} else {
		err = d.served.refusals().Drop(c, a.Ref())
	}
	if err != nil {
		return fmt.Errorf("refuse: %w", err)
	}
	delete(d.refused, c)
	d.Changed(c, now)
	return nil
}

// client finds whom an associate means.
func (d *Desk) client(a floor.AssociateID, ref string) (floor.Customer, error) {
	if s := d.visits[floor.VisitID(ref)]; s != nil && s.server == a {
		return s.customer, nil
	}
	return d.listing(a, ref)
}

// listing finds who named an associate by the reference of her list.
func (d *Desk) listing(a floor.AssociateID, ref string) (floor.Customer, error) {
	all, err := d.profiles.Listing(a)
	if err != nil {
		return floor.Customer{}, err
	}
	for _, c := range all {
		if clientRef(d.served.keys, a, c) == ref {
			return c, nil
		}
	}
	return floor.Customer{}, ErrNothing
}

// A Lister is a customer who named an associate as hers.
type Lister struct {
	Ref     string
	Name    string    // her form of address
	Refused bool      // the associate does not want to be sent to her
	Last    time.Time // when the associate last served her, zero: never, or it is not kept
}

// ListedBy returns who named an associate, of those who let associates know them
// and do not wish to be invisible, and answer to what she looks for: whom she
// served last comes first, and there are MostListed at most; more says that there
// are others. That she reads a name is written down first, once a day. It runs on
// the caller's goroutine; the first call reads every profile.
func (d *Door) ListedBy(a floor.AssociateID, role floor.Role, search string, now time.Time) (out []Lister, more bool, err error) {
	all, err := d.profiles.Listing(a)
	if err != nil {
		return nil, false, fmt.Errorf("who lists her: %w", err)
	}
	who := map[string]floor.Customer{}
	for _, c := range all {
		p, err := d.profiles.Get(c)
		if err != nil || !inBook(d.profiles, p, a) || !sought(p.Form, search) {
			continue
		}
		l := Lister{Ref: clientRef(d.served.keys, a, c), Name: p.Form, Last: lastWith(d.profiles, d.served, c, a)}
		out, who[l.Ref] = append(out, l), c
	}
	slices.SortFunc(out, func(a, b Lister) int {
		return cmp.Or(b.Last.Compare(a.Last), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Ref, b.Ref))
	})
	more = len(out) > MostListed
	out = out[:min(len(out), MostListed)]
	for i := range out {
		c := who[out[i].Ref]
		if err := d.seen(a, role, c, out[i].Ref, now); err != nil {
			return nil, false, err
		}
		if _, out[i].Refused, err = drawer.Get[refusal](d.served.refusals(), c, a.Ref()); err != nil {
			return nil, false, fmt.Errorf("who lists her: %w", err)
		}
	}
	return out, more, nil
}

// seen writes down, once a day, that an associate reads a name of her list.
func (d *Door) seen(a floor.AssociateID, role floor.Role, c floor.Customer, ref string, now time.Time) error {
	return d.listings.once(now.UTC().Format(time.DateOnly), ref, func() error {
		_, err := d.ledger.Append(c, ledger.Row{At: now, Viewer: a, Role: string(role), Relation: "preferred", Purpose: "her_own_list",
			Items: []ledger.Item{{ID: "address", Disclosure: "full", Rule: "listed"}}, Policy: "-"})
		if err != nil {
			return fmt.Errorf("%w: %w", ErrLedger, err)
		}
		return nil
	})
}

// Block has an associate of this store not be sent to a customer any more, or
// again, at the customer's wish. One she blocks is hers no longer, in the same step.
func (d *Desk) Block(c floor.Customer, ref string, yes bool, now time.Time) error {
	a, err := floor.ParseAssociate(ref)
	if err != nil {
		return ErrNothing
	}
	if _, ok := d.roster[a]; !ok {
		return ErrNothing
	}
	if _, err := d.profiles.Get(c); err != nil {
		return ErrNothing
	}
	return d.choose(c, now, func(was profile.Choice) profile.Choice {
		was.Blocked = slices.DeleteFunc(slices.Clone(was.Blocked), func(id floor.AssociateID) bool { return id == a })
		if yes {
			was.Blocked = append(was.Blocked, a)
		}
		return was
	})
}

// Blocked are the associates of this store whom a customer does not want.
func (d *Desk) Blocked(c floor.Customer) (out []Colleague) {
	p, err := d.profiles.Get(c)
	if err != nil {
		return nil
	}
	for _, a := range p.Blocked {
		if who, ok := d.roster[a]; ok {
			out = append(out, Colleague{ID: a.Ref(), Name: who.Name})
		}
	}
	return out
}
