package conduct

import (
	"errors"
	"fmt"
	"time"
	"unicode/utf8"

	"foyer/concierge/drawer"
	"foyer/floor"
)

// A Decision is a manager's word on an associate's tier.
type Decision struct {
	Associate string     `json:"associate"`
	Tier      floor.Tier `json:"tier"`
	Reason    string     `json:"reason"`
	At        time.Time  `json:"at"`
	Until     time.Time  `json:"until,omitzero"` // of a restriction
	By        string     `json:"by"`             // the manager
}

// A Training is a workshop that an associate has finished.
type Training struct {
	Associate string    `json:"associate"`
	Version   string    `json:"version"` // of the workshop
	At        time.Time `json:"at"`
	By        string    `json:"by"` // who says so: herself, having played it through, or a manager
}

// How long a restriction may last, and how long a reason may be.
const (
	MaxRestriction = 90 * 24 * time.Hour
	maxReason      = 280 // letters
)

// Errors of a decision.
var (
	ErrTier   = errors.New("tier: want untrained, restricted or standard")
	ErrReason = errors.New("reason: want 10 to 280 letters; she reads it")
	ErrUntil  = errors.New("until: a restriction ends, after now and within 90 days")
)

// Check says what is wrong with a decision, if anything.
func (d Decision) Check() error {
	if d.Tier != floor.TierUntrained && d.Tier != floor.TierRestricted && d.Tier != floor.TierStandard {
		return ErrTier
	}
	if n := utf8.RuneCountInString(d.Reason); n < 10 || n > maxReason {
		return ErrReason
	}
	if ends := d.Until.After(d.At) && d.Until.Sub(d.At) <= MaxRestriction; d.Tier == floor.TierRestricted && !ends {
		return ErrUntil
	}
	return nil
}

// Decide keeps a manager's word; the one before is replaced.
func (b *Book) Decide(d Decision) error {
	if err := d.Check(); err != nil {
		return err
	}
	if err := drawer.PutOwn(b.tiers, d.Associate, d); err != nil {
		return fmt.Errorf("keep a tier: %w", err)
	}
	return nil
}

// Train records that an associate has finished a workshop.
func (b *Book) Train(t Training) error {
	if err := drawer.PutOwn(b.training, t.Associate, t); err != nil {
		return fmt.Errorf("keep a training: %w", err)
	}
	return nil
}

// A Standing is what is on record of an associate's tier.
type Standing struct {
	Decision *Decision
	Training *Training
}

// Standing returns what is on record of an associate's tier.
func (b *Book) Standing(a floor.AssociateID) (s Standing, err error) {
	d, ok, err := drawer.GetOwn[Decision](b.tiers, a.Ref())
	if err != nil {
		return s, fmt.Errorf("read a tier: %w", err)
	}
	if ok {
		s.Decision = &d
	}
	t, ok, err := drawer.GetOwn[Training](b.training, a.Ref())
	if err != nil {
		return s, fmt.Errorf("read a training: %w", err)
	}
	if ok {
		s.Training = &t
	}
	return s, nil
}

// Tier is an associate's tier at a moment: the strictest of headquarters' word and
// a manager's that holds, where a workshop finished since lifts untrained and
// nothing else.
func (s Standing) Tier(given floor.Tier, now time.Time) floor.Tier {
	tier := given
	if tier == floor.TierUntrained && s.Training != nil {
		tier = floor.TierStandard
	}
	d := s.Decision
	if d == nil {
		return tier
	}
	switch d.Tier {
	case floor.TierUntrained:
		if s.Training == nil || !s.Training.At.After(d.At) {
			return floor.TierUntrained
		}
	case floor.TierRestricted:
		if tier == floor.TierStandard && now.Before(d.Until) {
			return floor.TierRestricted
		}
	}
	return tier
}
