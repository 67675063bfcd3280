package office

import (
	"slices"

	"foyer/sync/wire"
)

// intervals are the sequence numbers headquarters is done with in one epoch:
// sorted, disjoint, never touching.
type intervals []wire.Range

// has reports whether n is among them.
func (iv intervals) has(n uint64) bool {
	i := iv.search(n)
	return i < len(iv) && iv[i].From <= n
}

// search returns the first interval that ends at n or later.
func (iv intervals) search(n uint64) int {
	i, _ := slices.BinarySearchFunc(iv, n, func(r wire.Range, n uint64) int {
		if r.To < n {
			return -1
		}
		return 1
	})
	return i
}

// add returns the intervals with from to to among them, and how many numbers
// are new.
func (iv intervals) add(from, to uint64) (intervals, uint64) {
	if from == 0 || from > to {
		return iv, 0
	}
	fresh := to - from + 1
	i := iv.search(from - 1) // the first that touches or follows
	j, merged := i, wire.Range{From: from, To: to}
	for ; j < len(iv) && iv[j].From <= to+1; j++ {
		lo, hi := max(from, iv[j].From), min(to, iv[j].To)
		if lo <= hi {
			fresh -= hi - lo + 1
		}
		merged.From, merged.To = min(merged.From, iv[j].From), max(merged.To, iv[j].To)
	}
	return slices.Replace(slices.Clone(iv), i, j, merged), fresh
}

// ack says it in the words of the protocol. An acknowledgement that leaves
// some out is still true: the store sends those again and hears of them later.
func (iv intervals) ack(epoch uint64) wire.Ack {
	a := wire.Ack{Epoch: epoch}
	if len(iv) > 0 && iv[0].From == 1 {
		a.Through, iv = iv[0].To, iv[1:]
	}
	const most = 1000
	a.Also = slices.Clone(iv[max(0, len(iv)-most):])
	return a
}
