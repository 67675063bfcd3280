package concierge

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"foyer/concierge/conduct"
	"foyer/floor"
	"foyer/ledger"
	"foyer/policy"
)

// Reveals are those that wait for a manager: for a second person, because a
// customer contests one, or because its reason is in words. Whose they are about
// a manager does not read.
func (d *Desk) Reveals(a floor.AssociateID, now time.Time) ([]RevealLine, error) {
	if !d.Manages(a) {
		return nil, ErrNothing
	}
	out := []RevealLine{}
	for _, r := range d.reveals.waiting {
		if r.State == RevealContested || now.Before(r.Until) {
			out = append(out, d.revealLine(r, a))
		}
	}
	slices.SortFunc(out, func(x, y RevealLine) int {
		if c := x.At.Compare(y.At); c != 0 {
			return c
		}
		return strings.Compare(x.ID, y.ID)
	})
	return out, nil
}

// A Verdict is what a manager decides of a reveal.
type Verdict string

// The verdicts. Approve lets one that waits open, or says that one with a reason
// in words was seen; Reject refuses it, closes it, or rejects the customer's
// contest; Uphold agrees with her that it was not right.
const (
	Approve Verdict = "approve"
	Reject  Verdict = "reject"
	Uphold  Verdict = "uphold"
)

// SettleReveal is a manager's decision on a reveal that waits for one.
func (d *Desk) SettleReveal(a floor.AssociateID, id string, v Verdict, now time.Time) error {
	if !d.Manages(a) {
		return ErrNothing
	}
	r := d.reveals.waiting[id]
	switch {
	case r == nil:
		return ErrNothing
	case r.Associate == a.Ref():
		return ErrOwn
	case r.State == RevealContested:
		return d.settleContest(r, a, v, now)
	case !now.Before(r.Until):
		return ErrMoved
	case v == Approve && r.State == RevealPending:
		return d.approve(r, a, now)
	}
	next := *r
	next.By, next.Noticed = a.Ref(), true
	var count conduct.Kind
	switch {
	case v == Approve:
	case v == Reject && r.State == RevealPending:
		next.State = RevealRefused
		count = conduct.Refused
	case v == Reject:
		next.State = RevealStopped
	default:
		return fmt.Errorf("%w: want approve or reject", ErrReveal)
	}
	if next.State == RevealStopped { // closed before it is written: a disk that takes nothing must not keep it open
		d.closeShare(r.ID, now)
	}
	return d.settled(r, next, count, now)
}

// approve is the second person's yes: now it opens, if the visit goes on.
func (d *Desk) approve(r *reveal, by floor.AssociateID, now time.Time) error {
	a, err := floor.ParseAssociate(r.Associate)
	if err != nil {
		return ErrNothing
	}
	x, err := d.claimant(a, floor.VisitID(r.Visit), now)
	if err != nil || !x.mayReveal(a) || d.roster[a].Tier != floor.TierStandard {
		return ErrMoved
	}
	next := *r
	next.By, next.Noticed = by.Ref(), true
	if err := d.openReveal(x, &next, now); err != nil {
		return err
	}
	*r = next
	delete(d.reveals.waiting, r.ID)
	return nil
}

func (d *Desk) settleContest(r *reveal, by floor.AssociateID, v Verdict, now time.Time) error {
	next := *r
	next.By = by.Ref()
	var count conduct.Kind
	switch v {
	case Uphold:
		next.State = RevealUpheld
		count = conduct.Upheld
	case Reject:
		next.State = RevealRejected
	default:
		return fmt.Errorf("%w: want uphold or reject", ErrReveal)
	}
	return d.settled(r, next, count, now)
}

// settled writes down what became of a reveal, with what is counted of its
// associate, and tells whom it concerns.
func (d *Desk) settled(r *reveal, next reveal, count conduct.Kind, now time.Time) error {
	a, err := floor.ParseAssociate(r.Associate)
	if err == nil && count != "" {
		err = d.conduct.Mark(a, count, now)
	}
	if err == nil {
		err = d.reveals.put(&next)
	}
	if err != nil {
		return fmt.Errorf("settle a reveal: %w", err)
	}
	*r = next
	delete(d.reveals.waiting, r.ID)
	d.revealAnswered(r, now)
	d.emit(Event{Kind: RevealWaits, At: now, Visit: floor.VisitID(r.Visit)})
	if c, err := floor.ParseCustomer(r.Customer); err == nil {
		if r.State == RevealUpheld || r.State == RevealRejected {
			d.emit(d.contestEvent(r, c, now))
		}
		d.emit(Event{Kind: HereChanged, At: now, Customer: c})
	}
	return nil
}

// maxContest is how much she may say against a reveal, in characters.
const maxContest = 300

// Contest is a customer's word that a reveal was not right: it closes at once if
// it is still open, and a manager and headquarters are to judge. Access is how
// her page names the line.
func (d *Desk) Contest(c floor.Customer, access, text string, now time.Time) error {
	seq, err := strconv.ParseUint(strings.TrimPrefix(access, "a-"), 10, 64)
	if err != nil {
		return ErrNothing
	}
	if text = line(text); len([]rune(text)) > maxContest {
		return ErrWords
	}
	hers, err := d.reveals.of(c)
	if err != nil {
		return fmt.Errorf("contest: %w", err)
	}
	r, ok := hers[seq]
	switch {
	case !ok:
		return ErrNothing
	case r.State != RevealActive && r.State != RevealStopped:
		return ErrMoved // she has said so before, and it may be settled
	}
	d.closeShare(r.ID, now)
	r.State, r.Contest = RevealContested, text
	if err := d.reveals.put(&r); err != nil {
		return fmt.Errorf("contest: %w", err)
	}
	d.reveals.waiting[r.ID] = &r
	d.emit(d.contestEvent(&r, c, now))
	d.emit(Event{Kind: RevealWaits, At: now, Visit: floor.VisitID(r.Visit)})
	d.emit(Event{Kind: HereChanged, At: now, Customer: c})
	return nil
}

// contestEvent tells headquarters, whose privacy officer is to know.
func (d *Desk) contestEvent(r *reveal, c floor.Customer, now time.Time) Event {
	e := Event{Kind: RevealJudged, At: now, Customer: c, Row: r.Row,
		Reveal: &RevealFact{ledger.PurposeReveal, r.Reason, r.State}}
	if a, err := floor.ParseAssociate(r.Associate); err == nil {
		e.Associate, e.Role, e.Policy = a, d.roster[a].Role, d.policy.Version()
		e.Relation = policy.RelationNone.String()
	}
	return e
}

// stateAt is where a reveal stands at a moment: an opening ends by itself.
func (r *reveal) stateAt(now time.Time) RevealState {
	if r.State == RevealActive && !now.Before(r.Until) {
		return RevealExpired
	}
	return r.State
}
