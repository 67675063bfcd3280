package policy

import (
	"errors"
	"fmt"
	"strings"
)

// ErrValue means that a text names no value of an enum.
var ErrValue = errors.New("unknown value")

// A Relation is what the viewer is to the customer. Apart from
// RelationManager, which is a branch of its own, larger is closer.
type Relation uint8

// The relations. A substitute has accepted an offer for this visit.
const (
	RelationNone Relation = iota
	RelationSubstitute
	RelationServed
	RelationPreferred
	RelationManager
)

// A Seller is who sold an item, seen from the viewer.
type Seller uint8

// The sellers. Unassisted is the web and self-service.
const (
	SellerUnassisted Seller = iota
	SellerColleague
	SellerSelf
)

// A Channel is where an item was bought, seen from this store.
type Channel uint8

// The channels.
const (
	ChannelOnline Channel = iota
	ChannelOtherStore
	ChannelHere
)

// A Sensitivity is how much an item tells about a person. Gift and personal
// are each stricter than ordinary; neither is stricter than the other.
type Sensitivity uint8

// The sensitivities.
const (
	SensitivitySpecial Sensitivity = iota
	SensitivityGift
	SensitivityPersonal
	SensitivityOrdinary
)

// An Age is how long ago an item was bought: see AgesAt.
type Age uint8

// The ages. Fresh is stricter than recent; old stands beside them.
const (
	AgeFresh Age = iota
	AgeRecent
	AgeOld
)

// An Audience is the customer's own setting for a class of items.
type Audience uint8

// The audiences.
const (
	AudienceClosed Audience = iota
	AudienceDefault
	AudienceOpen
)

// A Disclosure is how much of an item is shown. Larger shows more.
type Disclosure uint8

// The disclosures. A hint is an aggregate, never the item.
const (
	Withhold Disclosure = iota
	AsHint
	Full
)

// A Speak is whether what is shown may be spoken of. Larger allows more.
type Speak uint8

// The levels of speaking. Silent goes with Withhold, and only with it.
const (
	Silent Speak = iota
	AskFirst
	Background
	MayMention
)

func relations() []string     { return []string{"none", "substitute", "served", "preferred", "manager"} }
func sellers() []string       { return []string{"unassisted", "colleague", "self"} }
func channels() []string      { return []string{"online", "other_store", "here"} }
func sensitivities() []string { return []string{"special", "gift", "personal", "ordinary"} }
func ages() []string          { return []string{"fresh", "recent", "old"} }
func audiences() []string     { return []string{"closed", "default", "open"} }
func disclosures() []string   { return []string{"withhold", "hint", "full"} }
func speaks() []string        { return []string{"-", "ask_first", "background", "may_mention"} }

// String returns the table's word for r.
func (r Relation) String() string { return name(relations(), r) }

// String returns the table's word for s.
func (s Seller) String() string { return name(sellers(), s) }

// String returns the table's word for c.
func (c Channel) String() string { return name(channels(), c) }

// String returns the table's word for s.
func (s Sensitivity) String() string { return name(sensitivities(), s) }

// String returns the table's word for a.
func (a Age) String() string { return name(ages(), a) }

// String returns the table's word for a.
func (a Audience) String() string { return name(audiences(), a) }

// String returns the table's word for d.
func (d Disclosure) String() string { return name(disclosures(), d) }

// String returns the table's word for s.
func (s Speak) String() string { return name(speaks(), s) }

func name[T ~uint8](names []string, v T) string {
	if int(v) < len(names) {
		return names[v]
	}
	return "invalid"
}

func marshal[T ~uint8](what string, names []string, v T) ([]byte, error) {
	if int(v) >= len(names) {
		return nil, fmt.Errorf("%s %d: %w", what, v, ErrValue)
	}
	return []byte(names[v]), nil
}

func parse[T ~uint8](what string, names []string, text string) (T, error) {
	for i, n := range names {
		if n == text {
			return T(i), nil
		}
	}
	return 0, fmt.Errorf("%s %q: %w, want one of %s", what, text, ErrValue, strings.Join(names, ", "))
}
