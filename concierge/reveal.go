package concierge

import (
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"foyer/concierge/conduct"
	"foyer/floor"
	"foyer/ledger"
	"foyer/policy"
	"foyer/profile"
)

// ErrReveal means that something cannot be opened in that way; the message says
// why, for the associate. It never says what there is.
var ErrReveal = errors.New("open with a reason")

// The kinds of events of reveals.
const (
	RevealWaits    EventKind = "reveal.waits"    // a manager has something to decide, or no longer
	RevealAnswered EventKind = "reveal.answered" // what an associate asked for is open, or is not
	RevealJudged   EventKind = "reveal.judged"   // a customer contests one, or that is settled
	AskOpened      EventKind = "ask"             // an associate asks to know something
)

// A RevealFact says for what something was opened, and where a contest of it
// stands.
type RevealFact struct {
	Purpose, Reason string
	State           RevealState
}

// Quota is how often an associate opens something in a shift before a second
// person must agree.
const Quota = 3

// minText is how many characters the reason "other" takes.
const minText = 20

// The reasons of a reveal.
const (
	CustomerAsked  = "customer_asked"
	ReturnOrRepair = "return_or_repair" // with the number of an order or a receipt
	CollectOrder   = "collect_order"    // likewise
	Complaint      = "complaint"        // a manager's
	Safety         = "safety"
	Other          = "other" // in words; a manager hears of it at once
)

// Reasons are the codes of reasons.
func Reasons() []string {
	return []string{CustomerAsked, ReturnOrRepair, CollectOrder, Complaint, Safety, Other}
}

// A RevealState is where a reveal stands.
type RevealState string

// The states of a reveal.
const (
	RevealPending   RevealState = "pending" // it waits for a second person
	RevealRefused   RevealState = "refused" // by the second person
	RevealActive    RevealState = "active"
	RevealExpired   RevealState = "expired"
	RevealStopped   RevealState = "stopped"   // by a manager, before its time
	RevealContested RevealState = "contested" // by the customer
	RevealUpheld    RevealState = "upheld"    // her contest is: it was not right
	RevealRejected  RevealState = "rejected"  // her contest is: it was right
)

// A RevealDraft is what an associate wants to open, and why. One of Class, Item
// and Order says what: a class of purchases (store, other_stores, online), what is
// behind a general line of the card by its identifier, or the number of an
// order or a receipt.
type RevealDraft struct{ Class, Item, Order, Reason, Text string }

// A RevealLine is a reveal as staff see it: whose it is, nobody reads.
type RevealLine struct {
	ID        string
	State     RevealState
	Associate string // first name
	Visit     floor.VisitID
	What      string // in words
	Reason    string // code
	Text      string
	At, Until time.Time
	Contest   string // what the customer said against it
	Live      bool   // the visit goes on
	Own       bool   // of the manager who asks: somebody else must decide
}

// reveals is what the desk knows of reveals besides the book: those that wait for
// somebody, by their identifiers.
type reveals struct {
	book
	waiting map[string]*reveal
	open    []reveal // when the box began, for visits that go on
}

// openReveals reads which reveals wait.
func openReveals(b book) (reveals, error) {
	r := reveals{book: b, waiting: map[string]*reveal{}}
	err := b.each(func(x reveal) {
		if x.State == RevealPending || x.State == RevealContested || x.alerts() {
			r.waiting[x.ID] = &x
		}
		if x.State == RevealActive {
			r.open = append(r.open, x)
		}
	})
	return r, err
}

// resumeShares opens again, in a visit that goes on after the box began anew,
// what was open in it.
func (d *Desk) resumeShares(s *stay, now time.Time) {
	for _, r := range d.reveals.open {
		a, err := floor.ParseAssociate(r.Associate)
		if err != nil || r.Visit != string(s.id) || !now.Before(r.Until) {
			continue
		}
		sh := &share{id: r.ID, to: a, unit: r.Unit, until: r.Until, items: map[string]bool{}}
		for _, id := range r.Items {
			sh.items[id] = true
		}
		s.shares = append(s.shares, sh)
	}
}

// alerts reports whether a manager is to see it though nobody has to agree.
func (r *reveal) alerts() bool {
	return r.Reason == Other && r.State == RevealActive && !r.Noticed
}

// claimant lets somebody open something of a visit: who serves, her own
// associates, and a manager.
func (d *Desk) claimant(a floor.AssociateID, v floor.VisitID, now time.Time) (looker, error) {
	x, err := d.look(a, v, now)
	if err == nil {
		return x, nil
	}
	s := d.visits[v]
	if s == nil || !s.opened || s.stage == Hidden {
		return looker{}, ErrNothing
	}
	p, err := d.profiles.Get(s.customer)
	if err != nil {
		return looker{}, ErrNothing
	}
	rel, ok := d.admits(p, s, a, now)
	if !ok || rel != policy.RelationManager {
		return looker{}, ErrNothing
	}
	return looker{s, p, rel}, nil
}

