package concierge

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"foyer/floor"
	"foyer/profile"
)

// Known is what a customer can correct, hide or object to.
type Known struct {
	Stated    []KnownItem
	Purchases []KnownItem // the newest first
	Notes     []KnownItem
	Settled   []KnownSettlement // of objections, within 90 days
}

// A KnownItem is one thing that is known of her. Withheld says that nobody is
// shown it: a purchase that is hidden, a note she objected to. Fixed says that
// this page cannot undo that. By is who wrote a note.
type KnownItem struct {
	ID, Text, By    string
	At              time.Time
	Withheld, Fixed bool
	// For says whom a note is for: its author, her own associates, or whoever
	// serves her. Personal: she decides whether her associates may read it. Until
	// is when it goes.
	For      string
	Personal bool
	Until    time.Time
}

// forWhom are the visibilities of notes as she is told them.
func forWhom(v profile.NoteVisibility) string {
	switch v {
	case profile.NotePreferred:
		return "my_associates"
	case profile.NoteService:
		return "service"
	}
	return "author"
}

// maxWords is the most that she may write as one preference, in bytes.
const maxWords = 300

// Known returns what she can correct, hide or object to.
func (d *Desk) Known(c floor.Customer) (Known, error) {
	p, err := d.profiles.Get(c)
	if err != nil {
		return Known{}, fmt.Errorf("%w: %w", ErrNothing, err)
	}
	var k Known
	for _, s := range p.Stated {
		k.Stated = append(k.Stated, KnownItem{ID: s.ID, Text: s.Text})
	}
	for _, b := range p.Purchases {
		k.Purchases = append(k.Purchases, KnownItem{ID: b.ID, Text: b.Text, At: b.At, Withheld: b.Hidden, Fixed: b.Hidden && !b.HiddenHere})
	}
	newestFirst(k.Purchases)
	for _, n := range p.Notes {
		by := "an associate"
		if a, ok := d.roster[n.Author]; ok {
			by = a.Name
		}
		k.Notes = append(k.Notes, KnownItem{ID: n.ID, Text: n.Text, By: by, At: n.At, Withheld: n.Objected,
			For: forWhom(n.Visibility), Personal: n.Kind == profile.NotePersonal, Until: n.Until()})
	}
	newestFirst(k.Notes)
	k.Settled = settledOf(p)
	return k, nil
}

func newestFirst(items []KnownItem) {
	slices.SortStableFunc(items, func(a, b KnownItem) int { return b.At.Compare(a.At) })
}

// Hide hides a purchase from everybody, or shows it again. Open cards are
// decided anew before the call returns.
func (d *Desk) Hide(c floor.Customer, id string, hidden bool, now time.Time) error {
	if err := d.words.Hide(c, id, hidden); err != nil {
		return d.item(err)
	}
	d.emit(Event{Kind: ItemCorrected, At: now, Customer: c, Item: &ItemFact{Of: "purchase", ID: id, Hidden: hidden}})
	d.Changed(c, now)
	return nil
}

// Correct puts something she stated into other words; "" removes it.
func (d *Desk) Correct(c floor.Customer, id, text string, now time.Time) error {
	text = strings.Join(strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }), " ")
	if len(text) > maxWords {
		return ErrWords
	}
	if err := d.words.Correct(c, id, text, now); err != nil {
		return d.item(err)
	}
	d.emit(Event{Kind: ItemCorrected, At: now, Customer: c, Item: &ItemFact{Of: "stated", ID: id, Removed: text == "", Text: text}})
	d.Changed(c, now)
	return nil
}

// Object withholds a note from everybody because she objects to it, or takes
// that back.
func (d *Desk) Object(c floor.Customer, id string, objects bool, now time.Time) error {
	n, err := d.words.Object(c, id, objects)
	if err != nil {
		return d.item(err)
	}
	d.emit(Event{Kind: NoteContested, At: now, Customer: c, Note: &NoteFact{ID: n.ID, Author: n.Author, Kind: string(n.Kind),
		Visibility: string(n.Visibility), Text: n.Text, At: n.At, Objected: n.Objected}})
	d.Changed(c, now)
	return nil
}

// item is the error of a request about one thing of hers.
func (d *Desk) item(err error) error {
	if errors.Is(err, profile.ErrUnknown) || errors.Is(err, profile.ErrErased) {
		return ErrNothing
	}
	return err
}
