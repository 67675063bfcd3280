package box

import (
	"foyer/concierge"
	"foyer/floor"
)

// Watch is for those who measure the store from outside of it: the
// demonstration's scorer and tests. Each function may be nil; those marked
// "flow" run on the flow goroutine and must return at once.
type Watch struct {
	Ready    func(Addresses)             // everything listens
	Bound    func(concierge.Bound)       // flow: a phone was leased to a customer
	Position func(floor.Position)        // flow: valid during the call only
	Event    func(concierge.Event)       // flow: something happened at the desk
	Flushed  func(concierge.Event)       // an event was flushed to a page's stream
	Acked    func(through uint64, n int) // headquarters has n more events
}

// Addresses are where a box listens.
type Addresses struct{ Guest, Staff, Sensors, SensorsMQTT, SensorsMQTTPlain, RADIUS, Admin string }

func (w Watch) bound(b concierge.Bound) {
	if w.Bound != nil {
		w.Bound(b)
	}
}

func (w Watch) position(p floor.Position) {
	if w.Position != nil {
		w.Position(p)
	}
}

func (w Watch) event(e concierge.Event) {
	if w.Event != nil {
		w.Event(e)
	}
}
