package doors

import (
	"bytes"
	"fmt"
	"time"

	"foyer/floor"
	"foyer/vault"
)

// A GuestSession is one phone or browser on which a customer is signed in.
type GuestSession struct {
	Until time.Time
	This  bool // the one whose token was given
}

// Sessions returns a customer's sessions; token is of the one that asks, if any.
func (d *Doors) Sessions(c floor.Customer, token string) (out []GuestSession, err error) {
	this := d.keys.Index(guests, token)
	err = d.file.View(func(tx *vault.Tx) error {
		return d.each(tx, c, func(k, v []byte) error {
			if r, err := d.openGuest(k, v); err == nil {
				out = append(out, GuestSession{r.Until, bytes.Equal(k, this)})
			}
			return nil
		})
	})
	if err != nil {
		return nil, fmt.Errorf("read a customer's sessions: %w", err)
	}
	return out, nil
}

// Erase ends all of a customer's sessions; Clean removes the bytes that are left
// behind of them. Her key may be gone already.
func (d *Doors) Erase(c floor.Customer) error {
	d.forgetGuest(func(_ string, r known) bool { return r.Who == c.Ref() })
	err := d.file.Update(func(tx *vault.Tx) error {
		tx.CompactLater()
		return d.each(tx, c, func(k, _ []byte) error { return tx.Delete(guests, k) })
	})
	if err != nil {
		return fmt.Errorf("erase a customer's sessions: %w", err)
	}
	return nil
}

// Clean removes what ended sessions left behind in the file, all of it at once.
func (d *Doors) Clean() error { return d.file.CompactDue() }

// each gives the rows that are a customer's, by the handle they begin with.
func (d *Doors) each(tx *vault.Tx, c floor.Customer, fn func(k, v []byte) error) error {
	handle := d.keys.Handle(c.Ref())
	return tx.Each(guests, nil, func(k, v []byte) error {
		if !bytes.HasPrefix(v, handle) {
			return nil
		}
		return fn(k, v)
	})
}
