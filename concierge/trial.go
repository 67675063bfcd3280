package concierge

import (
	"time"

	"foyer/floor"
	"foyer/policy"
)

// A trial is a discretion table that headquarters wants tried: it decides every
// card a second time, and only what would change is counted.
type trial struct {
	comparison *policy.Comparison
	since      time.Time
	seen       map[looked]bool // cards that were counted: made anew, one counts once
}

// looked is an associate's card of a visit.
type looked struct {
	visit     floor.VisitID
	associate floor.AssociateID
}

// Trial is what a trial has come to.
type Trial struct {
	Version string          `json:"version"` // of the table that is tried
	Against string          `json:"against"` // of the table in force
	Since   time.Time       `json:"since"`
	Found   policy.Findings `json:"found"`
}

// Try begins to try a table beside the one in force; nil ends the trial. Nothing
// that anybody sees changes by it.
func (d *Desk) Try(next *policy.Table, now time.Time) {
	if next == nil {
		d.trial = nil
		return
	}
	d.trial = &trial{comparison: policy.Compare(next), since: now, seen: map[looked]bool{}}
}

// Trial returns what the trial has come to; false if nothing is tried.
func (d *Desk) Trial() (Trial, bool) {
	t := d.trial
	if t == nil {
		return Trial{}, false
	}
	return Trial{Version: t.comparison.Next().Version(), Against: d.policy.Version(), Since: t.since, Found: t.comparison.Findings()}, true
}

// try decides the purchases of a card that was made by the other table, too.
func (m *maker) try(v floor.VisitID) {
	t := m.desk.trial
	if t == nil || t.seen[looked{v, m.viewer.ID}] {
		return
	}
	t.seen[looked{v, m.viewer.ID}] = true
	next := t.comparison.Next()
	ages := policy.AgesAt(m.now, next.Params().CoolingOff)
	for i := range m.profile.Purchases {
		x := &m.profile.Purchases[i]
		f, ok := m.purchaseFacts(x)
		if !ok {
			continue
		}
		was := m.desk.policy.Decide(f)
		f.Age = ages.Of(x.At)
		f.Sensitivity = next.Classify(x.Category, sensitivity(x.Sensitivity))
		t.comparison.Item(was, f)
	}
	t.comparison.Card()
}

// forgetCards lets go of which cards of a visit were counted.
func (d *Desk) forgetCards(v floor.VisitID) {
	if d.trial == nil {
		return
	}
	for k := range d.trial.seen {
		if k.visit == v {
			delete(d.trial.seen, k)
		}
	}
}
