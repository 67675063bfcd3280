package profile

import "foyer/floor"

// A Class is a class of purchases, by where they were bought.
type Class string

// The classes.
const (
	InStore       Class = "store"
	InOtherStores Class = "other_stores"
	Online        Class = "online"
)

// Classes are all classes, in the order in which she is told of them.
func Classes() []Class { return []Class{InStore, InOtherStores, Online} }

// Of returns her setting for a class, "" for what is none.
func (a Audiences) Of(k Class) Audience {
	if at := a.at(k); at != nil {
		return *at
	}
	return ""
}

// at is where her setting for a class stands, nil for what is none.
func (a *Audiences) at(k Class) *Audience {
	switch k {
	case InStore:
		return &a.Store
	case InOtherStores:
		return &a.OtherStores
	case Online:
		return &a.Online
	}
	return nil
}

// With returns the settings with another one for a class.
func (a Audiences) With(k Class, to Audience) Audiences {
	if at := a.at(k); at != nil {
		*at = to
	}
	return a
}

// Within returns the narrower of both settings for each class; none narrows
// nothing.
func (a Audiences) Within(b Audiences) Audiences {
	for _, k := range Classes() {
		if b.Of(k) != "" && b.Of(k).Narrower(a.Of(k)) {
			a = a.With(k, b.Of(k))
		}
	}
	return a
}

// Valid reports whether a is one of the audiences.
func (a Audience) Valid() bool { return a.width() > 0 }

// Narrower reports whether a shows less than b.
func (a Audience) Narrower(b Audience) bool { return a.width() < b.width() }

func (a Audience) width() int {
	switch a {
	case AudienceClosed:
		return 1
	case AudienceDefault:
		return 2
	case AudienceOpen:
		return 3
	}
	return 0
}

// Reach sets how far a class of purchases reaches, as she chose on this box's
// page, and notes that headquarters has to be told.
func (c *Cache) Reach(who floor.Customer, k Class, to Audience) error {
	return c.changeOwing(who, Item{Customer: who, Of: OfAudience, ID: string(k)}, func(p *Profile) error {
		if p.Sent.Of(k) == "" { // headquarters' word, or none: what is changed is changed here
			p.Sent = p.Sent.With(k, p.Audience.Of(k))
		}
		p.Audience = p.Audience.With(k, to)
		return nil
	})
}

// reaching returns how far purchases reach after headquarters sent its word. That
// counts for a class only where it has changed since its last one; where hers has
// changed, too, the narrower holds.
func (old Profile) reaching(sent Audiences) Audiences {
	out := sent
	for _, k := range Classes() {
		hers, was := old.Audience.Of(k), old.Sent.Of(k)
		switch {
		case was == "", hers == was: // never changed here
		case sent.Of(k) == was, hers.Narrower(sent.Of(k)): // not changed there, or wider
			out = out.With(k, hers)
		}
	}
	return out
}
