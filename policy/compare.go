package policy

import (
	"cmp"
	"slices"
)

// MinSeen is how many cards a case must have been met on before it is told
// apart from the others: fewer could be one customer's day.
const MinSeen = 5

// A Comparison counts, item by item and card by card, what another table would
// have decided differently while this one is in force. It holds cases and
// numbers, never an item or a person.
type Comparison struct {
	next                    *Table
	cards, cardsChanged     int
	items, looser, stricter int
	cells                   map[cell]*tally
	touched                 map[cell]bool // by the card that is being made
}

// cell is a way in which two answers to one case differ.
type cell struct {
	point            point
	was, becomes     outcome
	wasBy, becomesBy string
}

type tally struct{ items, cards int }

// Compare begins a comparison with the table that is to be tried.
func Compare(next *Table) *Comparison {
	return &Comparison{next: next, cells: map[cell]*tally{}, touched: map[cell]bool{}}
}

// Next returns the table that is tried.
func (c *Comparison) Next() *Table { return c.next }

// Item takes one purchase of the card that is being made: what was decided, and
// the facts as the other table sees them.
func (c *Comparison) Item(was Decision, f Facts) {
	becomes := c.next.Decide(f)
	c.items++
	k := cell{f.point(), outcome{was.Disclosure, was.Speak}, outcome{becomes.Disclosure, becomes.Speak}, was.Rule, becomes.Rule}
	if k.was == k.becomes {
		return
	}
	if k.becomes.disclosure > k.was.disclosure || k.becomes.speak > k.was.speak {
		c.looser++
	} else {
		c.stricter++
	}
	t := c.cells[k]
	if t == nil {
		t = &tally{}
		c.cells[k] = t
	}
	t.items++
	c.touched[k] = true
}

// Card ends a card: what was taken since the last one was on it.
func (c *Comparison) Card() {
	c.cards++
	if len(c.touched) > 0 {
		c.cardsChanged++
	}
	for k := range c.touched {
		c.cells[k].cards++
	}
	clear(c.touched)
}

// Findings are what a comparison has come to. Items of cases that were met on
// fewer than MinSeen cards are counted in Few only.
type Findings struct {
	Cards        int       `json:"cards"`
	CardsChanged int       `json:"cards_changed"`
	Items        int       `json:"items"`
	Looser       int       `json:"looser"`
	Stricter     int       `json:"stricter"`
	Cases        []Finding `json:"cases"`
	Few          int       `json:"few"`
}

// A Finding is one case that was met, in the table's words, and how often.
type Finding struct {
	When    string `json:"when"`
	Was     string `json:"was"` // "withhold" or "hint, background"
	Becomes string `json:"becomes"`
	Rules   string `json:"rules"` // "D26 -> X1"
	Loosens bool   `json:"loosens"`
	Items   int    `json:"items"`
}

// Findings returns the cases met so far, what discloses more first, then the
// frequent before the rare.
func (c *Comparison) Findings() Findings {
	f := Findings{Cards: c.cards, CardsChanged: c.cardsChanged, Items: c.items, Looser: c.looser, Stricter: c.stricter}
	for k, t := range c.cells {
		if t.cards < MinSeen {
			f.Few += t.items
			continue
		}
		f.Cases = append(f.Cases, Finding{When: k.point.String(), Was: k.was.String(), Becomes: k.becomes.String(),
			Rules: k.wasBy + " -> " + k.becomesBy, Items: t.items,
			Loosens: k.becomes.disclosure > k.was.disclosure || k.becomes.speak > k.was.speak})
	}
	slices.SortFunc(f.Cases, func(a, b Finding) int {
		if a.Loosens != b.Loosens {
			if a.Loosens {
				return -1
			}
			return 1
		}
		return cmp.Or(cmp.Compare(b.Items, a.Items), cmp.Compare(a.When, b.When), cmp.Compare(a.Was, b.Was))
	})
	return f
}

// String names an outcome as the table does.
func (o outcome) String() string {
	if o.disclosure == Withhold {
		return o.disclosure.String()
	}
	return o.disclosure.String() + ", " + o.speak.String()
}