// Reveal opens one class or item by one notch for a quarter of an hour, for one
// associate in one visit. It is in the ledger with its reason before anything is
// shown, and the customer reads it on her page at once. After three in a shift it
// waits for a second person.
func (d *Desk) Reveal(a floor.AssociateID, v floor.VisitID, w RevealDraft, now time.Time) (RevealLine, error) {
	x, err := d.claimant(a, v, now)
	if err != nil {
		return RevealLine{}, err
	}
	u, err := w.unit(x.relation)
	if err != nil {
		return RevealLine{}, err
	}
	if !x.mayReveal(a) {
		return RevealLine{}, fmt.Errorf("%w: only who looks after her now; you may ask her", ErrReveal)
	}
	if d.roster[a].Tier != floor.TierStandard {
		return RevealLine{}, fmt.Errorf("%w: not before the workshop, nor while your access is limited; ask her", ErrReveal)
	}
	r := &reveal{ID: "r-" + strings.ToLower(rand.Text()[:16]), Customer: x.customer.Ref(), Associate: a.Ref(), Visit: string(v), Unit: u,
		Reason: w.Reason, Text: line(w.Text), At: now.UTC(), Until: now.Add(policy.RevealTTL).UTC(), State: RevealPending}
	if d.opening(x.stay, a, u) {
		return RevealLine{}, fmt.Errorf("%w: it is open, or waits for a manager", ErrReveal)
	}
	if d.waitsFor(a) >= Quota {
		return RevealLine{}, fmt.Errorf("%w: let the manager decide on what waits", ErrReveal)
	}
	n, err := d.opened(a, now)
	if err != nil {
		return RevealLine{}, fmt.Errorf("reveal: %w", err)
	}
	if n >= Quota {
		if err := d.reveals.put(r); err != nil {
			return RevealLine{}, fmt.Errorf("reveal: %w", err)
		}
		d.reveals.waiting[r.ID] = r
		d.emit(Event{Kind: RevealWaits, At: now, Visit: v})
		return d.revealLine(r, a), nil
	}
	if err := d.openReveal(x, r, now); err != nil {
		return RevealLine{}, err
	}
	return d.revealLine(r, a), nil
}

// mayReveal reports whether a looker may open something with a reason: who said
// yes to this visit, and a manager.
func (x looker) mayReveal(a floor.AssociateID) bool {
	return x.server == a || x.relation == policy.RelationManager
}

// waitsFor counts what waits for a second person to agree with an associate.
func (d *Desk) waitsFor(a floor.AssociateID) (n int) {
	for _, r := range d.reveals.waiting {
		if r.State == RevealPending && r.Associate == a.Ref() {
			n++
		}
	}
	return n
}

// opening reports whether the same is open to her already, or waits.
func (d *Desk) opening(s *stay, a floor.AssociateID, u unit) bool {
	for _, r := range d.reveals.waiting {
		if r.State == RevealPending && r.Associate == a.Ref() && r.Visit == string(s.id) && r.Unit == u {
			return true
		}
	}
	return slices.ContainsFunc(s.shares, func(x *share) bool { return x.to == a && x.unit == u && !x.asked })
}

// opened counts what an associate opened in this shift, or today.
func (d *Desk) opened(a floor.AssociateID, now time.Time) (n int, err error) {
	return d.conduct.Count(a, conduct.Revealed, d.shiftBegan(a, now))
}

// shiftBegan is when the shift she is on began; without one, the day.
func (d *Desk) shiftBegan(a floor.AssociateID, now time.Time) time.Time {
	for _, s := range d.shifts[a] {
		if s.Covers(now) {
			return s.From
		}
	}
	y, m, day := now.In(d.zone).Date()
	return time.Date(y, m, day, 0, 0, 0, 0, d.zone)
}

// openReveal writes a reveal down, then opens it.
func (d *Desk) openReveal(x looker, r *reveal, now time.Time) error {
	a, err := floor.ParseAssociate(r.Associate)
	if err != nil {
		return ErrNothing
	}
	reason := r.Reason
	if r.By != "" {
		reason += ", second person"
	}
	sh := &share{id: r.ID, to: a, unit: r.Unit, until: now.Add(policy.RevealTTL)}
	shown, err := d.writeShare(x, sh, ledger.PurposeReveal, reason, now)
	if err != nil {
		return err
	}
	r.State, r.Row, r.Until, r.Items = RevealActive, shown.Row, sh.until.UTC(), slices.Sorted(maps.Keys(sh.items))
	if err = d.conduct.Mark(a, conduct.Revealed, now); err == nil {
		err = d.reveals.put(r)
	}
	if err != nil { // nothing is shown: the ledger has one row too many, and says more than was seen
		return fmt.Errorf("reveal: %w", err)
	}
	delete(d.reveals.waiting, r.ID)
	if r.alerts() {
		d.reveals.waiting[r.ID] = r
		d.emit(Event{Kind: RevealWaits, At: now, Visit: x.id})
	}
	d.openShare(x.stay, sh, shown, now)
	return nil
}

