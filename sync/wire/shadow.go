package wire

import (
	"encoding/json"
	"fmt"
	"time"
)

// Shadow is a discretion table that a box is to try beside the one in force
// (down/shadow): it proves it, decides by both, shows what the one in force says,
// and reports what would change. Without a table nothing is tried any more.
type Shadow struct {
	Table json.RawMessage `json:"table,omitempty"` // read by policy.Parse
}

// ShadowReport is what trying a table has come to since Since (up/shadow): cards
// and items, and the cases met on five cards at least. It names no visit, no item
// and no person.
type ShadowReport struct {
	Version      string       `json:"version"` // of the table that is tried
	Against      string       `json:"against"` // of the one in force
	Since        time.Time    `json:"since"`
	Cards        int          `json:"cards"`
	CardsChanged int          `json:"cards_changed"`
	Items        int          `json:"items"`
	Looser       int          `json:"looser"`
	Stricter     int          `json:"stricter"`
	Cases        []ShadowCase `json:"cases,omitempty"`
	Few          int          `json:"few,omitempty"` // items of cases met on fewer cards
}

// ShadowCase is one case that the two tables decide differently, and on how many
// items that was met.
type ShadowCase struct {
	When    string `json:"when"`
	Was     string `json:"was"`
	Becomes string `json:"becomes"`
	Rules   string `json:"rules"`
	Items   int    `json:"items"`
}

func (p Shadow) check() error {
	var r rules
	if p.Table != nil && raw(DownPolicy, p.Table) != nil {
		r.fail("table", "want one JSON object")
	}
	return r.err
}

func (p ShadowReport) check() error {
	var r rules
	r.short("version", p.Version)
	r.short("against", p.Against)
	r.time("since", p.Since)
	for name, n := range map[string]int{"cards": p.Cards, "cards_changed": p.CardsChanged, "items": p.Items,
		"looser": p.Looser, "stricter": p.Stricter, "few": p.Few} {
		if n < 0 {
			r.fail(name, "want 0 or more")
		}
	}
	r.count("cases", len(p.Cases))
	for i, c := range p.Cases {
		at := fmt.Sprintf("cases[%d].", i)
		r.text(at+"when", c.When)
		r.text(at+"was", c.Was)
		r.text(at+"becomes", c.Becomes)
		r.text(at+"rules", c.Rules)
	}
	return r.err
}
