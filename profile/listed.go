package profile

import (
	"errors"
	"fmt"
	"slices"
	"sync"

	"foyer/floor"
)

// listed knows who may have named whom of the staff, so that not every profile
// must be read to tell. It is in memory only and begins with the first question;
// whether it is still so is for the profile to say.
type listed struct {
	mu    sync.Mutex
	by    map[floor.AssociateID]map[floor.Customer]bool // nil: nobody has asked yet
	whole bool
}

// note remembers whom a profile names.
func (l *listed) note(p Profile) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.by == nil {
		return
	}
	for _, a := range p.Preferred {
		if l.by[a] == nil {
			l.by[a] = map[floor.Customer]bool{}
		}
		l.by[a][p.Customer] = true
	}
}

// ask begins to remember, and reports whether everybody is known already.
func (l *listed) ask() (whole bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.by == nil {
		l.by = map[floor.AssociateID]map[floor.Customer]bool{}
	}
	return l.whole
}

// Listing returns the customers who named an associate as theirs. The first call
// reads every profile.
func (c *Cache) Listing(a floor.AssociateID) ([]floor.Customer, error) {
	if !c.listed.ask() {
		if err := c.Each(func(p Profile) error { c.listed.note(p); return nil }); err != nil {
			return nil, fmt.Errorf("who lists an associate: %w", err)
		}
	}
	c.listed.mu.Lock()
	c.listed.whole = true
	maybe := make([]floor.Customer, 0, len(c.listed.by[a]))
	for who := range c.listed.by[a] {
		maybe = append(maybe, who)
	}
	c.listed.mu.Unlock()
	var out []floor.Customer
	for _, who := range maybe {
		p, err := c.Get(who)
		switch {
		case errors.Is(err, ErrUnknown), err == nil && !slices.Contains(p.Preferred, a):
			c.listed.drop(a, who)
		case err != nil:
			return nil, fmt.Errorf("who lists an associate: %w", err)
		default:
			out = append(out, who)
		}
	}
	return out, nil
}

func (l *listed) drop(a floor.AssociateID, who floor.Customer) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.by[a], who)
}

// forget lets go of one who is erased.
func (l *listed) forget(who floor.Customer) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, all := range l.by {
		delete(all, who)
	}
}
