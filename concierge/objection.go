package concierge

import (
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"

	"foyer/floor"
	"foyer/ledger"
	"foyer/profile"
)

// ErrWhy means that a note is not kept against her objection without a reason
// that she can read.
var ErrWhy = errors.New("say why, for her, in 300 bytes at the most")

// An Objection is a customer's to a note about her, which nobody is shown until a
// manager has settled it. Whose it is, is not said; its text is there only for
// who opens it, which she can read among who saw what.
type Objection struct {
	Ref, By, Kind, Text string
	At                  time.Time // of the note
}

// Objections returns those that a manager may settle: not to her own notes.
func (d *Desk) Objections(a floor.AssociateID) ([]Objection, error) {
	var out []Objection
	err := d.objections(a, func(o profile.Objection) { out = append(out, d.objection(o)) })
	return out, err
}

func (d *Desk) objections(a floor.AssociateID, see func(profile.Objection)) error {
	if who, ok := d.roster[a]; !ok || who.Role != floor.RoleManager {
		return ErrNothing
	}
	all, err := d.profiles.Objections()
	for _, o := range all {
		if o.Note.Author != a {
			see(o)
		}
	}
	return err
}

// objection is one without its text.
func (d *Desk) objection(o profile.Objection) Objection {
	by := "an associate"
	if who, ok := d.roster[o.Note.Author]; ok {
		by = who.Name
	}
	return Objection{Ref: o.Ref, By: by, Kind: strings.ReplaceAll(string(o.Note.Kind), "_", " "), At: o.Note.At}
}

// find returns the objection with a reference. Unknown is ErrNothing.
func (d *Desk) find(a floor.AssociateID, ref string) (found profile.Objection, err error) {
	err = d.objections(a, func(o profile.Objection) {
		if o.Ref == ref {
			found = o
		}
	})
	if err == nil && found.Ref == "" {
		err = ErrNothing
	}
	return found, err
}

// Objection returns one with the text of the note, after it is written down that
// this manager was shown it.
func (d *Desk) Objection(a floor.AssociateID, ref string, now time.Time) (Objection, error) {
	found, err := d.find(a, ref)
	if err != nil {
		return Objection{}, err
	}
	_, err = d.ledger.Append(found.Customer, ledger.Row{At: now, Viewer: a, Role: string(d.roster[a].Role), Relation: "manager", Purpose: "objection",
		Items: []ledger.Item{{ID: "notes/" + found.Note.ID, Disclosure: "full", Rule: "objection"}}, Policy: d.policy.Version()})
	if err != nil {
		d.log.Error("an objection is not shown", "err", err)
		return Objection{}, ErrLedger
	}
	if s := d.stays[found.Customer]; s != nil {
		d.here(s, now) // her page shows who saw what
	}
	out := d.objection(found)
	out.Text = found.Note.Text
	return out, nil
}

// Settle ends an objection: the note is kept, and shown as before to whom it is
// for, or removed. To keep it takes a reason.
func (d *Desk) Settle(a floor.AssociateID, ref string, keep bool, why string, now time.Time) error {
	why = strings.Join(strings.FieldsFunc(why, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }), " ")
	found, err := d.find(a, ref)
	switch {
	case err != nil:
		return err
	case keep && why == "" || len(why) > maxWords:
		return ErrWhy
	}
	if err := d.profiles.Settle(found, keep, why, now); err != nil {
		return fmt.Errorf("settle: %w", d.item(err))
	}
	n := found.Note
	e := Event{Kind: NoteContested, At: now, Customer: found.Customer, Note: &NoteFact{ID: n.ID, Author: n.Author, Kind: string(n.Kind),
		Visibility: string(n.Visibility), Text: n.Text, At: n.At, Settled: true}}
	if !keep {
		e = Event{Kind: ItemCorrected, At: now, Customer: found.Customer, Item: &ItemFact{Of: profile.OfNote, ID: n.ID, Removed: true}}
	}
	d.emit(e)
	d.Changed(found.Customer, now)
	return nil
}

// A KnownSettlement is what became of an objection of hers.
type KnownSettlement struct {
	Note string
	Text string // of a note that is kept
	At   time.Time
	Kept bool
	Why  string
}

func settledOf(p profile.Profile) (out []KnownSettlement) {
	for _, s := range p.Settled {
		k := KnownSettlement{Note: s.Note, At: s.At, Kept: s.Kept, Why: s.Why}
		for _, n := range p.Notes {
			if n.ID == s.Note {
				k.Text = n.Text
			}
		}
		out = append(out, k)
	}
	return out
}
