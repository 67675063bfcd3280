package box

import (
	"encoding/hex"
	"errors"
	"time"

	"foyer/health"
	"foyer/ledger"
)

// A LedgerStatus is what holds the ledger together: its newest row.
type LedgerStatus struct {
	Seq  uint64 `json:"seq"`  // of the newest row; 0 if there is none
	Hash string `json:"hash"` // of the newest row, SHA-256 in hexadecimal digits
}

func (b *store) ledgerHead() LedgerStatus {
	h := b.ledger.Head()
	return LedgerStatus{h.Seq, hex.EncodeToString(h.Hash[:])}
}

// verifyRow is verify, and the hash of one row; 0 is the newest.
func (b *store) verifyRow(row uint64) (any, error) {
	s, err := b.verify()
	if err != nil || row == 0 {
		return s, err
	}
	hash, err := b.ledger.Hash(row)
	return LedgerStatus{row, hex.EncodeToString(hash[:])}, err
}

// verify reads the whole ledger and says which row does not hold, if any.
func (b *store) verify() (LedgerStatus, error) {
	h := b.ledgerHead() // before: rows that come meanwhile are verified too
	err := b.ledger.Verify()
	b.warn(errors.Is(err, ledger.ErrBroken), health.LedgerBroken, "", b.in.Now())
	return h, err
}

// verifyDaily verifies the ledger once in a day that the box runs.
func (b *store) verifyDaily() {
	if !b.verified.IsZero() && time.Since(b.verified) < verifyEvery {
		return
	}
	b.verified = time.Now()
	if _, err := b.verify(); err != nil {
		b.log.Error("the ledger", "err", err)
	}
}
