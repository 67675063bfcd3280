package concierge

import (
	"fmt"
	"time"

	"foyer/concierge/conduct"
	"foyer/concierge/practice"
	"foyer/floor"
)

// Practice is where an associate is in the shift with made-up clients.
func (d *Desk) Practice(a floor.AssociateID) (practice.View, error) {
	s, err := d.practised(a)
	if err != nil {
		return practice.View{}, err
	}
	return s.Now(d.policy), nil
}

// PracticeChoose judges a choice in the scene she is in by the table in force.
// One that is out of date is ErrMoved.
func (d *Desk) PracticeChoose(a floor.AssociateID, scene string, choice int) (practice.View, error) {
	s, err := d.practised(a)
	if err != nil {
		return practice.View{}, err
	}
	v, err := s.Choose(d.policy, scene, choice)
	if err != nil {
		return v, fmt.Errorf("%w: %w", ErrMoved, err)
	}
	return v, nil
}

// PracticeFinish records that she has been through the workshop, by her own word
// on her own device. It lifts untrained, and no other tier.
func (d *Desk) PracticeFinish(a floor.AssociateID, now time.Time) error {
	s, err := d.practised(a)
	if err != nil {
		return err
	}
	if !s.Finished() {
		return fmt.Errorf("%w: %w", ErrMoved, practice.ErrUnfinished)
	}
	if err := d.conduct.Train(conduct.Training{Associate: a.Ref(), Version: practice.Version, At: now.UTC(), By: a.Ref()}); err != nil {
		return fmt.Errorf("record the workshop: %w", err)
	}
	delete(d.practice, a)
	return d.recorded(a, now)
}

// PracticeAgain begins the shift anew.
func (d *Desk) PracticeAgain(a floor.AssociateID) { delete(d.practice, a) }

// practised is the shift of an associate who is signed on.
func (d *Desk) practised(a floor.AssociateID) (*practice.Shift, error) {
	if _, ok := d.roster[a]; !ok || !d.attends(a).signedOn {
		return nil, ErrNothing
	}
	s := d.practice[a]
	if s == nil {
		s = &practice.Shift{}
		d.practice[a] = s
	}
	return s, nil
}
