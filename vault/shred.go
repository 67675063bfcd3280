package vault

import (
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	bolt "go.etcd.io/bbolt"
)

// Shred destroys the data keys of the subjects. It writes all others to a new
// keys.db under a new key-encryption key, replaces that key, which is the
// moment of no return, and then swaps the file in. Afterwards no older copy of
// any of foyer's files can be opened with what is on the disk. Subjects
// without a key are no error; if none has one, nothing is written, and only keys
// that were set aside with a damaged ring go.
func (k *KeyRing) Shred(subjects ...string) error {
	k.mend()
	k.mu.Lock()
	defer k.mu.Unlock()
	drop := map[string]bool{}
	for _, s := range subjects {
		h := k.Handle(s)
		there, err := k.find(h)
		if err != nil { // not known to be gone
			return fmt.Errorf("shred %d subjects: %w", len(subjects), err)
		}
		if there {
			drop[string(h)] = true
		}
	}
	if len(drop) == 0 {
		if err := k.dropAside(); err != nil { // or of a ring that was given up they may still have one
			return fmt.Errorf("shred %d subjects: %w", len(subjects), err)
		}
		return nil
	}
	if done, err := k.onlyDelete(drop); done {
		return err
	}
	if err := k.shred(drop, nil, nil); err != nil {
		return fmt.Errorf("shred %d subjects: %w", len(drop), err)
	}
	return nil
}

// shred runs with k.mu held. By, if any, is the share that customers' keys are
// put under. Step, if any, is called between the steps, for
// tests that crash there. An error once the key-encryption key may have been
// switched closes the ring: mend, or opening it again, finishes what was begun.
func (k *KeyRing) shred(drop map[string]bool, by *share, step func(string) error) error {
	if step == nil {
		step = func(string) error { return nil }
	}
	next := newKEK(k.kek.epoch+1, k.kek.index)
	k.file.write.Lock()
	defer k.file.write.Unlock()
	if k.file.db == nil {
		return ErrClosed
	}
	proof, err := k.shareProof()
	if err != nil {
		return err
	}
	if by != nil {
		proof = by.seal.Seal(keyMeta, []byte(shareMark), 1, nil)
		k.coming = by
	}
	var old superseded
	defer old.close()
	if err := errors.Join(old.add(k.file.path()), old.add(filepath.Join(k.dir, kekFile))); err != nil {
		return err
	}
	switched := false
	err = k.file.replace(k.nextFile(next.epoch), func(dst *bolt.DB) error {
		return next.fill(dst, proof, func(put func(handle []byte, d dataKey) error) error { return k.others(drop, by, put) })
	}, func() error {
		if err := step("built"); err != nil {
			return err
		}
		err := k.file.dropSnapshots(wipeAway) // they hold her key
		if err != nil {
			return err
		}
		if switched, err = next.write(k.dir, k.wrap); err != nil {
			return err
		}
		if k.kek = next; by != nil {
			k.share, k.shared = by, true
		}
		return step("switched")
	})
	if err != nil && switched {
		return errors.Join(err, k.file.shutDown())
	}
	if err != nil {
		return err
	}
	return errors.Join(old.wipe(), k.dropAside())
}

// dropAside destroys the key-encryption keys that were set aside when a ring
// was begun anew: with them older copies of keys.db would open.
func (k *KeyRing) dropAside() error {
	aside, err := filepath.Glob(filepath.Join(k.dir, kekFile+".bad-*"))
	for _, path := range aside {
		err = errors.Join(err, wipeAway(path))
	}
	return err
}

// others gives every data key except the dropped ones, under another share if
// there is one.
func (k *KeyRing) others(drop map[string]bool, by *share, put func(handle []byte, d dataKey) error) error {
	return k.file.db.View(func(tx *bolt.Tx) error {
		return tx.Bucket([]byte(dataKeys)).ForEach(func(h, wrapped []byte) error {
			if drop[string(h)] {
				return nil
			}
			d, err := k.kek.unrow(h, wrapped)
			if err == nil && by != nil {
				var key []byte
				if key, err = k.uncover(h, d); err == nil {
					d = k.cover(by, h, key)
				}
			}
			if err != nil {
				return err
			}
			return put(h, d)
		})
	})
}

// nextFile is where the keys of an epoch wait for their key-encryption key.
func (k *KeyRing) nextFile(epoch uint64) string {
	return filepath.Join(k.dir, fmt.Sprintf("%s.epoch-%d", keysFile, epoch))
}

// finishShred gives the file of the current epoch its name, if a crash came
// between, and removes those whose epoch never began.
func (k *KeyRing) finishShred() error {
	waiting, err := filepath.Glob(filepath.Join(k.dir, keysFile+".epoch-*"))
	if err != nil {
		return err
	}
	for _, path := range waiting {
		if path == k.nextFile(k.kek.epoch) {
			err = errors.Join(err, takeOver(path, filepath.Join(k.dir, keysFile)), k.dropAside())
			continue
		}
		err = errors.Join(err, wipeAway(path))
	}
	return errors.Join(err, wipeAway(filepath.Join(k.dir, kekFile+".next")))
}

// takeOver renames next over path and overwrites what was there.
func takeOver(next, path string) error {
	var old superseded
	defer old.close()
	if err := old.add(path); err != nil {
		return err
	}
	if err := rename(next, path); err != nil {
		return err
	}
	return old.wipe()
}

// begin makes the first keys.db and its key-encryption key. What of an older
// ring is left is set aside by name; it opens nothing any more.
func (k *KeyRing) begin(at time.Time) error {
	for _, name := range []string{keysFile, kekFile} {
		path := filepath.Join(k.dir, name)
		err := os.Rename(path, path+".bad-"+at.UTC().Format(asideTime))
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	var index [32]byte
	rand.Read(index[:])
	first := newKEK(k.kek.epoch+1, index)
	path := k.nextFile(first.epoch)
	f := &File{dir: k.dir, name: keysFile, o: Options{Quota: defaultQuota}}
	if err := f.dropSnapshots(wipeAway); err != nil { // under a key that is gone
		return err
	}
	err := f.build(path, func(dst *bolt.DB) error {
		return first.fill(dst, nil, func(func([]byte, dataKey) error) error { return nil })
	})
	if err != nil {
		return err
	}
	if _, err := first.write(k.dir, k.wrap); err != nil {
		return err
	}
	k.kek = first
	return rename(path, filepath.Join(k.dir, keysFile))
}

// matches proves that keys.db was written under this key-encryption key. One
// that was just set aside and begun anew gets its proof here.
func (k *KeyRing) matches() error {
	wrap, key := newSealer(k.kek.key[:]), []byte("proof")
	if k.file.Recovery().Rung == SetAside {
		return k.file.Update(func(tx *Tx) error {
			return tx.Put(keyMeta, key, wrap.Seal(keyMeta, key, k.kek.epoch, nil))
		})
	}
	var proof []byte
	if err := k.file.View(func(tx *Tx) error {
		proof = tx.Get(keyMeta, key)
		return nil
	}); err != nil {
		return err
	}
	if _, epoch, err := wrap.Open(keyMeta, key, proof); err != nil || epoch != k.kek.epoch {
		return fmt.Errorf("%w: it was written under another key-encryption key than %s", ErrDamaged, kekFile)
	}
	return nil
}
