package policy

import (
	"cmp"
	"slices"
)

// A HintInput is one purchase that may feed a hint: what it is, in words a
// card may show, and the facts that decide on it. Several pieces of one order
// are one purchase.
type HintInput struct {
	Category string // for example "handbags"
	Colour   string // empty if unknown
	Style    string // for example "structured", empty if unknown
	Facts    Facts
}

// A Hint is an aggregate of several purchases. It has no count, no date, no
// price, no channel and no product.
type Hint struct {
	Category, Colour, Style string
	Speak                   Speak // the least that any purchase in it allows
	Advice                  Lines
}

// aggregate is a hint in the making.
type aggregate struct {
	hint     Hint
	support  int
	category int // support of the whole category
}

// Hints returns at most MaxHints aggregates of purchases, one a category, the
// same ones for the same purchases in any order. Only purchases the table
// gives as hints count: were the ones shown in full to count as well, the
// difference would tell about a single one.
func (t *Table) Hints(in []HintInput) []Hint {
	var counts map[Hint]aggregate // keyed by the words alone
	for _, p := range in {
		d := t.Decide(p.Facts)
		if d.Disclosure != AsHint || p.Category == "" {
			continue
		}
		if counts == nil {
			counts = make(map[Hint]aggregate)
		}
		for _, words := range patterns(p) {
			a, ok := counts[words]
			if !ok {
				a.hint = words
				a.hint.Speak = d.Speak
			}
			a.support++
			a.hint.Speak = min(a.hint.Speak, d.Speak)
			a.hint.Advice |= d.Advice
			counts[words] = a
		}
	}
	return choose(counts, t.support())
}

func (t *Table) support() int {
	if t == nil {
		return 2
	}
	return max(2, t.params.MinSupport)
}

// patterns lists what a purchase counts for, from the plain category to all
// that is known of it.
func patterns(p HintInput) []Hint {
	out := []Hint{{Category: p.Category}}
	if p.Colour != "" {
		out = append(out, Hint{Category: p.Category, Colour: p.Colour})
	}
	if p.Style != "" {
		out = append(out, Hint{Category: p.Category, Style: p.Style})
	}
	if p.Colour != "" && p.Style != "" {
		out = append(out, Hint{Category: p.Category, Colour: p.Colour, Style: p.Style})
	}
	return out
}

// choose takes the most telling pattern of each category, then the most
// frequent categories.
func choose(counts map[Hint]aggregate, support int) []Hint {
	var enough []aggregate
	for _, a := range counts {
		if a.support >= support {
			a.category = counts[Hint{Category: a.hint.Category}].support
			enough = append(enough, a)
		}
	}
	slices.SortFunc(enough, func(a, b aggregate) int {
		return cmp.Or(
			cmp.Compare(b.category, a.category),
			cmp.Compare(a.hint.Category, b.hint.Category),
			cmp.Compare(b.hint.telling(), a.hint.telling()),
			cmp.Compare(b.support, a.support),
			cmp.Compare(a.hint.Style, b.hint.Style),
			cmp.Compare(a.hint.Colour, b.hint.Colour),
		)
	})
	var out []Hint
	for _, a := range enough {
		if len(out) < MaxHints && (len(out) == 0 || out[len(out)-1].Category != a.hint.Category) {
			out = append(out, a.hint)
		}
	}
	return out
}

// telling ranks patterns: style says more about taste than colour.
func (h Hint) telling() int {
	n := 0
	if h.Colour != "" {
		n++
	}
	if h.Style != "" {
		n += 2
	}
	return n
}
