package conduct

import (
	"errors"
	"fmt"
	"time"

	"foyer/concierge/drawer"
	"foyer/floor"
	"foyer/vault"
)

// Window is how far back conduct is looked at, and how long it is kept.
const Window = 30 * 24 * time.Hour

const (
	visitsBucket   = "visits"
	marksBucket    = "conduct-marks"
	tiersBucket    = "tiers"
	trainingBucket = "training"
	tierTTL        = 180 * 24 * time.Hour // of a decision that has ended
)

// Buckets declares what desk.db holds for this package.
func Buckets() []vault.Bucket {
	const work = "employment"
	return []vault.Bucket{
		{Name: visitsBucket, Purpose: "ask how the attention was, and learn from it", Basis: "consent", TTL: Window, Whose: "customers and staff",
			Fields: "visits that she lets be kept: when each ended, who served her, whether she had asked to look around alone, her answer", Under: vault.UnderHers},
		{Name: marksBucket, Purpose: "propose a tier to the manager", Basis: work, TTL: Window, Whose: "staff",
			Fields: "that an associate revealed something, was refused to, was found to have had no reason, or came up to somebody who looked around; about no customer; gone a day after she leaves the roster", Under: vault.UnderBox},
		{Name: tiersBucket, Purpose: "how much an associate is shown", Basis: work, TTL: tierTTL, Whose: "staff",
			Fields: "a manager's decision on her tier with reason and end, and who decided; kept so long after its end, gone a day after she leaves the roster", Under: vault.UnderBox},
		{Name: trainingBucket, Purpose: "how much an associate is shown", Basis: work, Whose: "staff",
			Fields: "which workshop she finished, when, and by whose word; gone a day after she leaves the roster", Under: vault.UnderBox},
	}
}

// A Book is what is on record. Its methods may be called from any goroutine.
type Book struct{ visits, marks, tiers, training drawer.Drawer }

// New returns the book of a file that was opened with Buckets.
func New(file *vault.File, keys *vault.KeyRing) *Book {
	of := func(bucket string) drawer.Drawer { return drawer.Of(file, keys, bucket) }
	return &Book{of(visitsBucket), of(marksBucket), of(tiersBucket), of(trainingBucket)}
}

// Forget forgets a customer's visits and answers.
func (b *Book) Forget(c floor.Customer) error { return b.visits.Forget(c) }

// Sweep removes what has been kept long enough.
func (b *Book) Sweep(now time.Time) error {
	if _, err := drawer.Sweep(b.visits, func(v Visit) bool { return now.Sub(v.Ended) < Window }); err != nil {
		return fmt.Errorf("sweep visits: %w", err)
	}
	if _, err := drawer.SweepOwn(b.marks, func(m mark) bool { return now.Sub(m.At) < Window }); err != nil {
		return fmt.Errorf("sweep conduct: %w", err)
	}
	if _, err := drawer.SweepOwn(b.tiers, func(d Decision) bool { return d.Until.IsZero() || now.Sub(d.Until) < tierTTL }); err != nil {
		return fmt.Errorf("sweep tiers: %w", err)
	}
	return nil
}

// Kept calls of with everybody of whom a tier, a training or a mark is on record.
func (b *Book) Kept(of func(ref string)) error {
	err := drawer.EachOwn(b.training, func(t Training) { of(t.Associate) })
	if err == nil {
		err = drawer.EachOwn(b.tiers, func(d Decision) { of(d.Associate) })
	}
	if err == nil {
		err = drawer.EachOwn(b.marks, func(m mark) { of(m.Associate) })
	}
	return err
}

// Left forgets what is on record of those who have gone.
func (b *Book) Left(gone func(ref string) bool) error {
	_, err := drawer.SweepOwn(b.training, func(t Training) bool { return !gone(t.Associate) })
	_, err2 := drawer.SweepOwn(b.tiers, func(d Decision) bool { return !gone(d.Associate) })
	_, err3 := drawer.SweepOwn(b.marks, func(m mark) bool { return !gone(m.Associate) })
	return errors.Join(err, err2, err3)
}
