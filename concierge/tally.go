package concierge

import (
	"slices"
	"time"

	"foyer/floor"
	"foyer/policy"
	"foyer/routing"
)

const (
	tallyDays = 30   // that are kept
	tallyMost = 2000 // times to accept that are kept of a day
)

// A tally is what one day came to: counts, and nobody's name.
type tally struct {
	counts
	Waits []int `json:"waits,omitempty"` // s, from a request to a yes
}

type counts struct {
	Requests  int `json:"requests,omitempty"`
	Accepted  int `json:"accepted,omitempty"` // requests
	Late      int `json:"late,omitempty"`     // of these, after the service level
	Nobody    int `json:"nobody,omitempty"`   // requests that ended without a yes
	Escalated int `json:"escalated,omitempty"`
	Offers    int `json:"offers,omitempty"`
	Yes       int `json:"yes,omitempty"`
	No        int `json:"no,omitempty"`
	Missed    int `json:"missed,omitempty"`
	HeadsUps  int `json:"heads_ups,omitempty"`
	Answered  int `json:"answered,omitempty"` // heads-ups
	Named     int `json:"named,omitempty"`    // served, and one of hers was in
	Matched   int `json:"matched,omitempty"`  // of these, by one of hers
	StoodIn   int `json:"stood_in,omitempty"` // requests that a colleague of hers said yes to: no time of them is counted
	Covered   int `json:"covered,omitempty"`  // appointments
}

func (t *tally) equal(o *tally) bool {
	return t.counts == o.counts && len(t.Waits) == len(o.Waits)
}

// tally is the tally of the day of a moment.
func (d *Desk) tally(at time.Time) *tally {
	day := at.In(d.zone).Format(time.DateOnly)
	t := d.tallies[day]
	if t == nil {
		t = &tally{}
		d.tallies[day] = t
		old := at.In(d.zone).AddDate(0, 0, -tallyDays).Format(time.DateOnly)
		for k := range d.tallies {
			if k < old {
				delete(d.tallies, k)
			}
		}
	}
	return t
}

// count counts what an event says of an offer or an appointment.
func (d *Desk) count(e Event) {
	if !slices.Contains([]EventKind{OfferCreated, OfferAccepted, OfferDeclined, OfferTimedOut, HeadsUpGiven, Booked}, e.Kind) {
		return
	}
	t := d.tally(e.At)
	switch e.Kind {
	case OfferCreated:
		t.Offers++
		if e.Ring == int(routing.Manager) && d.firstManager(e.Visit) {
			t.Escalated++
		}
	case OfferAccepted:
		t.Yes++
		d.countYes(t, e)
	case OfferDeclined:
		t.No++
	case OfferTimedOut:
		t.Missed++
	case HeadsUpGiven:
		t.HeadsUps++
	case Booked:
		if e.Booking.State == "covered" {
			t.Covered++
		}
	}
}

func (d *Desk) firstManager(v floor.VisitID) bool {
	s := d.visits[v]
	if s == nil || s.task == nil {
		return false
	}
	n := 0
	for _, a := range s.task.Asked {
		if a.Ring == routing.Manager {
			n++
		}
	}
	return n == 1
}

// countYes counts who came, and how soon.
func (d *Desk) countYes(t *tally, e Event) {
	s := d.visits[e.Visit]
	if s == nil || s.task == nil {
		return
	}
	in := slices.ContainsFunc(s.task.Preferred, func(a floor.AssociateID) bool { return d.attends(a).signedOn })
	if in {
		t.Named++
		if e.Relation == policy.RelationPreferred.String() {
			t.Matched++
		}
	}
	if !s.task.requested() || s.task.Choice == routing.WaitForHer { // who waits has chosen to
		return
	}
	if d.standsIn(s, e.Associate, e.At) {
		t.StoodIn++ // expected to take longer, so it is in no figure of time
		return
	}
	t.Accepted++
	wait := e.At.Sub(s.task.Began)
	if wait > d.level() {
		t.Late++
	}
	if len(t.Waits) < tallyMost {
		t.Waits = append(t.Waits, int(wait/time.Second))
	}
}

// level is the service level: by when a request is to be accepted.
func (d *Desk) level() time.Duration {
	if p := d.routingRules().Promise; p > 0 {
		return p
	}
	return time.Minute
}

// FloorFigures is what a manager may know of days: how the floor works, and no
// associate's results.
type FloorFigures struct {
	From, To                                    string // days, YYYY-MM-DD, both in it
	Level                                       time.Duration
	Requests, Accepted, Late, Nobody, Escalated int
	Median, P90                                 time.Duration // to accept
	Offers, Yes, No, Missed                     int
	HeadsUps, Answered, Covered, StoodIn        int
	Named, Matched                              int
	Shares                                      []Share // of the shift now, if today is in it
}

// A Share is how much of the questions of R1 to R3 somebody has been asked in
// this shift, in fair shares: one is as much as everybody else.
type Share struct {
	Who   Colleague
	Asked int
	Fair  float64
}

// Figures are the figures of some days, by default of today.
func (d *Desk) Figures(manager floor.AssociateID, from, to string, now time.Time) (FloorFigures, error) {
	if d.roster[manager].Role != floor.RoleManager || !d.attends(manager).signedOn {
		return FloorFigures{}, ErrNothing
	}
	today := now.In(d.zone).Format(time.DateOnly)
	if to == "" {
		to = today
	}
	if from == "" {
		from = to
	}
	f := FloorFigures{From: from, To: to, Level: d.level()}
	var waits []int
	for day, t := range d.tallies {
		if day < from || day > to {
			continue
		}
		f.Requests, f.Accepted, f.Late, f.Nobody, f.Escalated = f.Requests+t.Requests, f.Accepted+t.Accepted, f.Late+t.Late, f.Nobody+t.Nobody, f.Escalated+t.Escalated
		f.Offers, f.Yes, f.No, f.Missed = f.Offers+t.Offers, f.Yes+t.Yes, f.No+t.No, f.Missed+t.Missed
		f.HeadsUps, f.Answered, f.Covered, f.StoodIn = f.HeadsUps+t.HeadsUps, f.Answered+t.Answered, f.Covered+t.Covered, f.StoodIn+t.StoodIn
		f.Named, f.Matched = f.Named+t.Named, f.Matched+t.Matched
		waits = append(waits, t.Waits...)
	}
	slices.Sort(waits)
	if n := len(waits); n > 0 {
		f.Median, f.P90 = time.Duration(waits[(n-1)/2])*time.Second, time.Duration(waits[(n*9+9)/10-1])*time.Second
	}
	if from <= today && today <= to {
		f.Shares = d.sharesNow(now)
	}
	return f, nil
}

func (d *Desk) sharesNow(now time.Time) (out []Share) {
	total, heads := 0, 0
	for _, id := range d.order {
		if d.sharing(id) {
			total, heads = total+d.attends(id).shift, heads+1
		}
	}
	for _, id := range d.order {
		if !d.sharing(id) {
			continue
		}
		s := Share{Who: d.colleague(id, now), Asked: d.attends(id).shift}
		if total > 0 {
			s.Fair = float64(s.Asked) * float64(heads) / float64(total)
		}
		out = append(out, s)
	}
	return out
}

// sharing reports whether an associate has a part in the questions of a shift.
func (d *Desk) sharing(a floor.AssociateID) bool {
	who := d.roster[a]
	return d.attends(a).signedOn && who.Role == floor.RoleAssociate && who.Tier != floor.TierUntrained
}
