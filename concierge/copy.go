package concierge

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"foyer/floor"
	"foyer/ledger"
	"foyer/policy"
	"foyer/profile"
)

// A Copy is everything this box holds of one customer, for herself. Its JSON
// has every field; Lines are the same for reading.
type Copy struct {
	Schema   string          `json:"schema"`
	Made     time.Time       `json:"made"`
	Held     json.RawMessage `json:"held"` // her profile, consents and codes, as they are stored
	General  []string        `json:"in_general"`
	Accesses []CopyAccess    `json:"accesses"`
	Served   []CopyServed    `json:"served_by"`
	Sessions []CopySession   `json:"sessions"` // the caller's to fill in
	Photo    []byte          `json:"-"`        // JPEG; Held has it too
	Lines    []CopyLine      `json:"-"`
}

// A CopyAccess is one time a card of hers was opened. Who is a first name, or
// the role of somebody who has left.
type CopyAccess struct {
	At       time.Time  `json:"at"`
	Who      string     `json:"who"`
	Role     string     `json:"role"`
	Relation string     `json:"relation"`
	Purpose  string     `json:"purpose"`
	Reason   string     `json:"reason,omitempty"`
	Policy   string     `json:"policy"` // version of the table that decided
	Items    []CopyItem `json:"items"`
}

// A CopyItem is what was shown at an access, how far, and by which rule.
type CopyItem struct {
	ID         string `json:"id"`
	Disclosure string `json:"disclosure"`
	Rule       string `json:"rule"`
}

// A CopyServed is who served her last, and when.
type CopyServed struct {
	Who string    `json:"who"`
	At  time.Time `json:"at"`
}

// A CopySession is one phone or browser on which she is signed in.
type CopySession struct {
	Until time.Time `json:"until"`
	This  bool      `json:"this"` // the one that asks
}

// A CopyLine is one thing that is held. Kind groups lines; At may be zero.
type CopyLine struct {
	Kind, Text, Detail string
	At                 time.Time
}

// Copy returns everything of her. Names are associates' first names by
// reference, general what the desk says of her in general.
func (d *Door) Copy(c floor.Customer, names map[string]string, general []string, now time.Time) (Copy, error) {
	out := Copy{Schema: "foyer.copy/1", Made: now.UTC(), General: append([]string{}, general...), Accesses: []CopyAccess{}, Served: []CopyServed{}, Sessions: []CopySession{}}
	held, err := d.profiles.Export(c)
	if errors.Is(err, profile.ErrUnknown) {
		return Copy{}, ErrNothing
	}
	if err == nil {
		out.Held, err = json.Marshal(held)
	}
	if err != nil {
		return Copy{}, fmt.Errorf("copy of a customer: %w", err)
	}
	out.Photo = held.Photo
	name := func(a floor.AssociateID) string {
		if n, ok := names[a.Ref()]; ok {
			return n
		}
		return "an associate" // of another store, or who has left
	}
	p, err := d.profiles.Get(c)
	if err != nil && !errors.Is(err, profile.ErrUnknown) {
		return Copy{}, fmt.Errorf("copy of a customer: %w", err)
	}
	if err == nil {
		out.aboutHer(p, name)
		out.lived(p, name)
	}
	if n := len(held.Invitations); n > 0 {
		out.add(kindInvitation, fmt.Sprintf("Codes made for you, used or not: %d", n), "", time.Time{})
	}
	consents, err := d.profiles.Consents(c)
	if err != nil {
		return Copy{}, fmt.Errorf("copy of a customer: %w", err)
	}
	for _, x := range consents.List() {
		out.consent(x)
	}
	for _, g := range general {
		out.add("general", g, "", time.Time{})
	}
	rows, err := d.ledger.Of(c)
	if err != nil {
		return Copy{}, fmt.Errorf("copy of a customer: %w", err)
	}
	for _, r := range rows {
		out.access(r, name)
	}
	for _, s := range d.served.of(c) {
		out.Served = append(out.Served, CopyServed{name(s.Associate), s.At})
		out.add(kindServed, name(s.Associate), "", s.At)
	}
	return out, nil
}

func (y *Copy) add(kind, text, detail string, at time.Time) {
	y.Lines = append(y.Lines, CopyLine{kind, text, detail, at})
}

// spaced puts a word of the box into words.
func spaced[T ~string](word T) string { return strings.ReplaceAll(string(word), "_", " ") }

