package concierge

import (
	"time"

	"foyer/concierge/drawer"
	"foyer/floor"
)

// A CopyReveal is something that was opened about her with a reason, or was to
// be: what the ledger does not have of it.
type CopyReveal struct {
	Row       uint64      `json:"row,omitempty"` // of accesses, where something was shown
	Associate string      `json:"associate"`
	What      string      `json:"what"`
	Reason    string      `json:"reason"`
	Words     string      `json:"words,omitempty"` // of the associate
	At        time.Time   `json:"at"`
	State     RevealState `json:"state"`
	Contest   string      `json:"contest,omitempty"` // hers
}

// copyReveals adds them to a copy.
func (d *Door) copyReveals(y *Copy, c floor.Customer) error {
	all, err := drawer.All[reveal](d.reveals.Drawer, c)
	for _, r := range all {
		y.Reveals = append(y.Reveals, CopyReveal{r.Row, r.Associate, r.Unit.words(), r.Reason, r.Text, r.At, r.stateAt(y.Made), r.Contest})
	}
	return err
}

// reveal is the line of one.
func (w *liner) reveal(r CopyReveal) {
	detail := w.in.T("because: %s", w.because(r.Reason))
	if r.Words != "" {
		detail += ": " + r.Words
	}
	detail += "; " + w.spaced(string(r.State))
	if r.Contest != "" {
		detail = w.in.T("%s; you said: %s", detail, r.Contest)
	}
	w.add(kindReveal, w.name(r.Associate)+": "+w.in.T(r.What), detail, r.At)
}
