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
	Owed      bool           // headquarters is to be told, and has not confirmed
	Told      time.Time      // when its outbox had the report; zero: not yet
	Confirmed time.Time      // when headquarters answered; zero: not yet
}

// NewProof returns a reference for an erasure: it identifies nobody and nobody
// can guess it.
func NewProof() string { return "f-" + strings.ToLower(rand.Text()[:16]) }

// A Report is an erasure headquarters is owed the report of. The pseudonym in
// it is all that is left of her here, until headquarters has confirmed.
type Report struct {
	Customer floor.Customer
	Erasure
}

type rawErasure struct {
	At        time.Time      `json:"at"`
	Here      bool           `json:"here,omitempty"`
	Operator  bool           `json:"operator,omitempty"`
	Counts    map[string]int `json:"counts,omitempty"`
	Customer  string         `json:"customer,omitempty"` // only while headquarters has not confirmed
	Proof     string         `json:"proof"`
	Told      time.Time      `json:"told,omitzero"`
	Confirmed time.Time      `json:"confirmed,omitzero"`
}

func (r rawErasure) erasure() Erasure {
	return Erasure{r.Proof, r.At, r.Here, r.Operator, r.Counts, r.Customer != "", r.Told, r.Confirmed}
}

// Erase is Forget for one customer, and remembers in the same transaction that
// it was done. Owed keeps her pseudonym for the report to headquarters.
func (c *Cache) Erase(who floor.Customer, e Erasure) error {
	r := rawErasure{At: e.At.UTC(), Here: e.Here, Operator: e.Operator, Counts: e.Counts, Proof: e.Proof}
	if e.Owed {
		r.Customer = who.Ref()
	}
	return c.erase(e.At, []floor.Customer{who}, func(tx *vault.Tx) error { return c.putErasure(tx, r) })
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
		if r.Customer == "" || !r.Told.IsZero() {
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

// Reported notes that headquarters' outbox has the report.
func (c *Cache) Reported(proof string, at time.Time) error {
	_, err := c.amend(proof, func(_ *vault.Tx, r *rawErasure) { r.Told = at.UTC() })
	return err
}

// Confirm notes headquarters' answer and lets go of the last that was left of
// her, her pseudonym; its bytes go at the next Clean. False means that this box
// knows no such erasure.
func (c *Cache) Confirm(proof string, at time.Time) (bool, error) {
	return c.amend(proof, func(tx *vault.Tx, r *rawErasure) {
		if r.Confirmed.IsZero() {
			r.Confirmed = at.UTC()
		}
		if r.Customer != "" {
			tx.OutdateSnapshots()
			tx.CompactLater()
		}
		r.Customer = ""
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
		if r.Customer == "" || r.Told.IsZero() {
			return nil
		}
		r.Told = time.Time{}
		return c.putErasure(tx, r)
	}, c.file.Update)
}

func (c *Cache) sweepErasures(tx *vault.Tx, now time.Time) error {
	return tx.Each(bErasures, nil, func(k, v []byte) error {
		r, err := c.openErasure(k, v)
		if errors.Is(err, vault.ErrSealed) || err == nil && now.Sub(r.At) > tombstoneTTL {
			return tx.Delete(bErasures, k)
		}
		return err
	})
}
