package office

import (
	"fmt"
	"time"

	"foyer/sync/wire"
	"foyer/vault"
)

// A LedgerBack says that a store's log of who saw what is not the one it was:
// its newest row has a smaller number than before, or another hash. It stays
// until an operator accepts it.
type LedgerBack struct {
	At  time.Time       `json:"at"`
	Was wire.LedgerHead `json:"was"`
	Now wire.LedgerHead `json:"now"`
}

// ledgerOf takes the head of a store's ledger. A copy that comes late says
// nothing; the first time it goes back is kept.
func (f *Office) ledgerOf(st state) {
	r, head := &st.store.rec, st.state.Ledger
	said := [3]uint64{st.rev[0], st.rev[1], st.state.Nth}
	if head == (wire.LedgerHead{}) || !later(said, r.HeardAs) {
		return
	}
	was := r.Ledger
	r.Ledger, r.HeardAs = head, said
	if was == (wire.LedgerHead{}) || head.Seq > was.Seq || head == was {
		return
	}
	if r.Back == nil {
		r.Back = &LedgerBack{At: f.o.Now().UTC(), Was: was, Now: head}
	}
	f.o.Log.Warn("a store's ledger went back", "store", st.store.address.Store, "was", was.Seq, "now", head.Seq)
}

// later reports whether a word of a store came after another.
func later(a, b [3]uint64) bool {
	for i := range a {
		if a[i] != b[i] {
			return a[i] > b[i]
		}
	}
	return false
}

// AcceptLedger ends the warning about a store's ledger: that it was begun anew
// is known and meant.
func (f *Office) AcceptLedger(name string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	s, err := f.known(name)
	if err == nil && s.rec.Back == nil {
		return fmt.Errorf("store %s: its ledger has not gone back, there is nothing to accept", name)
	}
	if err != nil {
		return fmt.Errorf("accept a ledger: %w", err)
	}
	back := s.rec.Back
	s.rec.Back = nil
	if err := f.file.Update(func(tx *vault.Tx) error { return putJSON(tx, bucketStores, name, s.rec) }); err != nil {
		s.rec.Back = back
		return fmt.Errorf("accept a ledger: %w", err)
	}
	return nil
}
