package profile

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"foyer/floor"
	"foyer/vault"
)

// Errors of writing notes.
var (
	// ErrAuthor means that the note is somebody else's, or is not there.
	ErrAuthor = errors.New("no note of this author")
	// ErrNotes means that an author has as many notes about a customer as one
	// may have.
	ErrNotes = errors.New("too many notes")
)

// Bounds of what associates write.
const (
	MaxNotes = 20  // of one author about one customer, a hand-off note included
	MaxNote  = 280 // characters of a note, and of each part of a hand-off note
)

// A Handoff is a note for whoever covers: how to greet her, what to offer, what
// to avoid, and what is open.
type Handoff struct{ Greet, Offer, Avoid, Open string }

// Parts are its parts that say something, each with its name.
func (h Handoff) Parts() (out [][2]string) {
	for _, p := range [][2]string{{"Greet", h.Greet}, {"Offer", h.Offer}, {"Avoid", h.Avoid}, {"Open", h.Open}} {
		if p[1] != "" {
			out = append(out, p)
		}
	}
	return out
}

// String is the whole of it in lines.
func (h Handoff) String() string {
	var lines []string
	for _, p := range h.Parts() {
		lines = append(lines, p[0]+": "+p[1])
	}
	return strings.Join(lines, "\n")
}

// Until is when a note goes, unless its author writes it anew.
func (n Note) Until() time.Time { return n.At.Add(noteTTL) }

// WriteNote adds a note, or puts it in the place of the one with its identifier
// if that is by the same author; otherwise ErrAuthor. An author has one hand-off
// note about a customer. What she objected to stays withheld in new words.
func (c *Cache) WriteNote(who floor.Customer, n Note) error {
	err := c.item(who, Item{Customer: who, Of: OfNote, ID: n.ID}, func(p *Profile) error {
		i := slices.IndexFunc(p.Notes, func(o Note) bool { return o.ID == n.ID })
		if i >= 0 {
			if p.Notes[i].Author != n.Author {
				return ErrAuthor
			}
			n.Objected = p.Notes[i].Objected
			p.Notes[i] = n
			return nil
		}
		hers := 0
		for _, o := range p.Notes {
			if o.Author == n.Author {
				hers++
			}
		}
		if hers >= MaxNotes {
			return ErrNotes
		}
		p.Notes = append(p.Notes, n)
		return nil
	})
	return about("write a note", err)
}

// RemoveNote removes a note of an author, and returns what it was.
func (c *Cache) RemoveNote(who floor.Customer, author floor.AssociateID, id string) (n Note, err error) {
	err = c.item(who, Item{Customer: who, Of: OfNote, ID: id}, func(p *Profile) error {
		i := slices.IndexFunc(p.Notes, func(o Note) bool { return o.ID == id && o.Author == author })
		if i < 0 {
			return ErrAuthor
		}
		n = p.Notes[i]
		p.Notes = slices.Delete(p.Notes, i, i+1)
		return nil
	})
	return n, about("remove a note", err)
}

// ShareNote lets her associates read a personal detail that one of them noted,
// or no longer. Only she does that, and only of personal details: ErrUnknown.
func (c *Cache) ShareNote(who floor.Customer, id string, share bool) (n Note, err error) {
	err = c.item(who, Item{Customer: who, Of: OfNote, ID: id}, func(p *Profile) error {
		i := slices.IndexFunc(p.Notes, func(o Note) bool { return o.ID == id && o.Kind == NotePersonal })
		if i < 0 {
			return ErrUnknown
		}
		p.Notes[i].Visibility = NoteMine
		if share {
			p.Notes[i].Visibility = NotePreferred
		}
		n = p.Notes[i]
		return nil
	})
	return n, err
}

func about(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", what, err)
}

// Leaves reports whether a note goes with its author: what she noted for herself,
// and personal details. Nobody else may ever write or mend it.
func (n Note) Leaves() bool { return n.Visibility == NoteMine || n.Kind == NotePersonal }

// SweepAuthors removes what associates who left had noted for themselves, and
// personal details; what they wrote for others stays. It returns the notes that
// went. It reads every profile.
func (c *Cache) SweepAuthors(left func(floor.AssociateID) bool) (int, error) {
	n := 0
	goes := func(x Note) bool { return x.Leaves() && left(x.Author) }
	err := c.Each(func(p Profile) error {
		if !slices.ContainsFunc(p.Notes, goes) {
			return nil
		}
		err := c.change(p.Customer, func(p *Profile) error {
			before := len(p.Notes)
			p.Notes = slices.DeleteFunc(p.Notes, goes)
			n += before - len(p.Notes)
			return nil
		}, func(tx *vault.Tx) error { tx.CompactLater(); return nil })
		if errors.Is(err, ErrErased) {
			return nil
		}
		return err
	})
	return n, about("remove notes of those who left", err)
}
