package concierge

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"foyer/concierge/rota"
	"foyer/floor"
)

// ErrOften means that she has looked at schedules as often as anybody may in a
// day.
var ErrOften = errors.New("looked often enough for today")

// A Schedule is what a customer sees of an associate's days.
type Schedule struct {
	Name string
	Days []rota.Day // empty: nothing is published, or she shares nothing
}

// Schedule returns the days of one of a customer's own associates, as far as that
// associate lets them be seen. Of anybody else there is nothing to show.
func (d *Desk) Schedule(c floor.Customer, ref string, now time.Time) (Schedule, error) {
	a, err := floor.ParseAssociate(ref)
	if err != nil || !slices.Contains(d.preferred(c), a) {
		return Schedule{}, ErrNothing
	}
	switch err := d.rota.Look(c, now.In(d.zone).Format(time.DateOnly), now); {
	case errors.Is(err, rota.ErrOften):
		return Schedule{}, ErrOften
	case err != nil:
		return Schedule{}, err
	}
	if slices.Contains(d.refusing(c), a) {
		return Schedule{Name: d.roster[a].Name}, nil
	}
	return Schedule{Name: d.roster[a].Name, Days: rota.Days(d.shifts[a], d.shares(a), now, d.zone)}, nil
}

// ScheduleVisibility is how much of her days an associate lets her own customers
// see.
func (d *Desk) ScheduleVisibility(a floor.AssociateID) (rota.Visibility, error) {
	if _, ok := d.roster[a]; !ok {
		return "", ErrNothing
	}
	return d.shares(a), nil
}

// SetScheduleVisibility is her word on it, which holds at once.
func (d *Desk) SetScheduleVisibility(a floor.AssociateID, v rota.Visibility, now time.Time) error {
	if _, ok := d.roster[a]; !ok {
		return ErrNothing
	}
	if err := d.rota.Set(a, v); err != nil {
		return fmt.Errorf("schedule visibility: %w", err)
	}
	d.shared[a] = v
	for _, s := range d.stays {
		d.here(s, now)
	}
	return nil
}

// shares is an associate's setting. What cannot be read is hidden.
func (d *Desk) shares(a floor.AssociateID) rota.Visibility {
	v, ok := d.shared[a]
	if ok {
		return v
	}
	v, err := d.rota.Visibility(a)
	if err != nil {
		d.log.Error("a schedule is hidden", "err", err)
		return v
	}
	d.shared[a] = v
	return v
}

// shown is an associate as a customer of hers may see her: what her schedule says
// only as far as she shares it.
func (d *Desk) shown(a floor.AssociateID, now time.Time) Colleague {
	c, v := d.colleague(a, now), d.shares(a)
	if v == rota.Hidden {
		c.From, c.Until = time.Time{}, time.Time{}
		if c.Presence == InToday || c.Presence == LaterToday {
			c.Presence = Unavailable
		}
	}
	if v != rota.TwoWeeks && c.Presence == InAgain {
		c.Presence, c.From = Unavailable, time.Time{}
	}
	return c
}

// OwnShifts returns an associate's published shifts that are not over, of the next
// two weeks, for herself.
func (d *Desk) OwnShifts(a floor.AssociateID, now time.Time) (out []floor.Shift) {
	for _, s := range d.shifts[a] {
		if now.Before(s.To) && s.From.Sub(now) < 14*24*time.Hour {
			out = append(out, s)
		}
	}
	slices.SortFunc(out, func(a, b floor.Shift) int { return a.From.Compare(b.From) })
	return out
}
