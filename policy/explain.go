package policy

import (
	"fmt"
	"strings"
)

// Explain returns the reasons of Decide in a few lines for people: the case,
// the row, the floor that made it stricter, and what goes with the answer.
func (t *Table) Explain(f Facts) string {
	d := t.Decide(f)
	var b strings.Builder
	fmt.Fprintf(&b, "case      %s\n", f.point())
	fmt.Fprintf(&b, "viewer    tier=%s consent=%t announced=%t blocked=%t hidden=%t stale=%t\n",
		f.Tier, f.Consent, f.Announced, f.Blocked, f.Hidden, f.Stale)
	if i, ok := f.point().index(); t != nil && ok {
		r, _ := t.at(i)
		fmt.Fprintf(&b, "rule      %s: %s, %s (%s), table %q\n", r.ID, r.Disclosure, r.Speak, r.Why, t.version)
	} else {
		fmt.Fprintf(&b, "rule      F9: no table\n")
	}
	if d.LimitedBy != "" {
		fmt.Fprintf(&b, "limited   by %s: %s\n", d.LimitedBy, limitReason(d.LimitedBy))
	}
	fmt.Fprintf(&b, "decision  %s, %s\n", d.Disclosure, d.Speak)
	for _, g := range d.Advice.Guidance(Blanks{}) {
		fmt.Fprintf(&b, "advice    %s %s\n", g.ID, g.Text)
	}
	return b.String()
}

// limitReason says what a floor or another limit stands for.
func limitReason(by string) string {
	switch by {
	case "F1":
		return "no live consent, or the visit is not announced"
	case "F2":
		return "special items are withheld from everybody"
	case "F3":
		return "the customer hid the item"
	case "F4":
		return "the customer blocked the viewer"
	case "F5":
		return "without a relation there is nothing to see"
	case "F6":
		return "gifts never feed hints"
	case "F7":
		return "never on a card"
	case "F10":
		return "the viewer's tier"
	case "lease":
		return "no contact with headquarters for a week"
	case "hint":
		return "a hint is an aggregate of purchases that have cooled off, and is not mentioned"
	}
	return "a setting of the customer or the state of the visit"
}
