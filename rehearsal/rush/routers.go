package rush

import (
	"slices"
	"time"

	"foyer/floor"
	"foyer/routing"
)

// A router decides whom to ask about a task.
type router interface {
	name() string
	admits(t *task) bool
	next(t *task, s routing.Snapshot, now time.Time) ([]routing.Offer, routing.Wait)
}

// foyer is package routing with the rules it ships with.
type foyer struct{ rules routing.Rules }

func newFoyer() foyer { return foyer{routing.Defaults()} }

func (foyer) name() string { return foyerName }

func (foyer) admits(t *task) bool { return routing.Admit(t.Task) == nil }

func (f foyer) next(t *task, s routing.Snapshot, now time.Time) ([]routing.Offer, routing.Wait) {
	o, w, ok := routing.Next(t.Task, s, f.rules, now)
	if !ok {
		return nil, w
	}
	return []routing.Offer{o}, routing.Wait{}
}

// broadcast rings at everybody who is free, and again after a minute; the
// fastest thumb has it. After three minutes managers are rung too. It knows no
// wish to look around, and nobody's own associate.
type broadcast struct{ askedOnly bool }

func (broadcast) name() string { return "broadcast" }

func (b broadcast) admits(t *task) bool { return !b.askedOnly || t.Urgency == routing.Requested }

func (broadcast) next(t *task, s routing.Snapshot, now time.Time) (out []routing.Offer, w routing.Wait) {
	if t.Urgency == routing.Arrival && now.Sub(t.Began) >= 5*time.Minute {
		return nil, routing.Wait{Reason: routing.Expired, Over: true}
	}
	asked, ends := rung(t, now)
	for _, p := range s.People {
		ring := routing.Floor
		if p.Role == floor.RoleManager {
			ring = routing.Manager
		}
		if mayRing(t, p, now) && !slices.Contains(asked, p.ID) {
			out = append(out, routing.Offer{Associate: p.ID, Ring: ring, Timeout: time.Minute})
		}
	}
	if manager := t.Began.Add(managerBy); now.Before(manager) && (ends.IsZero() || manager.Before(ends)) {
		ends = manager
	}
	if len(out) == 0 && t.Urgency == routing.Arrival && ends.IsZero() {
		ends = t.Began.Add(5 * time.Minute)
	}
	return out, routing.Wait{Reason: routing.AnswerPending, Ends: ends}
}

// rung returns who has declined, is being rung at, or was rung at in the last
// minute, and when the first of the rings ends.
func rung(t *task, now time.Time) (who []floor.AssociateID, ends time.Time) {
	for _, a := range t.Asked {
		end := a.At.Add(a.Timeout)
		over := !now.Before(end)
		if a.Outcome == routing.Declined || !over {
			who = append(who, a.Associate)
		}
		if a.Outcome != routing.Declined && !over && (ends.IsZero() || end.Before(ends)) {
			ends = end
		}
	}
	return who, ends
}

// mayRing holds what the ones elsewhere know too: who is there, trained and not
// blocked.
func mayRing(t *task, p routing.Person, now time.Time) bool {
	if !p.OnShift || !p.Live || p.Tier == floor.TierUntrained || slices.Contains(t.Blocked, p.ID) {
		return false
	}
	if p.Role == floor.RoleManager {
		return t.Urgency == routing.Requested && now.Sub(t.Began) >= managerBy && (p.Status == routing.Available || p.Status == routing.Busy)
	}
	return p.Status == routing.Available
}
