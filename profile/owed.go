package profile

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"foyer/floor"
	"foyer/vault"
)

// What an Item is about.
const (
	OfPurchase   = "purchase"   // hidden, or shown again
	OfStated     = "stated"     // corrected or removed
	OfNote       = "note"       // objected to, or no longer
	OfAssociates = "associates" // whom she wants and does not want
	OfAudience   = "audience"   // how far a class of purchases reaches; the item is the class
)

// mine is the only item of associates.
const mine = "mine"

// An Item is something that a customer changed on this box's page and that
// headquarters has to know, as it now stands.
type Item struct {
	Customer        floor.Customer
	Of, ID          string
	Hidden, Removed bool   // a purchase; something stated, or a note
	Text            string // of something stated
	Note            Note
	Settled         bool // an objection to the note was: it stays, or was removed
	Choice          Choice
	Audience        Audience  // of a class of purchases
	At              time.Time // of a correction; else zero
}

// String returns a text that identifies nobody.
func (i Item) String() string { return i.Of + " of " + i.Customer.String() }

// same reports whether two items say the same of the same.
func (i Item) same(o Item) bool {
	return i.Customer == o.Customer && i.Of == o.Of && i.ID == o.ID && i.Hidden == o.Hidden && i.Removed == o.Removed && i.Text == o.Text &&
		i.Note.Text == o.Note.Text && i.Note.Objected == o.Note.Objected && i.Settled == o.Settled && i.Audience == o.Audience && i.Choice.equal(o.Choice)
}

// changeOwing is Change, and notes in the same transaction that headquarters has
// to be told of the item; also has what else belongs into it.
func (c *Cache) changeOwing(who floor.Customer, it Item, fn func(*Profile) error, also ...func(*vault.Tx) error) error {
	return c.change(who, fn, append(also, func(tx *vault.Tx) error { return c.oweItem(tx, it) })...)
}

func (c *Cache) itemKey(it Item) []byte {
	return c.keys.Index(bUntold, it.Customer.Ref()+" "+it.Of+" "+it.ID)
}

func (c *Cache) oweItem(tx *vault.Tx, it Item) error {
	key := c.itemKey(it)
	row, err := c.seal(bUntold, key, it.Customer, vUntold, rawUntold{Customer: it.Customer.Ref(), Of: it.Of, ID: it.ID})
	if err != nil {
		return err
	}
	return tx.PutAnyway(bUntold, key, row)
}

// as returns the item as her profile has it now.
func (it Item) as(p Profile) (Item, bool) {
	switch it.Of {
	case OfPurchase:
		i := slices.IndexFunc(p.Purchases, func(b Purchase) bool { return b.ID == it.ID })
		if it.Hidden = i < 0 && slices.Contains(p.Hid, it.ID); i >= 0 {
			it.Hidden = p.Purchases[i].Hidden
		}
		return it, i >= 0 || it.Hidden
	case OfStated:
		i := slices.IndexFunc(p.Corrected, func(k Correction) bool { return k.ID == it.ID })
		if i >= 0 {
			it.Text, it.Removed, it.At = p.Corrected[i].Text, p.Corrected[i].Removed, p.Corrected[i].At
		}
		return it, i >= 0
	case OfNote:
		i := slices.IndexFunc(p.Notes, func(n Note) bool { return n.ID == it.ID })
		j := slices.IndexFunc(p.Settled, func(s Settlement) bool { return s.Note == it.ID })
		if j >= 0 {
			it.Settled, it.Removed = true, !p.Settled[j].Kept
		}
		if it.Note.ID = it.ID; i >= 0 {
			it.Note = p.Notes[i]
		}
		it.Removed = it.Removed || i < 0 // by its author, or its time
		return it, true
	case OfAssociates:
		it.Choice = p.chosen()
		return it, true
	case OfAudience:
		it.Audience = p.Audience.Of(Class(it.ID))
		return it, it.Audience != ""
	}
	return it, false
}

// UntoldItems returns what customers changed here and ToldItems has not been
// called of since.
func (c *Cache) UntoldItems() ([]Item, error) {
	c.gone.RLock()
	defer c.gone.RUnlock()
	var items []Item
	err := c.file.View(func(tx *vault.Tx) error {
		return tx.Each(bUntold, nil, func(k, v []byte) error {
			it, err := c.untoldItem(tx, k, v)
			if errors.Is(err, ErrUnknown) || errors.Is(err, vault.ErrAway) {
				return nil // a word on a purpose, or there is nothing to tell any more
			}
			items = append(items, it)
			return err
		})
	})
	if err != nil {
		return nil, fmt.Errorf("read what headquarters is to be told: %w", err)
	}
	return items, nil
}

func (c *Cache) untoldItem(tx *vault.Tx, key, value []byte) (Item, error) {
	r, who, err := c.untoldRow(key, value)
	if err != nil {
		return Item{}, err
	}
	if r.Of == "" {
		return Item{}, ErrUnknown
	}
	p, err := c.get(tx, who)
	if err != nil {
		return Item{}, err
	}
	it, ok := Item{Customer: who, Of: r.Of, ID: r.ID}.as(p)
	if !ok {
		return Item{}, ErrUnknown
	}
	return it, nil
}

// untoldRow reads a row of what is to be told.
func (c *Cache) untoldRow(key, value []byte) (r rawUntold, who floor.Customer, err error) {
	plain, err := c.open(bUntold, key, value)
	if err == nil {
		err = json.Unmarshal(plain, &r)
	}
	if err == nil {
		who, err = floor.ParseCustomer(r.Customer)
	}
	return r, who, err
}

// ToldItems notes that headquarters' outbox has these items. One that was
// changed since stays to be told.
func (c *Cache) ToldItems(items ...Item) error {
	c.gone.RLock()
	defer c.gone.RUnlock()
	err := c.file.Update(func(tx *vault.Tx) error {
		for _, told := range items {
			key := c.itemKey(told)
			value := tx.Get(bUntold, key)
			if value == nil {
				continue
			}
			if now, err := c.untoldItem(tx, key, value); err == nil && !now.same(told) {
				continue
			} else if err != nil && !errors.Is(err, ErrUnknown) {
				return err
			}
			if err := tx.Delete(bUntold, key); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("note what headquarters was told: %w", err)
	}
	return nil
}

// changedHere are the items of a profile that headquarters was told of by an
// outbox that is gone.
func (p Profile) changedHere() (items []Item) {
	add := func(of, id string) { items = append(items, Item{Customer: p.Customer, Of: of, ID: id}) }
	for _, id := range p.Hid {
		add(OfPurchase, id)
	}
	for _, b := range p.Purchases {
		if b.HiddenHere {
			add(OfPurchase, b.ID)
		}
	}
	for _, k := range p.Corrected {
		add(OfStated, k.ID)
	}
	for _, n := range p.Notes {
		if n.Objected {
			add(OfNote, n.ID)
		}
	}
	if len(p.Choices) > 0 {
		add(OfAssociates, mine)
	}
	for _, k := range Classes() {
		if was := p.Sent.Of(k); was != "" && was != p.Audience.Of(k) {
			add(OfAudience, string(k))
		}
	}
	return items
}
