package concierge

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"time"

	"foyer/concierge/conduct"
	"foyer/concierge/rota"
	"foyer/floor"
	"foyer/routing"
	"foyer/vault"
)

const (
	servedBucket = "served"
	servedTTL    = relationTTL
	handleSize   = 32 // bytes of a subject's handle
)

// relationTTL is how long having served a customer counts, and the longest that
// anything of who serves whom is kept: 24 months.
const relationTTL = 730 * 24 * time.Hour

// served remembers who has served whom, sealed under the customer's key. A row
// is her handle, then the sealed value, so that it can be swept without knowing
// whose it is.
type served struct {
	file *vault.File
	keys *vault.KeyRing
}

// Buckets declares what desk.db holds.
func Buckets() []vault.Bucket {
	hers := vault.Bucket{Name: servedBucket, Purpose: "who has served a customer, for the relation of the next visit",
		Basis: "consent", TTL: servedTTL, Whose: "customers and staff", Fields: "which associate served her, and when last", Under: vault.UnderHers}
	return slices.Concat([]vault.Bucket{hers, leaverBucket(), revealBucket(), messageBucket()}, keptBuckets(), formerBuckets(), refusalBuckets(), rota.Buckets(), conduct.Buckets())
}

func openServed(dir string, keys *vault.KeyRing, log *slog.Logger) (*served, error) {
	f, err := vault.Open(dir, "desk.db", vault.Options{Log: log, Quota: 64 << 20, Buckets: Buckets()})
	if err != nil {
		return nil, err
	}
	return &served{file: f, keys: keys}, nil
}

// Close closes the file.
func (s *served) Close() error { return s.file.Close() }

func (s *served) load(c floor.Customer) (map[string]time.Time, error) {
	key := s.keys.Index(servedBucket, c.Ref())
	var row []byte
	if err := s.file.View(func(tx *vault.Tx) error { row = tx.Get(servedBucket, key); return nil }); err != nil {
		return nil, err
	}
	return s.open(key, row)
}

// open reads a row. In one that nothing opens, or in none, there is nothing.
func (s *served) open(key, row []byte) (map[string]time.Time, error) {
	out := map[string]time.Time{}
	if len(row) < handleSize {
		return out, nil
	}
	sealer, err := s.keys.SealerOf(row[:handleSize])
	var plain []byte
	if err == nil {
		plain, _, err = sealer.Open(servedBucket, key, row[handleSize:])
	}
	switch {
	case errors.Is(err, vault.ErrSealed):
		return out, nil
	case err != nil:
		return nil, err
	}
	return out, json.Unmarshal(plain, &out)
}

// seal makes a row.
func (s *served) seal(key, handle []byte, sealer vault.Sealer, all map[string]time.Time) ([]byte, error) {
	plain, err := json.Marshal(all)
	return append(bytes.Clone(handle), sealer.Seal(servedBucket, key, 1, plain)...), err
}

// put remembers that a served c at a time.
func (s *served) put(c floor.Customer, a floor.AssociateID, at time.Time) error {
	all, err := s.load(c)
	if err != nil {
		return fmt.Errorf("read who served: %w", err)
	}
	all[a.Ref()] = at.UTC()
	key, row, err := s.row(c, all)
	if err != nil {
		return err
	}
	return s.file.Update(func(tx *vault.Tx) error { return tx.Put(servedBucket, key, row) })
}

// row makes a customer's row, and its key.
func (s *served) row(c floor.Customer, all map[string]time.Time) (key, row []byte, err error) {
	sealer, err := s.keys.Sealer(c.Ref())
	if err != nil {
		return nil, nil, err
	}
	key = s.keys.Index(servedBucket, c.Ref())
	row, err = s.seal(key, s.keys.Handle(c.Ref()), sealer, all)
	return key, row, err
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

// sweep forgets who served a customer longer ago than a relation may last, and
// rows that nothing opens any more. It returns how many associates went.
func (s *served) sweep(now time.Time) (n int, err error) {
	err = s.file.Update(func(tx *vault.Tx) error {
		n = 0
		return tx.Each(servedBucket, nil, func(key, row []byte) error {
			all, err := s.open(key, row)
			if errors.Is(err, vault.ErrAway) {
				return nil // it waits until it can be read
			}
			if err != nil {
				return err
			}
			before := len(all)
			maps.DeleteFunc(all, func(_ string, at time.Time) bool { return now.Sub(at) > servedTTL })
			n += before - len(all)
			switch len(all) {
			case 0:
				return tx.Delete(servedBucket, key)
			case before:
				return nil
			}
			sealer, err := s.keys.SealerOf(row[:handleSize])
			if err != nil {
				return err
			}
			next, err := s.seal(key, row[:handleSize], sealer, all)
			if err != nil {
				return err
			}
			return tx.Put(servedBucket, key, next)
		})
	})
	return n, err
}
