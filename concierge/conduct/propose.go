package conduct

import (
	"crypto/rand"
	"fmt"
	"slices"
	"time"

	"foyer/concierge/drawer"
	"foyer/floor"
)

// A Kind is something that is on record of an associate and may lead to a
// proposal.
type Kind string

// The kinds of marks.
const (
	Revealed Kind = "revealed" // she opened something with a reason
	Refused  Kind = "refused"  // she wanted to, beyond her quota
	Upheld   Kind = "upheld"   // a customer contested one, and was right

	Approached Kind = "approached" // she came up to one who looked around, as she says herself
)

type mark struct {
	Associate string    `json:"associate"`
	Kind      Kind      `json:"kind"`
	At        time.Time `json:"at"`
}

// Mark puts something on record. It is about no customer.
func (b *Book) Mark(a floor.AssociateID, k Kind, now time.Time) error {
	if err := drawer.PutOwn(b.marks, rand.Text(), mark{a.Ref(), k, now.UTC()}); err != nil {
		return fmt.Errorf("keep a mark of conduct: %w", err)
	}
	return nil
}

// Figures are what is on record of one associate within the window.
type Figures struct {
	Revealed, Refused, Upheld int
	TooMuch                   int // different customers who said so
	Approached                int // how often she came up to one who looked around
}

// When a proposal is made.
const (
	manyTooMuch = 2 // different customers
	manyReveals = 4 // and more than three times the median of the store
	manyRefused = 3
	oneUpheld   = 1

	manyApproached = 3
)

// A Ground is why a restriction is proposed. It has no number: a single
// customer must not be found in it.
type Ground string

// The grounds.
const (
	GroundTooMuch Ground = "too_much"
	GroundReveals Ground = "reveals"
	GroundRefused Ground = "quota"
	GroundUpheld  Ground = "contested"

	GroundApproached Ground = "approached"
)

// Grounds says why a restriction is to be proposed of one with figures f in a
// store whose associates have a median of reveals, if it is.
func (f Figures) Grounds(median float64) (out []Ground) {
	if f.TooMuch >= manyTooMuch {
		out = append(out, GroundTooMuch)
	}
	if f.Revealed >= manyReveals && float64(f.Revealed) > 3*median {
		out = append(out, GroundReveals)
	}
	if f.Refused >= manyRefused {
		out = append(out, GroundRefused)
	}
	if f.Upheld >= oneUpheld {
		out = append(out, GroundUpheld)
	}
	if f.Approached >= manyApproached {
		out = append(out, GroundApproached)
	}
	return out
}

// Figures returns what is on record of each of the roster.
func (b *Book) Figures(roster []floor.AssociateID, now time.Time) (map[floor.AssociateID]Figures, error) {
	said, err := b.answered(now.Add(time.Second), now)
	if err != nil {
		return nil, err
	}
	marks := map[string]Figures{}
	err = drawer.EachOwn(b.marks, func(m mark) {
		if now.Sub(m.At) >= Window {
			return
		}
		f := marks[m.Associate]
		switch m.Kind {
		case Revealed:
			f.Revealed++
		case Refused:
			f.Refused++
		case Upheld:
			f.Upheld++
		case Approached:
			f.Approached++
		}
		marks[m.Associate] = f
	})
	if err != nil {
		return nil, fmt.Errorf("read marks of conduct: %w", err)
	}
	out := map[floor.AssociateID]Figures{}
	for _, a := range roster {
		f := marks[a.Ref()]
		if s := said[a.Ref()]; s != nil {
			f.TooMuch = len(s.tooMuch)
			f.Approached += s.approached
		}
		out[a] = f
	}
	return out, nil
}

// Propose returns the grounds on which a restriction is proposed, for whom there
// are any.
func Propose(all map[floor.AssociateID]Figures) map[floor.AssociateID][]Ground {
	var reveals []int
	for _, f := range all {
		reveals = append(reveals, f.Revealed)
	}
	out := map[floor.AssociateID][]Ground{}
	for a, f := range all {
		if g := f.Grounds(median(reveals)); len(g) > 0 {
			out[a] = g
		}
	}
	return out
}

func median(n []int) float64 {
	if len(n) == 0 {
		return 0
	}
	slices.Sort(n)
	return float64(n[(len(n)-1)/2]+n[len(n)/2]) / 2
}
