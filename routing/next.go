package routing

import "time"

// Next returns whom to ask now (true), or why nobody (false). It is a pure
// function: the caller records the offer in t.Asked and asks again when the
// offer is answered or its time is over.
func Next(t Task, s Snapshot, r Rules, now time.Time) (Offer, Wait, bool) {
	return decide(t, s, r, now, nil)
}
