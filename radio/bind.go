package radio

import (
	"context"
	"errors"
	"net/netip"
	"slices"
	"time"

	"foyer/floor"
	"foyer/radio/report"
)

// A Grant is why a phone may be leased: a customer who has checked in.
type Grant struct {
	// Key is opaque and one per customer; the same key keeps the same phone
	// for as long as its lease lives.
	Key string
	// Until is the hard end of the lease, store time: consent, closing time.
	Until time.Time
}

// The reasons for which Bind makes no lease, as sentences that may be shown.
var (
	// ErrNoAddress means that no source and no table knows the peer's radio.
	ErrNoAddress = errors.New("this phone was not found on the store's Wi-Fi: join it, turn off a VPN, and try again")
	// ErrRouter means that what was found is no phone but something that
	// forwards for others, so that a lease would follow the wrong thing.
	ErrRouter = errors.New("this phone reaches the store through a router, so it cannot be told apart: join the store's own Wi-Fi")
	// ErrGrant means a grant without a key or with an end in the past, or
	// a peer that is no address.
	ErrGrant = errors.New("radio: a lease needs a key, an end in the future and a peer address")
)

// Bind leases the radio of the phone that speaks to the box from peer, the
// TCP peer itself and never what a header says. It waits, at most for the
// patience of the options, for a report whose source knows peer in its client
// table; then it asks the kernel's neighbour table. A radio that another key
// holds changes hands: the newer mapping wins. A key that holds another radio
// keeps its phone, for phones rotate their addresses.
func (g *Guests) Bind(ctx context.Context, peer netip.Addr, grant Grant) (floor.Phone, error) {
	peer = peer.Unmap().WithZone("")
	if !peer.IsValid() || grant.Key == "" || !grant.Until.After(g.now()) {
		return floor.Phone{}, ErrGrant
	}
	found, err := g.find(ctx, peer, grant.Key)
	switch {
	case errors.Is(err, ErrNoAddress):
		if p, ok := g.keep(peer, grant); ok {
			return p, nil
		}
		g.n.noAddress.Add(1)
		g.wish(peer, grant.Key, g.now())
		return floor.Phone{}, err
	case err != nil:
		return floor.Phone{}, err
	case found.router:
		g.n.router.Add(1)
		return floor.Phone{}, ErrRouter
	case found.kernel:
		g.n.byNeighbour.Add(1)
	default:
		g.n.byReport.Add(1)
	}
	p := g.lease(found.addr, grant, g.now())
	g.reached(p, peer, found.session)
	return p, nil
}

// reached notes by which address the phone p speaks to the box, and of which
// accounting session that is known, if of any.
func (g *Guests) reached(p floor.Phone, peer netip.Addr, session string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if l := g.byPhone[p]; l != nil {
		for _, other := range g.byAddr {
			if other.peer == peer {
				other.peer = netip.Addr{} // the network has given it anew
			}
		}
		l.peer = peer
		if w := g.wishes[peer]; w != nil && w.key == l.key {
			delete(g.wishes, peer) // it has come true
		}
		if session != "" {
			l.session = session
		}
	}
}

// keep renews the lease of one whose address no source has named again, though
// she speaks by the same one as before. It is not evidence that she is heard.
func (g *Guests) keep(peer netip.Addr, grant Grant) (floor.Phone, bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	l := g.byKey[grant.Key]
	if l == nil || l.peer != peer || !g.live(l, g.now()) {
		return floor.Phone{}, false
	}
	l.until = grant.Until
	return l.phone, true
}

// find learns which radio has the address peer, for key.
func (g *Guests) find(ctx context.Context, peer netip.Addr, key string) (finding, error) {
	found, ok := g.granted(peer, key, g.now())
	if !ok {
		var err error
		if found, ok, err = g.await(ctx, peer); err != nil {
			return finding{}, err
		}
	}
	if peer.IsLoopback() { // no neighbour: a rehearsal, where only the claim can know
		if !ok {
			return finding{}, ErrNoAddress
		}
		return found, nil
	}
	table, err := g.neighbours(ctx)
	if err != nil {
		g.log.Warn("neighbour table not readable", "err", err)
	}
	if ok {
		found.router = found.router || table.router(found.addr)
		return found, nil
	}
	addr, ok := table.addr(peer)
	if !ok {
		return finding{}, ErrNoAddress
	}
	return finding{addr: addr, router: table.router(addr), kernel: true}, nil
}

// await opens a claim and keeps it open no longer than it waits.
func (g *Guests) await(ctx context.Context, peer netip.Addr) (finding, bool, error) {
	c := &claim{found: make(chan finding, 1)}
	g.mu.Lock()
	g.claims[peer] = append(g.claims[peer], c)
	g.mu.Unlock()
	defer g.withdraw(peer, c)
	timer := time.NewTimer(g.patience)
	defer timer.Stop()
	select {
	case f := <-c.found:
		return f, true, nil
	case <-timer.C:
		return finding{}, false, nil
	case <-ctx.Done():
		return finding{}, false, context.Cause(ctx)
	}
}

func (g *Guests) withdraw(peer netip.Addr, c *claim) {
	g.mu.Lock()
	defer g.mu.Unlock()
	left := slices.DeleteFunc(g.claims[peer], func(o *claim) bool { return o == c })
	if g.claims[peer] = left; len(left) == 0 {
		delete(g.claims, peer)
	}
}

// lease makes or renews the lease of grant's key on addr.
func (g *Guests) lease(addr report.Addr, grant Grant, now time.Time) floor.Phone {
	g.mu.Lock()
	defer g.mu.Unlock()
	l := g.byKey[grant.Key]
	if l != nil && !g.live(l, now) {
		g.end(l)
		l = nil
	}
	if other := g.byAddr[addr]; other != nil && other != l {
		if g.live(other, now) {
			g.n.superseded.Add(1)
		}
		g.end(other)
	}
	switch {
	case l == nil:
		l = &lease{phone: floor.NewPhone(), key: grant.Key}
	case l.addr != addr:
		delete(g.byAddr, l.addr)
		l.ap, l.session = "", ""
		g.n.rotated.Add(1)
	}
	l.addr, l.until, l.heard, l.left = addr, grant.Until, now, time.Time{}
	g.byAddr[addr], g.byKey[l.key], g.byPhone[l.phone] = l, l, l
	g.endSurvey(addr)
	return l.phone
}
