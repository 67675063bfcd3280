package rehearsal

import (
	"errors"
	"fmt"
	"strings"
)

// A Summary is what a rehearsal came to: the last line of foyer demo --json.
type Summary struct {
	Seed             uint64  `json:"seed"`
	Positions        int     `json:"positions"`          // estimates the box made
	Visits           int     `json:"visits"`             // announced
	Offers           int     `json:"offers"`             // to associates
	Cards            int     `json:"cards"`              // shown
	HQAcked          int     `json:"hq_acked"`           // events of visits, offers and cards
	DroppedStrangers int     `json:"dropped_strangers"`  // reports without a lease
	OffersToBrowsing int     `json:"offers_to_browsing"` // must be 0
	MedianError      float64 `json:"median_error_m"`
	AlertP50         float64 `json:"alert_ms_p50"` // wall time, announced to offer flushed
	AlertP99         float64 `json:"alert_ms_p99"`
	Alerts           int     `json:"alerts"` // timed: the others waited for an associate

	browsed, scored, strangers int // announced visits that browse; positions; phones heard
}

// The least that makes a rehearsal whole.
const (
	leastVisits    = 15
	leastOffers    = 10
	leastAcked     = 10
	leastBrowsing  = 3
	leastStrangers = 30
)

// ErrIncomplete means that not the whole chain happened in a rehearsal.
var ErrIncomplete = errors.New("rehearsal: not the whole chain happened")

// ErrDiscretion means that somebody who chose to browse was offered to an
// associate.
var ErrDiscretion = errors.New("rehearsal: a customer who chose to browse was offered to an associate")

// Check returns nil if the whole chain happened and nobody who chose to browse
// was offered to anybody; else ErrDiscretion or ErrIncomplete with what is
// missing.
func (s Summary) Check() error {
	if s.OffersToBrowsing > 0 {
		return fmt.Errorf("%w: %d times", ErrDiscretion, s.OffersToBrowsing)
	}
	var missing []string
	for _, need := range []struct {
		what       string
		got, least int
	}{
		{"visits", s.Visits, leastVisits},
		{"offers", s.Offers, leastOffers},
		{"cards", s.Cards, 1},
		{"visit events acknowledged by headquarters", s.HQAcked, leastAcked},
		{"visits to look around", s.browsed, leastBrowsing},
		{"strangers heard", s.strangers, leastStrangers},
		{"strangers' reports dropped", s.DroppedStrangers, leastStrangers},
		{"positions scored", s.scored, 1},
		{"alerts timed", s.Alerts, 1},
	} {
		if need.got < need.least {
			missing = append(missing, fmt.Sprintf("%d %s, want at least %d", need.got, need.what, need.least))
		}
	}
	if len(missing) > 0 {
		return fmt.Errorf("%w: %s", ErrIncomplete, strings.Join(missing, "; "))
	}
	return nil
}
