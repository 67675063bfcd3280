package profile

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"time"

	"foyer/floor"
	"foyer/vault"
)

// Forget erases customers of whom nothing is to be remembered, not even that
// they were erased: their rows, then their keys, so that no copy of any file
// opens again. The bytes that bbolt leaves behind, which nothing opens, go with
// those of others at the next Clean or Open. What remains is a mark that keeps
// stale messages from bringing them back. When it returns an error it must be
// called again; customers nobody knows are no error.
func (c *Cache) Forget(now time.Time, customers ...floor.Customer) error {
	if err := c.forget(now, customers); err != nil {
		return fmt.Errorf("forget %d customers: %w", len(customers), err)
	}
	c.erased.Add(uint64(len(customers)))
	return nil
}

// Clean removes what erasures left behind in the file, all of it at once.
func (c *Cache) Clean() error { return c.file.CompactDue() }

// forget deletes the rows and destroys the keys.
func (c *Cache) forget(now time.Time, customers []floor.Customer) error {
	c.gone.Lock()
	defer c.gone.Unlock()
	var subjects []string
	for _, who := range customers {
		if !who.Valid() {
			return fmt.Errorf("%w: customer: missing", ErrProfile)
		}
		subjects = append(subjects, who.Ref())
		c.unmind(who)
	}
	err := c.file.Update(func(tx *vault.Tx) error {
		tx.OutdateSnapshots()
		tx.CompactLater()
		for _, who := range customers {
			if err := c.bury(tx, who, now); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return c.keys.Shred(subjects...)
}

// unmind lets go of what is kept of a customer in memory.
func (c *Cache) unmind(who floor.Customer) {
	c.Let(who)
	c.listed.forget(who)
}

// bury deletes a customer's rows and leaves the mark, stamped after every word
// of hers that is known.
func (c *Cache) bury(tx *vault.Tx, who floor.Customer, now time.Time) error {
	if cs, err := c.consents(tx, who); err == nil { // what cannot be read is deleted all the same
		c.clock.Observe(cs.latest())
	}
	handle := c.keys.Handle(who.Ref())
	var err error
	for _, b := range []string{bInvitations, bUntold, bObjections} {
		err = errors.Join(err, tx.Each(b, nil, func(k, v []byte) error {
			if bytes.HasPrefix(v, handle) {
				return tx.Delete(b, k)
			}
			return nil
		}))
	}
	for _, b := range []string{bProfiles, bConsents, bWords, bPhotos} {
		err = errors.Join(err, tx.Delete(b, c.keys.Index(b, who.Ref())))
	}
	if err != nil {
		return err
	}
	mark, err := json.Marshal(c.clock.At(now).raw())
	if err != nil {
		return err
	}
	return tx.PutAnyway(bErased, c.keys.Index(bErased, who.Ref()), mark)
}

// grave returns the stamp of her erasure, zero if there was none.
func (c *Cache) grave(tx *vault.Tx, who floor.Customer) (HLC, error) {
	mark := tx.Get(bErased, c.keys.Index(bErased, who.Ref()))
	if mark == nil {
		return HLC{}, nil
	}
	return decodeMark(mark)
}

func decodeMark(data []byte) (HLC, error) {
	var r rawHLC
	if err := json.Unmarshal(data, &r); err != nil {
		return HLC{}, fmt.Errorf("read the mark of an erasure: %w", err)
	}
	return r.stamp(), nil
}

// live returns ErrErased if she was erased and has granted nothing since.
func (c *Cache) live(tx *vault.Tx, who floor.Customer) error {
	grave, err := c.grave(tx, who)
	if err != nil || grave.IsZero() {
		return err
	}
	cs, err := c.consents(tx, who)
	if err != nil {
		return err
	}
	for _, w := range cs {
		if w.Granted { // words older than the erasure are never stored
			return nil
		}
	}
	return ErrErased
}

// An Export is everything about one customer in profiles.db, for marshalling
// as JSON.
type Export struct {
	Customer    string          `json:"customer"`
	Profile     *rawProfile     `json:"profile,omitempty"`
	Consents    []rawConsent    `json:"consents"`
	Earlier     []rawConsent    `json:"earlier_words,omitempty"`
	Invitations []rawInvitation `json:"invitations,omitempty"`
	Untold      []Purpose       `json:"not_told_headquarters_yet,omitempty"`
	Photo       []byte          `json:"photo_jpeg,omitempty"`
}

// Read returns her profile in an export, and whether there is one.
func (e Export) Read() (p Profile, ok bool, err error) {
	if e.Profile == nil {
		return Profile{}, false, nil
	}
	p, err = e.Profile.profile()
	return p, err == nil, err
}

// Counts says how much there is, by kind.
func (e Export) Counts() map[string]int {
	n := map[string]int{"consents": len(e.Consents) + len(e.Earlier), "invitations": len(e.Invitations)}
	if p := e.Profile; p != nil {
		n["profile"] = 1
		n["stated"] = len(p.Stated) + len(p.Wishes) + len(p.Interests)
		n["purchases"], n["notes"], n["appointments"] = len(p.Purchases), len(p.Notes), len(p.Appointments)
	}
	if len(e.Photo) > 0 {
		n["photo"] = 1
	}
	maps.DeleteFunc(n, func(_ string, n int) bool { return n == 0 })
	return n
}

// String returns a text that identifies nobody.
func (Export) String() string { return "export of a customer" }

// Export returns everything about the customer, her associates' notes
// included, or ErrUnknown.
func (c *Cache) Export(who floor.Customer) (Export, error) {
	c.gone.RLock()
	defer c.gone.RUnlock()
	e := Export{Customer: who.Ref()}
	err := c.file.View(func(tx *vault.Tx) error {
		p, err := c.get(tx, who)
		switch {
		case err == nil:
			raw := p.raw()
			e.Profile = &raw
		case !errors.Is(err, ErrUnknown):
			return err
		}
		cs, err := c.consents(tx, who)
		if err != nil {
			return err
		}
		e.Consents = cs.raw()
		earlier, err := c.earlier(tx, who)
		if err != nil {
			return err
		}
		for _, w := range earlier {
			e.Earlier = append(e.Earlier, w.raw())
		}
		if e.Photo, err = c.photo(tx, who); err != nil {
			return err
		}
		for _, w := range cs.List() {
			if tx.Get(bUntold, c.untoldKey(who, w.Purpose)) != nil {
				e.Untold = append(e.Untold, w.Purpose)
			}
		}
		return c.eachInvitation(tx, who, func(i Invitation) { e.Invitations = append(e.Invitations, i.raw()) })
	})
	if err != nil {
		return Export{}, fmt.Errorf("export a customer: %w", err)
	}
	if e.Profile == nil && len(e.Consents) == 0 && len(e.Invitations) == 0 {
		return Export{}, ErrUnknown
	}
	return e, nil
}

func (c *Cache) eachInvitation(tx *vault.Tx, who floor.Customer, fn func(Invitation)) error {
	handle := c.keys.Handle(who.Ref())
	return tx.Each(bInvitations, nil, func(k, v []byte) error {
		if !bytes.HasPrefix(v, handle) {
			return nil
		}
		i, err := c.invitation(tx, k)
		if errors.Is(err, ErrCode) {
			return nil
		}
		if err == nil {
			fn(i)
		}
		return err
	})
}
