package vault

import (
	"crypto/rand"
	"fmt"
)

// Prepare makes the data keys of many customers on the disk at once, where they
// have none: Sealer would write once for each. The box's own are left out.
func (k *KeyRing) Prepare(subjects []string) error {
	if len(subjects) == 0 {
		return nil
	}
	k.mend()
	k.mu.Lock()
	defer k.mu.Unlock()
	err := k.file.Update(func(tx *Tx) error {
		for _, s := range subjects {
			h := k.Handle(s)
			if isOwn(s) || tx.Get(dataKeys, h) != nil {
				continue
			}
			if k.shared && (k.share == nil || k.withheld) {
				return ErrAway
			}
			key := make([]byte, 32)
			rand.Read(key)
			if err := tx.Put(dataKeys, h, k.kek.row(h, k.cover(k.share, h, key))); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("make data keys: %w", err)
	}
	return nil
}
