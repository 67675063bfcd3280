package routing

import "cmp"

// Before orders tasks that wait for the same people: requests before arrivals,
// then the one that has waited longest, then by identifier. It is negative if a
// is to be asked about before b. Who somebody is, or what she spends, is no
// part of it.
func Before(a, b Task) int {
	return cmp.Or(cmp.Compare(b.Urgency, a.Urgency), a.Began.Compare(b.Began), cmp.Compare(a.ID, b.ID))
}
