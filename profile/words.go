package profile

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"foyer/floor"
	"foyer/vault"
)

// maxWords is how many earlier words of one customer are kept: she would have to
// change her mind daily for half a year.
const maxWords = 200

// EarlierWords returns what she said on any purpose before her last words, as far
// as this box heard it, the oldest first: each has its receipt for 24 months.
func (c *Cache) EarlierWords(who floor.Customer) ([]Consent, error) {
	c.gone.RLock()
	defer c.gone.RUnlock()
	var words []Consent
	err := c.file.View(func(tx *vault.Tx) error {
		var err error
		words, err = c.earlier(tx, who)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read earlier words: %w", err)
	}
	return words, nil
}

func (c *Cache) earlier(tx *vault.Tx, who floor.Customer) ([]Consent, error) {
	key := c.keys.Index(bWords, who.Ref())
	value := tx.Get(bWords, key)
	if value == nil {
		return nil, nil
	}
	plain, err := c.open(bWords, key, value)
	if errors.Is(err, ErrUnknown) {
		return nil, nil // her key is gone
	}
	if err != nil {
		return nil, err
	}
	return decodeWords(plain)
}

func decodeWords(data []byte) (words []Consent, err error) {
	var raw []rawConsent
	if err := json.Unmarshal(data, &raw); err != nil {
		return nil, fmt.Errorf("read stored words: %w", err)
	}
	for _, r := range raw {
		words = append(words, r.consent())
	}
	return words, nil
}

// keepWords keeps the words that after has replaced. No room for them is no
// reason to refuse the new ones.
func (c *Cache) keepWords(tx *vault.Tx, who floor.Customer, before, after Consents) error {
	var replaced []Consent
	for _, p := range slices.Sorted(maps.Keys(before)) {
		if before[p] != after[p] {
			replaced = append(replaced, before[p])
		}
	}
	if len(replaced) == 0 {
		return nil
	}
	words, err := c.earlier(tx, who)
	if err != nil {
		return err
	}
	words = append(words, replaced...)
	if err := c.putWords(tx, who, words[max(0, len(words)-maxWords):]); !errors.Is(err, vault.ErrFull) {
		return err
	}
	return nil
}

func (c *Cache) putWords(tx *vault.Tx, who floor.Customer, words []Consent) error {
	raw := make([]rawConsent, 0, len(words))
	for _, w := range words {
		raw = append(raw, w.raw())
	}
	return c.put(tx, bWords, c.keys.Index(bWords, who.Ref()), who, vWords, raw)
}

// sweepWords removes words that were said more than 24 months ago.
func (c *Cache) sweepWords(now time.Time) error {
	return c.file.Sweep(bWords, func(tx *vault.Tx, k, v []byte) error {
		plain, err := c.open(bWords, k, v)
		switch {
		case errors.Is(err, ErrUnknown):
			return tx.Delete(bWords, k) // her key is gone
		case errors.Is(err, vault.ErrAway):
			return nil
		case err != nil:
			return err
		}
		words, err := decodeWords(plain)
		if err != nil {
			return err
		}
		before := len(words)
		words = slices.DeleteFunc(words, func(w Consent) bool { return now.Sub(w.At.Wall) > tombstoneTTL })
		switch len(words) {
		case before:
			return nil
		case 0:
			return tx.Delete(bWords, k)
		}
		raw := make([]rawConsent, 0, len(words))
		for _, w := range words {
			raw = append(raw, w.raw())
		}
		return c.reseal(tx, bWords, k, v, vWords, raw)
	})
}

// reseal puts another value under a row of a customer whose name is not known.
func (c *Cache) reseal(tx *vault.Tx, bucket string, key, row []byte, version uint64, v any) error {
	plain, err := json.Marshal(v)
	if err != nil {
		return err
	}
	sealer, err := c.keys.SealerOf(row[:handleSize])
	if err != nil {
		return err
	}
	return tx.Put(bucket, key, append(row[:handleSize:handleSize], sealer.Seal(bucket, key, version, plain)...))
}
