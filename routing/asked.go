package routing

import (
	"time"

	"foyer/floor"
)

// until returns when an offer's time is over.
func (d *desk) until(a Asked) time.Time {
	timeout := a.Timeout
	if timeout <= 0 {
		timeout = d.rules.OfferTimeout
	}
	return a.At.Add(timeout)
}

// times returns how often somebody was asked; a heads-up asks for nothing.
func (d *desk) times(id floor.AssociateID) int {
	n := 0
	for _, a := range d.task.Asked {
		if a.Associate == id && a.Ring != HeadsUp && a.Outcome != Rescinded {
			n++
		}
	}
	return n
}

// headsUp returns the last heads-up somebody was given.
func (d *desk) headsUp(id floor.AssociateID) (last Asked, ok bool) {
	for _, a := range d.task.Asked {
		if a.Associate == id && a.Ring == HeadsUp {
			last, ok = a, true
		}
	}
	return last, ok
}

// loops returns how many rounds are behind: the most anybody was asked.
func (d *desk) loops() int {
	most := 0
	for _, a := range d.task.Asked {
		most = max(most, d.times(a.Associate))
	}
	return most
}

// open reports whether a ring's time is not over. Once a manager was asked
// there is no hurry to move on, and whoever becomes free may be asked.
func (d *desk) open(ring Ring) bool {
	if !d.allowed(ring) {
		return false
	}
	var first time.Time
	for _, a := range d.task.Asked {
		if a.Ring == Manager {
			return true
		}
		if a.Ring == ring && (first.IsZero() || a.At.Before(first)) {
			first = a.At
		}
	}
	limit := d.rules.RingTimeout[ring]
	return first.IsZero() || limit == 0 || d.now.Before(first.Add(limit))
}

// allowed reports whether the customer's style admits a ring: one who wants
// only her own is not given to strangers, but a manager hears of a request.
func (d *desk) allowed(ring Ring) bool {
	if d.task.Style != OnlyMine {
		return true
	}
	return ring == Preferred || ring == HeadsUp || ring == Manager || ring == Covers && d.task.CoversWelcome
}

// managerFree returns an offer to a manager who was not yet asked for this
// task, if there is one.
func (d *desk) managerFree() (Offer, bool) {
	best := -1
	for i := range d.floor.People {
		if d.floor.People[i].Role != floor.RoleManager {
			continue
		}
		why := d.unfit(i, Manager)
		d.note(i, Manager, why, nil)
		if why == "" && (best < 0 || d.before(i, best)) {
			best = i
		}
	}
	if best < 0 {
		return Offer{}, false
	}
	return d.toManager(best), true
}

func (d *desk) toManager(i int) Offer {
	return Offer{Associate: d.floor.People[i].ID, Ring: Manager, Timeout: d.rules.ManagerTimeout}
}

// fewest returns whom to ask again when everybody was asked: a manager, else
// whoever was asked least often and has not declined, as long as rounds are
// left. So the last one left is asked twice, and nobody for ever.
func (d *desk) fewest() (Offer, bool) {
	best, rank := -1, 0
	for i := range d.floor.People {
		p := &d.floor.People[i]
		n := d.times(p.ID)
		manager := p.Role == floor.RoleManager
		ring := Floor
		if manager {
			ring = Manager
		}
		if n == 0 || n >= d.rules.Loops || d.unfitButAsked(i, ring) != "" || !d.askable(i, ring) {
			continue
		}
		r := 4*n + 2*b2i(!manager) + b2i(d.declined(p.ID))
		if best < 0 || r < rank || r == rank && d.before(i, best) {
			best, rank = i, r
		}
	}
	if best < 0 {
		return Offer{}, false
	}
	if d.floor.People[best].Role == floor.RoleManager {
		return d.toManager(best), true
	}
	return Offer{Associate: d.floor.People[best].ID, Ring: d.lastRing(best), Timeout: d.rules.OfferTimeout}, true
}

// askable reports whether the ring somebody was asked in is still allowed.
func (d *desk) askable(i int, ring Ring) bool {
	return ring == Manager || d.allowed(d.lastRing(i))
}

func (d *desk) lastRing(i int) Ring {
	ring := Floor
	for _, a := range d.task.Asked {
		if a.Associate == d.floor.People[i].ID && a.Ring != HeadsUp && a.Ring != Override {
			ring = a.Ring
		}
	}
	return ring
}

func (d *desk) declined(id floor.AssociateID) bool {
	for _, a := range d.task.Asked {
		if a.Associate == id && a.Outcome == Declined {
			return true
		}
	}
	return false
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}
