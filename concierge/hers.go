package concierge

import (
	"encoding/json"
	"errors"

	"foyer/floor"
	"foyer/vault"
)

// hers are the buckets of desk.db with rows under a customer's key. Their names
// begin with hers.
func hers() (out []string) {
	for _, b := range Buckets() {
		if b.Under == vault.UnderHers {
			out = append(out, b.Name)
		}
	}
	return out
}

// everything returns what desk.db holds of a customer and is hers to have, by
// bucket. That an associate does not want to be sent to her is the associate's.
func (s *served) everything(c floor.Customer) (map[string][]json.RawMessage, error) {
	out := map[string][]json.RawMessage{}
	err := s.file.View(func(tx *vault.Tx) error {
		for _, bucket := range hers() {
			if bucket == servedBucket || bucket == refusalsBucket || bucket == revealsBucket || bucket == "visits" || bucket == messagesBucket {
				continue // told with names, or not hers to have
			}
			err := tx.Each(bucket, s.keys.Index(bucket, c.Ref()), func(key, row []byte) error {
				var v json.RawMessage
				err := s.openHers(bucket, key, row, &v)
				if errors.Is(err, vault.ErrSealed) {
					return nil
				}
				out[bucket] = append(out[bucket], v)
				return err
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	return out, err
}

// forget removes everything desk.db holds of a customer, whatever feature it is
// of. What bbolt leaves behind goes at the next clean.
func (s *served) forget(c floor.Customer) error {
	return s.file.Update(func(tx *vault.Tx) error {
		tx.CompactLater()
		for _, bucket := range hers() {
			if err := tx.Each(bucket, s.keys.Index(bucket, c.Ref()), func(key, _ []byte) error { return tx.Delete(bucket, key) }); err != nil {
				return err
			}
		}
		return nil
	})
}
