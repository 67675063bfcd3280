// Package doctor examines a store's network before and after a box stands in
// it: can a phone reach the box, is it seen as itself, does the box know the
// time and the way to headquarters. It hides how each is found out. Every
// finding is a sentence for the technician, with what to do.
package doctor

import (
	"context"
	"time"

	"foyer/config"
)

// A Verdict says how a finding is meant.
type Verdict uint8

// The verdicts.
const (
	Good    Verdict = iota
	Unknown         // it could not be found out
	Watch           // it works, but not as it should
	Bad             // somebody will be let down
)

// String returns the verdict's name.
func (v Verdict) String() string {
	return [...]string{"good", "unknown", "watch", "bad"}[min(v, Bad)]
}

// MarshalText writes the verdict's name.
func (v Verdict) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// A Finding is what one examination brought.
type Finding struct {
	Name    string  `json:"name"`
	Verdict Verdict `json:"verdict"`
	Text    string  `json:"text"`
	Cure    string  `json:"cure,omitempty"`
}

// patience is how long one examination may take.
const patience = 10 * time.Second

// Network examines the network of a box with this configuration, tells each
// finding as it comes, and returns the worst verdict.
func Network(ctx context.Context, c *config.Config, tell func(Finding)) Verdict {
	worst := Good
	for _, examine := range []func(context.Context, *config.Config) []Finding{
		guestAddress, guestName, guestDoor, neighbours, clock, headquarters, refusals,
	} {
		within, done := context.WithTimeout(ctx, patience)
		for _, f := range examine(within, c) {
			tell(f)
			worst = max(worst, f.Verdict)
		}
		done()
		if ctx.Err() != nil {
			break
		}
	}
	return worst
}

func one(name string, v Verdict, text, cure string) []Finding {
	return []Finding{{Name: name, Verdict: v, Text: text, Cure: cure}}
}
