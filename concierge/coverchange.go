package concierge

import (
	"slices"
	"time"

	"foyer/concierge/rota"
	"foyer/floor"
)

// withCovers returns the staff with the covers that hold.
func (d *Desk) withCovers(staff []floor.Associate) []floor.Associate {
	d.keptChanges()
	d.sent.covers = map[floor.AssociateID][]floor.AssociateID{}
	out := slices.Clone(staff)
	for i, a := range out {
		d.sent.covers[a.ID] = a.Covers
		out[i].Covers = d.coversNow(a.ID)
	}
	return out
}

// coversNow are an associate's covers: a manager's word while headquarters says
// what it said then, else headquarters'.
func (d *Desk) coversNow(a floor.AssociateID) []floor.AssociateID {
	given := d.sent.covers[a]
	i := slices.IndexFunc(d.sent.covered, func(c rota.Change) bool { return c.Associate == a.Ref() })
	if i < 0 || d.sent.covered[i].Over != rota.MarkCovers(given) {
		return given
	}
	var out []floor.AssociateID
	for _, ref := range d.sent.covered[i].Covers {
		if c, err := floor.ParseAssociate(ref); err == nil {
			out = append(out, c)
		}
	}
	return out
}

// ChangeCovers is a manager's word on who stands in for an associate, the first
// first. With undo headquarters' word holds again.
func (d *Desk) ChangeCovers(manager floor.AssociateID, ref string, covers []string, undo bool, now time.Time) error {
	a, err := d.changeable(manager, ref)
	if err != nil {
		return err
	}
	c := rota.Change{Associate: ref, Covers: covers, Over: rota.MarkCovers(d.sent.covers[a]), By: manager.Ref(), At: now.UTC()}
	for i, x := range covers {
		cover, err := floor.ParseAssociate(x)
		if _, known := d.roster[cover]; err != nil || !known || cover == a || slices.Contains(covers[:i], x) {
			return rota.ErrCovers
		}
	}
	if undo {
		c.Undone, c.Covers = true, nil
		for _, said := range d.sent.covers[a] {
			c.Covers = append(c.Covers, said.Ref())
		}
		err = d.rota.Undo(c)
	} else {
		err = d.rota.Keep(c)
	}
	if err != nil {
		return err
	}
	d.sent.covered = slices.DeleteFunc(d.sent.covered, func(old rota.Change) bool { return old.Associate == ref })
	if !undo {
		d.sent.covered = append(d.sent.covered, c)
	}
	who := d.roster[a]
	who.Covers = d.coversNow(a)
	d.roster[a] = who
	d.emit(rotaChanged(c))
	d.floorChanged(now)
	return nil
}
