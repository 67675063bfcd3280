package concierge

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"foyer/concierge/drawer"
	"foyer/floor"
	"foyer/vault"
)

const (
	staysBucket = "stays"
	floorBucket = "attendance"
	tallyBucket = "figures"
	tallyTTL    = tallyDays * 24 * time.Hour
	keptTTL     = 24 * time.Hour
	floorOwner  = drawer.Subject // whose key seals the attendance: the box's
)

// keptBuckets declares what desk.db holds of visits under way, so that a box
// that begins anew asks nobody twice and forgets no request.
func keptBuckets() []vault.Bucket {
	return []vault.Bucket{
		{Name: staysBucket, Purpose: "an announced visit under way, so that a restart loses no request and asks nobody twice",
			Basis: "consent", TTL: keptTTL, Whose: "customers and staff",
			Fields: "when she was announced or asked, what she chose, who was asked and answered, who is with her; until the visit ends", Under: vault.UnderHers},
		{Name: floorBucket, Purpose: "who is on the floor and how many questions each was asked in this shift, so that a restart is fair to all",
			Basis: "legitimate interest", TTL: keptTTL, Whose: "staff",
			Fields: "status and its end, own estimate, times of the last questions and how many; no place, no customer", Under: vault.UnderBox},
		{Name: tallyBucket, Purpose: "how the floor works, for its manager", Basis: "legitimate interest", TTL: tallyTTL, Whose: "nobody",
			Fields: "counts of a day: requests, questions and answers, times to accept; no associate, no customer", Under: vault.UnderBox},
	}
}

// putHers seals v under c's key and writes it.
func (s *served) putHers(tx *vault.Tx, bucket string, c floor.Customer, v any) error {
	sealer, err := s.keys.Sealer(c.Ref())
	if err != nil {
		return err
	}
	plain, err := json.Marshal(v)
	if err != nil {
		return err
	}
	key := s.keys.Index(bucket, c.Ref())
	return tx.Put(bucket, key, append(bytes.Clone(s.keys.Handle(c.Ref())), sealer.Seal(bucket, key, 1, plain)...))
}

// openHers reads a row of hers into v. What nothing opens any more is
// vault.ErrSealed.
func (s *served) openHers(bucket string, key, row []byte, v any) error {
	if len(row) < handleSize {
		return vault.ErrSealed
	}
	sealer, err := s.keys.SealerOf(row[:handleSize])
	if err != nil {
		return err
	}
	plain, _, err := sealer.Open(bucket, key, row[handleSize:])
	if err != nil {
		return err
	}
	return json.Unmarshal(plain, v)
}

// kept is what is to be written in one go: stays (nil deletes), and what is the
// store's own, by bucket.
type kept struct {
	stays map[floor.Customer]*rawStay
	own   map[string]any
}

// keep writes all of it or nothing, and returns when it is on the disk.
func (s *served) keep(k kept) error {
	if len(k.stays) == 0 && len(k.own) == 0 {
		return nil
	}
	return s.file.Update(func(tx *vault.Tx) error {
		for c, raw := range k.stays {
			key := s.keys.Index(staysBucket, c.Ref())
			if raw == nil {
				if err := tx.Delete(staysBucket, key); err != nil {
					return err
				}
				continue
			}
			if err := s.putHers(tx, staysBucket, c, raw); err != nil {
				return err
			}
		}
		for bucket, v := range k.own {
			if err := s.putOwn(tx, bucket, v); err != nil {
				return err
			}
		}
		return nil
	})
}

// putOwn writes what is the store's own, the one row of its bucket.
func (s *served) putOwn(tx *vault.Tx, bucket string, v any) error {
	own, err := s.keys.Sealer(floorOwner)
	if err != nil {
		return err
	}
	plain, err := json.Marshal(v)
	if err != nil {
		return err
	}
	key := s.keys.Index(bucket, floorOwner)
	return tx.Put(bucket, key, own.Seal(bucket, key, 1, plain))
}

// stays reads the visits that were under way. What cannot be opened stays where
// it is: it is swept, or opens again.
func (s *served) stays() (out []rawStay, err error) {
	err = s.file.View(func(tx *vault.Tx) error {
		return tx.Each(staysBucket, nil, func(key, row []byte) error {
			var raw rawStay
			switch err := s.openHers(staysBucket, key, row, &raw); {
			case errors.Is(err, vault.ErrSealed), errors.Is(err, vault.ErrAway):
				return nil
			case err != nil:
				return fmt.Errorf("read a visit under way: %w", err)
			}
			out = append(out, raw)
			return nil
		})
	})
	return out, err
}

// own reads what is the store's own.
func (s *served) own(bucket string, v any) error {
	own, err := s.keys.Sealer(floorOwner)
	if err != nil {
		return err
	}
	return s.file.View(func(tx *vault.Tx) error {
		key := s.keys.Index(bucket, floorOwner)
		sealed := tx.Get(bucket, key)
		if sealed == nil {
			return nil
		}
		plain, _, err := own.Open(bucket, key, sealed)
		if errors.Is(err, vault.ErrSealed) {
			return nil // of keys that were begun anew
		}
		if err != nil {
			return err
		}
		return json.Unmarshal(plain, v)
	})
}

// forgetStay forgets a visit under way.
func (s *served) forgetStay(c floor.Customer) error {
	return s.file.Update(func(tx *vault.Tx) error {
		tx.CompactLater()
		return tx.Delete(staysBucket, s.keys.Index(staysBucket, c.Ref()))
	})
}

// sweepStays forgets visits that ended without the box, and what nothing opens.
func (s *served) sweepStays(now time.Time) error {
	return s.file.Update(func(tx *vault.Tx) error {
		return tx.Each(staysBucket, nil, func(key, row []byte) error {
			var raw rawStay
			switch err := s.openHers(staysBucket, key, row, &raw); {
			case errors.Is(err, vault.ErrAway):
				return nil
			case err != nil && !errors.Is(err, vault.ErrSealed):
				return err
			case err == nil && now.Sub(raw.At) < keptTTL:
				return nil
			}
			return tx.Delete(staysBucket, key)
		})
	})
}
