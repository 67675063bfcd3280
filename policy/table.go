package policy

import (
	_ "embed"
	"fmt"
	"io"
	"slices"
	"text/tabwriter"
	"time"
)

// Params are the values of a table that are not rules.
type Params struct {
	CoolingOff   time.Duration // how long a purchase is fresh
	ServedWindow time.Duration // how long having served her counts
	MinSupport   int           // purchases a hint takes
}

// A Rule is one row of a table. Obligations are those it adds to the ones
// every row has.
type Rule struct {
	ID          string
	When        When
	Disclosure  Disclosure
	Speak       Speak
	Obligations Obligations
	Why         string
}

// A Table is a proved discretion table. It never changes, so any number of
// goroutines may read it; a nil Table decides as Strict does.
type Table struct {
	version     string
	params      Params
	obligations Obligations
	rules       []Rule
	categories  map[string]Sensitivity
	cells       [cases]uint16   // index+1 of the rule; 0 is a gap
	ready       [cases]Decision // the answer to a trained viewer with consent
}

//go:embed strict.json
var strictJSON []byte

// Strict returns the built-in table for a box that has no other (floor F9):
// stated preferences only, every purchase withheld.
func Strict() *Table {
	t, err := Parse(strictJSON)
	if err != nil {
		panic(err) // a test parses it: the embedded file is part of the build
	}
	return t
}

// Version returns what headquarters calls the table.
func (t *Table) Version() string { return t.version }

// Params returns the table's values that are not rules.
func (t *Table) Params() Params { return t.params }

// Rules returns the rows in the table's order.
func (t *Table) Rules() []Rule { return slices.Clone(t.rules) }

// Classify returns the sensitivity of an item: the stricter of what its
// record says and what the table says of its category. Where one says gift
// and the other personal it is a gift.
func (t *Table) Classify(category string, stated Sensitivity) Sensitivity {
	if t == nil {
		return stated
	}
	if mapped, ok := t.categories[category]; ok {
		return min(mapped, stated)
	}
	return stated
}

// at returns the row of a case.
func (t *Table) at(i int) (Rule, bool) {
	if n := t.cells[i]; n > 0 {
		return t.rules[n-1], true
	}
	return Rule{}, false
}

// Write prints the table for people, one row a line.
func (t *Table) Write(w io.Writer) error {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(tw, "rule\trelation\tsold by\tchannel\tsensitivity\tage\taudience\tdisclosure\tspeak\twhy\n")
	for _, r := range t.rules {
		fmt.Fprint(tw, r.ID)
		for d := range dimensions {
			fmt.Fprintf(tw, "\t%s", r.When.words(d))
		}
		fmt.Fprintf(tw, "\t%s\t%s\t%s\n", r.Disclosure, r.Speak, r.Why)
	}
	if err := tw.Flush(); err != nil {
		return fmt.Errorf("write policy table: %w", err)
	}
	return nil
}
