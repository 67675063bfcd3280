package routing

import "cmp"

// Before orders tasks that wait for the same people: requests before arrivals,
// then by headquarters' service priority, then the one that has waited longest,
// then by identifier. It is negative if a is to be asked about before b. The
// priority has no part in whom she gets.
func Before(a, b Task) int {
	return cmp.Or(cmp.Compare(b.Urgency, a.Urgency), cmp.Compare(b.Priority, a.Priority), a.Began.Compare(b.Began), cmp.Compare(a.ID, b.ID))
}
