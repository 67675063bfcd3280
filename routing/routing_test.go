package routing_test

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"foyer/floor"
	"foyer/routing"
)

func start() time.Time { return time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC) }

func id(name string) floor.AssociateID {
	a, err := floor.ParseAssociate(name)
	if err != nil {
		panic(err)
	}
	return a
}

func ids(names ...string) (out []floor.AssociateID) {
	for _, n := range names {
		out = append(out, id(n))
	}
	return out
}

// person is a trained associate of the shoe department, free since ten.
func person(name string, change ...func(*routing.Person)) routing.Person {
	p := routing.Person{
		ID: id(name), Role: floor.RoleAssociate, Tier: floor.TierStandard, Status: routing.Available,
		OnShift: true, Live: true, Department: "shoes", Languages: []string{"en"}, LastOffer: start().Add(-10 * time.Minute),
	}
	for _, c := range change {
		c(&p)
	}
	return p
}

// specified are the rules without the promise, which shortens what they say.
func specified() routing.Rules {
	r := routing.Defaults()
	r.Promise = 0
	return r
}

func manager(p *routing.Person) { p.Role = floor.RoleManager }
func busy(p *routing.Person)    { p.Status = routing.Busy }

func arrival(change ...func(*routing.Task)) routing.Task {
	t := routing.Task{ID: "t-1", Began: start(), Zone: "shoes", Preferred: ids("ana", "ben"), Style: routing.ApproachMe}
	for _, c := range change {
		c(&t)
	}
	return t
}

func requested(change ...func(*routing.Task)) routing.Task {
	t := arrival(change...)
	t.Urgency = routing.Requested
	return t
}

// run asks and lets every offer time out, and writes what happens.
func run(t routing.Task, s routing.Snapshot, rules routing.Rules, steps int) string {
	var b strings.Builder
	now := start()
	for range steps {
		o, w, ok := routing.Next(t, s, rules, now)
		at := now.Sub(start()).Seconds()
		switch {
		case ok:
			fmt.Fprintf(&b, "%g %s %s %g\n", at, o.Ring, o.Associate.Ref(), o.Timeout.Seconds())
			t.Asked = append(t.Asked, routing.Asked{Associate: o.Associate, Ring: o.Ring, Outcome: routing.Pending, At: now, Timeout: o.Timeout})
			now = now.Add(o.Timeout)
		case w.Over || w.Ends.IsZero():
			fmt.Fprintf(&b, "%g %s\n", at, w.Reason)
			return b.String()
		default:
			fmt.Fprintf(&b, "%g %s until %g\n", at, w.Reason, w.Ends.Sub(start()).Seconds())
			now = w.Ends
		}
	}
	return b.String()
}

// everybody is a small floor; ana and ben are the customer's own.
func everybody() []routing.Person {
	return []routing.Person{
		person("ana"), person("ben"), person("cleo"), person("dan", func(p *routing.Person) { p.Skills = []string{"shoes"} }),
		person("eva", func(p *routing.Person) { p.Department = "beauty" }), person("mia", manager),
	}
}

func without(names ...string) []routing.Person {
	return slices.DeleteFunc(everybody(), func(p routing.Person) bool { return slices.Contains(names, p.ID.Ref()) })
}

func with(name string, change func(*routing.Person)) []routing.Person {
	out := everybody()
	for i := range out {
		if out[i].ID == id(name) {
			change(&out[i])
		}
	}
	return out
}

// A story is a task nobody answers, and who is asked when.
type story struct {
	name   string
	task   routing.Task
	people []routing.Person
	want   string
}

