package profile

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"foyer/floor"
	"foyer/vault"
)

// settledTTL is how long a customer can read what became of an objection: 90
// days.
const settledTTL = 90 * 24 * time.Hour

// A Settlement is what became of her objection to a note: it is kept, or was
// removed, and why.
type Settlement struct {
	Note string
	At   time.Time
	Kept bool
	Why  string // in the words of who settled it
}

// An Objection waits to be settled; meanwhile nobody is shown the note. Ref
// names it and leads to nobody.
type Objection struct {
	Ref      string
	Customer floor.Customer
	Note     Note
}

// String returns a text that identifies nobody.
func (o Objection) String() string { return "objection of " + o.Customer.String() }

type rawObjection struct {
	Customer string `json:"customer"`
	Note     string `json:"note"`
}

func (c *Cache) objectionKey(who floor.Customer, note string) []byte {
	return c.keys.Index(bObjections, who.Ref()+" "+note)
}

func (c *Cache) putObjection(tx *vault.Tx, who floor.Customer, note string, objects bool) error {
	key := c.objectionKey(who, note)
	if !objects {
		return tx.Delete(bObjections, key)
	}
	row, err := c.seal(bObjections, key, who, vObjection, rawObjection{who.Ref(), note})
	if err != nil {
		return err
	}
	return tx.PutAnyway(bObjections, key, row)
}

// Objections returns those that wait to be settled, the oldest note first.
func (c *Cache) Objections() ([]Objection, error) {
	c.gone.RLock()
	defer c.gone.RUnlock()
	var all []Objection
	err := c.file.View(func(tx *vault.Tx) error {
		return tx.Each(bObjections, nil, func(k, v []byte) error {
			o, err := c.objection(tx, k, v)
			if errors.Is(err, ErrUnknown) || errors.Is(err, vault.ErrAway) {
				return nil // the note is gone, or she cannot be read for now
			}
			all = append(all, o)
			return err
		})
	})
	if err != nil {
		return nil, fmt.Errorf("read objections: %w", err)
	}
	slices.SortStableFunc(all, func(a, b Objection) int { return a.Note.At.Compare(b.Note.At) })
	return all, nil
}

// objection reads a row. ErrUnknown means that there is nothing to settle any
// more.
func (c *Cache) objection(tx *vault.Tx, key, value []byte) (Objection, error) {
	plain, err := c.open(bObjections, key, value)
	var r rawObjection
	if err == nil {
		err = json.Unmarshal(plain, &r)
	}
	if err != nil {
		return Objection{}, err
	}
	who, err := floor.ParseCustomer(r.Customer)
	if err != nil {
		return Objection{}, err
	}
	p, err := c.get(tx, who)
	if err != nil {
		return Objection{}, err
	}
	i := slices.IndexFunc(p.Notes, func(n Note) bool { return n.ID == r.Note && n.Objected })
	if i < 0 {
		return Objection{}, ErrUnknown
	}
	return Objection{hex.EncodeToString(key[:12]), who, p.Notes[i]}, nil
}

// Settle ends an objection: the note is kept, and shown as before, or removed.
// She can read which, and why. ErrUnknown means that there is no such objection.
func (c *Cache) Settle(o Objection, kept bool, why string, now time.Time) error {
	err := c.changeOwing(o.Customer, Item{Customer: o.Customer, Of: OfNote, ID: o.Note.ID}, func(p *Profile) error {
		i := slices.IndexFunc(p.Notes, func(n Note) bool { return n.ID == o.Note.ID && n.Objected && n.Text == o.Note.Text })
		if i < 0 {
			return ErrUnknown
		}
		if p.Notes[i].Objected = false; !kept {
			p.Notes = slices.Delete(p.Notes, i, i+1)
		}
		p.Settled = append(slices.Clone(p.Settled), Settlement{o.Note.ID, now.UTC(), kept, why})
		return nil
	}, func(tx *vault.Tx) error {
		if !kept {
			tx.CompactLater()
		}
		return c.putObjection(tx, o.Customer, o.Note.ID, false)
	})
	if err != nil {
		return fmt.Errorf("settle an objection: %w", err)
	}
	return nil
}

// sweepObjections removes rows whose note is gone.
func (c *Cache) sweepObjections() error {
	return c.file.Sweep(bObjections, func(tx *vault.Tx, k, v []byte) error {
		_, err := c.objection(tx, k, v)
		if errors.Is(err, vault.ErrAway) {
			return nil
		}
		if errors.Is(err, ErrUnknown) {
			return tx.Delete(bObjections, k)
		}
		return err
	})
}
