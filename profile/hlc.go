package profile

import (
	"cmp"
	"strings"
	"sync"
	"time"
)

// An HLC is a hybrid logical clock's stamp (Kulkarni et al. 2014): wall time
// to the millisecond, a count for what happens within one, and the node that
// made it. Later in cause is always greater, whatever the nodes' clocks say.
type HLC struct {
	Wall  time.Time
	Count uint32
	Node  string
}

// Compare orders stamps by wall time, count and node.
func (a HLC) Compare(b HLC) int { return cmp.Or(a.compareTime(b), strings.Compare(a.Node, b.Node)) }

func (a HLC) compareTime(b HLC) int {
	return cmp.Or(cmp.Compare(a.Wall.UnixMilli(), b.Wall.UnixMilli()), cmp.Compare(a.Count, b.Count))
}

// IsZero reports whether a is no stamp.
func (a HLC) IsZero() bool { return a.Wall.IsZero() && a.Count == 0 && a.Node == "" }

// normal cuts the wall time to the millisecond in UTC.
func (a HLC) normal() HLC {
	a.Wall = time.UnixMilli(a.Wall.UnixMilli()).UTC()
	return a
}

// A Clock makes the stamps of one node. It may be used from any goroutine.
type Clock struct {
	node string
	now  func() time.Time

	mu   sync.Mutex
	last HLC
}

// NewClock returns the clock of a node; now is its wall clock.
func NewClock(node string, now func() time.Time) *Clock { return &Clock{node: node, now: now} }

// Now returns a stamp greater than every one made or observed before.
func (c *Clock) Now() HLC { return c.At(c.now()) }

// At is Now with the wall clock's reading given.
func (c *Clock) At(now time.Time) HLC {
	c.mu.Lock()
	defer c.mu.Unlock()
	next := HLC{Wall: now, Node: c.node}.normal()
	if next.compareTime(c.last) <= 0 {
		next = HLC{Wall: c.last.Wall, Count: c.last.Count + 1, Node: c.node}
		if next.Count == 0 { // 2^32 within a millisecond: a peer's nonsense
			next.Wall = next.Wall.Add(time.Millisecond)
		}
	}
	c.last = next
	return next
}

// Observe takes note of a stamp from elsewhere, so that whatever happens here
// from now on is later.
func (c *Clock) Observe(h HLC) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if h = h.normal(); c.last.compareTime(h) < 0 {
		c.last = h
	}
}
