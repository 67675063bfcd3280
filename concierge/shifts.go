package concierge

import (
	"slices"
	"time"

	"foyer/concierge/rota"
	"foyer/floor"
)

// sent is what headquarters said of shifts and of covers, and what a manager
// changed of it here.
type sent struct {
	shifts  map[floor.AssociateID][]floor.Shift
	covers  map[floor.AssociateID][]floor.AssociateID
	changed []rota.Change // of shifts
	covered []rota.Change
	read    bool // changed and covered are what is kept
}

// A Roll is one day's shifts, as a manager sees and changes them.
type Roll struct {
	Day   string // 2006-01-02, in the store
	Lines []RollLine
}

// A RollLine is one associate on a roll.
type RollLine struct {
	ID, Name string
	Shifts   []floor.Shift
	On       bool      // on shift now
	Until    time.Time // then: the end of it
	Changed  bool      // by a manager, here
	By       string    // her first name
	Said     []floor.Shift
	Covers   []Colleague // who stands in for her, the first first
	Recovers bool        // that was changed here
}

// keptChanges reads what managers have changed.
func (d *Desk) keptChanges() {
	if d.sent.read {
		return
	}
	changed, covered, err := d.rota.Changes()
	if err != nil {
		d.log.Error("what was changed of shifts is not known", "err", err)
		return
	}
	d.sent.changed, d.sent.covered, d.sent.read = changed, covered, true
}

// reshift puts in force what headquarters said and what was changed of it.
func (d *Desk) reshift() {
	d.keptChanges()
	clear(d.shifts)
	for a, s := range d.sent.shifts {
		d.shifts[a] = s
	}
	for _, c := range d.sent.changed {
		if a, err := floor.ParseAssociate(c.Associate); err == nil {
			d.shifts[a] = rota.Overlay(d.sent.shifts[a], a, d.changesOf(a), d.zone)
		}
	}
}

func (d *Desk) changesOf(a floor.AssociateID) (out []rota.Change) {
	for _, c := range d.sent.changed {
		if c.Associate == a.Ref() {
			out = append(out, c)
		}
	}
	return out
}

// Roll returns the shifts of a day of the store, today's where day is "".
func (d *Desk) Roll(manager floor.AssociateID, day string, now time.Time) (Roll, error) {
	if !d.Manages(manager) {
		return Roll{}, ErrNothing
	}
	if day == "" {
		day = now.In(d.zone).Format(time.DateOnly)
	}
	if err := rota.CheckShifts(day, nil, now, d.zone); err != nil {
		return Roll{}, err
	}
	out := Roll{Day: day}
	for _, id := range d.order {
		out.Lines = append(out.Lines, d.rollLine(id, day, now))
	}
	return out, nil
}

func (d *Desk) rollLine(a floor.AssociateID, day string, now time.Time) RollLine {
	x := RollLine{ID: a.Ref(), Name: d.roster[a].Name, Shifts: rota.OnDay(d.shifts[a], day, d.zone), Said: rota.OnDay(d.sent.shifts[a], day, d.zone)}
	x.Until, x.On = d.onShift(a, now)
	for _, c := range d.changesOf(a) {
		if c.Day == day && c.Over == rota.MarkShifts(x.Said) {
			x.Changed, x.By = true, d.nameOf(c.By)
		}
	}
	for _, c := range d.roster[a].Covers {
		x.Covers = append(x.Covers, Colleague{ID: c.Ref(), Name: d.roster[c].Name})
	}
	x.Recovers = !slices.Equal(d.roster[a].Covers, d.sent.covers[a])
	return x
}

func (d *Desk) nameOf(ref string) string {
	a, err := floor.ParseAssociate(ref)
	if err != nil {
		return ""
	}
	return d.roster[a].Name
}

// ChangeShifts is a manager's word on an associate's day: all of its shifts, or
// none. It counts once it is on the disk, and headquarters is told.
func (d *Desk) ChangeShifts(manager floor.AssociateID, ref, day string, shifts []rota.Span, now time.Time) error {
	a, err := d.changeable(manager, ref)
	if err != nil {
		return err
	}
	if err := rota.CheckShifts(day, shifts, now, d.zone); err != nil {
		return err
	}
	c := rota.Change{Associate: ref, Day: day, Shifts: shifts, Over: rota.MarkShifts(rota.OnDay(d.sent.shifts[a], day, d.zone)), By: manager.Ref(), At: now.UTC()}
	if err := d.rota.Keep(c); err != nil {
		return err
	}
	d.sent.changed = append(d.without(a, day), c)
	d.shiftsChanged(c, now)
	return nil
}

// UndoShifts lets headquarters' word on a day hold again.
func (d *Desk) UndoShifts(manager floor.AssociateID, ref, day string, now time.Time) error {
	a, err := d.changeable(manager, ref)
	if err != nil {
		return err
	}
	if err := rota.CheckShifts(day, nil, now, d.zone); err != nil {
		return err
	}
	c := rota.Change{Associate: ref, Day: day, By: manager.Ref(), At: now.UTC(), Undone: true}
	for _, s := range rota.OnDay(d.sent.shifts[a], day, d.zone) {
		c.Shifts = append(c.Shifts, rota.Span{From: s.From, To: s.To})
	}
	if err := d.rota.Undo(c); err != nil {
		return err
	}
	d.sent.changed = d.without(a, day)
	d.shiftsChanged(c, now)
	return nil
}

func (d *Desk) without(a floor.AssociateID, day string) []rota.Change {
	return slices.DeleteFunc(d.sent.changed, func(c rota.Change) bool { return c.Associate == a.Ref() && c.Day == day })
}

func (d *Desk) shiftsChanged(c rota.Change, now time.Time) {
	d.reshift()
	d.emit(rotaChanged(c))
	d.sweepShifts(now)
	d.floorChanged(now)
}

// changeable returns the associate that a manager changes something of.
func (d *Desk) changeable(manager floor.AssociateID, ref string) (floor.AssociateID, error) {
	a, err := floor.ParseAssociate(ref)
	if _, known := d.roster[a]; !d.Manages(manager) || err != nil || !known {
		return a, ErrNothing
	}
	return a, nil
}
