package rehearsal

import (
	"math"
	"sync"
	"time"

	"foyer/floor"
)

// A Scorer knows the truth. It compares what the box says with it and counts
// what happened; nothing it knows goes back to the box. It may be used by many
// goroutines.
type Scorer struct {
	mu       sync.Mutex
	walkers  map[string]Carrier
	browsing map[string]bool
	errors   *tally // m
	alerts   *tally // ms
	sum      Summary
}

// NewScorer returns a scorer of a day made from a seed.
func NewScorer(seed uint64) *Scorer {
	return &Scorer{
		walkers:  map[string]Carrier{},
		browsing: map[string]bool{},
		errors:   newTally(0.01, 60),
		alerts:   newTally(0.05, 2000),
		sum:      Summary{Seed: seed},
	}
}

// Follow tells the scorer where somebody truly is.
func (s *Scorer) Follow(walker string, c Carrier) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.walkers[walker] = c
}

// Position scores one estimate of the phone that a walker carries. Its error
// counts while the walker is truly inside the outline, an "unknown" at its
// best point.
func (s *Scorer) Position(walker string, p floor.Position) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sum.Positions++
	c, ok := s.walkers[walker]
	if !ok {
		return
	}
	truth, here := c.At(p.At)
	if !here || !truth.Inside {
		return
	}
	s.errors.add(float64(truth.Point.Distance(p.Point)))
}

// Visit counts an announced visit, and whether she wants to look around.
func (s *Scorer) Visit(browse bool) {
	s.count(&s.sum.Visits, 1)
	if browse {
		s.count(&s.sum.browsed, 1)
	}
}

// Card counts a card that an associate was shown.
func (s *Scorer) Card() { s.count(&s.sum.Cards, 1) }

// Acknowledged counts events of visits that headquarters acknowledged.
func (s *Scorer) Acknowledged(n int) { s.count(&s.sum.HQAcked, n) }

// Strangers takes how many phones of strangers were heard, and how many reports
// of phones without a lease the box dropped.
func (s *Scorer) Strangers(phones, reports int) {
	s.count(&s.sum.strangers, phones)
	s.count(&s.sum.DroppedStrangers, reports)
}

// Chose says what a customer wants now: to be left alone, or not.
func (s *Scorer) Chose(customer string, browse bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.browsing[customer] = browse
}

// Offer counts an offer that was made to any associate about this customer,
// and whether she had chosen to be left alone.
func (s *Scorer) Offer(customer string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sum.Offers++
	if s.browsing[customer] {
		s.sum.OffersToBrowsing++
	}
}

// Alert takes the wall time from the event that announced a visit to the offer
// being flushed on the associate's stream.
func (s *Scorer) Alert(wall time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.alerts.add(float64(wall) / float64(time.Millisecond))
}

func (s *Scorer) count(n *int, by int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	*n += by
}

// Summary returns the sums so far.
func (s *Scorer) Summary() Summary {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := s.sum
	out.MedianError = thousandth(s.errors.percentile(50))
	out.AlertP50, out.AlertP99 = thousandth(s.alerts.percentile(50)), thousandth(s.alerts.percentile(99))
	out.scored, out.Alerts = s.errors.n, s.alerts.n
	return out
}

// thousandth keeps three decimals: no figure here is truer than that.
func thousandth(v float64) float64 { return math.Round(v*1000) / 1000 }
