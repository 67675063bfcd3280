package radio

import (
	"context"
	"net/netip"

	"foyer/floor"
)

// At returns the phone that speaks to the box from peer, if it is leased: by the
// address that it checked in by, else by the kernel's neighbour table. It waits
// for no report, and keeps nothing.
func (g *Guests) At(ctx context.Context, peer netip.Addr) (floor.Phone, bool) {
	peer = peer.Unmap().WithZone("")
	now := g.now()
	g.mu.Lock()
	for _, l := range g.byAddr {
		if l.peer == peer && peer.IsValid() && g.live(l, now) {
			g.mu.Unlock()
			return l.phone, true
		}
	}
	some := len(g.byAddr) > 0
	g.mu.Unlock()
	if !some || !peer.IsValid() || peer.IsLoopback() {
		return floor.Phone{}, false
	}
	table, err := g.neighbours(ctx)
	if err != nil {
		g.log.Warn("neighbour table not readable", "err", err)
		return floor.Phone{}, false
	}
	addr, ok := table.addr(peer)
	g.mu.Lock()
	defer g.mu.Unlock()
	if l := g.byAddr[addr]; ok && l != nil && g.live(l, now) {
		return l.phone, true
	}
	return floor.Phone{}, false
}
