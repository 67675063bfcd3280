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

// keep writes and deletes stays and the floor, all of it or nothing, and returns
// when it is on the disk.
func (s *served) keep(stays map[floor.Customer]*rawStay, attendance any) error {
	if len(stays) == 0 && attendance == nil {
		return nil
	}
	return s.file.Update(func(tx *vault.Tx) error {
		for c, raw := range stays {
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
		if attendance == nil {
			return nil
		}
		own, err := s.keys.Sealer(floorOwner)
		if err != nil {
			return err
		}
		plain, err := json.Marshal(attendance)
		if err != nil {
			return err
		}
		key := s.keys.Index(floorBucket, floorOwner)
		return tx.Put(floorBucket, key, own.Seal(floorBucket, key, 1, plain))
	})
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

// attendance reads who was on the floor.
func (s *served) attendance(v any) error {
	own, err := s.keys.Sealer(floorOwner)
	if err != nil {
		return err
	}
	return s.file.View(func(tx *vault.Tx) error {
		key := s.keys.Index(floorBucket, floorOwner)
		sealed := tx.Get(floorBucket, key)
		if sealed == nil {
			return nil
		}
		plain, _, err := own.Open(floorBucket, key, sealed)
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
