package routing

import (
	"time"

	"foyer/floor"
)

// a desk is one decision in the making.
type desk struct {
	task    *Task
	floor   *Snapshot
	rules   *Rules
	now     time.Time
	explain *Explanation // nil unless somebody wants to know
}

func decide(t Task, s Snapshot, r Rules, now time.Time, e *Explanation) (Offer, Wait, bool) {
	d := &desk{task: &t, floor: &s, rules: &r, now: now, explain: e}
	if browsing(t) {
		return over(Browsing)
	}
	for _, a := range t.Asked {
		if a.Outcome == Accepted && a.Ring != HeadsUp {
			return over(Assigned)
		}
	}
	for _, a := range t.Asked {
		until := d.until(a)
		answered := a.Outcome != Pending || !now.Before(until)
		moot := a.Ring == HeadsUp && (t.Choice == WaitForHer || t.Choice == SomebodyElse || !d.stillBusy(a)) // she has chosen, or needs not
		if !answered && !moot {
			return Offer{}, Wait{Reason: AnswerPending, Until: until, Ends: until}, false
		}
	}
	if t.Urgency == Requested {
		return d.requested()
	}
	return d.arrival()
}

// arrival asks her own associates only, and lets go after a while: nobody
// asked for anything.
func (d *desk) arrival() (Offer, Wait, bool) {
	end := d.task.Began.Add(d.rules.ArrivalExpires)
	if d.task.Choice != WaitForHer && !d.now.Before(end) {
		return over(Expired)
	}
	left := end.Sub(d.now)
	if d.task.Choice == WaitForHer {
		left = 0 // she waits for her: no hurry
	} else if left < shortest {
		return wait(NobodyFree, end)
	}
	if o, ok := d.preferred(); ok {
		return offer(o, left)
	}
	if d.task.CoversWelcome && d.task.Choice != WaitForHer {
		if o, ok := d.scored(Covers); ok {
			return offer(o, left)
		}
	}
	if o, w, done := d.busy(); done {
		return o, w, w.Reason == NotWaiting
	}
	if !d.now.Before(end) {
		return over(Expired)
	}
	return wait(NobodyFree, end)
}

// requested goes through all the rings, and to a manager in time.
func (d *desk) requested() (Offer, Wait, bool) {
	sla := d.task.Began.Add(d.rules.ManagerAfter).Sub(d.now)
	free, askManager := d.managerFree()
	if o, ok := d.preferred(); ok && !(askManager && sla < shortest) {
		return offer(o, d.clip(sla, askManager))
	}
	if d.task.Choice == WaitForHer {
		if o, w, done := d.busy(); done { // her choice: no manager interferes
			return o, w, w.Reason == NotWaiting
		}
	} else if d.task.Choice != SomebodyElse && !(askManager && sla < shortest) {
		if o, w, done := d.busy(); done {
			limit := sla
			if !askManager || sla < 0 {
				limit = 0
			}
			if w.Reason == NotWaiting {
				return offer(o, limit)
			}
			if end := d.now.Add(limit); limit > 0 && w.Ends.After(end) {
				w.Ends = end
			}
			return o, w, false
		}
	}
	if askManager && sla < shortest {
		return offer(free, 0)
	}
	for _, ring := range [...]Ring{Covers, Qualified, Language, Floor} {
		if !d.open(ring) {
			d.skip(ring)
			continue
		}
		if o, ok := d.scored(ring); ok {
			return offer(o, d.clip(sla, askManager))
		}
	}
	if askManager {
		return offer(free, 0)
	}
	return d.again()
}

// shortest is the least time an offer is worth making for.
const shortest = 10 * time.Second

// clip returns how long an offer of a request may last: until a manager must
// know, if one can be asked, and while the promise to the customer can still be
// kept, not so long that nobody is left to keep it. 0 is no limit.
func (d *desk) clip(sla time.Duration, managerFree bool) time.Duration {
	limit := time.Duration(0)
	if managerFree && sla > 0 {
		limit = sla
	}
	if left := d.task.Began.Add(d.rules.Promise - d.rules.Reserve).Sub(d.now); d.rules.Promise > 0 && left >= shortest && (limit == 0 || left < limit) {
		limit = left
	}
	return limit
}

// preferred asks the customer's list in her order; while she waits for one of
// them, only that one.
func (d *desk) preferred() (Offer, bool) {
	in, chosen := 0, -1
	waiting := d.waiting()
	for _, id := range d.task.Preferred {
		i := d.person(id)
		if i < 0 {
			continue
		}
		if _, told := d.headsUp(id); waiting && !told {
			continue
		}
		why := d.unfit(i, Preferred)
		d.note(i, Preferred, why, nil)
		if why == "" && chosen < 0 {
			chosen = i
		}
		if why == "" || d.times(id) > 0 {
			in++
		}
	}
	if chosen < 0 {
		return Offer{}, false
	}
	o := Offer{Associate: d.floor.People[chosen].ID, Ring: Preferred, Timeout: d.rules.OfferTimeout}
	if in == 1 {
		o.Timeout = d.rules.OnlyTimeout
	}
	return o, true
}

