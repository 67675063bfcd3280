package office

import (
	"foyer/sync/wire"
	"foyer/vault"
)

// forget does what a customer asked for on a store's page: nothing of hers is
// sent any more, every store that was ever sent anything forgets her too, and
// the one where she asked hears that headquarters knows. The caller holds mu
// and writes asked's record.
func (f *Office) forget(tx *vault.Tx, asked *store, r wire.Erase) error {
	data, err := wire.Encode(wire.DownErase, wire.Erase{Customer: r.Customer, Proof: r.Proof})
	if err != nil {
		return err
	}
	for name, s := range f.stores {
		if s != asked && tx.Get(bucketSubjects, []byte(name+"\x00"+r.Customer)) == nil {
			continue
		}
		s.rec.Rev++
		if err := s.putOrdered(tx, wire.DownErase, data); err != nil {
			return err
		}
		if err := putJSON(tx, bucketStores, name, s.rec); err != nil {
			return err
		}
		f.due(name)
	}
	return nil
}