func stories() []story {
	return []story{
		{"an arrival asks hers in her order and lets go", arrival(), everybody(),
			"0 R0 ana 45\n45 R0 ben 45\n90 nobody free until 300\n300 expired\n"},
		{"an only one has longer", arrival(), without("ben"), "0 R0 ana 90\n90 nobody free until 300\n300 expired\n"},
		{"an arrival of nobody's customer", arrival(func(t *routing.Task) { t.Preferred = nil }), everybody(),
			"0 nobody free until 300\n300 expired\n"},
		{"an arrival whose covers are welcome", arrival(func(t *routing.Task) {
			t.Covers, t.CoversWelcome = ids("cleo"), true
			t.Served = []routing.Served{{Associate: id("dan"), At: start().AddDate(0, -1, 0)}}
		}), without("ana", "ben"), "0 R1 cleo 45\n45 nobody free until 300\n300 expired\n"},
		{"browsing", arrival(func(t *routing.Task) { t.Style = routing.LetMeBrowse }), everybody(), "0 browsing\n"},
		{"a request goes round and reaches a manager in time",
			requested(func(t *routing.Task) {
				t.Covers, t.Skills = ids("cleo"), []string{"shoes"}
			}), everybody(),
			"0 R0 ana 45\n45 R0 ben 45\n90 R1 cleo 45\n135 R2 dan 45\n180 R4 mia 60\n" +
				"240 R2b eva 45\n285 next round until 405\n405 R4 mia 60\n465 next round until 585\n585 exhausted\n"},
		{"nobody of hers is in", requested(func(t *routing.Task) { t.Zone = "beauty" }), without("ana", "ben"),
			"0 R2 eva 45\n45 R2b cleo 45\n90 R2b dan 45\n135 R4 mia 60\n195 next round until 315\n315 R4 mia 60\n375 next round until 495\n495 R2b cleo 45\n540 exhausted\n"},
		{"hers is busy: she is asked, and silence is browsing", requested(func(t *routing.Task) {
			t.Choice = routing.Undecided
		}), append(with("ana", busy)[:1], person("cleo")), "0 R0b ana 45\n45 customer choosing until 60\n60 no choice\n"},
		{"hers is busy, and she was not asked", requested(), append(with("ana", busy)[:1], person("cleo")),
			"0 R0b ana 45\n45 R2 cleo 45\n90 next round until 210\n210 R2 cleo 45\n255 exhausted\n"},
		{"hers is busy on arrival", arrival(), with("ana", busy)[:1], "0 R0b ana 45\n45 nobody free until 300\n300 expired\n"},
		{"hers is busy: somebody else", requested(func(t *routing.Task) {
			t.Choice = routing.SomebodyElse
		}), append(with("ana", busy)[:1], person("cleo")), "0 R2 cleo 45\n45 next round until 165\n165 R2 cleo 45\n210 exhausted\n"},
		{"hers is busy: she waits", requested(func(t *routing.Task) {
			t.Choice = routing.WaitForHer
			t.Asked = []routing.Asked{{Associate: id("ana"), Ring: routing.HeadsUp, At: start(), Timeout: time.Second}}
		}), with("ana", func(p *routing.Person) { p.Status, p.FreeAt = routing.Busy, start().Add(5*time.Minute) }),
			"0 preferred busy until 600\n600 R0b ana 45\n645 preferred busy\n"},
		{"only hers, and a manager", requested(func(t *routing.Task) { t.Style = routing.OnlyMine }), without("ben"),
			"0 R0 ana 90\n90 R4 mia 60\n150 next round until 270\n270 R4 mia 60\n330 next round until 450\n450 R0 ana 45\n495 exhausted\n"},
		{"the last one left is asked again", requested(func(t *routing.Task) { t.Preferred = nil }), []routing.Person{person("cleo")},
			"0 R2 cleo 45\n45 next round until 165\n165 R2 cleo 45\n210 exhausted\n"},
		{"nobody at all", requested(), nil, "0 nobody free until 540\n540 exhausted\n"},
	}
}

func TestStories(t *testing.T) {
	for _, tt := range stories() {
		t.Run(tt.name, func(t *testing.T) {
			if d := cmp.Diff(tt.want, run(tt.task, routing.Snapshot{People: tt.people}, specified(), 40)); d != "" {
				t.Error(d)
			}
		})
	}
}