// waiting reports whether the customer waits for somebody who is still there
// to be waited for.
func (d *desk) waiting() bool {
	if d.task.Choice != WaitForHer {
		return false
	}
	for _, id := range d.task.Preferred {
		last, told := d.headsUp(id)
		i := d.person(id)
		if told && last.Outcome != Declined && i >= 0 && d.times(id) == 0 && (d.occupied(i) || d.unfit(i, Preferred) == "") {
			return true
		}
	}
	return false
}

// busy deals with preferred associates who are in but serving somebody: a
// heads-up to the first, then the customer chooses. It reports whether that
// is what to do now.
func (d *desk) busy() (Offer, Wait, bool) {
	for _, id := range d.task.Preferred {
		i := d.person(id)
		if i < 0 || !d.occupied(i) || d.times(id) > 0 {
			continue
		}
		p := &d.floor.People[i]
		last, told := d.headsUp(id)
		switch {
		case told && last.Outcome == Declined:
			continue // she cannot; there is nothing to wait for
		case !told && d.task.Choice == SomebodyElse:
			continue
		case !told, d.task.Choice == WaitForHer && d.estimateOver(p, last):
			d.note(i, HeadsUp, "", nil)
			return Offer{Associate: id, Ring: HeadsUp, Timeout: d.rules.OfferTimeout, HeadsUp: true}, Wait{}, true
		case d.task.Choice == WaitForHer:
			return Offer{}, d.waitForHer(p, last), true
		case d.task.Choice == NotAsked:
			continue
		}
		ends := last.At.Add(d.rules.ChoiceWithin)
		if d.now.Before(ends) {
			return Offer{}, Wait{Reason: CustomerChoosing, Ends: ends}, true
		}
		return Offer{}, Wait{Reason: NoChoice, Over: true}, true
	}
	return Offer{}, Wait{}, false
}

// stillBusy reports whether the one who was given a heads-up is serving yet: it
// asks when she will be free, and nobody waits for that once she is, or has
// gone.
func (d *desk) stillBusy(a Asked) bool {
	i := d.person(a.Associate)
	return i >= 0 && d.occupied(i)
}

// estimateOver reports whether a busy associate should have been free for a
// while, and has not been asked again since.
func (d *desk) estimateOver(p *Person, last Asked) bool {
	again := p.FreeAt.Add(d.rules.ReAsk)
	return !p.FreeAt.IsZero() && !d.now.Before(again) && last.At.Before(again)
}

func (d *desk) waitForHer(p *Person, last Asked) Wait {
	w := Wait{Reason: PreferredBusy}
	if again := p.FreeAt.Add(d.rules.ReAsk); !p.FreeAt.IsZero() && last.At.Before(again) {
		w.Ends = again
	}
	return w
}

// again starts the next round of a request nobody took, or ends it.
func (d *desk) again() (Offer, Wait, bool) {
	t := d.task
	end := t.Began.Add(d.rules.ManagerAfter + time.Duration(d.rules.Loops)*(d.rules.ManagerTimeout+d.rules.Renotify))
	var last time.Time
	for _, a := range t.Asked {
		if until := d.until(a); a.Ring != HeadsUp && until.After(last) {
			last = until
		}
	}
	next := last.Add(d.rules.Renotify)
	someone, left := d.fewest()
	switch {
	case !d.now.Before(end), !left && d.loops() >= d.rules.Loops:
		return over(Exhausted)
	case left && d.now.Before(next):
		return wait(NextRound, next)
	case left:
		return offer(someone, 0)
	}
	return wait(NobodyFree, end)
}

func offer(o Offer, limit time.Duration) (Offer, Wait, bool) {
	if limit > 0 && o.Timeout > limit {
		o.Timeout = limit
	}
	return o, Wait{}, true
}

func wait(why Reason, ends time.Time) (Offer, Wait, bool) {
	return Offer{}, Wait{Reason: why, Ends: ends}, false
}

func over(why Reason) (Offer, Wait, bool) {
	return Offer{}, Wait{Reason: why, Over: true}, false
}

// person returns the place of id among the people, or -1.
func (d *desk) person(id floor.AssociateID) int {
	for i := range d.floor.People {
		if d.floor.People[i].ID == id {
			return i
		}
	}
	return -1
}
