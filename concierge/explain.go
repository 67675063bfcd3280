package concierge

import (
	"fmt"
	"slices"
	"time"

	"foyer/floor"
	"foyer/routing"
)

// What is kept of decisions, in memory only: so many tasks, the last so many
// decisions of each, for so long after the last. In a large store so many lines
// about associates are reached first; they take about 4 MB.
const (
	keptTasks     = 64
	keptDecisions = 12
	keptLines     = 20_000
	keptFor       = 24 * time.Hour
)

// decisions are why associates were asked, of the tasks of the last hours.
type decisions []*decided

// decided is what routing decided about the tasks of one visit. Whose visit it
// is, is known only so that it can be forgotten with her.
type decided struct {
	id       string
	customer floor.Customer
	accounts []routing.Account
}

// A TaskLine is one line of the list of tasks that can be explained.
type TaskLine struct {
	Task      string    `json:"task"`
	Urgency   string    `json:"urgency"`
	At        time.Time `json:"at"`                  // of the last decision
	Decisions int       `json:"decisions"`           // that are kept
	Associate string    `json:"associate,omitempty"` // whom it last went to
	Reason    string    `json:"reason,omitempty"`    // or why to nobody
}

// decide asks routing about the task of a stay, and keeps why it says so.
func (d *Desk) decide(s *stay, now time.Time) (routing.Offer, routing.Wait, bool) {
	e := routing.Explain(s.task.Task, d.snapshot(now), d.routingRules(), now)
	d.decided.keep(s, e, now)
	return e.Offer, e.Wait, e.Offered
}

// say keeps what a manager decided.
func (all *decisions) say(s *stay, a routing.Account) {
	i := slices.IndexFunc(*all, func(x *decided) bool { return x.id == a.Task })
	x := &decided{id: a.Task, customer: s.customer}
	if i >= 0 {
		x = (*all)[i]
		*all = slices.Delete(*all, i, i+1)
	}
	x.accounts = append(x.accounts, a)
	x.accounts = x.accounts[max(0, len(x.accounts)-keptDecisions):]
	*all = append(*all, x)
}

// keep keeps a decision, unless it is to go on waiting for the same.
func (all *decisions) keep(s *stay, e routing.Explanation, now time.Time) {
	i := slices.IndexFunc(*all, func(x *decided) bool { return x.id == e.Task })
	var x *decided
	if i < 0 {
		x = &decided{id: e.Task, customer: s.customer}
	} else {
		x = (*all)[i]
		last := x.accounts[len(x.accounts)-1]
		if !e.Offered && last.Reason == e.Wait.Reason.String() && last.Urgency == e.Urgency.String() {
			return
		}
		*all = slices.Delete(*all, i, i+1)
	}
	x.accounts = append(x.accounts, e.Account(floor.AssociateID.Ref))
	x.accounts = x.accounts[max(0, len(x.accounts)-keptDecisions):]
	*all = append(*all, x)
	for len(*all) > keptTasks || len(*all) > 1 && all.lines() > keptLines {
		*all = slices.Delete(*all, 0, 1)
	}
	all.lapse(now)
}

// lines counts what is said about associates.
func (all *decisions) lines() (n int) {
	for _, x := range *all {
		for _, a := range x.accounts {
			n += len(a.Considered)
		}
	}
	return n
}

// lapse forgets what is too old.
func (all *decisions) lapse(now time.Time) {
	*all = slices.DeleteFunc(*all, func(x *decided) bool {
		return now.Sub(x.accounts[len(x.accounts)-1].At) > keptFor
	})
}

// forget forgets what was decided about a customer.
func (all *decisions) forget(c floor.Customer) {
	*all = slices.DeleteFunc(*all, func(x *decided) bool { return x.customer == c })
}

// Tasks lists the tasks that can be explained, the latest first. A task is
// named as its visit is; nothing in it says whose.
func (d *Desk) Tasks(now time.Time) []TaskLine {
	d.decided.lapse(now)
	out := make([]TaskLine, 0, len(d.decided))
	for _, x := range slices.Backward(d.decided) {
		last := x.accounts[len(x.accounts)-1]
		out = append(out, TaskLine{x.id, last.Urgency, last.At, len(x.accounts), last.Associate, last.Reason})
	}
	return out
}

// ExplainTask says why associates were asked about a task or passed over, one
// account for each decision, the first first. It names no customer.
func (d *Desk) ExplainTask(id string, now time.Time) ([]routing.Account, error) {
	d.decided.lapse(now)
	for _, x := range d.decided {
		if x.id == id {
			return slices.Clone(x.accounts), nil
		}
	}
	return nil, fmt.Errorf("task %q: %w", id, ErrNothing)
}
