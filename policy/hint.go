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

// words are what a hint says.
type words struct{ category, colour, style string }

// A Gathering collects purchases for hints, one by one.
type Gathering struct {
	table  *Table
	counts map[words]aggregate // purchases with the same words
}

// Gather begins to collect purchases for hints.
func (t *Table) Gather() *Gathering { return &Gathering{table: t} }

// Add takes in a purchase and what was decided of it. Only purchases that are
// hints count: were the ones shown in full to count as well, the difference
// would tell about a single one.
func (g *Gathering) Add(p HintInput, d Decision) {
	if p.Category == "" || d.Disclosure != AsHint {
		return
	}
	if g.counts == nil {
		g.counts = make(map[words]aggregate)
	}
	w := words{p.Category, p.Colour, p.Style}
	g.counts[w] = g.counts[w].with(w, aggregate{Hint{Speak: d.Speak, Advice: d.Advice}, 1, 0})
}

// with adds b to a.
func (a aggregate) with(w words, b aggregate) aggregate {
	if a.support == 0 {
		a.hint = Hint{Category: w.category, Colour: w.colour, Style: w.style, Speak: b.hint.Speak}
	}
	a.support += b.support
	a.hint.Speak = min(a.hint.Speak, b.hint.Speak)
	a.hint.Advice |= b.hint.Advice
	return a
}

// Hints returns at most MaxHints aggregates, one a category, the same ones for
// the same purchases in any order.
func (g *Gathering) Hints() []Hint {
	counts := make(map[words]aggregate, len(g.counts))
	for w, a := range g.counts {
		for _, part := range w.parts() {
			counts[part] = counts[part].with(part, a)
		}
	}
	return choose(counts, g.table.support())
}

// Hints returns the hints of purchases.
func (t *Table) Hints(in []HintInput) []Hint {
	g := t.Gather()
	for _, p := range in {
		g.Add(p, t.Decide(p.Facts))
	}
	return g.Hints()
}

func (t *Table) support() int {
	if t == nil {
		return 2
	}
	return max(2, t.params.MinSupport)
}

// parts lists what a purchase counts for, from the plain category to all that is
// known of it.
func (w words) parts() []words {
	out := []words{{category: w.category}}
	if w.colour != "" {
		out = append(out, words{category: w.category, colour: w.colour})
	}
	if w.style != "" {
		out = append(out, words{category: w.category, style: w.style})
	}
	if w.colour != "" && w.style != "" {
		out = append(out, w)
	}
	return out
}

// choose takes the most telling pattern of each category, then the most
// frequent categories.
func choose(counts map[words]aggregate, support int) []Hint {
	var enough []aggregate
	for _, a := range counts {
		if a.support >= support {
			a.category = counts[words{category: a.hint.Category}].support
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
