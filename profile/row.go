package profile

import (
	"encoding/json"
	"errors"
	"fmt"

	"foyer/floor"
	"foyer/vault"
)

type row struct{ key, value []byte }

// batch reads some rows, so that no transaction stays open while they are
// worked on.
func (c *Cache) batch(from []byte) (rows []row, err error) {
	err = c.file.View(func(tx *vault.Tx) error {
		return tx.EachFrom(bProfiles, from, func(k, v []byte) error {
			if rows = append(rows, row{k, v}); len(rows) == 64 {
				return vault.ErrStop
			}
			return nil
		})
	})
	return rows, err
}

func (c *Cache) get(tx *vault.Tx, who floor.Customer) (Profile, error) {
	key := c.keys.Index(bProfiles, who.Ref())
	value := tx.Get(bProfiles, key)
	if value == nil {
		return Profile{}, ErrUnknown
	}
	return c.decode(key, value)
}

func (c *Cache) decode(key, value []byte) (Profile, error) {
	plain, err := c.open(bProfiles, key, value)
	if err != nil {
		return Profile{}, err
	}
	return decodeProfile(plain)
}

// A row is the subject's handle (32 bytes), then the sealed value: rows are
// read without knowing whose they are, and say so to nobody without the keys.
const handleSize = 32

// open returns the plain value of a row. ErrUnknown means that the subject's
// key is gone, and with it all that was under it.
func (c *Cache) open(bucket string, key, value []byte) ([]byte, error) {
	if len(value) < handleSize {
		return nil, fmt.Errorf("read %s: %w: a row of %d bytes", bucket, vault.ErrDamaged, len(value))
	}
	sealer, err := c.keys.SealerOf(value[:handleSize])
	if errors.Is(err, vault.ErrSealed) {
		return nil, ErrUnknown
	}
	if err != nil {
		return nil, err
	}
	plain, _, err := sealer.Open(bucket, key, value[handleSize:])
	return plain, err
}

// put seals a row and stores it.
func (c *Cache) put(tx *vault.Tx, bucket string, key []byte, who floor.Customer, version uint64, v any) error {
	row, err := c.seal(bucket, key, who, version, v)
	if err != nil {
		return err
	}
	return tx.Put(bucket, key, row)
}

// seal makes a row under the subject's key, which is made here if this is the
// first there is to keep of her: what is refused leaves no key behind.
func (c *Cache) seal(bucket string, key []byte, who floor.Customer, version uint64, v any) ([]byte, error) {
	plain, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	if len(plain) > maxBytes {
		return nil, fmt.Errorf("%w: %d bytes, at most %d", ErrProfile, len(plain), maxBytes)
	}
	if c.begun[who.Ref()] {
		return nil, ErrBegun
	}
	sealer, err := c.keys.Sealer(who.Ref())
	if err != nil {
		return nil, err
	}
	return append(c.keys.Handle(who.Ref()), sealer.Seal(bucket, key, version, plain)...), nil
}
