package doors

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"foyer/floor"
	"foyer/vault"
)

// Begin gives an associate on a paired device a session that is late after
// until, and returns its token. Her PIN has been checked.
func (d *Doors) Begin(device string, a floor.AssociateID, until, now time.Time) (string, error) {
	token := rand.Text()
	key := d.keys.Index(staff, token)
	err := d.file.Update(func(tx *vault.Tx) error {
		return d.put(tx, staff, key, row{Who: a.Ref(), Device: d.keys.Index(devices, device), Until: until})
	})
	if err != nil {
		return "", fmt.Errorf("begin a session: %w", err)
	}
	d.touch(key, now)
	return token, nil
}

// A Session is an associate's. A late one holds only while she is still with
// somebody, which the caller knows.
type Session struct {
	Associate floor.AssociateID
	Late      bool
}

// Staff returns whose session token is, on the device it was begun on. Asking
// keeps it from falling asleep.
func (d *Doors) Staff(token, device string, now time.Time) (s Session, ok bool) {
	if token == "" || !d.Device(device, now) {
		return s, false
	}
	key := d.keys.Index(staff, token)
	var r row
	err := d.file.View(func(tx *vault.Tx) error { r, ok = d.get(tx, staff, key); return nil })
	if err != nil || !ok || !now.Before(r.Until.Add(staffLate)) || !bytes.Equal(r.Device, d.keys.Index(devices, device)) || !d.touch(key, now) {
		return s, false
	}
	s.Associate, err = floor.ParseAssociate(r.Who)
	s.Late = !now.Before(r.Until)
	return s, err == nil
}

// touch takes note that a session is in use; false if it had fallen asleep. A
// session begun before a restart counts as used just now.
func (d *Doors) touch(key []byte, now time.Time) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if last, ok := d.seen[string(key)]; ok && now.Sub(last) > staffIdle {
		return false
	}
	d.seen[string(key)] = now
	return true
}

// End ends an associate's session.
func (d *Doors) End(token string) error {
	key := d.keys.Index(staff, token)
	d.mu.Lock()
	delete(d.seen, string(key))
	d.mu.Unlock()
	return d.file.Update(func(tx *vault.Tx) error { return tx.Delete(staff, key) })
}

// Admit gives a customer a session on her own phone and returns its token.
func (d *Doors) Admit(c floor.Customer, now time.Time) (string, error) {
	return d.admit(row{Who: c.Ref(), Until: now.Add(guestLife)})
}

// AdmitLent gives her one on a phone that others use, too: for this day.
func (d *Doors) AdmitLent(c floor.Customer, now time.Time) (string, error) {
	return d.admit(row{Who: c.Ref(), Until: now.Add(lentLife), Lent: true})
}

func (d *Doors) admit(r row) (string, error) {
	token := rand.Text()
	if err := d.putGuest(d.keys.Index(guests, token), r); err != nil {
		return "", fmt.Errorf("begin a session: %w", err)
	}
	return token, nil
}

// putGuest writes a customer's session: the handle of her key, then the row
// sealed under it.
func (d *Doors) putGuest(key []byte, r row) error {
	sealer, err := d.keys.Sealer(r.Who)
	if err != nil {
		return err
	}
	plain, err := json.Marshal(r)
	if err != nil {
		return err
	}
	value := append(bytes.Clone(d.keys.Handle(r.Who)), sealer.Seal(guests, key, 1, plain)...)
	return d.file.Update(func(tx *vault.Tx) error { return tx.Put(guests, key, value) })
}

// Guest returns whose session token is, and lengthens it from time to time.
func (d *Doors) Guest(token string, now time.Time) (c floor.Customer, ok bool) {
	key, r, ok := d.guest(token, now)
	if !ok {
		return c, false
	}
	c, err := floor.ParseCustomer(r.Who)
	if err != nil {
		return c, false
	}
	if !r.Lent && r.Until.Sub(now) < guestLife-guestRenew {
		// Not lengthened, it still holds for as long as it was given.
		_ = d.putGuest(key, row{Who: r.Who, Until: now.Add(guestLife)})
	}
	return c, true
}

