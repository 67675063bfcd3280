package routing_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"foyer/floor"
	"foyer/routing"
)

func account(task routing.Task, people []routing.Person, after time.Duration) routing.Account {
	e := routing.Explain(task, routing.Snapshot{People: people}, routing.Defaults(), start().Add(after))
	return e.Account(floor.AssociateID.Ref)
}

// An account says who was asked, who was passed over and why, and in which
// rings nobody was looked for.
func TestAccountReads(t *testing.T) {
	asked := func(name string, ring routing.Ring, at time.Duration) routing.Asked {
		return routing.Asked{Associate: id(name), Ring: ring, Outcome: routing.TimedOut, At: start().Add(at), Timeout: 45 * time.Second}
	}
	onBreak := person("ana", func(p *routing.Person) { p.Status = routing.OnBreak })
	for _, tt := range []struct {
		name   string
		task   routing.Task
		people []routing.Person
		after  time.Duration
		want   string
	}{
		{"scores", requested(func(t *routing.Task) { t.Preferred = ids("ana") }),
			[]routing.Person{onBreak, person("cleo"), person("dan"), person("eva", func(p *routing.Person) { p.OpenTasks = 1 }), person("mia", manager)}, 0,
			`task t-1 (requested) at 2026-11-23T10:00:00Z
R4  mia   free, kept for an escalation
R0  ana   on_break
R2  cleo  asked                                        30.0  category +15.0, same_or_next_zone +10.0, idle +5.0
R2  dan   passed over: as many points, idle no longer  30.0  category +15.0, same_or_next_zone +10.0, idle +5.0
R2  eva   no capacity                                  20.0  category +15.0, same_or_next_zone +10.0, open_tasks -10.0, idle +5.0
offered to cleo in R2 for 30s
`},
		{"her order", arrival(), everybody(), 0, `task t-1 (arrival) at 2026-11-23T10:00:00Z
R0  ana  asked
R0  ben  passed over: later in the customer's list
offered to ana in R0 for 45s
`},
		{"a ring's time", requested(func(t *routing.Task) {
			t.Preferred, t.Asked = nil, []routing.Asked{asked("cleo", routing.Qualified, 0)}
		}), []routing.Person{person("cleo"), person("dan")}, 130 * time.Second, `task t-1 (requested) at 2026-11-23T10:02:10Z
R2b  cleo  already asked  31.1  category +15.0, same_or_next_zone +10.0, idle +6.1
R2b  dan   asked          31.1  category +15.0, same_or_next_zone +10.0, idle +6.1
R2   -     its time is over
offered to dan in R2b for 45s
`},
		{"her own only", requested(func(t *routing.Task) { t.Style = routing.OnlyMine }), []routing.Person{person("cleo")}, 0,
			`task t-1 (requested) at 2026-11-23T10:00:00Z
R1   -  the customer wants her own only
R2   -  the customer wants her own only
R2b  -  the customer wants her own only
R3   -  the customer wants her own only
nobody: nobody free, until 10:09:00
`},
		{"busy", requested(), with("ana", busy)[:1], 0, `task t-1 (requested) at 2026-11-23T10:00:00Z
R0   ana  busy
R0b  ana  asked
told ana, who is busy, and asked when she is free, for 45s
`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var b strings.Builder
			if err := account(tt.task, tt.people, tt.after).Write(&b); err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(tt.want, b.String()); d != "" {
				t.Error(d)
			}
		})
	}
}

// It goes over a socket and comes back whole, and has no room for a customer.
func TestAccountTravels(t *testing.T) {
	a := account(requested(), everybody(), 0)
	data, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	var back routing.Account
	if err := json.Unmarshal(data, &back); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(a, back); d != "" {
		t.Error(d)
	}
	if strings.Contains(string(data), "customer\":") {
		t.Errorf("%s", data)
	}
}

// Waiting tasks are asked about in one order, whatever they come in.
// Headquarters' priority says who is asked about first, never who is asked.
func TestPriorityIsNoReasonForWhom(t *testing.T) {
	s := routing.Snapshot{People: everybody()}
	for _, base := range []routing.Task{requested(), arrival()} {
		first := base
		first.Priority = 3
		a := routing.Explain(base, s, routing.Defaults(), start())
		b := routing.Explain(first, s, routing.Defaults(), start())
		if d := cmp.Diff(a.Account(floor.AssociateID.Ref), b.Account(floor.AssociateID.Ref)); d != "" {
			t.Error(d)
		}
	}
}

func TestBefore(t *testing.T) {
	later := func(t *routing.Task) { t.Began = start().Add(time.Minute) }
	named := func(name string) func(*routing.Task) { return func(t *routing.Task) { t.ID = name } }
	first := func(t *routing.Task) { later(t); t.Priority = 3 }
	tasks := []routing.Task{arrival(named("a")), requested(later, named("b")), requested(named("d")), requested(named("c")),
		arrival(first, named("f")), requested(first, named("e"))}
	slices.SortFunc(tasks, routing.Before)
	var got string
	for _, x := range tasks {
		got += x.ID
	}
	if got != "ecdbfa" {
		t.Errorf("asked about in the order %s, want ecdbfa", got)
	}
}