// While the promise to one who asked can still be kept, nobody's time to answer
// eats all of it; an arrival, of whom nobody was promised anything, has the time
// of the specification. Once the promise is broken there is no hurry either.
func TestThePromise(t *testing.T) {
	for _, tt := range []struct {
		name string
		task routing.Task
		want string
	}{
		{"a request", requested(), "0 R0 ana 30\n30 R0 ben 45\n"},
		{"an arrival", arrival(), "0 R0 ana 45\n45 R0 ben 45\n"},
	} {
		got := run(tt.task, routing.Snapshot{People: []routing.Person{person("ana"), person("ben")}}, routing.Defaults(), 2)
		if got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
	late := routing.Snapshot{People: []routing.Person{person("ana")}}
	if o, _, ok := routing.Next(requested(), late, routing.Defaults(), start().Add(25*time.Second)); !ok || o.Timeout != 90*time.Second {
		t.Errorf("with no time left for a second one she has %v, %v", o.Timeout, ok)
	}
}

func TestHardFilters(t *testing.T) {
	for _, tt := range []struct {
		why    string
		person func(*routing.Person)
		task   func(*routing.Task)
	}{
		{"off shift", func(p *routing.Person) { p.OnShift = false }, nil},
		{"off shift", func(p *routing.Person) { p.Status = routing.OffShift }, nil},
		{"no live stream", func(p *routing.Person) { p.Live = false }, nil},
		{"blocked by the customer", nil, func(t *routing.Task) { t.Blocked = ids("ana") }},
		{"untrained", func(p *routing.Person) { p.Tier = floor.TierUntrained }, nil},
		{"untrained", func(p *routing.Person) { p.Tier = "" }, nil},
		{"restricted, and the customer wants quiet service", func(p *routing.Person) { p.Tier = floor.TierRestricted }, func(t *routing.Task) { t.Quiet = true }},
		{"on_break", func(p *routing.Person) { p.Status = routing.OnBreak }, nil},
		{"dnd", func(p *routing.Person) { p.Status = routing.DoNotDisturb }, nil},
		{"away", func(p *routing.Person) { p.Status = routing.Away }, nil},
		{"invalid", func(p *routing.Person) { p.Status = 77 }, nil},
		{"enough offers this hour", func(p *routing.Person) { p.OffersThisHour = 8 }, nil},
		{"no identifier", func(p *routing.Person) { p.ID = floor.AssociateID{} }, func(t *routing.Task) { t.Preferred = []floor.AssociateID{{}} }},
		{"already asked", nil, func(t *routing.Task) {
			t.Asked = []routing.Asked{{Associate: id("ana"), Outcome: routing.Declined, At: start()}}
		}},
	} {
		t.Run(tt.why, func(t *testing.T) {
			p, task := person("ana"), arrival(func(t *routing.Task) { t.Preferred = t.Preferred[:1] })
			s := routing.Snapshot{People: []routing.Person{p}}
			if _, _, ok := routing.Next(task, s, routing.Defaults(), start()); !ok {
				t.Fatal("nobody is asked even without the filter")
			}
			if tt.person != nil {
				tt.person(&s.People[0])
			}
			if tt.task != nil {
				tt.task(&task)
			}
			e := routing.Explain(task, s, routing.Defaults(), start())
			if e.Offered {
				t.Fatalf("%v is asked", e.Offer)
			}
			if len(e.Candidates) == 0 || e.Candidates[0].Why != tt.why {
				t.Errorf("%+v, want %q", e.Candidates, tt.why)
			}
		})
	}
	full := person("ana", func(p *routing.Person) { p.OpenTasks = 1 })
	o, _, ok := routing.Next(requested(), routing.Snapshot{People: []routing.Person{full}}, routing.Defaults(), start())
	if !ok || !o.HeadsUp {
		t.Errorf("one who is serving gets %+v, want a heads-up", o)
	}
}

func TestScore(t *testing.T) {
	now := start()
	task := requested(func(t *routing.Task) {
		t.Preferred, t.Covers, t.Languages, t.Skills = nil, ids("cleo"), []string{"de-CH"}, []string{"fitting"}
		t.Served = []routing.Served{{Associate: id("cleo"), At: now.Add(-180 * 24 * time.Hour)}}
	})
	cleo := person("cleo", func(p *routing.Person) {
		p.Languages, p.Skills, p.OpenTasks = []string{"en", "de"}, []string{"fitting", "shoes"}, 1
	})
	rules := routing.Defaults()
	rules.Capacity = 2
	o, _, ok := routing.Next(task, routing.Snapshot{People: []routing.Person{cleo}}, rules, now)
	want := []routing.Term{{"cover_named", 40}, {"served", 15}, {"language", 20}, {"category", 15}, {"same_or_next_zone", 10}, {"open_tasks", -10}, {"idle", 5}}
	if d := cmp.Diff(want, o.Score); !ok || d != "" {
		t.Error(d)
	}
	if got := routing.Total(o.Score); got != 95 {
		t.Errorf("total %v, want 95", got)
	}
}

func TestServedLapses(t *testing.T) {
	task := requested(func(t *routing.Task) {
		t.Preferred = nil
		t.Served = []routing.Served{{Associate: id("cleo"), At: start().AddDate(-3, 0, 0)}}
	})
	o, _, _ := routing.Next(task, routing.Snapshot{People: []routing.Person{person("cleo")}}, routing.Defaults(), start())
	if o.Ring != routing.Qualified {
		t.Errorf("asked in %s three years later, want R2", o.Ring)
	}
}

func TestTiesGoToTheLongestIdleThenTheIdentifier(t *testing.T) {
	task := requested(func(t *routing.Task) { t.Preferred = nil })
	s := routing.Snapshot{People: []routing.Person{person("zoe"), person("cleo"), person("dan")}}
	o, _, _ := routing.Next(task, s, routing.Defaults(), start())
	if o.Associate != id("cleo") {
		t.Errorf("asked %s, want cleo by identifier", o.Associate.Ref())
	}
	s.People[0].LastOffer = start().Add(-2 * time.Hour) // both are at the top of the idle term
	s.People[1].LastOffer = start().Add(-1 * time.Hour)
	s.People[2].LastOffer = start().Add(-3 * time.Hour)
	if o, _, _ = routing.Next(task, s, routing.Defaults(), start()); o.Associate != id("dan") {
		t.Errorf("asked %s, want dan, idle for longest", o.Associate.Ref())
	}
}

func TestShareCap(t *testing.T) {
	task := requested(func(t *routing.Task) { t.Preferred, t.Skills, t.Languages = nil, []string{"fitting"}, []string{"en"} })
	best := person("best", func(p *routing.Person) { p.Skills, p.OffersThisShift = []string{"fitting"}, 6 })
	other := person("other", func(p *routing.Person) { p.Skills, p.OffersThisShift = []string{"fitting"}, 1; p.LastOffer = start() })
	s := routing.Snapshot{People: []routing.Person{best, other}}
	if o, _, _ := routing.Next(task, s, routing.Defaults(), start()); o.Associate != id("other") {
		t.Errorf("asked %s, who has six of seven offers", o.Associate.Ref())
	}
	s.People[1].Status = routing.Busy
	if o, _, _ := routing.Next(task, s, routing.Defaults(), start()); o.Associate != id("best") {
		t.Error("nobody else is free, and she is not asked")
	}
}

// What becomes of a heads-up: she frees up, she cannot, she leaves.
func TestAfterAHeadsUp(t *testing.T) {
	told := func(choice routing.Choice, outcome routing.Outcome) routing.Task {
		return requested(func(t *routing.Task) {
			t.Preferred, t.Choice = ids("ana"), choice
			t.Asked = []routing.Asked{{Associate: id("ana"), Ring: routing.HeadsUp, Outcome: outcome, At: start(), Timeout: 45 * time.Second}}
		})
	}
	ana := func(s routing.PresenceStatus) []routing.Person {
		return []routing.Person{person("ana", func(p *routing.Person) { p.Status = s }), person("cleo")}
	}
	for _, tt := range []struct {
		name   string
		task   routing.Task
		people []routing.Person
		want   string
	}{
		{"she frees up while the customer chooses", told(routing.Undecided, routing.TimedOut), ana(routing.Available), "R0 ana"},
		{"she frees up and the customer waits", told(routing.WaitForHer, routing.Pending), ana(routing.Available), "R0 ana"},
		{"she is still busy and the customer waits", told(routing.WaitForHer, routing.TimedOut), ana(routing.Busy), "preferred busy"},
		{"she is still busy and the customer does not wait", told(routing.SomebodyElse, routing.Pending), ana(routing.Busy), "R2 cleo"},
		{"she cannot", told(routing.WaitForHer, routing.Declined), ana(routing.Busy), "R2 cleo"},
		{"she goes home and the customer waits", told(routing.WaitForHer, routing.TimedOut), ana(routing.OffShift), "R2 cleo"},
		{"she takes a break while the customer chooses", told(routing.Undecided, routing.TimedOut), ana(routing.OnBreak), "R2 cleo"},
		{"she is being told", told(routing.Undecided, routing.Pending), ana(routing.Busy), "answer pending"},
		{"she frees up while she is being told", told(routing.Undecided, routing.Pending), ana(routing.Available), "R0 ana"},
		{"she goes home while she is being told", told(routing.Undecided, routing.Pending), ana(routing.OffShift), "R2 cleo"},
	} {
		o, w, ok := routing.Next(tt.task, routing.Snapshot{People: tt.people}, routing.Defaults(), start().Add(30*time.Second))
		got := w.Reason.String()
		if ok {
			got = o.Ring.String() + " " + o.Associate.Ref()
		}
		if got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}

func TestAdmit(t *testing.T) {
	if err := routing.Admit(arrival(func(t *routing.Task) { t.Style = routing.LetMeBrowse })); !errors.Is(err, routing.ErrBrowsing) {
		t.Errorf("got %v, want ErrBrowsing", err)
	}
	if err := routing.Admit(routing.Task{}); !errors.Is(err, routing.ErrBrowsing) {
		t.Errorf("a task nobody filled in: got %v, want ErrBrowsing", err)
	}
	if err := routing.Admit(arrival(func(t *routing.Task) { t.ID = "" })); !errors.Is(err, routing.ErrTask) {
		t.Errorf("got %v, want ErrTask", err)
	}
	if err := routing.Admit(arrival()); err != nil {
		t.Error(err)
	}
}

func TestPendingAndAccepted(t *testing.T) {
	s := routing.Snapshot{People: []routing.Person{person("ana"), person("ben")}}
	task := arrival()
	task.Asked = []routing.Asked{{Associate: id("ana"), Outcome: routing.Pending, At: start()}}
	_, w, ok := routing.Next(task, s, routing.Defaults(), start().Add(44*time.Second))
	if ok || w.Reason != routing.AnswerPending || !w.Until.Equal(start().Add(45*time.Second)) {
		t.Errorf("while one is asked: %+v, %t", w, ok)
	}
	if o, _, _ := routing.Next(task, s, routing.Defaults(), start().Add(45*time.Second)); o.Associate != id("ben") {
		t.Errorf("after her time: %+v", o)
	}
	task.Asked[0].Outcome = routing.Accepted
	if _, w, ok := routing.Next(task, s, routing.Defaults(), start().Add(time.Hour)); ok || w.Reason != routing.Assigned || !w.Over {
		t.Errorf("after she accepted: %+v, %t", w, ok)
	}
}

// Sales, conversion, basket, commission, spend or a manual boost are no input
// of routing. Whoever adds a field adds it here, and says why it is none.
func TestAllowedInputs(t *testing.T) {
	for _, tt := range []struct {
		of   any
		want string
	}{
		{routing.Person{}, "ID Role Tier Status OnShift Live Department Skills Languages OpenTasks LastOffer OffersThisHour OffersThisShift FreeAt"},
		{routing.Task{}, "ID Urgency Began Zone Languages Skills Preferred Covers CoversWelcome Served Blocked Style Quiet Choice Priority Asked"},
		{routing.Served{}, "Associate At"},
		{routing.Asked{}, "Associate Ring Outcome At Timeout"},
		{routing.Snapshot{}, "People Hops"},
		{routing.Weights{}, "Cover Served HalfLife Language Category Near Task IdleMax"},
	} {
		var got []string
		for i, typ := 0, reflect.TypeOf(tt.of); i < typ.NumField(); i++ {
			got = append(got, typ.Field(i).Name)
		}
		if d := cmp.Diff(tt.want, strings.Join(got, " ")); d != "" {
			t.Errorf("%T: %s", tt.of, d)
		}
	}
}

func TestRulesCheck(t *testing.T) {
	if err := routing.Defaults().Check(); err != nil {
		t.Fatal(err)
	}
	for field, spoil := range map[string]func(*routing.Rules){
		"OfferTimeout":    func(r *routing.Rules) { r.OfferTimeout = 0 },
		"ArrivalExpires":  func(r *routing.Rules) { r.ArrivalExpires = time.Second },
		"ManagerAfter":    func(r *routing.Rules) { r.ManagerAfter = 0 },
		"Promise":         func(r *routing.Rules) { r.Promise = r.Reserve },
		"ChoiceWithin":    func(r *routing.Rules) { r.ChoiceWithin = 0 },
		"Loops":           func(r *routing.Rules) { r.Loops = 0 },
		"Capacity":        func(r *routing.Rules) { r.Capacity = 0 },
		"ShareCap":        func(r *routing.Rules) { r.ShareCap = 0.5 },
		"HalfLife":        func(r *routing.Rules) { r.Weights.HalfLife = 0 },
		"RingTimeout[R1]": func(r *routing.Rules) { r.RingTimeout[routing.Covers] = -1 },
	} {
		r := routing.Defaults()
		spoil(&r)
		if err := r.Check(); !errors.Is(err, routing.ErrRules) || !strings.Contains(err.Error(), field) {
			t.Errorf("%s: %v", field, err)
		}
	}
}

func TestNeighbours(t *testing.T) {
	hops := routing.Neighbours(floor.Example())
	for _, tt := range []struct {
		a, b floor.ZoneID
		want int
	}{
		{"shoes", "shoes", 0}, {"shoes", "handbags", 1}, {"beauty", "hall", 1}, {"beauty", "handbags", 2},
		{"handbags", "beauty", 2}, {"women", "shoes", 2}, {"shoes", "nowhere", routing.Apart}, {"", "", routing.Apart},
	} {
		if got := hops(tt.a, tt.b); got != tt.want {
			t.Errorf("%s to %s: %d hops, want %d", tt.a, tt.b, got, tt.want)
		}
	}
}
