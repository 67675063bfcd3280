package radio

import (
	"context"
	"log/slog"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"foyer/floor"
	"foyer/radio/report"
)

// GuestOptions are the settings of a guest list; the zero value is usable.
type GuestOptions struct {
	Now      func() time.Time // the store's clock; nil means time.Now
	Idle     time.Duration    // silence that ends a lease, store time; 0 means 30 minutes
	Grace    time.Duration    // absence after leaving the network that ends a lease; 0 means 1 minute
	Patience time.Duration    // how long Bind waits for a report, wall time; 0 means 2 s
	Log      *slog.Logger     // nil discards

	neighbours func(context.Context) (neighbourTable, error) // nil means the kernel's
}

// Guests is the guest list: which radios are leased, by whom, until when. It
// holds the hardware addresses of leased phones in memory, for two minutes that
// of one who checked in and was not found at once, and nothing of anybody else. All methods may be called from any goroutine.
type Guests struct {
	now        func() time.Time
	idle       time.Duration
	grace      time.Duration
	patience   time.Duration
	neighbours func(context.Context) (neighbourTable, error)
	log        *slog.Logger
	n          counters
	survey     atomic.Pointer[surveyLease] // nil if none runs

	mu      sync.Mutex
	byAddr  map[report.Addr]*lease
	byKey   map[string]*lease
	byPhone map[floor.Phone]*lease
	claims  map[netip.Addr][]*claim
	wishes  map[netip.Addr]*wish
	ended   []floor.Phone // by another mapping, to be told by the next Sweep
}

// A lease says that a radio is a customer's phone for now.
type lease struct {
	phone   floor.Phone
	addr    report.Addr
	key     string
	peer    netip.Addr // by which it spoke to the box
	until   time.Time
	heard   time.Time
	ap      floor.APID // that said last that it serves the radio; empty if none did
	session string     // of RADIUS accounting, that said last that the radio is there; empty if none did
	left    time.Time  // since when ap serves it no longer, box clock; zero while it does
}

// A claim is a Bind that waits for a report with its peer's IP address.
type claim struct {
	found chan finding // holds one
}

// A finding is what a source or the kernel says of an IP address.
type finding struct {
	addr   report.Addr
	router bool // it answers for too many addresses, or is the gateway
	kernel bool // the neighbour table said so, not a source

	session string // of RADIUS accounting, if that said so
}

// NewGuests returns an empty guest list.
func NewGuests(o GuestOptions) *Guests {
	g := &Guests{
		now: o.Now, idle: o.Idle, grace: o.Grace, patience: o.Patience, neighbours: o.neighbours, log: o.Log,
		byAddr: map[report.Addr]*lease{}, byKey: map[string]*lease{},
		byPhone: map[floor.Phone]*lease{}, claims: map[netip.Addr][]*claim{}, wishes: map[netip.Addr]*wish{},
	}
	if g.now == nil {
		g.now = time.Now
	}
	if g.idle == 0 {
		g.idle = 30 * time.Minute
	}
	if g.grace == 0 {
		g.grace = time.Minute
	}
	if g.patience == 0 {
		g.patience = 2 * time.Second
	}
	if g.neighbours == nil {
		g.neighbours = kernelNeighbours
	}
	if g.log == nil {
		g.log = slog.New(slog.DiscardHandler)
	}
	return g
}

// Release ends the lease of p. The next report of its radio is a stranger's.
// A phone without a lease is no error.
func (g *Guests) Release(p floor.Phone) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if l := g.byPhone[p]; l != nil {
		g.remove(l)
	}
}

// Sweep ends the leases that are over at now, by silence or by time, and
// returns their phones, together with those that another mapping ended since
// the last Sweep. Released phones are not among them: the caller knew.
func (g *Guests) Sweep(now time.Time) []floor.Phone {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, l := range g.byAddr {
		if !g.live(l, now) {
			g.end(l)
		}
	}
	g.sweepWishes(now)
	ended := g.ended
	g.ended = nil
	return ended
}

// admit is the gate: it returns the phone of a report by ap that reached the
// box at rx, if its radio is leased. It is also where a waiting Bind learns of
// its radio; that very report is still a stranger's. It does not allocate.
func (g *Guests) admit(r *report.Report, ap floor.APID, rx time.Time) (floor.Phone, bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(r.IP) > 0 {
		g.tell(r.Client, r.IP, "")
	}
	l := g.byAddr[r.Client]
	if l == nil || !g.live(l, rx) {
		return g.stranger(r)
	}
	if rx.After(l.heard) {
		l.heard = rx
	}
	l.served(r, ap)
	return l.phone, true
}

func (g *Guests) live(l *lease, now time.Time) bool {
	return now.Before(l.until) && now.Sub(l.heard) < g.idle && (l.left.IsZero() || now.Sub(l.left) < g.grace)
}

// end removes l without its holder having asked.
func (g *Guests) end(l *lease) {
	g.remove(l)
	g.ended = append(g.ended, l.phone)
}

func (g *Guests) remove(l *lease) {
	delete(g.byAddr, l.addr)
	delete(g.byKey, l.key)
	delete(g.byPhone, l.phone)
}
