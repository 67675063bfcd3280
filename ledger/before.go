package ledger

import (
	"fmt"
	"time"

	"foyer/vault"
)

// Before returns how many of the rows that are kept were written before a time.
func (l *Log) Before(at time.Time) (n int, err error) {
	err = l.file.View(func(tx *vault.Tx) error {
		n = 0
		return tx.Each(bRows, nil, func(k, _ []byte) error {
			r, err := l.row(tx, k)
			if err == nil && r.At.Before(at) {
				n++
			}
			return err
		})
	})
	if err != nil {
		return 0, fmt.Errorf("count rows of the ledger: %w", err)
	}
	return n, nil
}
