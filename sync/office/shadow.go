package office

import (
	"errors"
	"fmt"

	"foyer/sync/wire"
)

// ErrNoShadow means that no discretion table is being tried in a store.
var ErrNoShadow = errors.New("no table is being tried there; begin with: foyer-hq shadow push")

// Promote puts the discretion table that a store tries in force there, and ends
// the trial. It returns the revision of the policy.
func (f *Office) Promote(store string) (uint64, error) {
	table, err := f.tried(store)
	if err != nil {
		return 0, fmt.Errorf("promote the table of store %s: %w", store, err)
	}
	rev, err := f.Push(store, wire.DownPolicy, table)
	if err != nil {
		return 0, err
	}
	_, err = f.Push(store, wire.DownShadow, wire.Shadow{})
	return rev, err
}

// tried returns the table that a store was last told to try, unless it refused
// it.
func (f *Office) tried(name string) ([]byte, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	s, err := f.known(name)
	if err != nil {
		return nil, err
	}
	d, ok := s.docs[wire.DownShadow]
	if !ok {
		return nil, ErrNoShadow
	}
	w, err := wire.Decode[wire.Shadow](d.Payload)
	switch {
	case err != nil:
		return nil, err
	case w.Table == nil:
		return nil, ErrNoShadow
	case d.Outcome == "rejected":
		return nil, fmt.Errorf("the store refused it: %s", d.Reason)
	}
	return w.Table, nil
}
