package conduct

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"

	"foyer/concierge/drawer"
	"foyer/floor"
)

// An Answer is what a customer says of the attention in one visit.
type Answer string

// The answers of the glossary.
const (
	JustRight Answer = "just_right"
	TooLittle Answer = "too_little"
	TooMuch   Answer = "too_much"
)

// Valid reports whether a is one of the answers.
func (a Answer) Valid() bool { return a == JustRight || a == TooLittle || a == TooMuch }

// A Visit is one visit in which somebody was served, and what she said of it.
type Visit struct {
	Customer string    `json:"customer"`
	Visit    string    `json:"visit"`
	Ended    time.Time `json:"ended"`
	Served   []string  `json:"served"`            // the associates
	Kept     bool      `json:"kept"`              // she let visits be kept; else only her answer is
	Browsed  bool      `json:"browsed,omitempty"` // she had asked to be left to look around
	Owned    bool      `json:"owned,omitempty"`   // who came up to her then has said so herself
	Answer   Answer    `json:"answer,omitempty"`
	Answered time.Time `json:"answered,omitzero"`
}

// Keep keeps a visit of hers, or her answer to it.
func (b *Book) Keep(c floor.Customer, v Visit) error {
	v.Customer = c.Ref()
	if err := drawer.Put(b.visits, c, v.Visit, v); err != nil {
		return fmt.Errorf("keep a visit: %w", err)
	}
	return nil
}

// Visits returns her visits, the newest first.
func (b *Book) Visits(c floor.Customer) ([]Visit, error) {
	all, err := drawer.All[Visit](b.visits, c)
	if err != nil {
		return nil, fmt.Errorf("read her visits: %w", err)
	}
	slices.SortFunc(all, func(x, y Visit) int { return cmp.Or(y.Ended.Compare(x.Ended), cmp.Compare(x.Visit, y.Visit)) })
	return all, nil
}

// DropKept forgets the visits that are here because she let visits be kept. What
// she only answered stays as long as any answer.
func (b *Book) DropKept(c floor.Customer) error {
	all, err := b.Visits(c)
	for _, v := range all {
		if err == nil && v.Kept {
			err = b.Drop(c, v.Visit)
		}
	}
	return err
}

// Drop forgets one visit of hers.
func (b *Book) Drop(c floor.Customer, visit string) error { return b.visits.Drop(c, visit) }

// MinAnswers is how many different customers must have answered before anybody is
// told anything of it.
const MinAnswers = 5

// Shares are what customers said of an associate's visits, by answer. They are
// zero unless MinAnswers different customers are in them.
type Shares struct {
	Answers   int `json:"answers"`
	JustRight int `json:"just_right"`
	TooLittle int `json:"too_little"`
	TooMuch   int `json:"too_much"`
}

// answers are what was said of one associate's visits.
type answers struct {
	shares    Shares
	customers map[string]bool
	tooMuch   map[string]bool // customers

	approached int // who had asked to be left alone, and said too much
}

// answered gathers what was said before a moment and within the window.
func (b *Book) answered(before, now time.Time) (map[string]*answers, error) {
	out := map[string]*answers{}
	err := drawer.Each(b.visits, func(v Visit) {
		if !v.Answer.Valid() || now.Sub(v.Answered) >= Window || !v.Answered.Before(before) {
			return
		}
		for _, ref := range v.Served {
			a := out[ref]
			if a == nil {
				a = &answers{customers: map[string]bool{}, tooMuch: map[string]bool{}}
				out[ref] = a
			}
			a.take(v)
		}
	})
	if err != nil {
		return nil, errors.Join(errors.New("read what customers said"), err)
	}
	return out, nil
}

func (a *answers) take(v Visit) {
	a.customers[v.Customer] = true
	a.shares.Answers++
	switch v.Answer {
	case JustRight:
		a.shares.JustRight++
	case TooLittle:
		a.shares.TooLittle++
	case TooMuch:
		a.shares.TooMuch++
		a.tooMuch[v.Customer] = true
		if v.Browsed && !v.Owned {
			a.approached++
		}
	}
}

// Shares returns what customers said of each associate's visits before midnight:
// nobody can watch one answer come in.
func (b *Book) Shares(midnight, now time.Time) (map[string]Shares, error) {
	all, err := b.answered(midnight, now)
	out := map[string]Shares{}
	for ref, a := range all {
		if len(a.customers) >= MinAnswers {
			out[ref] = a.shares
		}
	}
	return out, err
}
