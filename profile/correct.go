package profile

import (
	"fmt"
	"slices"
	"time"

	"foyer/floor"
	"foyer/vault"
)

// A Correction is what she changed on this box's page of something she had
// stated. It holds until headquarters says something new of it.
type Correction struct {
	ID      string // of the stated preference
	Was     string // headquarters' text when she changed it
	Text    string // hers
	Removed bool
	At      time.Time
}

// Hide hides a purchase from everybody, or shows it again. What headquarters
// hides is not shown again here. ErrUnknown means that there is no such
// purchase, or nothing to undo.
func (c *Cache) Hide(who floor.Customer, id string, hidden bool) error {
	return c.item(who, Item{Customer: who, Of: OfPurchase, ID: id}, func(p *Profile) error {
		i := slices.IndexFunc(p.Purchases, func(b Purchase) bool { return b.ID == id })
		if i < 0 || !hidden && p.Purchases[i].Hidden && !p.Purchases[i].HiddenHere {
			return ErrUnknown
		}
		p.Purchases[i].Hidden, p.Purchases[i].HiddenHere = hidden, hidden
		return nil
	})
}

// Correct replaces the text of something she stated, or removes it with "".
func (c *Cache) Correct(who floor.Customer, id, text string, now time.Time) error {
	return c.item(who, Item{Customer: who, Of: OfStated, ID: id}, func(p *Profile) error {
		i := slices.IndexFunc(p.Stated, func(s StatedPreference) bool { return s.ID == id })
		if i < 0 {
			return ErrUnknown
		}
		k := Correction{ID: id, Was: p.Stated[i].Text, Text: text, Removed: text == "", At: now.UTC()}
		if j := slices.IndexFunc(p.Corrected, func(k Correction) bool { return k.ID == id }); j >= 0 {
			k.Was = p.Corrected[j].Was
			p.Corrected = slices.Delete(p.Corrected, j, j+1)
		}
		p.Corrected = append(p.Corrected, k)
		if p.Stated[i].Text = text; k.Removed {
			p.Stated = slices.Delete(p.Stated, i, i+1)
		}
		return nil
	})
}

// Object withholds a note because she objects to it, or takes that back, and
// returns the note as it is then.
func (c *Cache) Object(who floor.Customer, id string, objects bool) (n Note, err error) {
	if _, err := c.Get(who); err != nil {
		return Note{}, fmt.Errorf("object to a note: %w", err)
	}
	err = c.changeOwing(who, Item{Customer: who, Of: OfNote, ID: id}, func(p *Profile) error {
		i := slices.IndexFunc(p.Notes, func(n Note) bool { return n.ID == id })
		if i < 0 {
			return ErrUnknown
		}
		p.Notes[i].Objected = objects
		p.Settled = slices.DeleteFunc(slices.Clone(p.Settled), func(s Settlement) bool { return s.Note == id })
		n = p.Notes[i]
		return nil
	}, func(tx *vault.Tx) error { return c.putObjection(tx, who, id, objects) })
	return n, err
}

// item changes one item of hers in a profile that is there, and notes that
// headquarters has to be told.
func (c *Cache) item(who floor.Customer, it Item, fn func(*Profile) error) error {
	if _, err := c.Get(who); err != nil {
		return fmt.Errorf("change an item: %w", err)
	}
	return c.changeOwing(who, it, fn)
}

// corrected returns p, as headquarters sent it, with what she hid and corrected
// here. What headquarters has taken over, or has newer words for, is no
// correction any more.
func (old Profile) corrected(p Profile) Profile {
	hid := map[string]bool{}
	for _, id := range old.Hid {
		hid[id] = true
	}
	for _, o := range old.Purchases {
		hid[o.ID] = o.HiddenHere
	}
	p.Purchases = slices.Clone(p.Purchases)
	for i := range p.Purchases {
		b := &p.Purchases[i]
		b.HiddenHere = !b.Hidden && hid[b.ID]
		b.Hidden = b.Hidden || b.HiddenHere
	}
	p.Stated, p.Corrected = slices.Clone(p.Stated), nil
	for _, k := range old.Corrected {
		i := slices.IndexFunc(p.Stated, func(s StatedPreference) bool { return s.ID == k.ID })
		if i < 0 || p.Stated[i].Text != k.Was {
			continue
		}
		p.Corrected = append(p.Corrected, k)
		if p.Stated[i].Text = k.Text; k.Removed {
			p.Stated = slices.Delete(p.Stated, i, i+1)
		}
	}
	return p
}