// Lent reports whether a customer's session is on a phone that others use, too.
func (d *Doors) Lent(token string, now time.Time) bool {
	_, r, ok := d.guest(token, now)
	return ok && r.Lent
}

func (d *Doors) guest(token string, now time.Time) (key []byte, r row, ok bool) {
	if token == "" {
		return nil, r, false
	}
	key = d.keys.Index(guests, token)
	r, err := d.readGuest(key)
	r, ok = d.recall(key, r, err, now)
	return key, r, ok && now.Before(r.Until)
}

// readGuest returns a customer's row, or errNone.
func (d *Doors) readGuest(key []byte) (r row, err error) {
	var value []byte
	if err := d.file.View(func(tx *vault.Tx) error { value = tx.Get(guests, key); return nil }); err != nil {
		return r, err
	}
	return d.openGuest(key, value)
}

// openGuest opens a customer's row. Without her key there is none.
func (d *Doors) openGuest(key, value []byte) (r row, err error) {
	const handle = 32
	if len(value) < handle {
		return r, errNone
	}
	sealer, err := d.keys.SealerOf(value[:handle])
	switch {
	case errors.Is(err, vault.ErrSealed):
		return r, errNone
	case err != nil:
		return r, err
	}
	plain, _, err := sealer.Open(guests, key, value[handle:])
	if err != nil || json.Unmarshal(plain, &r) != nil {
		return r, errNone
	}
	return r, nil
}

// Dismiss ends a customer's session.
func (d *Doors) Dismiss(token string) error {
	key := d.keys.Index(guests, token)
	d.forgetGuest(func(k string, _ known) bool { return k == string(key) })
	return d.file.Update(func(tx *vault.Tx) error { return tx.Delete(guests, key) })
}

// Sweep deletes what has expired.
func (d *Doors) Sweep(now time.Time) error {
	d.forgetGuest(func(_ string, r known) bool { return now.Sub(r.at) > knownFor })
	return d.file.Update(func(tx *vault.Tx) error {
		for bucket, late := range map[string]time.Duration{staff: staffLate, devices: 0, pairings: 0, usedPasses: 0, technicians: 0} {
			err := tx.Each(bucket, nil, func(k, _ []byte) error {
				if r, ok := d.get(tx, bucket, k); !ok || !now.Before(r.Until.Add(late)) {
					d.forget(k)
					return tx.Delete(bucket, k)
				}
				return nil
			})
			if err != nil {
				return fmt.Errorf("sweep %s: %w", bucket, err)
			}
		}
		if err := d.sweepPINs(tx, now); err != nil {
			return fmt.Errorf("sweep %s: %w", pins, err)
		}
		return tx.Each(guests, nil, func(k, v []byte) error {
			if r, err := d.openGuest(k, v); errors.Is(err, errNone) || err == nil && !now.Before(r.Until) {
				return tx.Delete(guests, k)
			}
			return nil // or it waits for headquarters' key share, or for the disk
		})
	})
}

func (d *Doors) forget(key []byte) {
	d.mu.Lock()
	delete(d.seen, string(key))
	d.mu.Unlock()
}

// tidy reads a code as people type it.
func tidy(code string) string {
	return strings.ToUpper(strings.NewReplacer("-", "", " ", "").Replace(code))
}

// EndAll ends an associate's sessions on every device.
func (d *Doors) EndAll(a floor.AssociateID) error {
	return d.file.Update(func(tx *vault.Tx) error {
		return tx.Each(staff, nil, func(k, _ []byte) error {
			if r, ok := d.get(tx, staff, k); ok && r.Who != a.Ref() {
				return nil
			}
			d.forget(k)
			return tx.Delete(staff, k)
		})
	})
}
