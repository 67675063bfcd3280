package rush

import "foyer/routing"

// headsUp tells a busy seller that a customer of hers is here, and the customer
// that she is busy: both answer in their own time.
func (h *own) headsUp(o *offer) {
	t, p := o.task, o.to
	r := draw(h.seed, "estimate %s %d", p.ID.Ref(), t.guest.n)
	left := p.until.Sub(h.now)
	guess := minutes(left.Minutes() * between(r, 0.7, 1.5))
	u := r.Float64()
	h.in(seconds(between(r, 5, 40)), func() {
		h.dirty = true
		switch {
		case !o.open() || u > 0.75: // she does not look at it
		case u < 0.15: // she cannot
			o.close(routing.Declined)
		default:
			p.estimate = o.at.Add(guess)
			o.close(routing.Accepted)
		}
	})
	if !t.posed && t.Urgency == routing.Requested && t.Choice == routing.NotAsked {
		t.posed, t.Choice = true, routing.Undecided
		h.score.posed++
		h.in(t.guest.thinks, func() { h.choose(t) })
	}
}

// choose is the customer's answer.
func (h *own) choose(t *task) {
	if t.done {
		return
	}
	h.dirty = true
	switch t.guest.choice {
	case somebodyElse:
		t.Choice = routing.SomebodyElse
	case waits:
		t.Choice = routing.WaitForHer
		h.score.waiting++
	case browses:
		h.end(t.guest, choseToBrowse)
	}
}
