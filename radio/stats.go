package radio

import "sync/atomic"

// Stats are plain counts since the start, but for the last two, which are now.
// None of them can be traced to a radio.
type Stats struct {
	Deliveries   uint64 // requests and messages that were let in
	Reports      uint64 // well-formed reports
	Malformed    uint64 // lines that were none
	UnknownAP    uint64 // reports by an access point that the plan does not have
	Dropped      uint64 // reports of radios without a live lease
	Admitted     uint64 // reports of leased phones
	Left         uint64 // reports that a leased phone has left an access point
	Hints        uint64 // positions that vendors computed
	Unplaced     uint64 // of those of leased phones, in drawings that the plan does not have
	Late         uint64 // of those, older than ten minutes
	Skewed       uint64 // of those, by an access point whose clock is off by more than 30 s
	Duplicate    uint64 // of those, heard before and dropped
	Queued       uint64 // batches handed on
	QueueFull    uint64 // batches dropped because nobody took them
	Throttled    uint64 // deliveries cut short because a sensor was over its budget
	Unauthorized uint64 // deliveries and connections without a good credential
	Refused      uint64 // deliveries too large, to a wrong place or topic, sent twice, or not of their format
	Panics       uint64 // deliveries that met a fault in foyer

	BoundByReport    uint64 // leases resolved by a source's client table
	BoundByNeighbour uint64 // leases resolved by the kernel's neighbour table
	NoAddress        uint64 // check-ins whose radio was not found
	Router           uint64 // check-ins refused because the address is a router's
	Rotated          uint64 // leases that moved to a phone's new address
	Superseded       uint64 // leases ended because another customer holds the phone now

	Leases  int // leases that exist
	Waiting int // check-ins that wait for their radio
}

// counters are the Stats of everything that shares one guest list.
type counters struct {
	deliveries, reports, malformed, unknownAP, dropped, admitted, left, hints, unplaced, late, skewed, duplicate,
	queued, queueFull, throttled, unauthorized, refused, panics,
	byReport, byNeighbour, noAddress, router, rotated, superseded atomic.Uint64
}

// Stats returns the counts of this guest list and of every intake that asks it.
func (g *Guests) Stats() Stats {
	n := &g.n
	s := Stats{
		Deliveries: n.deliveries.Load(), Reports: n.reports.Load(), Malformed: n.malformed.Load(),
		UnknownAP: n.unknownAP.Load(), Dropped: n.dropped.Load(), Admitted: n.admitted.Load(), Left: n.left.Load(), Hints: n.hints.Load(), Unplaced: n.unplaced.Load(),
		Late: n.late.Load(), Skewed: n.skewed.Load(), Duplicate: n.duplicate.Load(),
		Queued: n.queued.Load(), QueueFull: n.queueFull.Load(), Throttled: n.throttled.Load(),
		Unauthorized: n.unauthorized.Load(), Refused: n.refused.Load(), Panics: n.panics.Load(),
		BoundByReport: n.byReport.Load(), BoundByNeighbour: n.byNeighbour.Load(), NoAddress: n.noAddress.Load(),
		Router: n.router.Load(), Rotated: n.rotated.Load(), Superseded: n.superseded.Load(),
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	s.Leases = len(g.byAddr)
	for _, waiting := range g.claims {
		s.Waiting += len(waiting)
	}
	return s
}
