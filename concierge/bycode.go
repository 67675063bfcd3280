package concierge

import (
	"time"

	"foyer/floor"
)

// ByCode is how long she is taken to be in the store after she typed a code that
// an associate showed her. Nothing else says that she is there, nor when she
// leaves.
const ByCode = 30 * time.Minute

// PresentByCode takes note that she is in the store though her phone cannot be found:
// she typed a code that is shown there. She is present without a place, and is
// asked like everybody; should her phone be found later, the visit goes on with
// it. Another code lengthens it.
func (d *Desk) PresentByCode(c floor.Customer, now time.Time) error {
	if p, err := d.profiles.Get(c); err != nil {
		return ErrNothing
	} else if Visibility(p.Visibility) == Invisible {
		return nil
	}
	if _, ok := d.noticeable(c); !ok {
		return ErrConsent
	}
	s := d.stays[c]
	found := s != nil && s.until.IsZero() // by the radio, which knows better
	if s == nil {
		d.begin(c, floor.Visit{ID: floor.NewVisitID(), Phone: floor.NewPhone(), State: floor.Present, Began: now, At: now}, now)
		s = d.stays[c]
	}
	if s != nil && !found {
		s.until = now.Add(ByCode)
	}
	return nil
}
