package box

import (
	"context"
	"sync/atomic"
	"time"

	"foyer/concierge"
	"foyer/floor"
	"foyer/locator"
	"foyer/radio"
	"foyer/visit"
)

// flow is the moving state of the store. One goroutine owns it.
type flow struct {
	now     func() time.Time
	tick    time.Duration // of the wall, between sweeps
	guests  *radio.Guests
	locator *locator.Locator
	book    *visit.Book
	desk    *concierge.Desk
	zones   *zones
	show    func(concierge.Event) // to the pages; never waits
	record  func(concierge.Event) // for headquarters, by keep; waits for the disk only
	alive   func()                // pings the watchdog
	watch   Watch
	figures atomic.Pointer[figures] // for those who only look
	occupancy

	leased   map[floor.Phone]bool
	batches  chan floor.Batch
	requests chan request
	told     chan told
}

// told is what happened and is still to be recorded, and who waits for that;
// done may be nil.
type told struct {
	events []concierge.Event
	done   chan struct{}
}

// figures are the counters of what only the flow may touch.
type figures struct {
	locator  locator.Stats
	visits   visit.Stats
	suspects []locator.Suspect
}

// request is a function of somebody else's that the flow runs.
type request struct {
	run  func(now time.Time)
	done chan struct{}
}

// Do runs f on the flow goroutine and waits for it. It fails only when ctx
// ends first, which it does when the box stops.
func (f *flow) Do(ctx context.Context, run func(d *concierge.Desk, now time.Time)) error {
	return f.do(ctx, func(now time.Time) { run(f.desk, now) })
}

func (f *flow) do(ctx context.Context, run func(now time.Time)) error {
	r := request{run: run, done: make(chan struct{})}
	select {
	case f.requests <- r:
	case <-ctx.Done():
		return ctx.Err()
	}
	select {
	case <-r.done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Run takes events until ctx ends.
func (f *flow) Run(ctx context.Context) error {
	defer close(f.told)
	tick := time.NewTicker(f.tick)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case r := <-f.requests:
			f.serve(r)
		case b := <-f.batches:
			f.batch(b)
		case <-tick.C:
			f.sweep(f.now())
			f.alive()
		}
		f.drain(nil)
	}
}

// keep records for headquarters what the flow has told, in order, until the
// flow ends. A disk may take seconds for one sync; nobody on the floor waits
// for it but who asked for the change.
func (f *flow) keep(context.Context) error {
	for t := range f.told {
		for _, e := range t.events {
			f.record(e)
		}
		if t.done != nil {
			close(t.done)
		}
	}
	return nil
}

// serve runs what a person waits for, and tells what came of it. Her answer is
// ready once that is on the disk.
func (f *flow) serve(r request) {
	r.run(f.now())
	f.drain(r.done)
}

// arrive takes note of a lease.
func (f *flow) arrive(b concierge.Bound) {
	f.leased[b.Phone] = true
	f.desk.Arrive(b)
	f.watch.bound(b)
}

// batch takes what one sensor delivered as far as it goes. A delivery may
// hold a second of everybody, and a fix takes a tenth of a millisecond and
// more: between two of them a request goes first.
func (f *flow) batch(b floor.Batch) {
	if f.locator == nil {
		return // no plan yet
	}
	for _, ap := range b.Alive {
		f.locator.Alive(ap, b.Received)
	}
	for _, h := range b.Hints {
		if !f.leased[h.Phone] {
			continue // released while the batch was waiting
		}
		if p, ok := f.locator.Hint(h); ok {
			f.position(p)
			f.yield()
		}
	}
	for _, r := range b.Reports {
		if !f.leased[r.Phone] {
			continue
		}
		if p, ok := f.locator.Observe(r); ok {
			f.position(p)
			f.yield()
		}
	}
}

// yield lets one waiting person go first.
func (f *flow) yield() {
	select {
	case r := <-f.requests:
		f.serve(r)
	default:
	}
}

// position takes one estimate to the visits and, if something changed, to the
// desk.
func (f *flow) position(p floor.Position) {
	f.watch.position(p)
	if v, ok := f.book.Observe(p); ok {
		f.visit(v)
	}
}

func (f *flow) visit(v floor.Visit) {
	now := f.now()
	f.desk.Greet(v, now)
	if v.State == floor.Ended {
		if _, again := f.book.Of(v.Phone); !again {
			f.locator.Forget(v.Phone)
		}
		f.zones.drop(v.ID)
		return
	}
	f.zones.set(v.ID, v.Zone, f.desk.Greeting(v.ID))
}

// sweep acts on what time alone brings.
func (f *flow) sweep(now time.Time) {
	if f.locator != nil {
		loc := f.locator
		loc.Sweep(now, func(p floor.Position) {
			if f.locator == loc { // else another plan came into force in between
				f.position(p)
				f.yield()
			}
		})
		for _, v := range f.book.Sweep(now) {
			f.visit(v)
		}
		f.count(now, func() map[floor.ZoneID]int { return f.book.Crowds(f.desk.Counts) })
		f.figures.Store(&figures{f.locator.Stats(), f.book.Stats(), f.locator.Suspects()})
	}
	for _, p := range f.guests.Sweep(now) {
		f.desk.Left(p, now)
		f.forget(p)
	}
	f.desk.Sweep(now)
}

// forget lets go of where a phone was.
func (f *flow) forget(p floor.Phone) {
	delete(f.leased, p)
	if f.locator == nil {
		return
	}
	if v, ok := f.book.Of(p); ok {
		f.zones.drop(v.ID)
	}
	f.locator.Forget(p)
	f.book.Forget(p)
}

// drain tells what happened: first to the people, all of it, and then, by
// keep, to headquarters, whose record waits for the disk. A full disk must not
// cost a welcome, nor a slow one delay it. It closes done, which may be nil,
// when everything is recorded.
func (f *flow) drain(done chan struct{}) {
	events := f.desk.Events()
	for _, e := range events {
		if e.Kind == concierge.PhoneReleased {
			f.forget(e.Phone)
			continue
		}
		if e.Visit != "" {
			f.zones.allow(e.Visit, f.desk.Greeting(e.Visit))
		}
		f.show(e)
	}
	switch {
	case len(events) > 0:
		f.told <- told{events, done}
	case done != nil:
		close(done)
	}
}
