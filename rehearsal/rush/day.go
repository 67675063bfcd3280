package rush

import (
	"container/heap"
	"slices"
	"time"

	"foyer/routing"
)

// A day is one day as one router has it.
type day struct {
	*world
	router router
	now    time.Time
	queue  queue
	seq    int
	staff  []*presence
	tasks  []*task // not settled, in the order they began
	guests map[*visit]*guest
	score  *scorer
	dirty  bool // somebody's presence or some task changed
}

// A guest is a visit under way.
type guest struct {
	*visit
	task   *task
	server *presence
	gone   bool
	asked  map[*seller]int // how often each was asked about her
}

// An event is something that happens at a time.
type event struct {
	at  time.Time
	seq int // the earlier said, the earlier done
	do  func()
}

type queue []event

func (q queue) Len() int      { return len(q) }
func (q queue) Swap(i, j int) { q[i], q[j] = q[j], q[i] }
func (q *queue) Push(x any)   { *q = append(*q, x.(event)) }
func (q queue) Less(i, j int) bool {
	return q[i].at.Before(q[j].at) || q[i].at.Equal(q[j].at) && q[i].seq < q[j].seq
}

// Pop is for package heap.
func (q *queue) Pop() any {
	last := len(*q) - 1
	e := (*q)[last]
	*q = (*q)[:last]
	return e
}

// at has something done at a time; what is past is done now.
func (d *day) at(t time.Time, do func()) {
	if t.Before(d.now) {
		t = d.now
	}
	d.seq++
	heap.Push(&d.queue, event{t, d.seq, do})
}

func (d *day) in(after time.Duration, do func()) { d.at(d.now.Add(after), do) }

// play plays a day to a router.
func play(w *world, r router) Figures {
	d := &day{world: w, router: r, now: opening().Add(-time.Hour), guests: map[*visit]*guest{}}
	d.score = newScorer(d)
	for _, s := range w.sellers {
		d.hire(s)
	}
	for _, v := range w.visits {
		g := &guest{visit: v, asked: map[*seller]int{}}
		d.guests[v] = g
		d.at(v.arrives, func() { d.arrive(g) })
		if !v.asks.IsZero() {
			d.at(v.asks, func() { d.help(g) })
		}
		d.at(v.leaves, func() { d.leave(g) })
	}
	for d.queue.Len() > 0 {
		e := heap.Pop(&d.queue).(event)
		d.now = e.at
		e.do()
		d.settle()
	}
	return d.score.figures()
}

// settle asks the router again as long as something changes: requests before
// arrivals, the longest waiting first.
func (d *day) settle() {
	for d.dirty {
		d.dirty = false
		slices.SortFunc(d.tasks, func(a, b *task) int { return routing.Before(a.Task, b.Task) })
		for _, t := range slices.Clone(d.tasks) {
			if !t.done {
				d.route(t)
			}
		}
		d.tasks = slices.DeleteFunc(d.tasks, func(t *task) bool { return t.done })
	}
}

// arrive announces a visit.
func (d *day) arrive(g *guest) { d.open(g, routing.Arrival) }

// help is her wish that somebody comes.
func (d *day) help(g *guest) {
	if g.server != nil || g.gone {
		return
	}
	if g.task != nil {
		d.end(g.task, "asked")
	}
	d.score.request()
	d.open(g, routing.Requested)
	t := g.task
	d.in(g.patience, func() {
		if !t.done {
			d.end(t, "gave up")
			d.leave(g)
		}
	})
	d.in(managerBy+time.Second, func() { d.score.managerDue(t) })
}

// leave is her way out, unless somebody is with her or she still waits.
func (d *day) leave(g *guest) {
	waiting := g.task != nil && g.task.Urgency == routing.Requested
	if g.server != nil || waiting || g.gone {
		return
	}
	g.gone = true
	if g.task != nil {
		d.end(g.task, "left")
	}
}

func (d *day) snapshot() routing.Snapshot {
	s := routing.Snapshot{Hops: d.hops, People: make([]routing.Person, 0, len(d.staff))}
	for _, p := range d.staff {
		s.People = append(s.People, p.person(d.now))
	}
	return s
}
