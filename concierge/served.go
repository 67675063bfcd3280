package concierge

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"time"

	"foyer/floor"
	"foyer/routing"
	"foyer/vault"
)

const servedBucket = "served"

// served remembers who has served whom, sealed under the customer's key.
type served struct {
	file *vault.File
	keys *vault.KeyRing
}

func openServed(dir string, keys *vault.KeyRing, log *slog.Logger) (*served, error) {
	f, err := vault.Open(dir, "desk.db", vault.Options{Log: log, Quota: 64 << 20, Buckets: []vault.Bucket{{
		Name: servedBucket, Purpose: "who has served a customer, for the relation of the next visit",
		Basis: "consent", TTL: 24 * 30 * 24 * time.Hour}}})
	if err != nil {
		return nil, err
	}
	return &served{file: f, keys: keys}, nil
}

// Close closes the file.
func (s *served) Close() error { return s.file.Close() }

func (s *served) load(c floor.Customer) (map[string]time.Time, error) {
	out := map[string]time.Time{}
	if !s.keys.Has(c.Ref()) {
		return out, nil
	}
	key := s.keys.Index(servedBucket, c.Ref())
	var sealed []byte
	if err := s.file.View(func(tx *vault.Tx) error { sealed = tx.Get(servedBucket, key); return nil }); err != nil || sealed == nil {
		return out, err
	}
	sealer, err := s.keys.Sealer(c.Ref())
	if err != nil {
		return nil, err
	}
	plain, _, err := sealer.Open(servedBucket, key, sealed)
	if err != nil {
		return nil, err
	}
	return out, json.Unmarshal(plain, &out)
}

// put remembers that a served c at a time.
func (s *served) put(c floor.Customer, a floor.AssociateID, at time.Time) error {
	all, err := s.load(c)
	if err != nil {
		return fmt.Errorf("read who served: %w", err)
	}
	all[a.Ref()] = at.UTC()
	plain, err := json.Marshal(all)
	if err != nil {
		return err
	}
	sealer, err := s.keys.Sealer(c.Ref())
	if err != nil {
		return err
	}
	key := s.keys.Index(servedBucket, c.Ref())
	return s.file.Update(func(tx *vault.Tx) error {
		return tx.Put(servedBucket, key, sealer.Seal(servedBucket, key, 1, plain))
	})
}

// at returns the last time a served c.
func (s *served) at(c floor.Customer, a floor.AssociateID) (time.Time, bool) {
	all, err := s.load(c)
	t, ok := all[a.Ref()]
	return t, err == nil && ok
}

// of returns everybody who served c.
func (s *served) of(c floor.Customer) []routing.Served {
	all, err := s.load(c)
	if err != nil {
		return nil
	}
	var out []routing.Served
	for ref, at := range all {
		if a, err := floor.ParseAssociate(ref); err == nil {
			out = append(out, routing.Served{Associate: a, At: at})
		}
	}
	return out
}

func (s *served) forget(c floor.Customer) error {
	return s.file.Update(func(tx *vault.Tx) error {
		return tx.Delete(servedBucket, s.keys.Index(servedBucket, c.Ref()))
	})
}
