package profile

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"foyer/floor"
	"foyer/vault"
)

// An Invitation is a single-use code by which a customer opts in for the first
// time. The code itself is on her receipt or card and is never stored.
type Invitation struct {
	CodeHash [32]byte // SHA-256 of the code
	Customer floor.Customer
	Expires  time.Time
	Used     bool
}

type rawInvitation struct {
	CodeHash string    `json:"code_sha256"`
	Customer string    `json:"customer"`
	Expires  time.Time `json:"expires"`
	Used     bool      `json:"used"`
}

// Invite stores an invitation. Storing one again, as HQ may send it, does not
// make a used one new.
func (c *Cache) Invite(i Invitation) error {
	if !i.Customer.Valid() || i.Expires.IsZero() {
		return fmt.Errorf("store an invitation: %w: customer and expiry are needed", ErrProfile)
	}
	c.gone.RLock()
	defer c.gone.RUnlock()
	key := c.invitationKey(i.CodeHash)
	err := c.file.Update(func(tx *vault.Tx) error {
		old, err := c.invitation(tx, key)
		switch {
		case err == nil:
			i.Used = i.Used || old.Used
		case !errors.Is(err, ErrCode):
			return err
		}
		return c.put(tx, bInvitations, key, i.Customer, vInvitation, i.raw())
	})
	if err != nil {
		return fmt.Errorf("store an invitation: %w", err)
	}
	return nil
}

// Redeem uses an invitation and returns whose it is. Unknown, used and expired
// codes give the same ErrCode. Codes are found by HMAC and compared in
// constant time, so that timing says nothing of other codes.
func (c *Cache) Redeem(code string, now time.Time) (floor.Customer, error) {
	hash := sha256.Sum256([]byte(code))
	key := c.invitationKey(hash)
	c.gone.RLock()
	defer c.gone.RUnlock()
	var i Invitation
	err := c.file.Update(func(tx *vault.Tx) error {
		var err error
		if i, err = c.invitation(tx, key); err != nil {
			return err
		}
		if subtle.ConstantTimeCompare(hash[:], i.CodeHash[:]) != 1 || i.Used || !now.Before(i.Expires) {
			return ErrCode
		}
		i.Used = true
		tx.OutdateSnapshots()
		return c.put(tx, bInvitations, key, i.Customer, vInvitation, i.raw())
	})
	if errors.Is(err, ErrCode) {
		c.refused.Add(1)
		return floor.Customer{}, ErrCode
	}
	if err != nil {
		return floor.Customer{}, fmt.Errorf("redeem a code: %w", err)
	}
	c.redeemed.Add(1)
	return i.Customer, nil
}

func (c *Cache) invitationKey(hash [32]byte) []byte {
	return c.keys.Index(bInvitations, hex.EncodeToString(hash[:]))
}

func (c *Cache) invitation(tx *vault.Tx, key []byte) (Invitation, error) {
	value := tx.Get(bInvitations, key)
	if value == nil {
		return Invitation{}, ErrCode
	}
	plain, err := c.open(bInvitations, key, value)
	if errors.Is(err, ErrUnknown) {
		return Invitation{}, ErrCode // whose it was has been forgotten
	}
	if err != nil {
		return Invitation{}, err
	}
	return decodeInvitation(plain)
}

func (i Invitation) raw() rawInvitation {
	return rawInvitation{hex.EncodeToString(i.CodeHash[:]), i.Customer.Ref(), i.Expires.UTC(), i.Used}
}

func decodeInvitation(data []byte) (Invitation, error) {
	var r rawInvitation
	if err := json.Unmarshal(data, &r); err != nil {
		return Invitation{}, fmt.Errorf("read a stored invitation: %w", err)
	}
	i := Invitation{Expires: r.Expires, Used: r.Used}
	var err error
	if i.Customer, err = floor.ParseCustomer(r.Customer); err != nil {
		return Invitation{}, fmt.Errorf("read a stored invitation: %w", err)
	}
	if n, err := hex.Decode(i.CodeHash[:], []byte(r.CodeHash)); err != nil || n != len(i.CodeHash) {
		return Invitation{}, fmt.Errorf("read a stored invitation: code of %d characters", len(r.CodeHash))
	}
	return i, nil
}
