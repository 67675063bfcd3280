package conduct

import (
	"fmt"
	"time"

	"foyer/concierge/drawer"
	"foyer/floor"
)

// Count counts the marks of a kind of one associate from a moment on.
func (b *Book) Count(a floor.AssociateID, k Kind, from time.Time) (n int, err error) {
	err = drawer.EachOwn(b.marks, func(m mark) {
		if m.Associate == a.Ref() && m.Kind == k && !m.At.Before(from) {
			n++
		}
	})
	if err != nil {
		return 0, fmt.Errorf("count marks of conduct: %w", err)
	}
	return n, nil
}
