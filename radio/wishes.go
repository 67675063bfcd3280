package radio

import (
	"net/netip"
	"time"

	"foyer/radio/report"
)

// Sources that say which radio has which address may say so once in ten minutes
// (RADIUS accounting) or a minute late. So who checked in and was not found stays
// wanted for a while, and what is found then serves her next check-in: her page
// makes one a minute. Nobody else's address is kept.
const (
	wishLife  = 15 * time.Minute // store time
	foundLife = 2 * time.Minute
	maxWishes = 1024
)

// A wish is a key that was not found by its peer's address.
type wish struct {
	key   string
	until time.Time
	found finding
	at    time.Time // when it was found; zero if it was not
}

// wish keeps looking for key's radio by its address. The newest key counts.
func (g *Guests) wish(peer netip.Addr, key string, now time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.wishes) < maxWishes || g.wishes[peer] != nil {
		g.wishes[peer] = &wish{key: key, until: now.Add(wishLife)}
	}
}

// granted returns what was found for key meanwhile, and ends the wish.
func (g *Guests) granted(peer netip.Addr, key string, now time.Time) (finding, bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	w := g.wishes[peer]
	if w == nil || w.key != key || w.at.IsZero() || now.Sub(w.at).Abs() >= foundLife {
		return finding{}, false
	}
	delete(g.wishes, peer)
	return w.found, true
}

// fulfil answers the wish for ip. The guest list is locked.
func (g *Guests) fulfil(ip netip.Addr, f finding, now time.Time) {
	if w := g.wishes[ip]; w != nil && now.Before(w.until) {
		w.found, w.at = f, now
	}
}

// sweepWishes forgets what is over. The guest list is locked.
func (g *Guests) sweepWishes(now time.Time) {
	for ip, w := range g.wishes {
		switch {
		case !now.Before(w.until):
			delete(g.wishes, ip)
		case !w.at.IsZero() && now.Sub(w.at).Abs() >= foundLife:
			w.found, w.at = finding{}, time.Time{}
		}
	}
}

// Forget lets go of key: of its lease, and of looking for its radio. The next
// report of that is a stranger's.
func (g *Guests) Forget(key string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if l := g.byKey[key]; l != nil {
		g.remove(l)
	}
	for ip, w := range g.wishes {
		if w.key == key {
			delete(g.wishes, ip)
		}
	}
}

// tell answers the check-ins and the wishes for the addresses of client, of which
// an accounting session may have told. The guest list is locked.
func (g *Guests) tell(client report.Addr, ips []netip.Addr, session string) {
	if len(g.claims)+len(g.wishes) == 0 {
		return
	}
	now := g.now()
	for _, ip := range ips {
		ip = ip.Unmap()
		f := finding{addr: client, router: crowd(ips), session: session}
		for _, c := range g.claims[ip] {
			c.found <- f
		}
		delete(g.claims, ip)
		g.fulfil(ip, f, now)
	}
}
