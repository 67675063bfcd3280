package hq

import (
	"sync/atomic"
	"time"

	"foyer/sync/wire"
)

// How long the broker takes to take a message says how many events may go
// together in the next: on a line of 1 kbit/s, on which one takes seconds, they go
// one by one, or none would arrive before its time is over.
const (
	quick = 250 * time.Millisecond
	slow  = time.Second
)

// A pace is how fast one connection is.
type pace struct {
	n      atomic.Int64 // events that may go together
	flying atomic.Int64 // messages that the broker has not taken yet
	proven atomic.Bool  // it has taken one
}

// feelers is how many messages go before the broker has taken one: more would all
// be small ones, for nothing is known of the line yet.
const feelers = 4

func newPace() *pace {
	p := &pace{}
	p.n.Store(1)
	return p
}

func (p *pace) together() int { return int(p.n.Load()) }

// waits reports whether something is still on its way to the broker.
func (p *pace) waits() bool { return p.flying.Load() > 0 }

// feels reports whether the first messages are still on their way to the broker.
func (p *pace) feels() bool { return !p.proven.Load() && p.flying.Load() >= feelers }

// sent notes a message and returns what to call when the broker has taken it; that
// returns whether it was the first.
func (p *pace) sent() (taken func() (first bool)) {
	began := time.Now()
	p.flying.Add(1)
	return func() bool {
		p.flying.Add(-1)
		n := p.n.Load()
		switch took := time.Since(began); {
		case took < quick:
			n = min(2*n, wire.MaxTogether)
		case took > slow:
			n = max(n/2, 1)
		}
		p.n.Store(n) // of two at once either may win
		return !p.proven.Swap(true)
	}
}
