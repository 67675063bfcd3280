package concierge

import (
	"foyer/concierge/rota"
	"foyer/floor"
)

// rotaChanged is a change of shifts or covers as an event.
func rotaChanged(c rota.Change) Event {
	a, _ := floor.ParseAssociate(c.Associate) // of the roster, when it was kept
	by, _ := floor.ParseAssociate(c.By)
	f := &RotaFact{Day: c.Day, By: by, Undone: c.Undone}
	for _, s := range c.Shifts {
		f.Shifts = append(f.Shifts, floor.Shift{Associate: a, From: s.From, To: s.To})
	}
	for _, ref := range c.Covers {
		if cover, err := floor.ParseAssociate(ref); err == nil {
			f.Covers = append(f.Covers, cover)
		}
	}
	return Event{Kind: RotaChanged, At: c.At, Associate: a, Rota: f}
}

// UntoldRota returns the changes of shifts and covers, as events, that were kept
// here and of which ToldRota has not been called since. It runs on the caller's
// goroutine.
func (d *Door) UntoldRota() (out []Event, err error) {
	changes, err := d.rota.Untold()
	for _, c := range changes {
		out = append(out, rotaChanged(c))
	}
	return out, err
}

// ToldRota notes that headquarters' outbox has these changes. One of the same day,
// or of the same covers, that came later stays to be told.
func (d *Door) ToldRota(events ...Event) error {
	var told []rota.Change
	for _, e := range events {
		told = append(told, rota.Change{Associate: e.Associate.Ref(), Day: e.Rota.Day, At: e.At})
	}
	return d.rota.Told(told...)
}
