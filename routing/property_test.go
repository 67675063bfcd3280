package routing_test

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"foyer/floor"
	"foyer/routing"
)

func someone(t *rapid.T, label string) floor.AssociateID {
	return id(rapid.SampledFrom([]string{"ana", "ben", "cleo", "dan", "eva", "fay", "gus", "mia", "nel"}).Draw(t, label))
}

func people(t *rapid.T) (out []routing.Person) {
	for _, name := range []string{"ana", "ben", "cleo", "dan", "eva", "fay", "gus", "mia", "nel"} {
		if rapid.IntRange(0, 5).Draw(t, name) == 0 {
			continue // not on the roster
		}
		likely := func(label string) bool { return rapid.IntRange(0, 4).Draw(t, label) > 0 }
		p := person(name, func(p *routing.Person) {
			p.OnShift, p.Live = likely("on shift"), likely("live")
			p.Status = rapid.SampledFrom([]routing.PresenceStatus{routing.Available, routing.Available, routing.Available,
				routing.Busy, routing.OnBreak, routing.DoNotDisturb, routing.Away, routing.OffShift}).Draw(t, "status")
			p.Tier = rapid.SampledFrom([]floor.Tier{floor.TierStandard, floor.TierStandard, floor.TierRestricted, floor.TierUntrained, ""}).Draw(t, "tier")
			p.Department = rapid.SampledFrom([]floor.ZoneID{"shoes", "beauty", "hall", ""}).Draw(t, "department")
			p.Languages = rapid.SampledFrom([][]string{{"en"}, {"de"}, nil}).Draw(t, "languages")
			p.OpenTasks = rapid.SampledFrom([]int{0, 0, 0, 1, 2}).Draw(t, "open")
			p.OffersThisHour = rapid.IntRange(0, 9).Draw(t, "hour")
			p.OffersThisShift = rapid.IntRange(0, 9).Draw(t, "shift")
			p.LastOffer = start().Add(-time.Duration(rapid.IntRange(0, 100).Draw(t, "idle")) * time.Minute)
		})
		if name >= "mia" {
			p.Role = floor.RoleManager
		}
		out = append(out, p)
	}
	return out
}

func task(t *rapid.T) routing.Task {
	few := func(label string) []floor.AssociateID {
		return rapid.SliceOfNDistinct(rapid.Custom(func(t *rapid.T) floor.AssociateID { return someone(t, label) }), 0, 3,
			func(a floor.AssociateID) string { return a.Ref() }).Draw(t, label)
	}
	return routing.Task{
		ID: "t", Began: start(),
		Urgency:   rapid.SampledFrom([]routing.Urgency{routing.Arrival, routing.Requested}).Draw(t, "urgency"),
		Style:     rapid.SampledFrom([]routing.ServiceStyle{routing.ApproachMe, routing.ApproachMe, routing.OnlyMine, routing.LetMeBrowse}).Draw(t, "style"),
		Choice:    rapid.SampledFrom([]routing.Choice{routing.NotAsked, routing.Undecided, routing.SomebodyElse, routing.WaitForHer}).Draw(t, "choice"),
		Zone:      rapid.SampledFrom([]floor.ZoneID{"shoes", "beauty", ""}).Draw(t, "zone"),
		Languages: rapid.SampledFrom([][]string{nil, {"de-CH"}}).Draw(t, "languages"),
		Skills:    rapid.SampledFrom([][]string{nil, {"fitting"}}).Draw(t, "skills"),
		Preferred: few("preferred"), Covers: few("covers"), Blocked: few("blocked"),
		CoversWelcome: rapid.Bool().Draw(t, "welcome"), Quiet: rapid.Bool().Draw(t, "quiet"),
		Served: []routing.Served{{Associate: someone(t, "served"), At: start().AddDate(0, 0, -rapid.IntRange(0, 900).Draw(t, "days"))}},
	}
}

// mayAsk is the law of routing, stated without looking at how it works.
func mayAsk(t routing.Task, p routing.Person, o routing.Offer) string {
	rules := routing.Defaults()
	switch {
	case t.Style == routing.LetMeBrowse:
		return "she wants to look around"
	case !p.OnShift || p.Status == routing.OffShift:
		return "off shift"
	case !p.Live:
		return "not live"
	case slices.Contains(t.Blocked, p.ID):
		return "blocked"
	case p.Tier != floor.TierStandard && p.Tier != floor.TierRestricted:
		return "untrained"
	case p.Tier == floor.TierRestricted && t.Quiet:
		return "restricted and quiet"
	case p.Status != routing.Available && p.Status != routing.Busy:
		return "status " + p.Status.String()
	case p.Status == routing.Busy && !o.HeadsUp && o.Ring != routing.Manager:
		return "interrupted"
	case o.HeadsUp && !slices.Contains(t.Preferred, p.ID):
		return "a heads-up to a stranger"
	case t.Urgency == routing.Arrival && !o.HeadsUp && p.OffersThisHour >= rules.MaxUnsolicited:
		return "too many this hour"
	case t.Urgency == routing.Arrival && !slices.Contains(t.Preferred, p.ID) && !(t.CoversWelcome && slices.Contains(t.Covers, p.ID)):
		return "an arrival beyond her own"
	case t.Style == routing.OnlyMine && !slices.Contains(t.Preferred, p.ID) && o.Ring != routing.Manager && !(t.CoversWelcome && slices.Contains(t.Covers, p.ID)):
		return "not hers"
	case o.Ring == routing.Manager && (p.Role != floor.RoleManager || t.Urgency != routing.Requested):
		return "no manager, or no request"
	}
	return ""
}

