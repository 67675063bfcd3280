package office

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"foyer/sync/wire"
	"foyer/vault"
)

// A Target names stores: some, those of a group, or all.
type Target struct {
	Stores []string `json:"stores,omitempty"`
	Group  string   `json:"group,omitempty"`
	All    bool     `json:"all,omitempty"`
}

// Pushed is what one store was given.
type Pushed struct {
	Store string `json:"store"`
	Rev   uint64 `json:"rev"`
}

// ErrTarget means that a target names no stores.
var ErrTarget = errors.New("say which stores: some, a group, or all")

// Resolve returns the names of a target's stores, in order. Every one is known.
func (f *Office) Resolve(t Target) ([]string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.resolve(t)
}

func (f *Office) resolve(t Target) (names []string, err error) {
	said := 0
	for _, b := range []bool{len(t.Stores) > 0, t.Group != "", t.All} {
		if b {
			said++
		}
	}
	if said != 1 {
		return nil, ErrTarget
	}
	switch {
	case t.All:
		err = f.knowAll()
		names = slices.Collect(maps.Keys(f.stores))
	case t.Group != "":
		if names, err = f.group(t.Group); err == nil && len(names) == 0 {
			err = fmt.Errorf("group %q: there is none; make it with foyer-hq group set %s and its stores", t.Group, t.Group)
		}
	default:
		names = slices.Clone(t.Stores)
	}
	if err != nil {
		return nil, err
	}
	slices.Sort(names)
	names = slices.Compact(names)
	for _, n := range names {
		if _, err := f.known(n); err != nil {
			return nil, err
		}
	}
	return names, nil
}

func (f *Office) group(name string) (stores []string, err error) {
	err = f.file.View(func(tx *vault.Tx) error { return getJSON(tx, bucketGroups, name, &stores) })
	return stores, err
}

// SetGroup says which stores a group has; none end it.
func (f *Office) SetGroup(name string, stores []string) error {
	if !wire.ValidID(name) {
		return fmt.Errorf("group %q: want 1 to 32 of a-z, 0-9, '-'", name)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(stores) == 0 {
		return f.file.Update(func(tx *vault.Tx) error { return tx.Delete(bucketGroups, []byte(name)) })
	}
	stores, err := f.resolve(Target{Stores: stores})
	if err == nil {
		err = f.file.Update(func(tx *vault.Tx) error { return putJSON(tx, bucketGroups, name, stores) })
	}
	if err != nil {
		return fmt.Errorf("group %s: %w", name, err)
	}
	return nil
}

// Groups returns the stores of every group.
func (f *Office) Groups() (map[string][]string, error) {
	all := map[string][]string{}
	return all, f.file.View(func(tx *vault.Tx) error {
		return tx.Each(bucketGroups, nil, func(k, v []byte) error {
			var stores []string
			err := json.Unmarshal(v, &stores)
			all[string(k)] = stores
			return err
		})
	})
}

// PushTo is Push to every store of a target. A payload that is bad and a store
// that is unknown are found before anything is given to anybody.
func (f *Office) PushTo(t Target, kind wire.Kind, payload any) ([]Pushed, error) {
	if _, err := wire.Encode(kind, payload); err != nil {
		return nil, fmt.Errorf("push %s: %w", kind, err)
	}
	return f.each(t, func(store string) (uint64, error) { return f.Push(store, kind, payload) })
}

// Reversible reports whether Rollback goes back to an earlier document of a kind:
// what went out one by one is kept by no store, and what was revoked stays so.
func Reversible(kind wire.Kind) bool {
	return kind.Down() && kind.Of().Retained && kind != wire.DownRevocations
}

// Rollback gives every store of a target the document that was in force there
// before, as a new revision.
func (f *Office) Rollback(t Target, kind wire.Kind) ([]Pushed, error) {
	if kind == wire.DownRevocations {
		return nil, errors.New("roll back revocations: what holds no longer would hold again, old signing keys too; push what you mean")
	}
	if !Reversible(kind) {
		return nil, fmt.Errorf("roll back %s: %w: not a document", kind, wire.ErrPayload)
	}
	names, err := f.Resolve(t)
	if err != nil {
		return nil, fmt.Errorf("roll back %s: %w", kind, err)
	}
	before := map[string][]byte{}
	f.mu.Lock()
	for _, n := range names {
		s, err := f.known(n)
		if err != nil || s.docs[kind].Before == nil {
			f.mu.Unlock()
			return nil, errors.Join(err, fmt.Errorf("roll back %s: store %s had none in force before this one; nothing was sent to any store", kind, n))
		}
		before[n] = s.docs[kind].Before
	}
	f.mu.Unlock()
	return f.each(Target{Stores: names}, func(store string) (uint64, error) { return f.Push(store, kind, before[store]) })
}

func (f *Office) each(t Target, push func(store string) (uint64, error)) (all []Pushed, err error) {
	names, err := f.Resolve(t)
	if err != nil {
		return nil, err
	}
	for _, n := range names {
		rev, err := push(n)
		if err != nil {
			return all, fmt.Errorf("after %d of %d stores: %w", len(all), len(names), err)
		}
		all = append(all, Pushed{n, rev})
	}
	return all, nil
}
