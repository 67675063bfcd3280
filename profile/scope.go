package profile

import (
	"fmt"
	"slices"
	"time"

	"foyer/vault"
)

// ErasedSince returns how many customers were erased here at or after a time,
// as far as their marks are still kept.
func (c *Cache) ErasedSince(at time.Time) (n int, err error) {
	err = c.file.View(func(tx *vault.Tx) error {
		n = 0
		return tx.Each(bErased, nil, func(_, v []byte) error {
			mark, err := decodeMark(v)
			if err == nil && !mark.Wall.Before(at) {
				n++
			}
			return err
		})
	})
	if err != nil {
		return 0, fmt.Errorf("count erasures: %w", err)
	}
	return n, nil
}

// Pseudonyms returns the references of all customers who have a profile here,
// in order.
func (c *Cache) Pseudonyms() ([]string, error) {
	var all []string
	err := c.Each(func(p Profile) error {
		all = append(all, p.Customer.Ref())
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("list the customers: %w", err)
	}
	slices.Sort(all)
	return all, nil
}
