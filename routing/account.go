package routing

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"foyer/floor"
)

// An Account is an Explanation in words and figures, as an operator reads it. It
// names associates, and no customer.
type Account struct {
	Task    string    `json:"task"`
	Urgency string    `json:"urgency"`
	At      time.Time `json:"at"`
	// Associate is who was asked, empty where nobody was; then Reason says why,
	// and Until when that ends by itself.
	Associate  string        `json:"associate,omitempty"`
	Ring       string        `json:"ring,omitempty"`
	HeadsUp    bool          `json:"heads_up,omitempty"` // she is busy and was asked for an estimate only
	Timeout    time.Duration `json:"timeout_ns,omitempty"`
	Reason     string        `json:"reason,omitempty"`
	Until      time.Time     `json:"until,omitzero"`
	Skipped    []SkippedRing `json:"skipped,omitempty"`
	Considered []Considered  `json:"considered"`
}

// SkippedRing is a ring in which nobody was looked for.
type SkippedRing struct {
	Ring string `json:"ring"`
	Why  string `json:"why"`
}

// Considered is one associate as a ring saw her.
type Considered struct {
	Ring      string       `json:"ring"`
	Associate string       `json:"associate"`
	Why       string       `json:"why"` // asked, passed over, or out of the question, and why
	Points    float64      `json:"points,omitempty"`
	Score     []AccountFor `json:"score,omitempty"`
}

// AccountFor is one summand of a score.
type AccountFor struct {
	Name   string  `json:"name"`
	Points float64 `json:"points"`
}

// Account puts an explanation into words; name turns an identifier into what
// the operator may read.
func (e Explanation) Account(name func(floor.AssociateID) string) Account {
	a := Account{Task: e.Task, Urgency: e.Urgency.String(), At: e.At.UTC(), Considered: []Considered{}}
	if e.Offered {
		a.Associate, a.Ring, a.HeadsUp, a.Timeout = name(e.Offer.Associate), e.Offer.Ring.String(), e.Offer.HeadsUp, e.Offer.Timeout
	} else {
		a.Reason, a.Until = e.Wait.Reason.String(), e.Wait.Ends.UTC()
	}
	for _, s := range e.Skipped {
		a.Skipped = append(a.Skipped, SkippedRing{s.Ring.String(), s.Why})
	}
	for _, c := range e.Candidates {
		x := Considered{Ring: c.Ring.String(), Associate: name(c.Associate), Why: e.verdict(c), Points: Total(c.Score)}
		for _, t := range c.Score {
			x.Score = append(x.Score, AccountFor{t.Name, t.Value})
		}
		a.Considered = append(a.Considered, x)
	}
	return a
}

// verdict says why a candidate was asked or not.
func (e Explanation) verdict(c Candidate) string {
	switch {
	case !c.Eligible:
		return c.Why
	case e.Offered && c.Associate == e.Offer.Associate && c.Ring == e.Offer.Ring:
		return "asked"
	case c.Ring == Manager:
		return "free, kept for an escalation"
	case !e.Offered:
		return "free"
	case c.Ring != e.Offer.Ring:
		return "passed over: a manager had to know"
	case c.Ring == Preferred:
		return "passed over: later in the customer's list"
	case Total(c.Score) < Total(e.Offer.Score):
		return "passed over: fewer points"
	}
	return "passed over: as many points, idle no longer"
}

// Write prints the account for an operator.
func (a Account) Write(w io.Writer) error {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(tw, "task %s (%s) at %s\n", a.Task, a.Urgency, a.At.Format(time.RFC3339))
	for _, c := range a.Considered {
		fmt.Fprintf(tw, "%s\t%s\t%s", c.Ring, c.Associate, c.Why)
		if len(c.Score) > 0 {
			fmt.Fprintf(tw, "\t%.1f\t%s", c.Points, terse(c.Score))
		}
		fmt.Fprintln(tw)
	}
	for _, s := range a.Skipped {
		fmt.Fprintf(tw, "%s\t-\t%s\n", s.Ring, s.Why)
	}
	switch {
	case a.HeadsUp:
		fmt.Fprintf(tw, "told %s, who is busy, and asked when she is free, for %s\n", a.Associate, a.Timeout)
	case a.Associate != "":
		fmt.Fprintf(tw, "offered to %s in %s for %s\n", a.Associate, a.Ring, a.Timeout)
	case a.Until.IsZero():
		fmt.Fprintf(tw, "nobody: %s\n", a.Reason)
	default:
		fmt.Fprintf(tw, "nobody: %s, until %s\n", a.Reason, a.Until.Format(time.TimeOnly))
	}
	if err := tw.Flush(); err != nil {
		return fmt.Errorf("write account of task %s: %w", a.Task, err)
	}
	return nil
}

func terse(score []AccountFor) string {
	parts := make([]string, len(score))
	for i, t := range score {
		parts[i] = fmt.Sprintf("%s %+.1f", t.Name, t.Points)
	}
	return strings.Join(parts, ", ")
}
