package profile

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"time"

	"foyer/floor"
	"foyer/vault"
)

type rawConsent struct {
	Purpose Purpose `json:"purpose"`
	Granted bool    `json:"granted"`
	At      rawHLC  `json:"at"`
	Notice  string  `json:"notice,omitempty"`
	Method  string  `json:"method,omitempty"`
}

type rawHLC struct {
	Wall  int64  `json:"wall_ms"` // Unix milliseconds
	Count uint32 `json:"count,omitempty"`
	Node  string `json:"node,omitempty"`
}

func (h HLC) raw() rawHLC { return rawHLC{h.Wall.UnixMilli(), h.Count, h.Node} }

func (r rawHLC) stamp() HLC { return HLC{time.UnixMilli(r.Wall).UTC(), r.Count, r.Node} }

func (cs Consents) raw() []rawConsent {
	out := []rawConsent{}
	for _, c := range cs.List() {
		out = append(out, c.raw())
	}
	return out
}

func (c Consent) raw() rawConsent {
	return rawConsent{c.Purpose, c.Granted, c.At.raw(), c.Notice, c.Method}
}

func (r rawConsent) consent() Consent {
	return Consent{Purpose: r.Purpose, Granted: r.Granted, At: r.At.stamp(), Notice: r.Notice, Method: r.Method}
}

// Consents returns her last words on all purposes, and which of them the
// notice in force suspends; none is no error.
func (c *Cache) Consents(who floor.Customer) (Consents, error) {
	c.gone.RLock()
	defer c.gone.RUnlock()
	var cs Consents
	err := c.file.View(func(tx *vault.Tx) error {
		var err error
		cs, err = c.consents(tx, who)
		return err
	})
	n := c.notice.Load()
	for p, x := range cs {
		if x.Granted && !n.covers(x) {
			x.Suspended = true
			cs[p] = x
		}
	}
	return cs, err
}

// Allowed reports whether she grants the purpose. When that cannot be read,
// she does not.
func (c *Cache) Allowed(who floor.Customer, p Purpose) bool {
	cs, err := c.Consents(who)
	return err == nil && cs.Allowed(p)
}

// Merge adds words from elsewhere and returns what holds now. A grant older
// than a withdrawal, or than her erasure, changes nothing.
func (c *Cache) Merge(who floor.Customer, words ...Consent) (Consents, error) {
	for _, w := range words {
		if !w.Purpose.Valid() {
			return nil, fmt.Errorf("merge consents: %w: no purpose %q", ErrProfile, w.Purpose)
		}
	}
	return c.say(who, false, func(cs Consents) []Consent { return words })
}

// Grant records that she consents, now and here, to the purposes.
func (c *Cache) Grant(who floor.Customer, now time.Time, notice, method string, purposes ...Purpose) (Consents, error) {
	for _, p := range purposes {
		if !p.Valid() {
			return nil, fmt.Errorf("grant consents: %w: no purpose %q", ErrProfile, p)
		}
	}
	return c.say(who, true, func(Consents) []Consent {
		at := c.clock.At(now)
		var words []Consent
		for _, p := range purposes {
			words = append(words, Consent{Purpose: p, Granted: true, At: at, Notice: notice, Method: method})
		}
		return words
	})
}

// Withdraw records that she withdraws the purposes, now and on the box's own
// page; none means all of them, also those she never granted, so that no grant still on its way
// overcomes it.
func (c *Cache) Withdraw(who floor.Customer, now time.Time, purposes ...Purpose) (Consents, error) {
	if len(purposes) == 0 {
		purposes = Purposes()
	}
	return c.say(who, true, func(cs Consents) []Consent {
		at := c.clock.At(now)
		var words []Consent
		for _, p := range purposes {
			words = append(words, Consent{Purpose: p, At: at, Notice: cs[p].Notice, Method: "page"})
		}
		return words
	})
}

// say merges new words in one transaction. The clock has then seen every stamp
// that is known of her, so that what is said here now is the latest word even
// if this box's clock is behind. Here says that they were said here, so that
// headquarters must be told.
func (c *Cache) say(who floor.Customer, here bool, words func(Consents) []Consent) (Consents, error) {
	if !who.Valid() {
		return nil, fmt.Errorf("record consents: %w: customer: missing", ErrProfile)
	}
	c.gone.RLock()
	defer c.gone.RUnlock()
	var after Consents
	err := c.file.Update(func(tx *vault.Tx) (err error) {
		after, err = c.sayIn(tx, who, here, words)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("record consents: %w", err)
	}
	c.merged.Add(1)
	return after, nil
}

// sayIn is say within a transaction.
func (c *Cache) sayIn(tx *vault.Tx, who floor.Customer, here bool, words func(Consents) []Consent) (after Consents, err error) {
	before, err := c.consents(tx, who)
	if err != nil {
		return nil, err
	}
	grave, err := c.grave(tx, who)
	if err != nil {
		return nil, err
	}
	c.clock.Observe(before.latest())
	c.clock.Observe(grave)
	after = before
	said := words(before)
	for _, w := range said {
		if !grave.IsZero() && w.At.compareTime(grave) <= 0 {
			continue
		}
		after = after.Merge(w)
	}
	if maps.Equal(before, after) {
		return after, nil // heard before, or stale
	}
	put := tx.Put
	if after.takesBack(before) { // whether or not there is room
		tx.OutdateSnapshots()
		put = tx.PutAnyway
	}
	key := c.keys.Index(bConsents, who.Ref())
	row, err := c.seal(bConsents, key, who, vConsents, after.raw())
	if err != nil {
		return nil, err
	}
	if err := put(bConsents, key, row); err != nil {
		return nil, err
	}
	if err := c.keepWords(tx, who, before, after); err != nil {
		return nil, err
	}
	if !after[Photo].Granted {
		if err := c.dropPhoto(tx, who); err != nil {
			return nil, err
		}
	}
	if !here {
		return after, nil
	}
	return after, c.owe(put, who, said)
}

func (c *Cache) consents(tx *vault.Tx, who floor.Customer) (Consents, error) {
	key := c.keys.Index(bConsents, who.Ref())
	value := tx.Get(bConsents, key)
	if value == nil {
		return Consents{}, nil
	}
	plain, err := c.open(bConsents, key, value)
	if errors.Is(err, ErrUnknown) {
		return Consents{}, nil
	}
	if err != nil {
		return nil, err
	}
	return decodeConsents(plain)
}

func decodeConsents(data []byte) (Consents, error) {
	var raw []rawConsent
	if err := json.Unmarshal(data, &raw); err != nil {
		return nil, fmt.Errorf("read stored consents: %w", err)
	}
	cs := Consents{}
	for _, r := range raw {
		cs[r.Purpose] = r.consent()
	}
	return cs, nil
}
