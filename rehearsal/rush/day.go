package rush

import (
	"container/heap"
	"context"
	"time"

	"foyer/routing"
)

// A day is one day as one house has it.
type day struct {
	*world
	house house
	now   time.Time
	queue queue
	seq   int
	staff []*presence
	score *scorer
}

// A house brings customers and associates together: it is told what people do,
// and says whom it asks by day.asked.
type house interface {
	name() string
	begin(d *day)                                    // everybody is hired
	present(p *presence, was routing.PresenceStatus) // p.status changed
	reach(p *presence)                               // p.lost changed
	open(g *guest, u routing.Urgency)                // she is announced, or asks
	end(g *guest, why string)                        // she leaves or gives up
	answer(o *offer, yes bool) (accepted bool)       // in time, a yes counts
	served(g *guest, p *presence)                    // and is done
	settle()                                         // after everything that happens
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

// play plays a day in a house.
func play(ctx context.Context, w *world, h house) (Figures, error) {
	d := &day{world: w, house: h, now: opening().Add(-time.Hour)}
	d.score = newScorer(d)
	for _, s := range w.sellers {
		d.hire(s)
	}
	h.begin(d)
	for _, v := range w.visits {
		g := &guest{visit: v, asked: map[*seller]int{}}
		d.at(v.arrives, func() { h.open(g, routing.Arrival) })
		if !v.asks.IsZero() {
			d.at(v.asks, func() { d.help(g) })
		}
		d.at(v.leaves, func() { d.leave(g) })
	}
	for d.queue.Len() > 0 {
		if err := ctx.Err(); err != nil {
			return Figures{}, err
		}
		e := heap.Pop(&d.queue).(event)
		d.now = e.at
		e.do()
		h.settle()
	}
	return d.score.figures(), nil
}

// help is her wish that somebody comes.
func (d *day) help(g *guest) {
	if g.server != nil || g.gone {
		return
	}
	free := d.score.request()
	d.house.open(g, routing.Requested)
	t := g.task
	t.free = free
	d.in(g.patience, func() {
		if !t.done {
			d.house.end(g, "gave up")
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
	d.house.end(g, "left")
}

func (d *day) snapshot() routing.Snapshot {
	s := routing.Snapshot{Hops: d.hops, People: make([]routing.Person, 0, len(d.staff))}
	for _, p := range d.staff {
		s.People = append(s.People, p.person(d.now))
	}
	return s
}
