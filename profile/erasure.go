package profile

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"foyer/floor"
	"foyer/vault"
)

// An Erasure is what the box keeps of having forgotten somebody: when, at
// whose wish and how much, never whom. Its proof is random; whoever holds it
// can read the rest.
type Erasure struct {
	Proof     string
	At        time.Time
	Here      bool           // she asked on this box's page
	Operator  bool           // the store's operator asked; neither: headquarters
	Counts    map[string]int // of what was destroyed, by kind
	Owed      bool           // headquarters is to be told, and where she asked, has not confirmed
	Told      time.Time      // when its outbox had the report; zero: not yet
	Confirmed time.Time      // when headquarters answered; zero: not yet
	Begun     bool           // and not finished: her key, or a link to her, could not be destroyed yet
}

// NewProof returns a reference for an erasure: it identifies nobody and nobody
// can guess it.
func NewProof() string { return "f-" + strings.ToLower(rand.Text()[:16]) }

// A Report is an erasure that is not done with, and whose it is. The pseudonym
// in it is all that is left of her here, until the erasure is finished and
// headquarters knows.
type Report struct {
	Customer floor.Customer
	Erasure
}

type rawErasure struct {
	At        time.Time      `json:"at"`
	Here      bool           `json:"here,omitempty"`
	Operator  bool           `json:"operator,omitempty"`
	Counts    map[string]int `json:"counts,omitempty"`
	Customer  string         `json:"customer,omitempty"` // only while Begun or Owed
	Begun     bool           `json:"begun,omitempty"`
	Owed      bool           `json:"owed,omitempty"`
	Proof     string         `json:"proof"`
	Told      time.Time      `json:"told,omitzero"`
	Confirmed time.Time      `json:"confirmed,omitzero"`
}

func (r rawErasure) erasure() Erasure {
	return Erasure{r.Proof, r.At, r.Here, r.Operator, r.Counts, r.owed(), r.Told, r.Confirmed, r.Begun}
}

// owed reports whether headquarters is to be told, or to confirm. Records of
// before Begun was kept have the pseudonym just as long.
func (r rawErasure) owed() bool { return r.Owed || r.Customer != "" && !r.Begun }

// BeginErasure deletes a customer's rows and remembers in the same transaction
// that her erasure is under way: until FinishErasure has succeeded nothing of
// hers is stored. It returns the proof, which is that of an erasure under way at
// the same wish if there is one: what was counted then still counts.
func (c *Cache) BeginErasure(who floor.Customer, e Erasure) (proof string, err error) {
	if !who.Valid() {
		return "", fmt.Errorf("begin an erasure: %w: customer: missing", ErrProfile)
	}
	r := rawErasure{At: e.At.UTC(), Here: e.Here, Operator: e.Operator, Counts: e.Counts, Proof: e.Proof, Customer: who.Ref(), Begun: true, Owed: e.Owed}
	c.gone.Lock()
	defer c.gone.Unlock()
	err = c.file.Update(func(tx *vault.Tx) error {
		tx.OutdateSnapshots()
		tx.CompactLater()
		if err := c.eachBegun(tx, func(_ []byte, b rawErasure) error {
			if b.Customer == r.Customer && b.Here == r.Here && b.Operator == r.Operator && (r.Proof == "" || r.Proof == b.Proof) {
				r = b
			}
			return nil
		}); err != nil {
			return err
		}
		if r.Proof == "" {
			r.Proof = NewProof()
		}
		return errors.Join(c.bury(tx, who, e.At), c.putErasure(tx, r))
	})
	if err != nil {
		return "", fmt.Errorf("begin an erasure: %w", err)
	}
	c.begun[r.Customer] = true
	c.unmind(who)
	return r.Proof, nil
}

// FinishErasure destroys the customer's key and with it whatever lies about of
// her, and notes that her erasures are done. Her links in the ledger are cut and
// her rows elsewhere are deleted before. After an error it must be called again.
func (c *Cache) FinishErasure(who floor.Customer) error {
	c.gone.Lock()
	defer c.gone.Unlock()
	if err := c.keys.Shred(who.Ref()); err != nil {
		return fmt.Errorf("finish an erasure: %w", err)
	}
	n := uint64(0)
	err := c.file.Update(func(tx *vault.Tx) error {
		n = 0
		tx.OutdateSnapshots() // they may have her pseudonym
		tx.CompactLater()
		return c.eachBegun(tx, func(_ []byte, r rawErasure) error {
			if r.Customer != who.Ref() {
				return nil
			}
			if n++; !r.Owed {
				r.Customer = ""
			}
			r.Begun = false
			return c.putErasure(tx, r)
		})
	})
	if err != nil {
		return fmt.Errorf("finish an erasure: %w", err)
	}
	delete(c.begun, who.Ref())
	c.erased.Add(n)
	return nil
}

// Begun returns the erasures that are under way, for whoever is to finish them.
func (c *Cache) Begun() ([]Report, error) {
	var out []Report
	err := c.file.View(func(tx *vault.Tx) error {
		return c.eachBegun(tx, func(_ []byte, r rawErasure) error {
			who, err := floor.ParseCustomer(r.Customer)
			out = append(out, Report{who, r.erasure()})
			return err
		})
	})
	if err != nil {
		return nil, fmt.Errorf("read which erasures are under way: %w", err)
	}
	return out, nil
}

