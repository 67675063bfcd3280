package concierge

import (
	"fmt"
	"time"

	"foyer/floor"
	"foyer/profile"
)

// Unnotice ends what a phone stands for, at the word of whoever holds it: the
// lease and the visit, and nobody is told of her today. What she allows stays as
// it is, for that is hers to say with her session. A phone that is nobody's is no
// error.
func (d *Desk) Unnotice(p floor.Phone, now time.Time) error {
	c, ok := d.phones[p]
	if !ok {
		return nil
	}
	d.unbind(c, now)
	d.emit(Event{Kind: HereChanged, At: now, Customer: c})
	if err := d.words.Change(c, func(p *profile.Profile) error { p.NotToday = now; return nil }); err != nil {
		return fmt.Errorf("not noticed: %w: %w", ErrUnwritten, err)
	}
	return nil
}
