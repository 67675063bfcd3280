package profile

import (
	"crypto/rand"
	"fmt"

	"foyer/vault"
)

// ownSubject is the cache's own key in the ring. No customer is called so: a
// pseudonym has no colon.
const ownSubject = "box:profiles"

// Birth names this profiles.db: it is another one after the file was damaged,
// lost, begun anew or gone back to a snapshot, and after the keys were begun
// anew, for then nothing in it opens.
// Headquarters must send everything again to a file it has not filled.
func (c *Cache) Birth() string { return c.birth }

// born reads the file's name, or gives it one.
func (c *Cache) born() error {
	own, err := c.keys.Sealer(ownSubject)
	if err != nil {
		return err
	}
	key := []byte(bBirth)
	restored := c.file.Recovery().Rung == vault.Restored // it lacks what came since
	err = c.file.View(func(tx *vault.Tx) error {
		if sealed := tx.Get(bBirth, key); sealed != nil && !restored {
			if plain, _, err := own.Open(bBirth, key, sealed); err == nil {
				c.birth = string(plain)
			}
		}
		return nil
	})
	if err != nil || c.birth != "" {
		return err
	}
	birth := rand.Text()
	err = c.file.Update(func(tx *vault.Tx) error {
		return tx.PutAnyway(bBirth, key, own.Seal(bBirth, key, vBirth, []byte(birth)))
	})
	if err != nil {
		return fmt.Errorf("name the file: %w", err)
	}
	c.birth = birth
	return nil
}
