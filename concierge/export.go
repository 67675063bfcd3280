package concierge

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"foyer/floor"
	"foyer/profile"
)

// An Export is everything this box holds about one customer, as JSON that a
// machine reads: headquarters' part of it, her words, what associates noted,
// who saw what, who served her, where she is signed in, and this moment. People
// of the staff stand in it by their references, and by first name where they
// are still on the roster.
type Export struct {
	Customer string          `json:"customer"`
	Store    string          `json:"store"`
	At       time.Time       `json:"at"`
	Held     json.RawMessage `json:"held,omitempty"` // profile, consents with receipts, notes, appointments, invitations
	Accesses []ExportAccess  `json:"accesses"`       // the newest last
	ServedBy []ExportServed  `json:"served_by"`
	Sessions []ExportSession `json:"sessions"` // where she is signed in on this store's pages
	Now      *ExportMoment   `json:"now,omitempty"`
	Not      []string        `json:"not_in_here"`
}

// String returns a text that identifies nobody.
func (Export) String() string { return "export of a customer" }

// An ExportAccess is one row of the ledger: who was shown what, and why.
type ExportAccess struct {
	Row      uint64       `json:"row"`
	At       time.Time    `json:"at"`
	Viewer   string       `json:"viewer"`
	Name     string       `json:"name,omitempty"`
	Role     string       `json:"role"`
	Relation string       `json:"relation"`
	Purpose  string       `json:"purpose"`
	Reason   string       `json:"reason,omitempty"`
	Visit    string       `json:"visit,omitempty"`
	Policy   string       `json:"policy"`
	Items    []ExportItem `json:"items"`
}

// An ExportItem is one thing that was shown: how far, and by which rule.
type ExportItem struct {
	ID         string `json:"id"`
	Disclosure string `json:"disclosure"`
	Rule       string `json:"rule"`
}

// ExportServed says who served her, and when last.
type ExportServed struct {
	Associate string    `json:"associate"`
	Name      string    `json:"name,omitempty"`
	At        time.Time `json:"at"`
}

// An ExportSession is a device on which she is signed in.
type ExportSession struct {
	Until time.Time `json:"until"`
}

// ExportMoment is her visit of this moment. Where she stands is in memory only
// and is not part of it.
type ExportMoment struct {
	Visit string   `json:"visit,omitempty"`
	Stage string   `json:"stage"`
	Style string   `json:"style,omitempty"`
	Told  []string `json:"told,omitempty"` // first names of those who know
}

// A Moment is what only the desk's goroutine knows of an export.
type Moment struct {
	names map[string]string
	now   *ExportMoment
}

// Moment returns what the desk knows of a customer now, for her export.
func (d *Desk) Moment(c floor.Customer, now time.Time) Moment {
	m := Moment{names: make(map[string]string, len(d.roster))}
	for id, a := range d.roster {
		m.names[id.Ref()] = a.Name
	}
	if d.stays[c] != nil {
		h := d.Here(c, now)
		m.now = &ExportMoment{Visit: string(h.Visit), Stage: string(h.Stage), Style: string(h.Style), Told: h.Told}
	}
	return m
}

// Export returns everything this box holds about the customer; sessions are
// when hers on the pages end. ErrNothing means that it holds nothing.
func (d *Door) Export(c floor.Customer, m Moment, sessions []time.Time, now time.Time) (Export, error) {
	e := Export{Customer: c.Ref(), Store: d.store, At: now.UTC(), Accesses: []ExportAccess{}, ServedBy: []ExportServed{},
		Sessions: []ExportSession{}, Now: m.now, Not: notInHere()}
	held, err := d.profiles.Export(c)
	if err == nil {
		e.Held, err = json.Marshal(held)
	} else if errors.Is(err, profile.ErrUnknown) {
		err = nil
	}
	if err == nil {
		err = d.exportLedger(&e, c, m)
	}
	if err == nil {
		err = d.exportServed(&e, c, m)
	}
	if err != nil {
		return Export{}, fmt.Errorf("export a customer: %w", err)
	}
	for _, until := range sessions {
		e.Sessions = append(e.Sessions, ExportSession{until.UTC()})
	}
	if e.Held == nil && len(e.Accesses)+len(e.ServedBy)+len(e.Sessions) == 0 && e.Now == nil {
		return Export{}, ErrNothing
	}
	return e, nil
}

func (d *Door) exportLedger(e *Export, c floor.Customer, m Moment) error {
	rows, err := d.ledger.Of(c)
	for _, r := range rows {
		x := ExportAccess{Row: r.Seq, At: r.At, Viewer: r.Viewer.Ref(), Name: m.names[r.Viewer.Ref()], Role: r.Role, Relation: r.Relation,
			Purpose: r.Purpose, Reason: r.Reason, Visit: r.Visit, Policy: r.Policy, Items: []ExportItem{}}
		for _, it := range r.Items {
			x.Items = append(x.Items, ExportItem{it.ID, it.Disclosure, it.Rule})
		}
		e.Accesses = append(e.Accesses, x)
	}
	return err
}

func (d *Door) exportServed(e *Export, c floor.Customer, m Moment) error {
	all, err := d.served.load(c)
	for _, ref := range slices.Sorted(maps.Keys(all)) {
		e.ServedBy = append(e.ServedBy, ExportServed{ref, m.names[ref], all[ref].UTC()})
	}
	return err
}

// notInHere says what an export of a box cannot hold, and why.
func notInHere() []string {
	return []string{
		"Where you stood or walked: positions are kept in memory only, and never written.",
		"Visits and offers of the past: this store keeps none; what you let it report is with headquarters.",
		"What waits to be sent to headquarters: it is sealed so that only headquarters opens it. Ask headquarters for its own export.",
		"What associates remember.",
	}
}
