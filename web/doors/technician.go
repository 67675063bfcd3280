package doors

import (
	"crypto/rand"
	"fmt"
	"time"

	"foyer/vault"
)

// A technician prepares the store for a working day, and is nobody: he has no
// PIN, no device of the store's and no name here, only a session that a code
// opened and that ends by the clock.

// technicianLife is how long a technician's session is, whatever he does.
const technicianLife = 8 * time.Hour

// technicianCode keeps a technician's codes apart from associates': as people
// type a code it never holds a space.
const technicianCode = "technician "

// PairTechnician makes a single-use code that lets one technician in, within
// ten minutes.
func (d *Doors) PairTechnician(now time.Time) (string, error) {
	code := rand.Text()[:10]
	if err := d.ExpectTechnician(code, now); err != nil {
		return "", err
	}
	return code[:5] + "-" + code[5:], nil
}

// ExpectTechnician does so with a code that was made before there were doors: the
// technician who made this box a store's has it and goes on with it.
func (d *Doors) ExpectTechnician(code string, now time.Time) error {
	err := d.file.Update(func(tx *vault.Tx) error {
		return d.put(tx, pairings, d.keys.Index(pairings, technicianCode+tidy(code)), row{Until: now.Add(pairingLife)})
	})
	if err != nil {
		return fmt.Errorf("pair a technician: %w", err)
	}
	return nil
}

// AdmitTechnician spends a technician's code and returns the token of his
// session. ErrClosed means no.
func (d *Doors) AdmitTechnician(code string, now time.Time) (token string, err error) {
	token = rand.Text()
	err = d.file.Update(func(tx *vault.Tx) error {
		key := d.keys.Index(pairings, technicianCode+tidy(code))
		r, ok := d.get(tx, pairings, key)
		if !ok || !now.Before(r.Until) {
			return ErrClosed
		}
		if err := tx.Delete(pairings, key); err != nil {
			return err
		}
		return d.put(tx, technicians, d.keys.Index(technicians, token), row{Until: now.Add(technicianLife)})
	})
	if err != nil {
		return "", fmt.Errorf("let a technician in: %w", err)
	}
	return token, nil
}

// Technician reports whether token is of a technician's session.
func (d *Doors) Technician(token string, now time.Time) bool {
	if token == "" {
		return false
	}
	var ok bool
	err := d.file.View(func(tx *vault.Tx) error {
		r, found := d.get(tx, technicians, d.keys.Index(technicians, token))
		ok = found && now.Before(r.Until)
		return nil
	})
	return err == nil && ok
}

// Technicians returns when each technician's session that holds now ends.
func (d *Doors) Technicians(now time.Time) (until []time.Time, err error) {
	err = d.file.View(func(tx *vault.Tx) error {
		until = nil
		return tx.Each(technicians, nil, func(k, _ []byte) error {
			if r, ok := d.get(tx, technicians, k); ok && now.Before(r.Until) {
				until = append(until, r.Until)
			}
			return nil
		})
	})
	if err != nil {
		return nil, fmt.Errorf("look for technicians: %w", err)
	}
	return until, nil
}

// EndTechnician ends a technician's session.
func (d *Doors) EndTechnician(token string) error {
	return d.file.Update(func(tx *vault.Tx) error { return tx.Delete(technicians, d.keys.Index(technicians, token)) })
}

// EndTechnicians ends the sessions of all of them, and the codes that have not
// been used.
func (d *Doors) EndTechnicians() error {
	err := d.file.Update(func(tx *vault.Tx) error {
		err := tx.Each(pairings, nil, func(k, _ []byte) error {
			if r, ok := d.get(tx, pairings, k); ok && r.Who != "" {
				return nil
			}
			return tx.Delete(pairings, k)
		})
		if err != nil {
			return err
		}
		return tx.Each(technicians, nil, func(k, _ []byte) error { return tx.Delete(technicians, k) })
	})
	if err != nil {
		return fmt.Errorf("end technicians' sessions: %w", err)
	}
	return nil
}
