package concierge

import (
	"crypto/rand"
	"fmt"
	"slices"
	"strings"
	"time"

	"foyer/floor"
	"foyer/ledger"
	"foyer/policy"
)

const (
	askFor  = 60 * time.Second // a question to a customer stands; silence is a no
	mostAsk = 3                // questions of one associate in one visit
)

// What a customer can be asked for besides her purchases.
const (
	askSizes       = "sizes"
	askPreferences = "preferences"
	askOccasions   = "occasions"
)

// An Askable is something a customer can be asked for: Name is how staff read
// it, Words how she does.
type Askable struct{ ID, Name, Words string }

// Askables are the things she can be asked for, in their order on the page. They
// are the same for everybody: that something can be asked for does not say that
// it is there.
func Askables() []Askable {
	return []Askable{
		{askSizes, "Her sizes", "your sizes"},
		{askPreferences, "What she told her own associates", "what you told your own associates"},
		{askOccasions, "Her occasions", "the occasions you told us of"},
		{"store", "What she bought in this store", "what you bought in this store"},
		{"other_stores", "What she bought in our other stores", "what you bought in our other stores"},
		{"online", "What she bought online", "what you bought online"},
	}
}

// askWords is how she reads what she is asked for.
func askWords(id string) string {
	for _, a := range Askables() {
		if a.ID == id {
			return a.Words
		}
	}
	return ""
}

// askUnit is what an item of a question opens; false if nothing is called so.
func askUnit(item string) (unit, bool) {
	if category, ok := strings.CutPrefix(item, "h-"); ok && category != "" && len(item) <= 128 {
		return unit{Hint: category}, true
	}
	if classWords(item) != "" {
		return unit{Class: item}, true
	}
	return unit{Words: item}, askWords(item) != ""
}

// An ask is a question to a customer, until she answers or a minute has passed.
type ask struct {
	id    string
	by    floor.AssociateID
	item  string
	unit  unit
	until time.Time
	state AskState
}

// An AskState is where a question to a customer stands.
type AskState string

// The states of a question. A no and silence are the same.
const (
	AskWaits  AskState = "waits"
	AskShared AskState = "shared"
	AskNotNow AskState = "not_now"
)

// An AskLine is a question as either side sees it.
type AskLine struct {
	ID    string
	By    string // first name
	Item  string
	Words string // what she is asked for, as she reads it
	State AskState
	Until time.Time
}

func (x *ask) line(by string) AskLine {
	words := x.unit.words()
	switch {
	case x.unit.Class != "":
		words = "what you " + words
	case x.unit.Hint != "":
		words = "the " + words + " you bought"
	}
	return AskLine{ID: x.id, By: by, Item: x.item, Words: words, State: x.state, Until: x.until}
}

// Ask asks the customer of a visit on her own page whether an associate may know
// something. It is the better way than a reveal: she decides.
func (d *Desk) Ask(a floor.AssociateID, v floor.VisitID, item string, now time.Time) (AskLine, error) {
	x, err := d.look(a, v, now)
	if err != nil {
		return AskLine{}, err
	}
	u, ok := askUnit(item)
	switch {
	case !ok:
		return AskLine{}, fmt.Errorf("%w: there is nothing of that name to ask for", ErrReveal)
	case d.roster[a].Tier != floor.TierStandard:
		return AskLine{}, fmt.Errorf("%w: not before the workshop, nor while your access is limited; ask her yourself", ErrReveal)
	}
	hers := 0
	for _, q := range x.asks {
		switch {
		case q.by != a:
		case q.state == AskWaits:
			return AskLine{}, fmt.Errorf("%w: she is being asked already", ErrReveal)
		case q.item == item && q.state == AskNotNow:
			return AskLine{}, fmt.Errorf("%w: she said not now", ErrReveal)
		}
		if q.by == a {
			hers++
		}
	}
	if hers >= mostAsk {
		return AskLine{}, fmt.Errorf("%w: you have asked enough; let her tell you", ErrReveal)
	}
	q := &ask{id: "q-" + strings.ToLower(rand.Text()[:16]), by: a, item: item, unit: u, until: now.Add(askFor), state: AskWaits}
	x.stay.asks = append(x.stay.asks, q)
	d.emit(Event{Kind: AskOpened, At: now, Visit: v, Customer: x.customer})
	return q.line(d.roster[a].Name), nil
}

// Asked are an associate's questions in a visit, the newest first.
func (d *Desk) Asked(a floor.AssociateID, v floor.VisitID, now time.Time) ([]AskLine, error) {
	x, err := d.look(a, v, now)
	var out []AskLine
	if err == nil {
		for _, q := range slices.Backward(x.asks) {
			if q.by == a {
				out = append(out, q.line(d.roster[a].Name))
			}
		}
	}
	return out, err
}

// Asks are the questions that wait for a customer's answer.
func (d *Desk) Asks(c floor.Customer, now time.Time) (out []AskLine) {
	s := d.stays[c]
	if s == nil || !s.opened {
		return nil
	}
	for _, q := range s.asks {
		if q.state == AskWaits && now.Before(q.until) {
			out = append(out, q.line(d.roster[q.by].Name))
		}
	}
	return out
}

// AnswerAsk is her answer. A yes opens what was asked for to that associate, for
// a quarter of an hour in this visit; the ledger says that she chose it.
func (d *Desk) AnswerAsk(c floor.Customer, id string, yes bool, now time.Time) error {
	s := d.stays[c]
	if s == nil {
		return ErrNothing
	}
	i := slices.IndexFunc(s.asks, func(q *ask) bool { return q.id == id })
	if i < 0 {
		return ErrNothing
	}
	q := s.asks[i]
	if q.state != AskWaits || !now.Before(q.until) {
		return ErrMoved
	}
	if !yes {
		d.notNow(s, q, now)
		return nil
	}
	x, err := d.look(q.by, s.id, now)
	if err != nil {
		d.notNow(s, q, now)
		return ErrMoved
	}
	sh := &share{id: q.id, to: q.by, unit: q.unit, asked: true, until: now.Add(policy.RevealTTL)}
	shown, err := d.writeShare(x, sh, ledger.PurposeAsked, HerChoice, now)
	if err != nil {
		return err
	}
	q.state = AskShared
	d.openShare(s, sh, shown, now)
	return nil
}

// HerChoice is the reason of what a customer opened herself.
const HerChoice = "her_choice"

func (d *Desk) notNow(s *stay, q *ask, now time.Time) {
	q.state = AskNotNow
	d.emit(Event{Kind: RevealAnswered, At: now, Visit: s.id, Associate: q.by})
	d.here(s, now)
}

// sweepAsks ends questions that nobody answered.
func (d *Desk) sweepAsks(s *stay, now time.Time) {
	for _, q := range s.asks {
		if q.state == AskWaits && !now.Before(q.until) {
			d.notNow(s, q, now)
		}
	}
}
