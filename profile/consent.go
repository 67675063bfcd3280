package profile

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"
)

// A Purpose is one thing a customer may consent to. Each works without the
// others, and none is granted unasked.
type Purpose string

// The purposes.
const (
	Presence            Purpose = "presence"              // be noticed in the store at all
	ProfileToAssociates Purpose = "profile_to_associates" // what she stated
	HistoryStore        Purpose = "history_store"
	HistoryOtherStores  Purpose = "history_other_stores"
	HistoryOnline       Purpose = "history_online"
	Photo               Purpose = "photo"
	ContentPersonal     Purpose = "content_personal"
	PositionsForService Purpose = "positions_for_service"
)

// Purposes returns all purposes in the order of the page.
func Purposes() []Purpose {
	return []Purpose{
		Presence, ProfileToAssociates, HistoryStore, HistoryOtherStores,
		HistoryOnline, Photo, ContentPersonal, PositionsForService,
	}
}

// Valid reports whether p is one of the purposes.
func (p Purpose) Valid() bool { return slices.Contains(Purposes(), p) }

// A Consent is her last word on one purpose, as far as it is known here.
type Consent struct {
	Purpose Purpose
	Granted bool // false: withdrawn
	At      HLC
	Notice  string // version of the notice she was shown
	Method  string // how she said it, for example "page"
	// Suspended says that the notice in force asks for more than she agreed to.
	// It is worked out when consents are read, and never stored or merged.
	Suspended bool
}

// Consents are her last words, by purpose. They merge in any order, any number
// of times, to the same result on every box.
type Consents map[Purpose]Consent

// Allowed reports whether the purpose is granted, and not suspended.
func (cs Consents) Allowed(p Purpose) bool { return cs[p].Granted && !cs[p].Suspended }

// List returns the consents in the order of Purposes.
func (cs Consents) List() []Consent {
	var out []Consent
	for _, p := range Purposes() {
		if c, ok := cs[p]; ok {
			out = append(out, c)
		}
	}
	return out
}

// Merge returns cs with the later word on each purpose.
func (cs Consents) Merge(others ...Consent) Consents {
	out := maps.Clone(cs)
	if out == nil {
		out = Consents{}
	}
	for _, c := range others {
		c.At, c.Suspended = c.At.normal(), false
		if old, ok := out[c.Purpose]; !ok || lastWord || old.Compare(c) < 0 {
			out[c.Purpose] = c
		}
	}
	return out
}

// takesBack reports whether a withdrawal among cs is news against before.
func (cs Consents) takesBack(before Consents) bool {
	for p, c := range cs {
		if !c.Granted && c != before[p] {
			return true
		}
	}
	return false
}

// latest returns the latest stamp among the consents.
func (cs Consents) latest() HLC {
	var at HLC
	for _, c := range cs {
		if at.Compare(c.At) < 0 {
			at = c.At
		}
	}
	return at
}

// Compare orders two words on one purpose: the later one is greater. At the
// same time and count a withdrawal is greater, whichever nodes they came from.
// What remains is ordered by content, so that merging never depends on order.
func (c Consent) Compare(d Consent) int {
	return cmp.Or(
		c.At.compareTime(d.At),
		-compareBool(c.Granted, d.Granted),
		strings.Compare(c.At.Node, d.At.Node),
		strings.Compare(c.Notice, d.Notice),
		strings.Compare(c.Method, d.Method),
	)
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// tombstoneTTL is how long a withdrawal, or the mark of an erasure, is kept
// against stale messages: 24 months.
const tombstoneTTL = 730 * 24 * time.Hour
