package doors

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"time"

	"foyer/floor"
	"foyer/vault"
)

// A Device is one that belongs to the store.
type Device struct {
	ID     string // names it on the manager's pages; it opens nothing
	For    string // the associate it was paired for, as of the roster; "" of one from before that was kept
	Since  time.Time
	Here   bool                // it is the one that asks
	Signed []floor.AssociateID // who is signed on, on it
}

// Devices returns the paired devices, the newest first; token is of the one that
// asks.
func (d *Doors) Devices(token string, now time.Time) (out []Device, err error) {
	asks := d.keys.Index(devices, token)
	err = d.file.View(func(tx *vault.Tx) error {
		on := map[string][]floor.AssociateID{}
		err := tx.Each(staff, nil, func(k, _ []byte) error {
			r, ok := d.get(tx, staff, k)
			if a, err := floor.ParseAssociate(r.Who); ok && err == nil && now.Before(r.Until.Add(staffLate)) {
				on[string(r.Device)] = append(on[string(r.Device)], a)
			}
			return nil
		})
		if err != nil {
			return err
		}
		return tx.Each(devices, nil, func(k, _ []byte) error {
			if r, ok := d.get(tx, devices, k); ok && now.Before(r.Until) {
				out = append(out, Device{deviceID(k), r.Who, r.Until.Add(-deviceLife), bytes.Equal(k, asks), on[string(k)]})
			}
			return nil
		})
	})
	if err != nil {
		return nil, fmt.Errorf("list the devices: %w", err)
	}
	slices.SortFunc(out, func(a, b Device) int { return b.Since.Compare(a.Since) })
	return out, nil
}

// deviceID is the beginning of a device's keyed hash.
func deviceID(key []byte) string { return "d-" + hex.EncodeToString(key[:6]) }

// Unpair takes a device from the store, with every session on it, and returns who
// was signed on there. ErrClosed means that there is no such one.
func (d *Doors) Unpair(id string) (was []floor.AssociateID, err error) {
	err = d.file.Update(func(tx *vault.Tx) error {
		var key []byte
		was = nil
		if err := tx.Each(devices, nil, func(k, _ []byte) error {
			if deviceID(k) == id {
				key = bytes.Clone(k)
			}
			return nil
		}); err != nil {
			return err
		}
		if key == nil {
			return ErrClosed
		}
		if err := tx.Delete(devices, key); err != nil {
			return err
		}
		return tx.Each(staff, nil, func(k, _ []byte) error {
			r, ok := d.get(tx, staff, k)
			if !ok || !bytes.Equal(r.Device, key) {
				return nil
			}
			if a, err := floor.ParseAssociate(r.Who); err == nil {
				was = append(was, a)
			}
			d.forget(k)
			return tx.Delete(staff, k)
		})
	})
	if err != nil {
		return nil, fmt.Errorf("unpair a device: %w", err)
	}
	return was, nil
}

// SignedOn reports whether an associate has a session on any device.
func (d *Doors) SignedOn(a floor.AssociateID, now time.Time) (on bool, err error) {
	err = d.file.View(func(tx *vault.Tx) error {
		return tx.Each(staff, nil, func(k, _ []byte) error {
			r, ok := d.get(tx, staff, k)
			on = on || ok && r.Who == a.Ref() && now.Before(r.Until.Add(staffLate))
			return nil
		})
	})
	return on, err
}

// Reset forgets an associate's PIN and ends her sessions: she sets a new one with
// the code that is returned, on any device, within ten minutes.
func (d *Doors) Reset(a floor.AssociateID, now time.Time) (code string, err error) {
	err = d.file.Update(func(tx *vault.Tx) error { return tx.Delete(pins, d.keys.Index(pins, a.Ref())) })
	if err := errors.Join(err, d.EndAll(a)); err != nil {
		return "", fmt.Errorf("reset a PIN: %w", err)
	}
	return d.Pair(a, now)
}