// readBegun remembers whose erasures are under way: nothing may be sealed for
// them, for it would go with the rest.
func (c *Cache) readBegun() error {
	all, err := c.Begun()
	c.begun = make(map[string]bool, len(all))
	for _, r := range all {
		c.begun[r.Customer.Ref()] = true
	}
	return err
}

func (c *Cache) eachBegun(tx *vault.Tx, fn func(key []byte, r rawErasure) error) error {
	return tx.Each(bErasures, nil, func(k, v []byte) error {
		r, err := c.openErasure(k, v)
		if errors.Is(err, vault.ErrSealed) {
			return nil // of keys that are gone: the sweep takes it
		}
		if err != nil || !r.Begun {
			return err
		}
		return fn(k, r)
	})
}

func (c *Cache) putErasure(tx *vault.Tx, r rawErasure) error {
	own, err := c.keys.Sealer(ownSubject)
	if err != nil {
		return err
	}
	plain, err := json.Marshal(r)
	if err != nil {
		return err
	}
	key := c.keys.Index(bErasures, r.Proof)
	return tx.PutAnyway(bErasures, key, own.Seal(bErasures, key, vErasure, plain))
}

func (c *Cache) openErasure(key, value []byte) (r rawErasure, err error) {
	own, err := c.keys.Sealer(ownSubject)
	if err != nil {
		return r, err
	}
	plain, _, err := own.Open(bErasures, key, value)
	if err != nil {
		return r, err
	}
	return r, json.Unmarshal(plain, &r)
}

// Erasure returns the erasure with this proof, or ErrUnknown.
func (c *Cache) Erasure(proof string) (Erasure, error) {
	var r rawErasure
	err := c.file.View(func(tx *vault.Tx) error {
		key := c.keys.Index(bErasures, strings.ToLower(proof))
		value := tx.Get(bErasures, key)
		if value == nil {
			return ErrUnknown
		}
		var err error
		r, err = c.openErasure(key, value)
		return err
	})
	if err != nil {
		return Erasure{}, fmt.Errorf("read an erasure: %w", err)
	}
	return r.erasure(), nil
}

// Reports returns the erasures that headquarters' outbox does not have yet.
func (c *Cache) Reports() ([]Report, error) {
	var out []Report
	err := c.eachErasure(func(_ *vault.Tx, _ []byte, r rawErasure) error {
		if r.Begun || r.Customer == "" || !r.Told.IsZero() {
			return nil
		}
		who, err := floor.ParseCustomer(r.Customer)
		out = append(out, Report{who, r.erasure()})
		return err
	}, c.file.View)
	if err != nil {
		return nil, fmt.Errorf("read what headquarters is to be told: %w", err)
	}
	return out, nil
}

func (c *Cache) eachErasure(fn func(*vault.Tx, []byte, rawErasure) error, in func(func(*vault.Tx) error) error) error {
	return in(func(tx *vault.Tx) error {
		return tx.Each(bErasures, nil, func(k, v []byte) error {
			r, err := c.openErasure(k, v)
			if err != nil {
				return err
			}
			return fn(tx, k, r)
		})
	})
}

// Reported notes that headquarters' outbox has the report. Only where she asked
// herself will headquarters confirm; otherwise her pseudonym goes here.
func (c *Cache) Reported(proof string, at time.Time) error {
	_, err := c.amend(proof, func(tx *vault.Tx, r *rawErasure) {
		if r.Told = at.UTC(); !r.Here {
			r.let(tx)
		}
	})
	return err
}

// let lets go of her pseudonym.
func (r *rawErasure) let(tx *vault.Tx) {
	if r.Customer != "" {
		tx.OutdateSnapshots()
		tx.CompactLater()
	}
	r.Customer, r.Owed = "", false
}

// Confirm notes headquarters' answer and lets go of the last that was left of
// her, her pseudonym; its bytes go at the next Clean. False means that this box
// knows no such erasure.
func (c *Cache) Confirm(proof string, at time.Time) (bool, error) {
	return c.amend(proof, func(tx *vault.Tx, r *rawErasure) {
		if r.Confirmed.IsZero() {
			r.Confirmed = at.UTC()
		}
		r.let(tx)
	})
}

func (c *Cache) amend(proof string, fn func(*vault.Tx, *rawErasure)) (known bool, err error) {
	err = c.file.Update(func(tx *vault.Tx) error {
		key := c.keys.Index(bErasures, proof)
		value := tx.Get(bErasures, key)
		if value == nil {
			return ErrUnknown
		}
		r, err := c.openErasure(key, value)
		if err != nil {
			return err
		}
		fn(tx, &r)
		return c.putErasure(tx, r)
	})
	if errors.Is(err, ErrUnknown) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("note of an erasure: %w", err)
	}
	return true, nil
}

// oweErasures makes every report owed again that headquarters has not
// confirmed: the outbox that had it is gone.
func (c *Cache) oweErasures() error {
	return c.eachErasure(func(tx *vault.Tx, _ []byte, r rawErasure) error {
		if r.Begun || r.Customer == "" || r.Told.IsZero() {
			return nil
		}
		r.Told = time.Time{}
		return c.putErasure(tx, r)
	}, c.file.Update)
}

func (c *Cache) sweepErasures(now time.Time) error {
	return c.file.Sweep(bErasures, func(tx *vault.Tx, k, v []byte) error {
		r, err := c.openErasure(k, v)
		if errors.Is(err, vault.ErrSealed) || err == nil && !r.Begun && now.Sub(r.At) > tombstoneTTL {
			return tx.Delete(bErasures, k)
		}
		return err
	})
}
