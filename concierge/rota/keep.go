package rota

import (
	"fmt"
	"time"

	"foyer/concierge/drawer"
	"foyer/vault"
)

const (
	shiftChanges = "shift-changes"
	coverChanges = "cover-changes"
	owedChanges  = "rota-untold"
	changeTTL    = Horizon + 3*24*time.Hour
)

// Changes returns the changes of shifts and of covers that are kept.
func (r *Rota) Changes() (shifts, covers []Change, err error) {
	if err = drawer.EachOwn(r.changed, func(c Change) { shifts = append(shifts, c) }); err == nil {
		err = drawer.EachOwn(r.covered, func(c Change) { covers = append(covers, c) })
	}
	if err != nil {
		return nil, nil, fmt.Errorf("read changes of the rota: %w", err)
	}
	return shifts, covers, nil
}

// Keep keeps a change, and in the same transaction that headquarters is to be told
// of it.
func (r *Rota) Keep(c Change) error {
	err := r.changed.Together(func(tx *vault.Tx) error {
		if err := drawer.PutOwnIn(tx, r.of(c), c.name(), c); err != nil {
			return err
		}
		return r.owe(tx, c)
	})
	if err != nil {
		return fmt.Errorf("keep a change of the rota: %w", err)
	}
	return nil
}

// Undo forgets a change: what headquarters said, which c holds, is in force again.
// That is owed like a change.
func (r *Rota) Undo(c Change) error {
	c.Undone = true
	err := r.changed.Together(func(tx *vault.Tx) error {
		if err := r.of(c).DropOwnIn(tx, c.name()); err != nil {
			return err
		}
		return r.owe(tx, c)
	})
	if err != nil {
		return fmt.Errorf("undo a change of the rota: %w", err)
	}
	return nil
}

// owe notes that headquarters is to be told of a change, instead of an older one
// of the same.
func (r *Rota) owe(tx *vault.Tx, c Change) error {
	if !owes {
		return nil
	}
	return drawer.PutOwnIn(tx, r.untold, c.name(), c)
}

// Untold returns what was changed here and Told has not been called of since: the
// box crashed in between, or the disk did not take it.
func (r *Rota) Untold() (out []Change, err error) {
	if err = drawer.EachOwn(r.untold, func(c Change) { out = append(out, c) }); err != nil {
		return nil, fmt.Errorf("read changes of the rota that headquarters is to be told: %w", err)
	}
	return out, nil
}

// Told notes that headquarters' outbox has these changes. What was changed again
// since stays to be told.
func (r *Rota) Told(changes ...Change) error {
	told := map[string]Change{}
	for _, c := range changes {
		told[c.name()] = c
	}
	_, err := drawer.SweepOwn(r.untold, func(c Change) bool {
		t, ok := told[c.name()]
		return !ok || c.At.After(t.At)
	})
	if err != nil {
		return fmt.Errorf("note what headquarters was told of the rota: %w", err)
	}
	return nil
}

func (r *Rota) of(c Change) drawer.Drawer {
	if c.Day == "" {
		return r.covered
	}
	return r.changed
}

// name is of one associate's day, or of her covers, which have none.
func (c Change) name() string { return c.Associate + " " + c.Day }

// sweepChanges forgets the changes of days that are over.
func (r *Rota) sweepChanges(now time.Time) (int, error) {
	lasts := func(c Change) bool {
		day, err := time.Parse(time.DateOnly, c.Day)
		return err == nil && now.Before(day.Add(3*24*time.Hour)) && now.Sub(c.At) < changeTTL
	}
	n, err := drawer.SweepOwn(r.changed, lasts)
	if err != nil {
		return n, err
	}
	_, err = drawer.SweepOwn(r.untold, func(c Change) bool { return c.Day == "" && now.Sub(c.At) < changeTTL || lasts(c) })
	return n, err
}
