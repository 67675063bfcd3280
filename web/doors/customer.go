package doors

import (
	"bytes"
	"fmt"
	"time"

	"foyer/floor"
	"foyer/vault"
)

// Sessions returns when each of a customer's sessions ends.
func (d *Doors) Sessions(c floor.Customer) (until []time.Time, err error) {
	err = d.file.View(func(tx *vault.Tx) error {
		return d.each(tx, c, func(k, v []byte) error {
			if r, ok := d.openGuest(k, v); ok {
				until = append(until, r.Until)
			}
			return nil
		})
	})
	if err != nil {
		return nil, fmt.Errorf("read a customer's sessions: %w", err)
	}
	return until, nil
}

// Erase ends all of a customer's sessions; Clean removes the bytes that are left
// behind of them. Her key may be gone already.
func (d *Doors) Erase(c floor.Customer) error {
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
