package rush

import (
	"slices"

	"foyer/routing"
)

// own is a house that a router decides for: it does with tasks and offers what
// the box's desk does, with everything that routing knows.
type own struct {
	*day
	router router
	tasks  []*task // not over
	dirty  bool    // somebody's presence or some task changed
}

func (h *own) name() string { return h.router.name() }

func (h *own) begin(d *day) {
	h.day = d
	if l, ok := h.router.(lister); ok {
		for _, p := range d.staff {
			h.glances(p, l)
		}
	}
}

// present passes the offers to one who turns away on, except a manager's, who
// may be interrupted.
func (h *own) present(p *presence, _ routing.PresenceStatus) {
	h.dirty = true
	if p.status == routing.Available {
		return
	}
	for _, o := range slices.Clone(p.open) {
		if !o.headsUp && !(o.ring == routing.Manager && p.status == routing.Busy) {
			o.close(routing.Rescinded)
		}
	}
}

func (h *own) reach(p *presence) {
	h.dirty = true
	if p.lost {
		for _, o := range slices.Clone(p.open) {
			h.miss(o)
		}
	}
}

func (h *own) miss(o *offer) {
	o.close(routing.TimedOut)
	h.dirty = true
	if !o.headsUp {
		h.missed(o.to)
	}
}

// open makes a task of a visit, if the router admits one.
func (h *own) open(g *guest, u routing.Urgency) {
	if g.task != nil {
		h.end(g, "asked")
	}
	t := &task{Task: g.visit.task(u, h.now), guest: g}
	if !h.router.admits(t) {
		return
	}
	g.task, h.dirty = t, true
	h.tasks = append(h.tasks, t)
	h.score.opened(t)
}

func (h *own) end(g *guest, why string) {
	if g.task != nil {
		h.over(g.task, why)
		h.dirty = true
	}
}

func (h *own) answer(o *offer, yes bool) bool {
	h.dirty = true
	o.close(map[bool]routing.Outcome{true: routing.Accepted, false: routing.Declined}[yes])
	return yes
}

func (h *own) served(*guest, *presence) {}

// settle asks the router again as long as something changes.
func (h *own) settle() {
	for h.dirty {
		h.dirty = false
		slices.SortFunc(h.tasks, func(a, b *task) int { return routing.Before(a.Task, b.Task) })
		for _, t := range slices.Clone(h.tasks) {
			if !t.done {
				h.route(t)
			}
		}
		h.tasks = slices.DeleteFunc(h.tasks, func(t *task) bool { return t.done })
	}
}

// route asks the router whom to ask next.
func (h *own) route(t *task) {
	asks, wait := h.router.next(t, h.snapshot(), h.now)
	for _, o := range asks {
		h.ask(t, o)
	}
	switch {
	case wait.Over:
		h.end(t.guest, wait.Reason.String())
	case wait.Ends.After(t.next) && len(asks) == 0:
		t.next = wait.Ends
		h.at(wait.Ends, func() { h.dirty = h.dirty || !t.done })
	}
}

// ask puts a question to a seller, for as long as its time lasts.
func (h *own) ask(t *task, o routing.Offer) {
	p := h.staff[slices.IndexFunc(h.staff, func(p *presence) bool { return p.ID == o.Associate })]
	q := h.asked(t, p, o)
	h.dirty = true
	h.in(o.Timeout, func() {
		if q.open() {
			h.miss(q)
		}
	})
	if o.HeadsUp {
		h.headsUp(q)
	}
}
