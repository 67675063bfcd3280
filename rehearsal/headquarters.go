package rehearsal

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"path/filepath"
	"time"

	"foyer/floor"
	"foyer/sync/office"
	"foyer/sync/wire"
)

// The made-up chain and store.
const (
	chain   = "rehearsal"
	storeID = "rathausplatz"
)

// headquarters is the chain's side: the office and its broker.
type headquarters struct {
	office   *office.Office
	broker   *broker
	identity string // the folder of the store's box
}

// newHeadquarters makes an authority, a broker and a store's identity in dir.
// Certificates are judged by the wall's clock, and a store's clock that shows
// this morning must accept them too.
func newHeadquarters(dir string, now func() time.Time, log *slog.Logger) (*headquarters, error) {
	issued := time.Now()
	if t := now(); t.Before(issued) {
		issued = t
	}
	issued = issued.Add(-time.Hour)
	if err := office.InitCA(dir, issued); err != nil {
		return nil, err
	}
	certs, err := office.IssueBroker(dir, []string{"localhost", "127.0.0.1"}, issued)
	if err != nil {
		return nil, err
	}
	b, err := newBroker(certs)
	if err != nil {
		return nil, err
	}
	if err := office.SetBroker(dir, b.url); err != nil {
		return nil, err
	}
	id, err := office.IssueStore(dir, chain, storeID, []string{"localhost", "here.localhost", "staff.localhost", "127.0.0.1"}, issued)
	if err != nil {
		return nil, err
	}
	o, err := office.Open(office.Options{Dir: dir, Now: now, Log: log})
	if err != nil {
		return nil, err
	}
	return &headquarters{office: o, broker: b, identity: id}, nil
}

// send pushes everything a store is to know.
func (h *headquarters) send(plan *floor.Plan, cast Cast) error {
	data, err := plan.JSON()
	if err != nil {
		return err
	}
	documents := []struct {
		kind    wire.Kind
		payload any
	}{
		{wire.DownPolicy, json.RawMessage(office.DiscretionTable())},
		{wire.DownPlan, json.RawMessage(data)},
		{wire.DownRoster, cast.Roster},
		{wire.DownSchedule, cast.Schedule},
		{wire.DownContent, cast.Content},
	}
	for _, d := range documents {
		if _, err := h.office.Push(storeID, d.kind, d.payload); err != nil {
			return fmt.Errorf("headquarters: %w", err)
		}
	}
	for _, c := range cast.Customers {
		if _, err := h.office.Push(storeID, wire.DownProfile, c.Profile); err != nil {
			return fmt.Errorf("headquarters: %w", err)
		}
	}
	return nil
}

// invite makes a customer's single-use code.
func (h *headquarters) invite(c Customer) (string, error) {
	return h.office.Invite(storeID, c.Profile.Customer, 24*time.Hour)
}

// settled reports whether the store has everything that was sent.
func (h *headquarters) settled() bool {
	for _, s := range h.office.Status() {
		if s.Store == storeID {
			return s.Link == "up" && s.Pending == 0
		}
	}
	return false
}

func (h *headquarters) authority() string { return filepath.Join(h.identity, wire.FileCA) }
