package policy

import (
	"fmt"
	"slices"
	"strings"
)

// A Change is a set of cases on which two tables differ, before the floors.
type Change struct {
	When             When
	Cases            int
	OldRule, NewRule string
	Old, New         Disclosure
	OldSpeak         Speak
	NewSpeak         Speak
}

// Loosens reports whether the change discloses more or allows more to be said.
func (c Change) Loosens() bool { return c.New > c.Old || c.NewSpeak > c.OldSpeak }

// String describes the change in one line.
func (c Change) String() string {
	sign := "-"
	if c.Loosens() {
		sign = "+"
	}
	return fmt.Sprintf("%s %s: %s/%s by %s, was %s/%s by %s (%d cases)", sign, c.When,
		c.New, c.NewSpeak, c.NewRule, c.Old, c.OldSpeak, c.OldRule, c.Cases)
}

// Diff returns where next answers differently from old: the cases gathered
// into as few boxes as a simple merge finds, loosening ones first, then large
// before small.
func Diff(old, next *Table) []Change {
	groups := make(map[Change][]When)
	for i := range cases {
		a, _ := old.at(i)
		b, _ := next.at(i)
		if a.Disclosure == b.Disclosure && a.Speak == b.Speak {
			continue
		}
		c := Change{OldRule: a.ID, NewRule: b.ID, Old: a.Disclosure, New: b.Disclosure, OldSpeak: a.Speak, NewSpeak: b.Speak}
		var w When
		for d, v := range pointAt(i) {
			w[d] = 1 << v
		}
		groups[c] = append(groups[c], w)
	}
	var out []Change
	for c, boxes := range groups {
		for _, w := range merge(boxes) {
			c.When, c.Cases = w, w.size()
			out = append(out, c)
		}
	}
	slices.SortFunc(out, func(a, b Change) int {
		if a.Loosens() != b.Loosens() {
			if a.Loosens() {
				return -1
			}
			return 1
		}
		if a.Cases != b.Cases {
			return b.Cases - a.Cases
		}
		return strings.Compare(a.String(), b.String())
	})
	return out
}

func (w When) size() int {
	n := 1
	for _, bits := range w {
		k := 0
		for ; bits > 0; bits &= bits - 1 {
			k++
		}
		n *= k
	}
	return n
}

// merge joins boxes that differ in one dimension only, dimension by dimension
// from the last, so that disjoint cases become few disjoint boxes.
func merge(boxes []When) []When {
	for d := dimensions - 1; d >= 0; d-- {
		joined := make(map[When]uint8) // the box without dimension d, its values there
		var order []When
		for _, w := range boxes {
			key := w
			key[d] = 0
			if _, ok := joined[key]; !ok {
				order = append(order, key)
			}
			joined[key] |= w[d]
		}
		boxes = boxes[:0]
		for _, key := range order {
			key[d] = joined[key]
			boxes = append(boxes, key)
		}
	}
	return boxes
}
