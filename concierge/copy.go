package concierge

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"foyer/floor"
	"foyer/ledger"
	"foyer/profile"
)

// A Copy is everything this box holds about one customer: the one that she
// takes from her page, and the one that the operator hands her, in the same
// form. Its JSON has every field; Lines are the same for reading. People of the
// staff stand in it by their references, and by first name where they are on
// the roster.
type Copy struct {
	Schema   string                       `json:"schema"`
	Customer string                       `json:"customer"`
	Store    string                       `json:"store"`
	Made     time.Time                    `json:"made"`
	Held     json.RawMessage              `json:"held,omitempty"` // profile, consents, notes, appointments, codes, picture, as they are stored
	General  []string                     `json:"in_general"`     // hints, worked out anew each time
	Receipts []Receipt                    `json:"receipts"`
	Accesses []CopyAccess                 `json:"accesses"` // the newest last
	Reveals  []CopyReveal                 `json:"opened_with_a_reason"`
	Served   []CopyServed                 `json:"served_by"`
	Visits   []CopyVisit                  `json:"visits"`   // in which she was served, of 30 days
	Messages []Message                    `json:"messages"` // what associates left for her
	Desk     map[string][]json.RawMessage `json:"desk"`     // what else this store keeps of her, by what it is
	Sessions []CopySession                `json:"sessions"` // where she is signed in on this store's pages
	Now      *CopyMoment                  `json:"now,omitempty"`
	Names    map[string]string            `json:"first_names"` // of the associates in it, by reference
	Not      []string                     `json:"not_in_here"`
}

// String returns a text that identifies nobody.
func (Copy) String() string { return "copy of a customer" }

// A CopyAccess is one time a card of hers was opened: a row of the ledger.
type CopyAccess struct {
	Row      uint64     `json:"row"`
	At       time.Time  `json:"at"`
	Viewer   string     `json:"viewer"`
	Role     string     `json:"role"`
	Relation string     `json:"relation"`
	Purpose  string     `json:"purpose"`
	Reason   string     `json:"reason,omitempty"`
	Visit    string     `json:"visit,omitempty"`
	Policy   string     `json:"policy"` // version of the table that decided
	Items    []CopyItem `json:"items"`
}

// A CopyItem is what was shown at an access, how far, and by which rule.
type CopyItem struct {
	ID         string `json:"id"`
	Disclosure string `json:"disclosure"`
	Rule       string `json:"rule"`
}

// A CopyServed is who served her, and when last.
type CopyServed struct {
	Associate string    `json:"associate"`
	At        time.Time `json:"at"`
}

// A CopyVisit is a visit in which she was served, and what she said of it.
type CopyVisit struct {
	Visit    string     `json:"visit"`
	Ended    time.Time  `json:"ended"`
	Served   []string   `json:"served_by"`
	Answer   string     `json:"answer,omitempty"`
	Answered *time.Time `json:"answered,omitempty"`
}

// A CopySession is one phone or browser on which she is signed in.
type CopySession struct {
	Until time.Time `json:"until"`
	This  bool      `json:"this,omitempty"` // the one that asks
}

// A CopyMoment is her visit of this moment. Where she stands is in memory only
// and is not part of it.
type CopyMoment struct {
	Visit string   `json:"visit,omitempty"`
	Stage string   `json:"stage"`
	Style string   `json:"style,omitempty"`
	Told  []string `json:"told,omitempty"` // first names of those who know
	// Request is whether she asked for somebody, and Asked who was asked about
	// her, in order; it is kept until the visit ends.
	Request bool        `json:"asked_for_somebody,omitempty"`
	Asked   []CopyAsked `json:"asked,omitempty"`
}

// A CopyAsked is one question to an associate about her, and what became of it.
type CopyAsked struct {
	Associate string    `json:"associate"` // first name
	At        time.Time `json:"at"`
	Outcome   string    `json:"outcome"`
}

// A Moment is what only the desk's goroutine knows for a copy.
type Moment struct {
	names   map[string]string
	general []string
	now     *CopyMoment
}

// Moment returns what the desk knows of a customer now, for her copy.
func (d *Desk) Moment(c floor.Customer, now time.Time) Moment {
	m := Moment{names: make(map[string]string, len(d.roster)), general: d.inGeneral(c, now)}
	for id, a := range d.roster {
		m.names[id.Ref()] = a.Name
	}
	if d.stays[c] != nil {
		h := d.Here(c, now)
		m.now = &CopyMoment{Visit: string(h.Visit), Stage: string(h.Stage), Style: string(h.Style), Told: h.Told}
		if t := d.stays[c].task; t != nil {
			m.now.Request = t.requested()
			for _, a := range t.Asked {
				m.now.Asked = append(m.now.Asked, CopyAsked{d.roster[a.Associate].Name, a.At.UTC(), a.Outcome.String()})
			}
		}
	}
	return m
}

