package rehearsal

import (
	"slices"
	"sync"
	"time"

	"foyer/box"
	"foyer/concierge"
	"foyer/floor"
	"foyer/sync/office"
	"foyer/sync/wire"
)

// watch hears what the box says of itself and gives it to the scorer: it is on
// the scorer's side, nobody in the store knows of it.
type watch struct {
	box.Watch
	clock  *Clock
	scorer *Scorer
	event  func(Event)

	mu     sync.Mutex
	who    map[floor.Phone]string
	tapped map[floor.VisitID]time.Time // wall: she touched "Yes"
	began  map[concierge.OfferID]time.Time
	first  map[floor.VisitID]announcement
	known  []uint64 // sequence numbers of visit events that headquarters has and has not acknowledged
}

// announcement is when a visit was announced, by both clocks.
type announcement struct{ store, wall time.Time }

func newWatch(clock *Clock, scorer *Scorer, event func(Event)) *watch {
	w := &watch{clock: clock, scorer: scorer, event: event, who: map[floor.Phone]string{},
		tapped: map[floor.VisitID]time.Time{}, began: map[concierge.OfferID]time.Time{}, first: map[floor.VisitID]announcement{}}
	w.Bound = w.bound
	w.Position = w.position
	w.Event = w.happened
	w.Flushed = w.flushed
	w.Acked = w.acked
	return w
}

func (w *watch) bound(b concierge.Bound) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.who[b.Phone] = b.Customer.Ref()
}

func (w *watch) position(p floor.Position) {
	w.mu.Lock()
	walker := w.who[p.Phone]
	w.mu.Unlock()
	w.scorer.Position(walker, p)
}

// tap notes that a customer is about to announce herself: the event that makes
// her visit announced.
func (w *watch) tap(visit string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.tapped[floor.VisitID(visit)] = time.Now()
}

func (w *watch) happened(e concierge.Event) {
	out := Event{Kind: string(e.Kind), At: e.At, Visit: e.Visit, Offer: string(e.Offer), Style: string(e.Style)}
	switch e.Kind {
	case concierge.VisitAnnounced:
		w.announced(e)
	case concierge.OfferCreated:
		w.offered(e)
		ring := e.Ring
		out.Ring, out.Relation = &ring, e.Relation
	case concierge.OfferAccepted:
		ring := e.Ring
		out.Ring, out.Relation = &ring, e.Relation
	case concierge.CardShown:
		w.scorer.Card()
		items := len(e.Items)
		out.Items, out.Relation = &items, e.Relation
	case concierge.VisitEnded:
	default:
		return
	}
	w.event(out)
}

func (w *watch) announced(e concierge.Event) {
	w.scorer.Visit(e.Style == concierge.LetMeBrowse)
	w.mu.Lock()
	defer w.mu.Unlock()
	wall, ok := w.tapped[e.Visit]
	if !ok {
		wall = time.Now() // the end of her grace
	}
	w.first[e.Visit] = announcement{e.At, wall}
}

// offered starts the watch of an offer that the announcement itself brought;
// an offer that comes later waited for an associate, not for the box.
func (w *watch) offered(e concierge.Event) {
	w.scorer.Offer(e.Customer.Ref())
	w.mu.Lock()
	defer w.mu.Unlock()
	if a, ok := w.first[e.Visit]; ok && a.store.Equal(e.At) {
		w.began[e.Offer] = a.wall
	}
}

// flushed stops the watch: the offer is on the associate's stream.
func (w *watch) flushed(e concierge.Event) {
	if e.Kind != concierge.OfferCreated {
		return
	}
	w.mu.Lock()
	began, ok := w.began[e.Offer]
	delete(w.began, e.Offer)
	w.mu.Unlock()
	if ok {
		w.scorer.Alert(time.Since(began))
	}
}

// headquartersHas takes what arrived at headquarters: what a store says of its
// visits, and not that a document is in force.
func (w *watch) headquartersHas(e office.Event) {
	switch e.Kind {
	case wire.UpVisit, wire.UpOffer, wire.UpAccess:
		w.mu.Lock()
		defer w.mu.Unlock()
		w.known = append(w.known, e.Seq)
	}
}

// acked hears that the box knows that headquarters has everything up to through.
func (w *watch) acked(through uint64, n int) {
	w.mu.Lock()
	all := len(w.known)
	w.known = slices.DeleteFunc(w.known, func(seq uint64) bool { return seq <= through })
	visits := all - len(w.known)
	w.mu.Unlock()
	w.scorer.Acknowledged(visits)
	w.event(Event{Kind: "hq.acked", At: w.clock.Now(), Through: through, Events: n})
}
