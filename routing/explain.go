package routing

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"foyer/floor"
)

// A Candidate is one person as a ring saw her.
type Candidate struct {
	Associate floor.AssociateID
	Ring      Ring
	Eligible  bool
	Why       string // why not, or what counted
	Score     []Term
}

// An Explanation is everything that led to an offer or to none, so that
// fairness can be audited. It names people by their identifiers only.
type Explanation struct {
	Task       string
	At         time.Time
	Offered    bool
	Offer      Offer
	Wait       Wait
	Candidates []Candidate // in the order they were considered
}

// Explain does what Next does and keeps the reasons.
func Explain(t Task, s Snapshot, r Rules, now time.Time) Explanation {
	e := Explanation{Task: t.ID, At: now}
	e.Offer, e.Wait, e.Offered = decide(t, s, r, now, &e)
	return e
}

// Write prints the explanation for an operator; name turns an identifier into
// what she may read.
func (e Explanation) Write(w io.Writer, name func(floor.AssociateID) string) error {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(tw, "task %s at %s\n", e.Task, e.At.UTC().Format(time.RFC3339))
	for _, c := range e.Candidates {
		why := c.Why
		if c.Eligible {
			why = "eligible"
		}
		fmt.Fprintf(tw, "%s\t%s\t%s", c.Ring, name(c.Associate), why)
		if len(c.Score) > 0 {
			fmt.Fprintf(tw, "\t%.1f\t%s", Total(c.Score), terse(c.Score))
		}
		fmt.Fprintln(tw)
	}
	if e.Offered {
		fmt.Fprintf(tw, "offered to %s in %s for %s\n", name(e.Offer.Associate), e.Offer.Ring, e.Offer.Timeout)
	} else {
		fmt.Fprintf(tw, "nobody: %s\n", e.Wait.Reason)
	}
	if err := tw.Flush(); err != nil {
		return fmt.Errorf("write explanation of task %s: %w", e.Task, err)
	}
	return nil
}

func terse(score []Term) string {
	parts := make([]string, len(score))
	for i, t := range score {
		parts[i] = fmt.Sprintf("%s %+.1f", t.Name, t.Value)
	}
	return strings.Join(parts, ", ")
}
