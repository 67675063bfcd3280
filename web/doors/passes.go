package doors

import (
	"fmt"
	"time"

	"foyer/vault"
)

// Spend takes note, on the disk, that a pass with this number has been used.
// ErrClosed means that it had been before; after any other error it is not to be
// let in either.
func (d *Doors) Spend(number string, now time.Time) error {
	key := d.keys.Index(usedPasses, number)
	err := d.file.Update(func(tx *vault.Tx) error {
		if tx.Get(usedPasses, key) != nil { // whatever became of what stands there
			return ErrClosed
		}
		return d.put(tx, usedPasses, key, row{Until: now.Add(passLife)})
	})
	if err != nil {
		return fmt.Errorf("spend a pass: %w", err)
	}
	return nil
}
