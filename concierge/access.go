package concierge

import (
	"fmt"
	"time"

	"foyer/floor"
	"foyer/ledger"
)

// LostDevice writes down, before it is done, that a manager takes a device from the
// store; ResetPIN that she has an associate's PIN forgotten. Without the row
// nothing is done.
func (d *Desk) LostDevice(manager floor.AssociateID, device string, now time.Time) error {
	return d.logStaff(manager, ledger.PurposeLost, device, now)
}

// ResetPIN is like LostDevice.
func (d *Desk) ResetPIN(manager floor.AssociateID, ref string, now time.Time) error {
	if _, err := d.changeable(manager, ref); err != nil {
		return err
	}
	return d.logStaff(manager, ledger.PurposeReset, ref, now)
}

func (d *Desk) logStaff(manager floor.AssociateID, purpose, what string, now time.Time) error {
	if !d.Manages(manager) {
		return ErrNothing
	}
	_, err := d.ledger.AppendStaff(ledger.Row{At: now, Viewer: manager, Role: string(d.roster[manager].Role), Relation: "manager", Purpose: purpose,
		Items: []ledger.Item{{ID: what, Disclosure: "none", Rule: "manager"}}})
	if err != nil {
		return fmt.Errorf("%w: %w", ErrLedger, err)
	}
	return nil
}
