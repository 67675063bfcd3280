package ledger

import (
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"foyer/vault"
)

// Hash returns the hash of one row that is kept, to be held against what
// headquarters was told of it.
func (l *Log) Hash(seq uint64) (hash [32]byte, err error) {
	found := false
	err = l.file.View(func(tx *vault.Tx) error {
		return tx.Each(bRows, nil, func(k, _ []byte) error {
			if binary.BigEndian.Uint64(k[len(k)-8:]) != seq {
				return nil
			}
			r, err := l.row(tx, k)
			if err != nil {
				return err
			}
			hash, found = r.Hash, true
			return vault.ErrStop
		})
	})
	if err == nil && !found {
		err = errors.New("it is not kept: it never was, or its month has gone")
	}
	if err != nil {
		return hash, fmt.Errorf("row %d of the ledger: %w", seq, err)
	}
	return hash, nil
}

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