// Copy returns everything this box holds about the customer; sessions are hers
// on the pages. It runs on the caller's goroutine. ErrNothing means that it
// holds nothing.
func (d *Door) Copy(c floor.Customer, m Moment, sessions []CopySession, now time.Time) (Copy, error) {
	y := Copy{Schema: "foyer.copy/2", Customer: c.Ref(), Store: d.store, Made: now.UTC(), General: append([]string{}, m.general...),
		Receipts: []Receipt{}, Accesses: []CopyAccess{}, Reveals: []CopyReveal{}, Served: []CopyServed{}, Visits: []CopyVisit{}, Messages: []Message{}, Sessions: []CopySession{}, Now: m.now,
		Names: map[string]string{}, Not: notInHere()}
	for _, s := range sessions {
		if now.Before(s.Until) {
			y.Sessions = append(y.Sessions, CopySession{s.Until.UTC(), s.This})
		}
	}
	people, err := d.copyHeld(&y, c)
	if err == nil {
		err = d.copySeen(&y, c)
	}
	if err == nil {
		err = d.copyReveals(&y, c)
	}
	if err != nil {
		return Copy{}, fmt.Errorf("copy of a customer: %w", err)
	}
	if y.Held == nil && len(y.Receipts)+len(y.Accesses)+len(y.Served)+len(y.Visits)+len(y.Messages)+len(y.Desk)+len(y.Reveals)+len(y.Sessions) == 0 && y.Now == nil {
		return Copy{}, ErrNothing
	}
	for _, a := range y.Accesses {
		people = append(people, a.Viewer)
	}
	for _, r := range y.Reveals {
		people = append(people, r.Associate)
	}
	for _, s := range y.Served {
		people = append(people, s.Associate)
	}
	for _, v := range y.Visits {
		people = append(people, v.Served...)
	}
	for _, m := range y.Messages {
		people = append(people, m.By)
	}
	for _, ref := range people {
		if name, ok := m.names[ref]; ok {
			y.Names[ref] = name
		}
	}
	return y, nil
}

// copyHeld copies what is stored of her, and returns whom of the staff it names.
func (d *Door) copyHeld(y *Copy, c floor.Customer) (people []string, err error) {
	held, err := d.profiles.Export(c)
	if errors.Is(err, profile.ErrUnknown) {
		return nil, nil
	}
	if err == nil {
		y.Held, err = json.Marshal(held)
	}
	if err != nil {
		return nil, err
	}
	if p, ok, err := held.Read(); err != nil {
		return nil, err
	} else if ok {
		for _, id := range p.Staff() {
			people = append(people, id.Ref())
		}
	}
	all, err := d.Receipts(c)
	y.Receipts = append(y.Receipts, all...)
	return people, err
}

// copySeen copies who saw what of her, and who served her.
func (d *Door) copySeen(y *Copy, c floor.Customer) error {
	rows, err := d.ledger.Of(c)
	if err != nil {
		return err
	}
	for _, r := range rows {
		y.Accesses = append(y.Accesses, copyAccess(r))
	}
	if y.Desk, err = d.served.everything(c); err != nil {
		return err
	}
	all, err := d.served.load(c)
	for _, ref := range slices.Sorted(maps.Keys(all)) {
		y.Served = append(y.Served, CopyServed{ref, all[ref].UTC()})
	}
	if err != nil {
		return err
	}
	visits, err := d.conduct.Visits(c)
	for _, v := range visits {
		x := CopyVisit{Visit: v.Visit, Ended: v.Ended, Served: v.Served, Answer: string(v.Answer)}
		if v.Answer != "" {
			x.Answered = &v.Answered
		}
		y.Visits = append(y.Visits, x)
	}
	if err != nil {
		return err
	}
	left, err := messagesOf(d.messages, c)
	y.Messages = append(y.Messages, left...)
	return err
}

func copyAccess(r ledger.Row) CopyAccess {
	a := CopyAccess{Row: r.Seq, At: r.At, Viewer: r.Viewer.Ref(), Role: r.Role, Relation: r.Relation,
		Purpose: r.Purpose, Reason: r.Reason, Visit: r.Visit, Policy: r.Policy, Items: []CopyItem{}}
	for _, it := range r.Items {
		a.Items = append(a.Items, CopyItem(it))
	}
	return a
}

// notInHere says what a copy of a box cannot hold, and why.
func notInHere() []string {
	return []string{
		"Where you stood or walked: positions are kept in memory only, and never written.",
		"Visits in which nobody served you, and offers: this store keeps none; what you let it report is with headquarters.",
		"What waits to be sent to headquarters: it is sealed so that only headquarters opens it. Ask headquarters for its own export.",
		"Whether an associate asked not to be sent to a client: that is the associate's own.",
		"What associates remember.",
	}
}
