package routing

import (
	"errors"
	"fmt"
	"time"
)

// ErrRules means that a Rules value is out of range; the text names the field.
var ErrRules = errors.New("rules of routing")

// Rules are the values headquarters may set.
type Rules struct {
	OfferTimeout   time.Duration // to answer an offer or a heads-up
	OnlyTimeout    time.Duration // the same for an only preferred associate
	ManagerTimeout time.Duration // the same for a manager
	RingTimeout    [rings]time.Duration
	ArrivalExpires time.Duration // after Began an arrival is let go
	ManagerAfter   time.Duration // after Began a request reaches a manager
	Promise        time.Duration // after Began a request is to be accepted by; 0: none
	Reserve        time.Duration // of the promise that is kept for the next one: nobody's time to answer eats it
	ChoiceWithin   time.Duration // for the customer to choose
	Renotify       time.Duration // between two rounds of an unanswered request
	ReAsk          time.Duration // after a busy associate's estimate
	Loops          int           // rounds in all
	Capacity       int           // open tasks an associate may have
	MaxUnsolicited int           // arrivals offered to one person in an hour
	FloorHops      int           // how far ring R3 reaches, zones
	ShareCap       float64       // times the fair share of R1 to R3 offers
	ServedWindow   time.Duration // how long having served her counts
	Weights        Weights
}

// Weights are the summands of the score, in points.
type Weights struct {
	Cover    float64
	Served   float64       // halves every HalfLife
	HalfLife time.Duration // of having served her
	Language float64
	Category float64
	Near     float64
	Task     float64 // for each open task, negative
	IdleMax  float64 // half a point a minute since the last offer, at most this
}

const day = 24 * time.Hour

// Defaults returns the rules foyer ships with.
func Defaults() Rules {
	r := Rules{
		OfferTimeout: 45 * time.Second, OnlyTimeout: 90 * time.Second, ManagerTimeout: time.Minute,
		ArrivalExpires: 5 * time.Minute, ManagerAfter: 3 * time.Minute, Promise: time.Minute, Reserve: 30 * time.Second,
		ChoiceWithin: time.Minute,
		Renotify:     2 * time.Minute, ReAsk: 5 * time.Minute, Loops: 2,
		Capacity: 1, MaxUnsolicited: 8, FloorHops: 2, ShareCap: 1.5, ServedWindow: 730 * day,
		Weights: Weights{
			Cover: 40, Served: 30, HalfLife: 180 * day, Language: 20, Category: 15,
			Near: 10, Task: -10, IdleMax: 15,
		},
	}
	r.RingTimeout[Covers] = 2 * time.Minute
	r.RingTimeout[Qualified] = 2 * time.Minute
	r.RingTimeout[Language] = 2 * time.Minute
	r.RingTimeout[Floor] = time.Minute
	return r
}

// Check reports the first value that is out of range.
func (r Rules) Check() error {
	bad := func(field, want string) error { return fmt.Errorf("%w: %s: want %s", ErrRules, field, want) }
	switch {
	case r.OfferTimeout < 5*time.Second || r.OnlyTimeout < r.OfferTimeout || r.ManagerTimeout < 5*time.Second:
		return bad("OfferTimeout", "5s or more, OnlyTimeout no shorter, ManagerTimeout 5s or more")
	case r.ArrivalExpires < r.OfferTimeout:
		return bad("ArrivalExpires", "no shorter than OfferTimeout")
	case r.ManagerAfter < r.OfferTimeout:
		return bad("ManagerAfter", "no shorter than OfferTimeout")
	case r.Promise < 0 || r.Reserve < 0 || r.Promise > 0 && r.Promise < r.Reserve+shortest:
		return bad("Promise", "zero (none), or at least 10s longer than Reserve")
	case r.ChoiceWithin <= 0 || r.Renotify <= 0 || r.ReAsk < 0:
		return bad("ChoiceWithin", "above zero, as Renotify; ReAsk zero or more")
	case r.Loops < 1 || r.Loops > 10:
		return bad("Loops", "1 to 10")
	case r.Capacity < 1 || r.MaxUnsolicited < 0 || r.FloorHops < 0:
		return bad("Capacity", "1 or more; MaxUnsolicited and FloorHops zero or more")
	case r.ShareCap < 1:
		return bad("ShareCap", "1 or more")
	case r.Weights.HalfLife <= 0 || r.ServedWindow <= 0:
		return bad("HalfLife", "above zero, as ServedWindow")
	}
	for i, d := range r.RingTimeout {
		if d < 0 {
			return bad("RingTimeout["+Ring(i).String()+"]", "zero (none) or more")
		}
	}
	return nil
}
