package visit

import (
	"cmp"
	"slices"
	"time"

	"foyer/floor"
)

const nowhere = -1

// entry is the last word on one phone. visit.At is when it was last heard in
// the store, seen when it was last heard at all.
type entry struct {
	visit floor.Visit
	seen  time.Time
	quiet bool
	out   bool // the last position that was known was outside

	evidence int // positions inside, the first of them at first
	first    time.Time

	zone      int // the zone it is settled in, private ones too, or nowhere
	candidate int // the zone it may be settling in since when, or nowhere
	since     time.Time
}

func (e *entry) leaveZone() {
	e.zone, e.candidate = nowhere, nowhere
	e.visit.Zone = ""
}

func (b *Book) sense(p floor.Position) *entry {
	b.stats.Sensed++
	e := &entry{
		visit: floor.Visit{ID: floor.NewVisitID(), Phone: p.Phone, State: floor.Sensed, Began: p.At, At: p.At},
		zone:  nowhere, candidate: nowhere,
	}
	b.phones[p.Phone] = e
	return e
}

// end closes a visit that Observe found to be over; Sweep will tell.
func (b *Book) end(e *entry) {
	if e.visit.State == floor.Sensed {
		b.stats.Passed++
		return
	}
	e.visit.State = floor.Ended
	e.leaveZone()
	b.stats.Ended++
	b.ended = append(b.ended, e.visit)
}

// sensed weighs the evidence of an arrival.
func (b *Book) sensed(e *entry, p floor.Position) (floor.Visit, bool) {
	e.visit.At = p.At
	switch {
	case p.Unknown:
		return floor.Visit{}, false
	case p.Inside < b.rules.Depart:
		e.evidence, e.candidate = 0, nowhere
		return floor.Visit{}, false
	}
	b.settle(e, p) // she may be settled by the time she has arrived
	if !(p.Inside >= b.rules.Arrive) {
		return floor.Visit{}, false
	}
	if e.evidence == 0 || p.At.Sub(e.first) > b.rules.Window {
		e.evidence, e.first = 0, p.At
	}
	e.evidence++
	if e.evidence < b.rules.Positions || p.At.Sub(e.first) < b.rules.Apart {
		return floor.Visit{}, false
	}
	e.visit.State, e.visit.Began = floor.Present, e.first
	e.evidence = 0
	b.stats.Arrived++
	return e.visit, true
}

// present follows a visit. A position outside does not count as heard, and
// after it neither does an unknown one, so a phone next door does not keep its
// visit open; a quiet one comes back only on evidence inside.
func (b *Book) present(e *entry, p floor.Position) (floor.Visit, bool) {
	if p.Unknown {
		if !e.quiet && !e.out {
			e.visit.At = p.At
		}
		return floor.Visit{}, false
	}
	needed := b.rules.Depart
	if e.quiet {
		needed = b.rules.Arrive
	}
	if e.out = !(p.Inside >= needed); e.out {
		changed := e.visit.Zone != ""
		e.leaveZone()
		return e.visit, changed
	}
	e.visit.At = p.At
	returned := e.quiet
	if returned {
		e.quiet = false
		b.stats.Returned++
	}
	return e.visit, b.settle(e, p) || returned
}

// settle moves the zone with hysteresis on its probability and reports
// whether the zone that is shown changed.
func (b *Book) settle(e *entry, p floor.Position) bool {
	shown := e.visit.Zone
	best, top := nowhere, b.rules.ZoneEnter
	for i := range p.Zones {
		z := b.find(i, p.Zones[i].Zone)
		if z == nowhere {
			continue
		}
		if pr := p.Zones[i].P; pr > top {
			best, top = z, pr
		}
		if z == e.zone && p.Zones[i].P < b.rules.ZoneLeave {
			e.zone = nowhere
		}
	}
	if best != e.candidate {
		e.candidate, e.since = best, p.At
	}
	if best != nowhere && p.At.Sub(e.since) >= b.rules.Settle {
		e.zone = best
	}
	e.visit.Zone = ""
	if e.zone != nowhere && !b.zones[e.zone].private {
		e.visit.Zone = b.zones[e.zone].id
	}
	return e.visit.Zone != shown
}

// find returns the place of a zone in the book; the locator's order is the
// plan's, so the guess is right unless the plan has just changed.
func (b *Book) find(guess int, id floor.ZoneID) int {
	if guess < len(b.zones) && b.zones[guess].id == id {
		return guess
	}
	if i, ok := b.index[id]; ok {
		return i
	}
	return nowhere
}

func inOrder(vs []floor.Visit) {
	slices.SortFunc(vs, func(a, b floor.Visit) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Phone.Ref(), b.Phone.Ref()))
	})
}
