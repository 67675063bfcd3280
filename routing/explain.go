package routing

import (
	"time"

	"foyer/floor"
)

// A Candidate is one person as a ring saw her.
type Candidate struct {
	Associate floor.AssociateID
	Ring      Ring
	Eligible  bool
	Why       string // why not
	Score     []Term
}

// A Skip is a ring in which nobody was looked for.
type Skip struct {
	Ring Ring
	Why  string
}

// An Explanation is everything that led to an offer or to none, so that
// fairness can be audited. It names people by their identifiers only.
type Explanation struct {
	Task       string
	Urgency    Urgency
	At         time.Time
	Offered    bool
	Offer      Offer
	Wait       Wait
	Candidates []Candidate // in the order they were considered
	Skipped    []Skip
}

// Explain does what Next does and keeps the reasons.
func Explain(t Task, s Snapshot, r Rules, now time.Time) Explanation {
	e := Explanation{Task: t.ID, Urgency: t.Urgency, At: now}
	e.Offer, e.Wait, e.Offered = decide(t, s, r, now, &e)
	return e
}

// note keeps what a ring thought of somebody, if anybody wants to know.
func (d *desk) note(i int, ring Ring, why string, score []Term) {
	if d.explain == nil {
		return
	}
	d.explain.Candidates = append(d.explain.Candidates, Candidate{
		Associate: d.floor.People[i].ID, Ring: ring, Eligible: why == "", Why: why, Score: score,
	})
}

// skip keeps that a ring was not looked into, if anybody wants to know.
func (d *desk) skip(ring Ring) {
	if d.explain == nil {
		return
	}
	why := "its time is over"
	if !d.allowed(ring) {
		why = "the customer wants her own only"
	}
	d.explain.Skipped = append(d.explain.Skipped, Skip{ring, why})
}
