//go:build foyer_deletes

package vault

// onlyDelete: see the other build.
func (k *KeyRing) onlyDelete(drop map[string]bool) (done bool, err error) {
	return true, k.file.Update(func(tx *Tx) error {
		for h := range drop {
			if err := tx.Delete(dataKeys, []byte(h)); err != nil {
				return err
			}
		}
		return nil
	})
}
