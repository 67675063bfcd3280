package wire

import (
	"fmt"
	"time"
)

// RotaChange is what a manager changed in the store of who works when, or of who
// stands in for whom (up/rota). It holds there until headquarters says something
// else of the same day, or of the same person.
type RotaChange struct {
	Of        string    `json:"of"` // shifts, covers
	Associate string    `json:"associate"`
	Day       string    `json:"day,omitempty"`    // of shifts: 2006-01-02, in the store
	Shifts    []Span    `json:"shifts,omitempty"` // of shifts: all of that day; none: she is not in
	Covers    []string  `json:"covers,omitempty"` // of covers: all of hers, the first first
	Undone    bool      `json:"undone,omitempty"` // what headquarters said holds again
	By        string    `json:"by"`               // the manager
	At        time.Time `json:"at"`
}

// Span is a time with its end.
type Span struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
}

// PlanDrawn is a floor plan that was drawn in the store and put in use there
// (up/plan). It holds until headquarters sends another than the one it was drawn
// over.
type PlanDrawn struct {
	Plan   []byte    `json:"plan"`           // the document, as down/plan carries it
	Digest string    `json:"digest"`         // SHA-256 of Plan in 64 hexadecimal digits
	Over   string    `json:"over,omitempty"` // the same of headquarters' plan then; empty: there was none
	By     string    `json:"by,omitempty"`   // the manager; empty: not known
	At     time.Time `json:"at"`
}

func (p RotaChange) check() error {
	var r rules
	r.oneOf("of", p.Of, "shifts", "covers")
	r.id("associate", p.Associate)
	r.id("by", p.By)
	r.time("at", p.At)
	if _, err := time.Parse(time.DateOnly, p.Day); err != nil && p.Of == "shifts" {
		r.fail("day", "want a day as 2006-01-02")
	}
	r.count("shifts", len(p.Shifts))
	for i, s := range p.Shifts {
		r.span(fmt.Sprintf("shifts[%d]", i), s.From, s.To)
	}
	r.ids("covers", p.Covers)
	return r.err
}

func (p PlanDrawn) check() error {
	var r rules
	if err := raw(DownPlan, p.Plan); err != nil {
		r.fail("plan", "want one JSON object")
	}
	r.sha256("digest", p.Digest)
	if p.Over != "" {
		r.sha256("over", p.Over)
	}
	r.optional("by", p.By)
	r.time("at", p.At)
	return r.err
}
