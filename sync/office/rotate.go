package office

import (
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"foyer/sync/wire"
	"foyer/vault"
)

// The key that headquarters signs with is replaced in three steps, so that no
// store ever has to believe a key that one it believes did not bring:
//
//  1. every store is brought the old and the new key, signed with the old;
//  2. headquarters signs with the new, and every document is given again as a
//     new revision, for a store keeps documents as they were signed;
//  3. every store is brought the new key alone.
//
// Each step waits until all stores have said that the one before is in force.

const nextKey = "sign.next.key" // while it is being brought to the stores

// A Rotation is how far a rotation is.
type Rotation struct {
	Step    int       `json:"step"` // 0: there is none; 1, 2 as above; 3 is done at once
	Began   time.Time `json:"began,omitzero"`
	Missing []string  `json:"missing,omitempty"` // stores that the next step waits for
	Done    bool      `json:"done,omitempty"`    // this call was the last step
}

const rotationKey = "rotation" // in bucketMemory

// Rotate begins to replace the key that headquarters signs with, or goes one step
// further where every store is ready for it. With leave, it does not wait: a store
// that has not heard of the new key believes nothing from headquarters any more,
// and has to be enrolled anew.
func (f *Office) Rotate(leave bool) (Rotation, error) {
	f.rotating.Lock()
	defer f.rotating.Unlock()
	r, err := f.rotate(leave)
	if err != nil {
		return r, fmt.Errorf("rotate the signing key: %w", err)
	}
	return r, nil
}

func (f *Office) rotate(leave bool) (r Rotation, err error) {
	if err := f.file.View(func(tx *vault.Tx) error { return getJSON(tx, bucketMemory, rotationKey, &r) }); err != nil {
		return r, err
	}
	switch r.Step {
	case 0:
		if err := f.twoKeys(); err != nil {
			return r, err
		}
		r = Rotation{Step: 1, Began: f.o.Now().UTC().Truncate(time.Second)}
		if err := f.keepRotation(r); err != nil {
			return r, err
		}
		r.Missing, err = f.bring()
		return r, err
	case 1:
		if r.Missing, err = f.bring(); err != nil || len(r.Missing) > 0 && !leave {
			return r, err
		}
		if err := f.changeKey(); err != nil {
			return r, err
		}
		r.Step = 2
		if err := f.keepRotation(r); err != nil {
			return r, err
		}
		err = f.giveAgain()
		if err == nil {
			r.Missing, err = f.unanswered()
		}
		return r, err
	}
	if r.Missing, err = f.unanswered(); err != nil || len(r.Missing) > 0 && !leave {
		return r, err
	}
	pub, err := wire.EncodePublic(f.sign.Public())
	if err == nil {
		err = write(f.o.Dir, "sign.pub", pub)
	}
	if err != nil {
		return r, err
	}
	if _, err := f.bring(); err != nil {
		return r, err
	}
	return Rotation{Done: true, Began: r.Began}, f.file.Update(func(tx *vault.Tx) error { return tx.Delete(bucketMemory, []byte(rotationKey)) })
}

func (f *Office) keepRotation(r Rotation) error {
	r.Missing = nil
	return f.file.Update(func(tx *vault.Tx) error { return putJSON(tx, bucketMemory, rotationKey, r) })
}

// twoKeys makes the new key, and writes down that both are to be believed. Done
// again after a crash it makes another, of which nobody has heard yet.
func (f *Office) twoKeys() error {
	pub, next, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return err
	}
	if err := writePrivate(f.o.Dir, nextKey, next); err != nil {
		return err
	}
	old, err := wire.EncodePublic(f.sign.Public())
	if err != nil {
		return err
	}
	fresh, err := wire.EncodePublic(pub)
	if err != nil {
		return err
	}
	return write(f.o.Dir, "sign.pub", append(old, fresh...))
}

// changeKey has headquarters sign with the new key from now on. Done again after
// a crash it changes nothing.
func (f *Office) changeKey() error {
	err := os.Rename(filepath.Join(f.o.Dir, nextKey), filepath.Join(f.o.Dir, wire.FileSign))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	b, err := os.ReadFile(filepath.Join(f.o.Dir, wire.FileSign))
	if err != nil {
		return err
	}
	sign, err := wire.ParseSignKey(b)
	if err != nil {
		return fmt.Errorf("%s: %w", wire.FileSign, err)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.sign = sign
	for name, s := range f.stores {
		clear(s.sentDocs) // what the broker retains is signed with the old key
		f.dirty[name] = true
	}
	signal(f.wake)
	return nil
}

// bring brings every store the keys of sign.pub where it was not brought exactly
// those, and returns the stores that have not put them in force.
func (f *Office) bring() (missing []string, err error) {
	keys, err := f.signPublic()
	if err != nil {
		return nil, err
	}
	names, err := stores(f.o.Dir)
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		r, err := f.revocations(name)
		if errors.Is(err, ErrStore) {
			continue // half made
		}
		if err == nil && r.Keys != string(keys) {
			r.Keys = string(keys)
			_, err = f.Push(name, wire.DownRevocations, r)
		}
		if err != nil {
			return nil, err
		}
		f.mu.Lock()
		s, err := f.known(name)
		if err == nil && s.docs[wire.DownRevocations].Outcome != "applied" {
			missing = append(missing, name)
		}
		f.mu.Unlock()
		if err != nil {
			return nil, err
		}
	}
	return missing, nil
}

// giveAgain gives every store each of its documents as a new revision.
func (f *Office) giveAgain() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.knowAll(); err != nil {
		return err
	}
	for name, s := range f.stores {
		err := f.file.Update(func(tx *vault.Tx) error {
			for kind, d := range s.docs {
				s.rec.Rev++
				d.Rev, d.Outcome, d.Reason = s.rec.Rev, "", ""
				s.docs[kind] = d
				if err := putJSON(tx, bucketRetained, name+"\x00"+string(kind), d); err != nil {
					return err
				}
			}
			return putJSON(tx, bucketStores, name, s.rec)
		})
		if err != nil {
			delete(f.stores, name) // read it again as the disk has it
			return err
		}
		f.due(name)
	}
	return nil
}

// unanswered returns the stores with a document that is not in force.
func (f *Office) unanswered() (names []string, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.knowAll(); err != nil {
		return nil, err
	}
	for name, s := range f.stores {
		for _, d := range s.docs {
			if d.Outcome != "applied" {
				names = append(names, name)
				break
			}
		}
	}
	slices.Sort(names)
	return names, nil
}
