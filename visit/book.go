package visit

import (
	"errors"
	"time"

	"foyer/floor"
)

// ErrPlan means that a Book was asked for without a plan.
var ErrPlan = errors.New("visit: no floor plan")

// Stats counts what the book has seen since it was opened.
type Stats struct {
	Sensed   uint64 // phones heard for the first time, or again after a visit
	Arrived  uint64 // of those, phones with evidence inside
	Passed   uint64 // of those, phones that never had it
	Quiet    uint64 // visits that fell silent
	Returned uint64 // of those, visits that went on
	Ended    uint64 // visits that ended
	Late     uint64 // positions ignored because time did not advance
	Unknown  uint64 // positions too poor to act on
	Phones   int    // phones in the book now
}

// A Book holds the visits of one store.
type Book struct {
	rules  Rules
	zones  []zone
	index  map[floor.ZoneID]int
	phones map[floor.Phone]*entry
	ended  []floor.Visit // ended by Observe, for the next Sweep
	stats  Stats
}

// zone is what the book must know of a zone of the plan.
type zone struct {
	id      floor.ZoneID
	private bool
}

// New returns an empty book for the store on plan.
func New(plan *floor.Plan, rules Rules) (*Book, error) {
	if err := rules.check(); err != nil {
		return nil, err
	}
	b := &Book{rules: rules, phones: make(map[floor.Phone]*entry)}
	if err := b.Replan(plan); err != nil {
		return nil, err
	}
	return b, nil
}

// Replan puts another plan under the visits that are in the book. They go on;
// each loses its zone until it has settled again.
func (b *Book) Replan(plan *floor.Plan) error {
	if plan == nil {
		return ErrPlan
	}
	b.zones, b.index = nil, make(map[floor.ZoneID]int)
	for _, l := range plan.Levels {
		for _, z := range l.Zones {
			b.index[z.ID] = len(b.zones)
			b.zones = append(b.zones, zone{z.ID, z.Private})
		}
	}
	for _, e := range b.phones {
		e.leaveZone()
	}
	return nil
}

// Observe takes one position of a phone. It returns the visit and true when
// the visit became present, came back from silence or changed its zone. A
// phone that is only sensed is nobody's business and is not returned.
//
// A position that is not later than the phone's last one is ignored.
func (b *Book) Observe(p floor.Position) (floor.Visit, bool) {
	if !p.Phone.Valid() || p.At.IsZero() {
		return floor.Visit{}, false
	}
	e := b.phones[p.Phone]
	if e != nil && !p.At.After(e.seen) {
		b.stats.Late++
		return floor.Visit{}, false
	}
	if e != nil && p.At.Sub(e.visit.At) > b.rules.ReEntry {
		b.end(e)
		e = nil
	}
	if e == nil {
		e = b.sense(p)
	}
	e.seen = p.At
	if p.Unknown {
		b.stats.Unknown++
	}
	if e.visit.State == floor.Sensed {
		return b.sensed(e, p)
	}
	return b.present(e, p)
}

// Sweep moves time to now without a position. It returns, in order of the
// last time heard, each visit that fell silent since the last call (still
// Present, its zone empty) and each that Ended.
func (b *Book) Sweep(now time.Time) []floor.Visit {
	out := b.ended
	b.ended = nil
	for phone, e := range b.phones {
		quiet := now.Sub(e.visit.At)
		switch {
		case e.visit.State == floor.Sensed:
			if now.Sub(e.seen) > b.rules.Silence {
				b.stats.Passed++
				delete(b.phones, phone)
			}
		case quiet > b.rules.ReEntry:
			e.visit.State = floor.Ended
			e.leaveZone()
			b.stats.Ended++
			out = append(out, e.visit)
			delete(b.phones, phone)
		case quiet > b.rules.Silence && !e.quiet:
			e.quiet = true
			e.leaveZone()
			b.stats.Quiet++
			out = append(out, e.visit)
		}
	}
	inOrder(out)
	return out
}

// Forget lets go of everything about a phone, also of an end not yet
// returned by Sweep.
func (b *Book) Forget(phone floor.Phone) {
	delete(b.phones, phone)
	kept := b.ended[:0]
	for _, v := range b.ended {
		if v.Phone != phone {
			kept = append(kept, v)
		}
	}
	clear(b.ended[len(kept):])
	b.ended = kept
}

// Of returns the visit of a phone as it stands.
func (b *Book) Of(phone floor.Phone) (floor.Visit, bool) {
	e := b.phones[phone]
	if e == nil {
		return floor.Visit{}, false
	}
	return e.visit, true
}

// Quiet reports whether a phone's visit is present but has fallen silent, as
// the last Sweep saw it.
func (b *Book) Quiet(phone floor.Phone) bool {
	e := b.phones[phone]
	return e != nil && e.quiet
}

// Stats returns the counters.
func (b *Book) Stats() Stats {
	s := b.stats
	s.Phones = len(b.phones)
	return s
}
