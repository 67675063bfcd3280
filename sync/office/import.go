package office

import (
	"crypto/rand"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"foyer/sync/wire"
	"foyer/vault"
)

// An import has two halves, so that it happens whole or not at all, whatever
// breaks: profiles are staged, where no store sees them; then one write commits
// them, and they are handed out from then on, after a restart too.

// A commitment is an import that has been committed and is being handed out.
type commitment struct {
	Stores []string `json:"stores"`
	Total  uint64   `json:"total"`
	Moved  uint64   `json:"moved"`
}

// staging is an import that has not been committed.
type staging struct {
	id   string
	n    uint64
	last time.Time
}

const (
	commitKey = "import"        // in bucketMemory
	idle      = 2 * time.Minute // after which an import that nobody goes on with makes room
	moveBatch = 500             // profiles handed out with one write
)

// Errors of importing.
var (
	// ErrImporting means that another import is under way.
	ErrImporting = errors.New("another import is under way; try again when it is done")
	// ErrNoImport means that an import has been given up, or never begun.
	ErrNoImport = errors.New("this import was given up; begin again")
)

// BeginImport begins an import and returns its name.
func (f *Office) BeginImport() (string, error) {
	f.importing.Lock()
	defer f.importing.Unlock()
	if f.staging.id != "" && f.o.Now().Sub(f.staging.last) < idle {
		return "", ErrImporting
	}
	if err := f.unstage(); err != nil {
		return "", fmt.Errorf("begin an import: %w", err)
	}
	f.staging = staging{id: strings.ToLower(rand.Text()), last: f.o.Now()}
	return f.staging.id, nil
}

// Stage puts profiles aside for an import. With names, their customers are the
// chain's own names, and become pseudonyms.
func (f *Office) Stage(id string, profiles []json.RawMessage, names bool) error {
	f.importing.Lock()
	defer f.importing.Unlock()
	if id == "" || f.staging.id != id {
		return ErrNoImport
	}
	all := make([]wire.Profile, len(profiles))
	for i, data := range profiles {
		var err error
		if all[i], err = wire.Decode[wire.Profile](data); err != nil && !names {
			return fmt.Errorf("profile %d: %w", i+1, err)
		}
		if names {
			if err := json.Unmarshal(data, &all[i]); err != nil {
				return fmt.Errorf("profile %d: %w", i+1, wire.ErrPayload)
			}
		}
	}
	err := f.file.Update(func(tx *vault.Tx) error {
		for i := range all {
			if names {
				p, err := pseudonymIn(tx, all[i].Customer)
				if err != nil {
					return fmt.Errorf("profile %d: %w", i+1, err)
				}
				all[i].Customer = p
			}
			data, err := wire.Encode(wire.DownProfile, all[i])
			if err != nil {
				return fmt.Errorf("profile %d: %w", i+1, err)
			}
			key := binary.BigEndian.AppendUint64(nil, f.staging.n+uint64(i))
			if err := tx.Put(bucketStaged, key, data); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("stage profiles: %w", err)
	}
	f.staging.n, f.staging.last = f.staging.n+uint64(len(all)), f.o.Now()
	return nil
}

// CommitImport gives what was staged to every store of a target, all or nothing,
// and returns how many profiles that are.
func (f *Office) CommitImport(id string, t Target) (int, error) {
	f.importing.Lock()
	defer f.importing.Unlock()
	if id == "" || f.staging.id != id {
		return 0, ErrNoImport
	}
	stores, err := f.Resolve(t)
	if err != nil {
		return 0, fmt.Errorf("import: nothing was sent: %w", err)
	}
	c := commitment{Stores: stores, Total: f.staging.n}
	if err := f.file.Update(func(tx *vault.Tx) error { return putJSON(tx, bucketMemory, commitKey, c) }); err != nil {
		return 0, fmt.Errorf("import: nothing was sent: %w", err)
	}
	f.total.Store(c.Total)
	defer func() {
		f.staging = staging{}
		f.total.Store(0)
		f.moved.Store(0)
	}()
	return int(c.Total), f.handOut(c)
}

// ImportProgress says how many profiles of the import that is being handed out
// have been, and of how many; 0 of 0 if there is none.
func (f *Office) ImportProgress() (moved, total uint64) { return f.moved.Load(), f.total.Load() }

// handOut moves a committed import to its stores.
func (f *Office) handOut(c commitment) error {
	for c.Moved < c.Total {
		f.mu.Lock()
		err := f.move(&c)
		f.mu.Unlock()
		if err != nil {
			return fmt.Errorf("import: it is committed and goes on when headquarters is started again: %w", err)
		}
		f.moved.Store(c.Moved)
	}
	return f.file.Update(func(tx *vault.Tx) error { return tx.Delete(bucketMemory, []byte(commitKey)) })
}

func (f *Office) move(c *commitment) error {
	next := *c
	err := f.file.Update(func(tx *vault.Tx) error {
		for n := 0; n < moveBatch && next.Moved < next.Total; n++ {
			key := binary.BigEndian.AppendUint64(nil, next.Moved)
			data := tx.Get(bucketStaged, key)
			for _, name := range next.Stores {
				s, err := f.known(name)
				if err != nil {
					return err
				}
				s.rec.Rev++
				if err := s.putOrdered(tx, wire.DownProfile, data); err != nil {
					return err
				}
			}
			if err := tx.Delete(bucketStaged, key); err != nil {
				return err
			}
			next.Moved++
		}
		for _, name := range next.Stores {
			if err := putJSON(tx, bucketStores, name, f.stores[name].rec); err != nil {
				return err
			}
		}
		return putJSON(tx, bucketMemory, commitKey, next)
	})
	if err != nil {
		for _, name := range next.Stores {
			delete(f.stores, name) // read them again as the disk has them
		}
		return err
	}
	for _, name := range next.Stores {
		f.due(name)
	}
	*c = next
	return nil
}

// resumeImport finishes what was committed and forgets what was not. It is part
// of Open.
func (f *Office) resumeImport() error {
	var c commitment
	if err := f.file.View(func(tx *vault.Tx) error { return getJSON(tx, bucketMemory, commitKey, &c) }); err != nil {
		return err
	}
	if c.Total > 0 {
		for _, name := range c.Stores {
			if _, err := f.known(name); err != nil {
				return err
			}
		}
		if err := f.handOut(c); err != nil {
			return err
		}
	}
	return f.unstage()
}

// unstage forgets what an import that was given up has put aside.
func (f *Office) unstage() error {
	for {
		var keys [][]byte
		err := f.file.View(func(tx *vault.Tx) error {
			err := tx.Each(bucketStaged, nil, func(k, _ []byte) error {
				if keys = append(keys, k); len(keys) == moveBatch {
					return errEnough
				}
				return nil
			})
			if errors.Is(err, errEnough) {
				return nil
			}
			return err
		})
		if err != nil || len(keys) == 0 {
			return err
		}
		err = f.file.Update(func(tx *vault.Tx) error {
			for _, k := range keys {
				if err := tx.Delete(bucketStaged, k); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
}

var errEnough = errors.New("enough")
