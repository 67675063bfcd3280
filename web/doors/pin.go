package doors

import (
	"bytes"
	"crypto/rand"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"golang.org/x/crypto/argon2"

	"foyer/floor"
	"foyer/vault"
)

// ErrPIN means that a new PIN is not one foyer takes.
var ErrPIN = errors.New("a PIN has 4 to 8 digits, not all the same and not in a row")

// WaitError says that there were too many wrong tries. Until says when the next
// one counts.
type WaitError struct{ Until time.Time }

// Error says so without the time, which is the reader's to put in words.
func (WaitError) Error() string { return "too many wrong tries" }

// Free tries, the wait after the first one that is not, and the longest wait;
// each further wrong try doubles it.
const (
	freeTries = 3
	firstWait = 30 * time.Second
	mostWait  = time.Hour
)

// Argon2id as OWASP recommends for small machines (19 MiB, 2 passes; RFC 9106),
// over the PIN's HMAC under a key of the box: doors.db alone yields no PIN.
const (
	passes, kibibytes, threads = 2, 19 * 1024, 1
	saltLen, hashLen           = 16, 32
)

// pinRow is what is kept of one associate's PIN.
type pinRow struct {
	Salt  []byte    `json:"salt"`
	Hash  []byte    `json:"hash"`
	Tries int       `json:"tries"` // in a row, none of which was right
	Next  time.Time `json:"next"`  // before this no try counts
	Used  time.Time `json:"used"`  // when it was set, or last let her in
}

func checkPIN(pin string) error {
	if len(pin) < 4 || len(pin) > 8 || strings.Trim(pin, "0123456789") != "" {
		return ErrPIN
	}
	same, up, down := true, true, true
	for i := 1; i < len(pin); i++ {
		step := int(pin[i]) - int(pin[i-1])
		same, up, down = same && step == 0, up && step == 1, down && step == -1
	}
	if same || up || down {
		return ErrPIN
	}
	return nil
}

// mill hashes a PIN with salt, or with a new one if salt is nil. Only as many
// at once as the box has memory and cores for.
func (d *Doors) mill(pin string, salt []byte) pinRow {
	d.mills <- struct{}{}
	defer func() { <-d.mills }()
	if salt == nil {
		salt = make([]byte, saltLen)
		rand.Read(salt)
	}
	return pinRow{Salt: salt, Hash: argon2.IDKey(d.keys.Index(pins, "pin "+pin), salt, passes, kibibytes, threads, hashLen)}
}

// SignOn checks a PIN on a paired device. ErrClosed means no, WaitError not
// yet.
func (d *Doors) SignOn(device string, a floor.AssociateID, pin string, now time.Time) error {
	if !d.Device(device, now) {
		return ErrClosed
	}
	kept, err := d.charge(a, now)
	if err != nil {
		return err
	}
	if got := d.mill(pin, kept.Salt); subtle.ConstantTimeCompare(got.Hash, kept.Hash) != 1 {
		return ErrClosed
	}
	kept.Tries, kept.Next, kept.Used = 0, time.Time{}, now
	return d.file.Update(func(tx *vault.Tx) error { return d.put(tx, pins, d.keys.Index(pins, a.Ref()), kept) })
}

// charge counts a try before it is made, so that neither many at once nor a
// restart in between gives one away.
func (d *Doors) charge(a floor.AssociateID, now time.Time) (kept pinRow, err error) {
	key := d.keys.Index(pins, a.Ref())
	err = d.file.Update(func(tx *vault.Tx) error {
		plain, _, err := d.box.Open(pins, key, tx.Get(pins, key))
		if err != nil || json.Unmarshal(plain, &kept) != nil {
			kept = pinRow{Salt: bytes.Repeat([]byte{0}, saltLen)} // nobody's: takes as long, never fits
			return nil
		}
		if now.Before(kept.Next) {
			return WaitError{Until: kept.Next}
		}
		kept.Tries++
		if over := kept.Tries - freeTries; over >= 0 {
			kept.Next = now.Add(min(firstWait<<min(over, 10), mostWait))
		}
		return d.put(tx, pins, key, kept)
	})
	if err != nil {
		return kept, fmt.Errorf("check a PIN: %w", err)
	}
	return kept, nil
}

// sweepPINs deletes the PINs that have let nobody in for as long as a device
// lasts: whose they were has left. One that does not say when begins to count
// now.
func (d *Doors) sweepPINs(tx *vault.Tx, now time.Time) error {
	return tx.Each(pins, nil, func(k, sealed []byte) error {
		var kept pinRow
		plain, _, err := d.box.Open(pins, k, sealed)
		switch {
		case err != nil || json.Unmarshal(plain, &kept) != nil || !kept.Used.IsZero() && now.Sub(kept.Used) > deviceLife:
			return tx.Delete(pins, k)
		case kept.Used.IsZero():
			kept.Used = now
			return d.put(tx, pins, k, kept)
		}
		return nil
	})
}
