package profile

import (
	"reflect"
	"slices"
)

// clone returns a profile that shares no list with p of which takesBack knows.
func (p Profile) clone() Profile {
	p.Preferred, p.Blocked = slices.Clone(p.Preferred), slices.Clone(p.Blocked)
	p.Stated, p.Notes, p.Purchases = slices.Clone(p.Stated), slices.Clone(p.Notes), slices.Clone(p.Purchases)
	return p
}

// takesBack reports whether p may disclose less than old did: a wish of hers
// was changed, or something was hidden or removed. An older state must not come
// back then. Mere additions by headquarters are none.
func (p Profile) takesBack(old Profile) bool {
	return !reflect.DeepEqual(p.wishes(), old.wishes()) || !keeps(p.Stated, old.Stated) ||
		!keeps(p.Notes, old.Notes) || !keeps(p.Purchases, old.Purchases)
}

// wishes are what she decides of her profile.
func (p Profile) wishes() Profile {
	w := Profile{Style: p.Style, Visibility: p.Visibility, Audience: p.Audience, NotToday: p.NotToday.UTC()}
	w.Preferred = append(w.Preferred, p.Preferred...) // an empty list and none are the same
	w.Blocked = append(w.Blocked, p.Blocked...)
	return w
}

// keeps reports whether everything in before is in now, unchanged.
func keeps[T comparable](now, before []T) bool {
	there := make(map[T]bool, len(now))
	for _, n := range now {
		there[n] = true
	}
	return !slices.ContainsFunc(before, func(b T) bool { return !there[b] })
}
