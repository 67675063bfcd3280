package concierge

import (
	"time"

	"foyer/floor"
)

// Lent takes note whether the phone she signed in on is one that others use, too.
// Then she is asked at each visit, whatever she chose: somebody else may be
// holding it.
func (d *Desk) Lent(c floor.Customer, lent bool, now time.Time) {
	if !lent {
		delete(d.lent, c)
		return
	}
	d.lent[c] = true
	if s := d.stays[c]; s != nil {
		d.askAgain(s, now)
	}
}