// aboutHer are the lines of who she is and what she told.
func (y *Copy) aboutHer(p profile.Profile, name func(floor.AssociateID) string) {
	for _, x := range []struct{ what, is string }{{"Number here and at headquarters", p.Customer.Ref()}, {"Addressed as", p.Form}, {"Pronounced", p.Say},
		{"To be served", spaced(p.Style)}, {"When you come", spaced(p.Visibility)}, {"Audience of purchases here", spaced(p.Audience.Store)},
		{"Of purchases in other stores", spaced(p.Audience.OtherStores)}, {"Of purchases online", spaced(p.Audience.Online)}} {
		if x.is != "" {
			y.add(kindProfile, x.is, x.what, time.Time{})
		}
	}
	list := func(what string, all []string) {
		for _, s := range all {
			y.add(kindProfile, s, what, time.Time{})
		}
	}
	list("Language", p.Languages)
	list("Wish", p.Wishes)
	list("Interest", p.Interests)
	for _, a := range p.Preferred {
		y.add(kindProfile, name(a), "Your associate", time.Time{})
	}
	for _, a := range p.Blocked {
		y.add(kindProfile, name(a), "Not to be sent to you", time.Time{})
	}
	if !p.NotToday.IsZero() {
		y.add(kindProfile, "Not today", "Said on your page", p.NotToday)
	}
	for _, s := range p.Stated {
		y.add(kindStated, s.Text, spaced(s.Kind)+", for "+spaced(s.Audience), time.Time{})
	}
}

// lived are the lines of what she bought, what waits, and what others wrote.
func (y *Copy) lived(p profile.Profile, name func(floor.AssociateID) string) {
	for _, s := range p.Services {
		y.add("services", s.Text, "", s.Until)
	}
	for _, b := range p.Purchases {
		detail := b.Category + ", " + string(b.Sensitivity)
		if b.Colour != "" {
			detail += ", " + b.Colour
		}
		where := "online"
		if b.Store != "" {
			where = "in " + b.Store
		}
		detail += ", " + where
		if b.Seller.Valid() {
			detail += ", sold by " + name(b.Seller)
		}
		if b.Hidden {
			detail += ", hidden"
		}
		y.add(kindPurchase, b.Text, detail, b.At)
	}
	for _, n := range p.Notes {
		detail := "by " + name(n.Author) + ", " + spaced(n.Kind) + ", for " + spaced(n.Visibility)
		if n.Objected {
			detail += ", withheld"
		}
		y.add(kindNote, n.Text, detail, n.At)
	}
	for _, a := range p.Appointments {
		detail := string(a.State)
		if a.With.Valid() {
			detail += ", with " + name(a.With)
		}
		y.add(kindAppointment, a.Topic, detail, a.At)
	}
}

func (y *Copy) consent(x profile.Consent) {
	word := "withdrawn"
	if x.Granted {
		word = "allowed"
	}
	detail := word
	if x.Method != "" {
		detail += ", by " + x.Method
	}
	if x.Notice != "" {
		detail += ", text " + x.Notice
	}
	y.add(kindConsent, spaced(x.Purpose), detail, x.At.Wall)
}

func (y *Copy) access(r ledger.Row, name func(floor.AssociateID) string) {
	a := CopyAccess{At: r.At, Who: name(r.Viewer), Role: r.Role, Relation: r.Relation, Purpose: r.Purpose, Reason: r.Reason, Policy: r.Policy, Items: []CopyItem{}}
	for _, it := range r.Items {
		a.Items = append(a.Items, CopyItem(it))
	}
	y.Accesses = append(y.Accesses, a)
	detail := a.Role + ", " + a.Relation + ", for " + a.Purpose
	if a.Reason != "" {
		detail += ", because: " + a.Reason
	}
	for _, class := range classes(r.Items) {
		detail += "; " + class
	}
	y.add(kindAccess, a.Who, detail, a.At)
}

// InGeneral are the hints the table gives of her purchases to those who did
// not sell them to her: her associates, and who has served her. Nothing is in
// it that she does not allow.
func (d *Desk) InGeneral(c floor.Customer, now time.Time) []string {
	p, err := d.profiles.Get(c)
	if err != nil {
		return nil
	}
	consents := d.consentsOf(c)
	var out []string
	for _, rel := range []policy.Relation{policy.RelationPreferred, policy.RelationServed} {
		m := &maker{desk: d, profile: p, consents: consents, now: now, base: policy.Facts{Relation: rel,
			Tier: floor.TierStandard, Consent: consents.Allowed(profile.ProfileToAssociates), Announced: true, Stale: d.stale}}
		m.purchases()
		for _, s := range m.sections {
			for _, it := range s.Items {
				if s.Kind == "affinity" && !slices.Contains(out, it.Text) {
					out = append(out, it.Text)
				}
			}
		}
	}
	return out
}
