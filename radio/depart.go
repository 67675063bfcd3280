package radio

import (
	"time"

	"foyer/floor"
	"foyer/radio/report"
)

// served takes from a reading which access point serves the phone. Whoever is
// heard has not left, but for probes: a phone sends them to find a network.
func (l *lease) served(r *report.Report, ap floor.APID) {
	if r.Assoc == report.AssocNo || r.Kind == floor.UplinkProbe {
		return
	}
	l.left = time.Time{}
	if r.Assoc == report.AssocYes || r.Kind == floor.UplinkAssoc || r.Kind == floor.Serving {
		l.ap = ap
	}
}

// depart notes at rx that ap serves addr no longer. A phone that another
// access point serves by now has only walked on. It reports whether the radio
// is leased.
func (g *Guests) depart(addr report.Addr, ap floor.APID, rx time.Time) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	l := g.byAddr[addr]
	if l == nil || !g.live(l, rx) {
		return false
	}
	if (l.ap == ap || l.ap == "") && l.left.IsZero() {
		l.left = rx
	}
	return true
}

// absent notes at rx which phones are gone from the access points aps, whose
// clients at this moment are present and no others.
func (g *Guests) absent(aps map[floor.APID]bool, present map[report.Addr]bool, rx time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, l := range g.byAddr {
		if aps[l.ap] && !present[l.addr] && l.left.IsZero() {
			l.left = rx
		}
	}
}
