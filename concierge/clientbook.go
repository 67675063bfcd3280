package concierge

import (
	"fmt"
	"strings"
	"time"

	"foyer/floor"
	"foyer/ledger"
	"foyer/policy"
	"foyer/profile"
)

// MostListed is how many clients an associate's book shows at once. Whoever wants
// another looks for her by name: a book is read, and not copied.
const MostListed = 30

// A ClientEntry is what an associate's book has of a client who named her, outside
// any visit: what she sold her herself, what she wrote herself, and when she last
// served her.
type ClientEntry struct {
	Lister
	Say       string // pronunciation
	Languages []string
	Visit     floor.VisitID // under way, if she has been told of it
	Sections  []Section
}

// opened remembers what of a book was written down as read today.
type opened struct {
	day  string
	rows map[string]bool
}

// once reports whether something is not yet written down of this day, and takes
// note that it is.
func (o *opened) once(what string, now time.Time) bool {
	if day := now.UTC().Format(time.DateOnly); o.day != day {
		o.day, o.rows = day, map[string]bool{}
	}
	if o.rows[what] {
		return false
	}
	o.rows[what] = true
	return true
}

// ClientEntry opens an associate's book at one client. What she reads is written
// down first, once a day. Outside a visit the table has nothing for anybody; of
// what is her own, sales and notes, it decides as if there were one, so that what
// a customer hides, closes or objects to is not here either.
func (d *Desk) ClientEntry(a floor.AssociateID, ref string, now time.Time) (ClientEntry, error) {
	if !d.attends(a).signedOn {
		return ClientEntry{}, ErrNothing
	}
	c, err := d.listing(a, ref)
	if err != nil {
		return ClientEntry{}, err
	}
	p, err := d.profiles.Get(c)
	if err != nil || !inBook(d.profiles, p, a) {
		return ClientEntry{}, ErrNothing
	}
	own := p
	own.Purchases, own.Notes = nil, nil
	for _, x := range p.Purchases {
		if x.Seller == a {
			own.Purchases = append(own.Purchases, x)
		}
	}
	for _, n := range p.Notes {
		if n.Author == a {
			own.Notes = append(own.Notes, n)
		}
	}
	m := d.maker(own, &stay{customer: c, opened: true}, d.viewer(a), policy.RelationPreferred, now)
	m.items = append(m.items, AccessItem{ID: "address", Disclosure: "full", Rule: "listed"})
	m.room = roomForNotes
	m.notes()
	m.room += roomForPurchases
	m.purchases()
	if err := d.opens(m, c, a, ref, now); err != nil {
		return ClientEntry{}, err
	}
	e := ClientEntry{Lister: Lister{Ref: ref, Name: p.Form, Last: lastWith(d.profiles, d.served, c, a)}, Say: p.Say, Languages: p.Languages, Sections: m.sections}
	for _, id := range d.refusing(c) {
		e.Refused = e.Refused || id == a
	}
	if s := d.stays[c]; s != nil && s.told[a] {
		if x, err := d.look(a, s.id, now); err == nil {
			e.Visit = x.id
		}
	}
	return e, nil
}

// opens writes down what is about to be read.
func (d *Desk) opens(m *maker, c floor.Customer, a floor.AssociateID, ref string, now time.Time) error {
	what := ref
	for _, x := range m.items {
		what += " " + x.ID + x.Disclosure
	}
	if !d.books.once(what, now) {
		return nil
	}
	_, err := d.ledger.Append(c, ledger.Row{At: now, Viewer: a, Role: string(m.viewer.Role), Relation: policy.RelationPreferred.String(),
		Purpose: "her_own_list", Items: m.ledgerItems(), Policy: d.policy.Version()})
	if err != nil {
		delete(d.books.rows, what)
		return fmt.Errorf("%w: %w", ErrLedger, err)
	}
	return nil
}

// inBook reports whether a customer stands in the book of an associate whom she
// named.
func inBook(profiles *profile.Cache, p profile.Profile, a floor.AssociateID) bool {
	blocked := false
	for _, id := range p.Blocked {
		blocked = blocked || id == a
	}
	return p.Form != "" && !blocked && Visibility(p.Visibility) != Invisible && profiles.Allowed(p.Customer, profile.ProfileToAssociates)
}

// lastWith is when an associate last served a customer who lets visits be kept.
func lastWith(profiles *profile.Cache, s *served, c floor.Customer, a floor.AssociateID) time.Time {
	if !profiles.Allowed(c, profile.HistoryStore) {
		return time.Time{}
	}
	at, _ := s.at(c, a)
	return at
}

// sought reports whether a name answers to what was typed.
func sought(name, search string) bool {
	return strings.Contains(strings.ToLower(name), strings.ToLower(strings.TrimSpace(search)))
}