// unit is what a draft wants opened, if its reason is good for that.
func (w RevealDraft) unit(rel policy.Relation) (unit, error) {
	text, order := line(w.Text), line(w.Order)
	u := unit{Class: w.Class, Order: order}
	u.Hint, _ = strings.CutPrefix(w.Item, "h-")
	given := 0
	for _, s := range []string{w.Class, w.Item, order} {
		if s != "" {
			given++
		}
	}
	byNumber := w.Reason == ReturnOrRepair || w.Reason == CollectOrder
	switch {
	case !slices.Contains(Reasons(), w.Reason):
		return unit{}, fmt.Errorf("%w: reason: want one of %s", ErrReveal, strings.Join(Reasons(), ", "))
	case (w.Reason == Complaint) != (rel == policy.RelationManager):
		return unit{}, fmt.Errorf("%w: a complaint is a manager’s reason, and a manager’s only one", ErrReveal)
	case byNumber && order == "":
		return unit{}, fmt.Errorf("%w: it takes the number of the order or the receipt", ErrReveal)
	case utf8.RuneCountInString(text) > MaxNote || len(order) > 64 || len(w.Item) > 128:
		return unit{}, fmt.Errorf("%w: at most %d characters", ErrReveal, MaxNote)
	case w.Reason == Other && utf8.RuneCountInString(text) < minText:
		return unit{}, fmt.Errorf("%w: say in at least %d characters why", ErrReveal, minText)
	case byNumber: // only that order, whatever else was said
		return unit{Order: order}, nil
	case given != 1:
		return unit{}, fmt.Errorf("%w: say one of class, item and order", ErrReveal)
	case w.Item != "" && (u.Hint == "" || u.Hint == w.Item), w.Class != "" && classWords(w.Class) == "":
		return unit{}, fmt.Errorf("%w: class: want store, other_stores or online; item: a general line of the card", ErrReveal)
	}
	return u, nil
}

// revealLine is a reveal as a member of staff sees it.
func (d *Desk) revealLine(r *reveal, viewer floor.AssociateID) RevealLine {
	l := RevealLine{ID: r.ID, State: r.State, Visit: floor.VisitID(r.Visit), What: r.Unit.words(), Reason: r.Reason, Text: r.Text,
		At: r.At, Until: r.Until, Contest: r.Contest, Own: r.Associate == viewer.Ref()}
	if s := d.visits[l.Visit]; s != nil {
		l.Live = s.opened && s.stage != Hidden
	}
	if a, err := floor.ParseAssociate(r.Associate); err == nil {
		l.Associate = d.roster[a].Name
	}
	return l
}

// sweepReveals ends what time ends: openings, questions to a customer, the wait
// for a second person.
func (d *Desk) sweepReveals(now time.Time) {
	for _, s := range d.stays {
		s.shares = slices.DeleteFunc(s.shares, func(x *share) bool {
			over := !now.Before(x.until)
			if over {
				d.emit(Event{Kind: FloorChanged, At: now, Visit: s.id, Associate: x.to})
			}
			return over
		})
		d.sweepAsks(s, now)
	}
	for id, r := range d.reveals.waiting {
		if r.State == RevealContested || now.Before(r.Until) {
			continue
		}
		delete(d.reveals.waiting, id)
		if r.State != RevealPending {
			continue
		}
		r.State = RevealExpired
		d.revealAnswered(r, now)
		if err := d.reveals.put(r); err != nil {
			d.log.Error("a request to open something lapsed, unwritten", "err", err)
		}
	}
}

func (d *Desk) revealAnswered(r *reveal, now time.Time) {
	if a, err := floor.ParseAssociate(r.Associate); err == nil {
		d.emit(Event{Kind: RevealAnswered, At: now, Visit: floor.VisitID(r.Visit), Associate: a})
	}
}

// forgetReveals lets go of what waits about a customer who is erased.
func (d *Desk) forgetReveals(c floor.Customer) {
	for id, r := range d.reveals.waiting {
		if r.Customer == c.Ref() {
			delete(d.reveals.waiting, id)
		}
	}
}

// stated reports whether a customer's own words are asked for.
func (u unit) stated(x profile.StatedPreference) bool {
	switch u.Words {
	case askSizes:
		return x.Kind == profile.Size
	case askOccasions:
		return x.Kind == profile.Occasion
	case askPreferences:
		return x.Kind == profile.Preference
	}
	return false
}
