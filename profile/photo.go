package profile

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"foyer/floor"
	"foyer/vault"
)

// photoTTL is the longest that a picture is kept, should nobody notice that her
// visit ended.
const photoTTL = 24 * time.Hour

type rawPhoto struct {
	At   time.Time `json:"at"`
	JPEG []byte    `json:"jpeg"`
}

// PutPhoto keeps a picture that Picture made. ErrErased and ErrUnknown mean that
// there is nobody whose it could be, ErrProfile that it is not such a one.
func (c *Cache) PutPhoto(who floor.Customer, jpeg []byte, now time.Time) error {
	if !who.Valid() || len(jpeg) == 0 || len(jpeg) > MaxPicture {
		return fmt.Errorf("keep a picture: %w: %d bytes, want 1 to %d", ErrProfile, len(jpeg), MaxPicture)
	}
	c.gone.RLock()
	defer c.gone.RUnlock()
	err := c.file.Update(func(tx *vault.Tx) error {
		if err := c.live(tx, who); err != nil {
			return err
		}
		if _, err := c.get(tx, who); err != nil {
			return err
		}
		if err := c.dropPhoto(tx, who); err != nil { // one before it
			return err
		}
		return c.put(tx, bPhotos, c.keys.Index(bPhotos, who.Ref()), who, vPhoto, rawPhoto{now.UTC(), jpeg})
	})
	if err != nil {
		return fmt.Errorf("keep a picture: %w", err)
	}
	return nil
}

// Photo returns her picture, or ErrUnknown.
func (c *Cache) Photo(who floor.Customer) ([]byte, error) {
	c.gone.RLock()
	defer c.gone.RUnlock()
	var jpeg []byte
	err := c.file.View(func(tx *vault.Tx) (err error) {
		jpeg, err = c.photo(tx, who)
		return err
	})
	if err == nil && jpeg == nil {
		err = ErrUnknown
	}
	if err != nil {
		return nil, fmt.Errorf("read a picture: %w", err)
	}
	return jpeg, nil
}

// photo returns her picture, nil if there is none.
func (c *Cache) photo(tx *vault.Tx, who floor.Customer) ([]byte, error) {
	key := c.keys.Index(bPhotos, who.Ref())
	value := tx.Get(bPhotos, key)
	if value == nil {
		return nil, nil
	}
	plain, err := c.open(bPhotos, key, value)
	if errors.Is(err, ErrUnknown) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var p rawPhoto
	err = json.Unmarshal(plain, &p)
	return p.JPEG, err
}

// HasPhoto reports whether there is a picture of hers, without opening it.
func (c *Cache) HasPhoto(who floor.Customer) (has bool) {
	err := c.file.View(func(tx *vault.Tx) error {
		has = tx.Get(bPhotos, c.keys.Index(bPhotos, who.Ref())) != nil
		return nil
	})
	return err == nil && has
}

// DropPhoto deletes her picture. None is no error.
func (c *Cache) DropPhoto(who floor.Customer) error {
	if !c.HasPhoto(who) {
		return nil
	}
	if err := c.file.Update(func(tx *vault.Tx) error { return c.dropPhoto(tx, who) }); err != nil {
		return fmt.Errorf("delete a picture: %w", err)
	}
	return nil
}

func (c *Cache) dropPhoto(tx *vault.Tx, who floor.Customer) error {
	key := c.keys.Index(bPhotos, who.Ref())
	if tx.Get(bPhotos, key) == nil {
		return nil
	}
	return endPhoto(tx, key)
}

// endPhoto deletes a picture; no older state brings it back, and its bytes go at
// the next Clean.
func endPhoto(tx *vault.Tx, key []byte) error {
	tx.OutdateSnapshots()
	tx.CompactLater()
	return tx.Delete(bPhotos, key)
}

func (c *Cache) sweepPhotos(now time.Time) error {
	return c.file.Sweep(bPhotos, func(tx *vault.Tx, k, v []byte) error {
		plain, err := c.open(bPhotos, k, v)
		if errors.Is(err, vault.ErrAway) {
			return nil
		}
		var p rawPhoto
		if err == nil {
			err = json.Unmarshal(plain, &p)
		}
		if errors.Is(err, ErrUnknown) || err == nil && now.Sub(p.At) > photoTTL {
			return endPhoto(tx, k)
		}
		return err
	})
}
