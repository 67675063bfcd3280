package main

import (
	"context"
	"log/slog"
	"sync"

	"foyer/radio/nl80211"
)

// An agent is the three that work together: who reads the stations, who listens
// to hostapd, and who tells the box.
type agent struct {
	air    *air
	ears   *ears
	poster *poster
}

func newAgent(s *settings, open func() (stations, error), log *slog.Logger) *agent {
	r := newRing(s.entries)
	a := &air{open: open, names: s.names, ring: r, log: log, kick: make(chan struct{}, 1), aps: map[string]nl80211.AP{}}
	return &agent{
		air:    a,
		ears:   &ears{dir: s.hostapd, air: a, log: log, listen: map[string]bool{}, barred: map[string]bool{}},
		poster: &poster{ring: r, door: newDoor(s), log: log, most: mostLines},
	}
}

// run works until ctx ends.
func (a *agent) run(ctx context.Context) {
	var all sync.WaitGroup
	all.Go(func() { a.air.run(ctx) })
	all.Go(func() { a.poster.run(ctx) })
	if a.ears.dir != "" {
		all.Go(func() { a.ears.run(ctx) })
	}
	all.Wait()
}