func TestOffersAreLawful(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		job, floorNow, rules := task(rt), routing.Snapshot{People: people(rt)}, routing.Defaults()
		now := start()
		asked := map[floor.AssociateID]int{}
		managed := time.Duration(-1)
		for step := 0; ; step++ {
			if step > 60 {
				rt.Fatalf("still not over after %d steps: %+v", step, job.Asked)
			}
			o, w, ok := routing.Next(job, floorNow, rules, now)
			again, w2, ok2 := routing.Next(job, floorNow, rules, now)
			if ok != ok2 || w != w2 || !reflect.DeepEqual(o, again) {
				rt.Fatalf("the same question, two answers: %+v %+v, %+v %+v", o, w, again, w2)
			}
			if !ok {
				if w.Over || w.Ends.IsZero() {
					break
				}
				if !w.Ends.After(now) {
					rt.Fatalf("waits for the past: %+v at %s", w, now)
				}
				now = w.Ends
				continue
			}
			i := slices.IndexFunc(floorNow.People, func(p routing.Person) bool { return p.ID == o.Associate })
			if why := mayAsk(job, floorNow.People[i], o); why != "" {
				rt.Fatalf("%s: offered to %s in %s", why, o.Associate.Ref(), o.Ring)
			}
			if o.Timeout <= 0 {
				rt.Fatalf("an offer nobody can answer: %+v", o)
			}
			if !o.HeadsUp {
				asked[o.Associate]++
			}
			if floorNow.People[i].Role == floor.RoleManager && managed < 0 {
				managed = now.Sub(start())
			}
			outcome := rapid.SampledFrom([]routing.Outcome{routing.TimedOut, routing.Declined}).Draw(rt, "outcome")
			job.Asked = append(job.Asked, routing.Asked{Associate: o.Associate, Ring: o.Ring, Outcome: outcome, At: now, Timeout: o.Timeout})
			now = now.Add(o.Timeout)
		}
		for who, n := range asked {
			if n > rules.Loops || job.Urgency == routing.Arrival && n > 1 {
				rt.Fatalf("%s is asked %d times", who.Ref(), n)
			}
		}
		if managed > rules.ManagerAfter && job.Choice != routing.WaitForHer {
			rt.Fatalf("a manager hears of it after %s: %+v", managed, job.Asked)
		}
	})
}

// A request with somebody fit for it is offered to somebody, unless the
// customer is to choose or to wait first.
func TestRequestsAreOffered(t *testing.T) {
	offered := 0
	rapid.Check(t, func(rt *rapid.T) {
		job := task(rt)
		job.Urgency, job.Style, job.Choice = routing.Requested, routing.ApproachMe, routing.SomebodyElse
		job.Zone = ""
		s := routing.Snapshot{People: people(rt)}
		fit := slices.ContainsFunc(s.People, func(p routing.Person) bool {
			if mayAsk(job, p, routing.Offer{}) != "" || p.OpenTasks > 0 {
				return false
			}
			return true
		})
		_, w, ok := routing.Next(job, s, routing.Defaults(), start())
		if fit && !ok {
			rt.Fatalf("somebody is fit, and nobody is asked: %s", w.Reason)
		}
		if ok {
			offered++
		}
	})
	if offered == 0 {
		t.Error("nobody was ever offered anything")
	}
}

func BenchmarkNext(b *testing.B) {
	s := routing.Snapshot{Hops: routing.Neighbours(floor.Example())}
	for _, name := range []string{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o", "p", "q", "r", "s", "t"} {
		s.People = append(s.People, person(name, func(p *routing.Person) { p.Skills = []string{"fitting", "shoes"} }))
	}
	job := requested(func(t *routing.Task) { t.Skills, t.Languages = []string{"fitting"}, []string{"en"} })
	rules := routing.Defaults()
	b.ReportAllocs()
	for b.Loop() {
		if _, _, ok := routing.Next(job, s, rules, start()); !ok {
			b.Fatal("nobody")
		}
	}
}
