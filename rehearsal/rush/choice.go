package rush

import "foyer/routing"

// headsUp tells a busy seller that a customer of hers is here, and the customer
// that she is busy: both answer in their own time.
func (d *day) headsUp(o *offer) {
	t, p := o.task, o.to
	r := draw(d.seed, "estimate %s %d", p.ID.Ref(), t.guest.n)
	left := p.until.Sub(d.now)
	guess := minutes(left.Minutes() * between(r, 0.7, 1.5))
	u := r.Float64()
	d.in(seconds(between(r, 5, 40)), func() {
		switch {
		case !o.open() || u > 0.75: // she does not look at it
		case u < 0.15: // she cannot
			d.close(o, routing.Declined)
		default:
			p.estimate = o.at.Add(guess)
			d.close(o, routing.Accepted)
		}
	})
	if !t.posed && t.Urgency == routing.Requested && t.Choice == routing.NotAsked {
		t.posed, t.Choice = true, routing.Undecided
		d.score.posed++
		d.in(t.guest.thinks, func() { d.choose(t) })
	}
}

// choose is the customer's answer.
func (d *day) choose(t *task) {
	if t.done {
		return
	}
	d.dirty = true
	switch t.guest.choice {
	case somebodyElse:
		t.Choice = routing.SomebodyElse
	case waits:
		t.Choice = routing.WaitForHer
		d.score.waiting++
	case browses:
		d.end(t, choseToBrowse)
	}
}
