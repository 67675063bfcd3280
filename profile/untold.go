package profile

import (
	"errors"
	"fmt"
	"slices"

	"foyer/floor"
	"foyer/vault"
)

// A Word is a customer's last word on one purpose.
type Word struct {
	Customer floor.Customer
	Consent
}

// String returns a text that identifies nobody.
func (w Word) String() string { return string(w.Purpose) + " of " + w.Customer.String() }

// A rawUntold is kept for each purpose on which a customer spoke here, from
// the transaction that stored her word until headquarters' outbox has it.
type rawUntold struct {
	Customer string  `json:"customer"`
	Purpose  Purpose `json:"purpose,omitempty"`
	Of       string  `json:"of,omitempty"` // instead of a purpose: an item, and which
	ID       string  `json:"id,omitempty"`
}

// errItem means that a row is not of a purpose: see UntoldItems.
var errItem = errors.New("an item")

func (c *Cache) untoldKey(who floor.Customer, p Purpose) []byte {
	return c.keys.Index(bUntold, who.Ref()+" "+string(p))
}

// owe notes that headquarters has to be told of words that were said here.
func (c *Cache) owe(put func(bucket string, key, value []byte) error, who floor.Customer, words []Consent) error {
	for _, w := range words {
		key := c.untoldKey(who, w.Purpose)
		row, err := c.seal(bUntold, key, who, vUntold, rawUntold{Customer: who.Ref(), Purpose: w.Purpose})
		if err != nil {
			return err
		}
		if err := put(bUntold, key, row); err != nil {
			return err
		}
	}
	return nil
}

// Untold returns the words said here of which Told has not been called since:
// a crash, or a disk that failed, may have come between. What was replaced by a
// later word from elsewhere is among them with that word.
func (c *Cache) Untold() ([]Word, error) {
	c.gone.RLock()
	defer c.gone.RUnlock()
	var words []Word
	err := c.file.View(func(tx *vault.Tx) error {
		return tx.Each(bUntold, nil, func(k, v []byte) error {
			w, err := c.untold(tx, k, v)
			if errors.Is(err, ErrUnknown) || errors.Is(err, vault.ErrAway) || errors.Is(err, errItem) {
				return nil // she has been erased, or cannot be read for now
			}
			words = append(words, w)
			return err
		})
	})
	if err != nil {
		return nil, fmt.Errorf("read what headquarters is to be told: %w", err)
	}
	return words, nil
}

func (c *Cache) untold(tx *vault.Tx, key, value []byte) (Word, error) {
	r, who, err := c.untoldRow(key, value)
	if err != nil {
		return Word{}, err
	}
	if r.Of != "" {
		return Word{}, errItem
	}
	cs, err := c.consents(tx, who)
	if err != nil {
		return Word{}, err
	}
	w, ok := cs[r.Purpose]
	if !ok {
		return Word{}, ErrUnknown // kept long enough and swept
	}
	return Word{who, w}, nil
}

// Told notes that headquarters' outbox has these words. A word that was said
// since stays to be told.
func (c *Cache) Told(words ...Word) error {
	c.gone.RLock()
	defer c.gone.RUnlock()
	err := c.file.Update(func(tx *vault.Tx) error {
		for _, w := range words {
			cs, err := c.consents(tx, w.Customer)
			if err != nil {
				return err
			}
			if now, ok := cs[w.Purpose]; ok && now.At.compareTime(w.At) > 0 {
				continue
			}
			if err := tx.Delete(bUntold, c.untoldKey(w.Customer, w.Purpose)); err != nil {
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

// TellVia names the outbox that holds what was told. Another one than before
// holds nothing, so every last word said here is owed again, by everybody who has a
// profile here.
func (c *Cache) TellVia(outbox string) error {
	key := []byte("outbox")
	var before []byte
	err := c.file.View(func(tx *vault.Tx) error {
		before = tx.Get(bBirth, key)
		return nil
	})
	if err == nil && string(before) == outbox {
		return nil
	}
	if err == nil {
		err = c.Each(c.oweAgain)
	}
	if err == nil {
		err = c.oweErasures()
	}
	if err == nil {
		err = c.file.Update(func(tx *vault.Tx) error { return tx.PutAnyway(bBirth, key, []byte(outbox)) })
	}
	if err != nil {
		return fmt.Errorf("tell headquarters again: %w", err)
	}
	return nil
}

func (c *Cache) oweAgain(p Profile) error {
	cs, err := c.Consents(p.Customer)
	said := slices.DeleteFunc(cs.List(), func(w Consent) bool { return w.At.Node != c.clock.node })
	items := p.changedHere()
	if err != nil || len(said)+len(items) == 0 {
		return err
	}
	c.gone.RLock()
	defer c.gone.RUnlock()
	return c.file.Update(func(tx *vault.Tx) error {
		if err := c.live(tx, p.Customer); errors.Is(err, ErrErased) {
			return nil // meanwhile
		} else if err != nil {
			return err
		}
		for _, it := range items {
			if err := c.oweItem(tx, it); err != nil {
				return err
			}
		}
		return c.owe(tx.PutAnyway, p.Customer, said)
	})
}
