package vault

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	bolt "go.etcd.io/bbolt"
)

const (
	keysFile    = "keys.db"
	dataKeys    = "keys"
	keyMeta     = "meta"
	keyVersion  = 1 // of the encoding of a wrapped data key
	subjectName = "subject"
)

// KeyOptions describe a key ring.
type KeyOptions struct {
	// Quota bounds keys.db in bytes, about 200 for each subject; 0 means
	// 64 MiB.
	Quota int64
	// AcceptLoss is an operator's decision to begin anew when keys.db or the
	// key-encryption-key file is lost or damaged: nothing sealed before can
	// then be opened again.
	AcceptLoss bool
	Log        *slog.Logger     // nil discards
	Now        func() time.Time // names quarantined files; nil means time.Now
}

// A KeyRing holds the subjects' data keys in keys.db, wrapped by the
// key-encryption key of the current epoch, which the root key wraps in
// keys.kek. Subjects stand in it by HMAC only. Its methods may be called from
// any goroutine.
type KeyRing struct {
	dir  string
	wrap Sealer // by the root key
	file *File

	index  [32]byte     // of the HMACs; the same in every epoch
	mu     sync.RWMutex // guards the rest; held alone by Shred and to make a data key
	kek    kek
	share  *share   // nil: not here
	shared bool     // customers' keys are under one
	owned  [][]byte // handles of the box's own subjects

	withheld bool   // as if the share were away
	coming   *share // was last about to be taken
}

// OpenKeys opens the key ring in dir under the root key, or creates it, and
// finishes a Shred that a crash interrupted.
func OpenKeys(dir string, root [32]byte, o KeyOptions) (*KeyRing, error) {
	k := &KeyRing{dir: dir, wrap: wrapping(root)}
	if o.Quota == 0 {
		o.Quota = 64 << 20
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	fo := Options{
		Buckets: KeyBuckets(),
		Quota:   o.Quota, Log: o.Log, Now: o.Now, Irreplaceable: true, AcceptLoss: o.AcceptLoss,
	}
	file, err := open(dir, keysFile, fo, func(before bool) error { return k.settle(o, before) })
	if err != nil {
		return nil, err
	}
	k.file, k.index = file, k.kek.index
	err = k.matches()
	if err == nil {
		err = k.loadShare()
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open %s: %w", keysFile, err), file.Close())
	}
	return k, nil
}

// Sealer returns the subject's sealer and makes her data key on first use;
// only that writes. Subjects called "box:…" are the box's own, all others are
// customers.
func (k *KeyRing) Sealer(subject string) (Sealer, error) {
	h := k.Handle(subject)
	if isOwn(subject) {
		k.own(h)
	}
	s, err := k.SealerOf(h) // it mends what is shut
	if !errors.Is(err, ErrSealed) || k.has(h) {
		return s, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	key := make([]byte, 32)
	rand.Read(key)
	err = k.file.Update(func(tx *Tx) error {
		if wrapped := tx.Get(dataKeys, h); wrapped != nil { // made meanwhile
			var err error
			key, err = k.unwrap(h, wrapped)
			return err
		}
		if k.shared && !k.owns(h) && (k.share == nil || k.withheld) {
			return ErrAway
		}
		return tx.Put(dataKeys, h, k.kek.row(h, k.cover(k.share, h, key)))
	})
	if err != nil {
		return Sealer{}, fmt.Errorf("make a data key: %w", err)
	}
	return newSealer(key), nil
}

// SealerOf returns the sealer of the subject with this handle. ErrSealed means
// that there is none: it was never made, or was destroyed. ErrAway means that it
// does not open as long as headquarters' key share is away.
func (k *KeyRing) SealerOf(handle []byte) (Sealer, error) {
	k.mend()
	k.mu.RLock()
	defer k.mu.RUnlock()
	var wrapped []byte
	err := k.file.View(func(tx *Tx) error {
		wrapped = tx.Get(dataKeys, handle)
		return nil
	})
	if err != nil {
		return Sealer{}, err
	}
	key, err := k.unwrap(handle, wrapped)
	if err != nil {
		return Sealer{}, fmt.Errorf("data key: %w", err)
	}
	return newSealer(key), nil
}

// Has reports whether the subject has a data key.
func (k *KeyRing) Has(subject string) bool { return k.has(k.Handle(subject)) }

func (k *KeyRing) has(handle []byte) bool {
	found, err := k.find(handle)
	return err == nil && found
}

func (k *KeyRing) find(handle []byte) (found bool, err error) {
	err = k.file.View(func(tx *Tx) error {
		found = tx.Get(dataKeys, handle) != nil
		return nil
	})
	return found, err
}

// Handle returns the name under which a subject's key is kept, 32 bytes. A
// row that must be opened without knowing whose it is carries it.
func (k *KeyRing) Handle(subject string) []byte { return k.Index(subjectName, subject) }

// Index returns the bucket key that stands for text, 32 bytes: HMAC-SHA-256
// under a key of this box, so that no plain text is ever a bucket key, and no
// two buckets show that they speak of the same.
func (k *KeyRing) Index(bucket, text string) []byte {
	mac := hmac.New(sha256.New, k.index[:])
	mac.Write([]byte(bucket))
	mac.Write([]byte{0}) // no bucket's name has one
	mac.Write([]byte(text))
	return mac.Sum(nil)
}

// Count returns the number of subjects with a data key.
func (k *KeyRing) Count() (n int, err error) {
	err = k.file.View(func(tx *Tx) error {
		n = tx.Count(dataKeys)
		return nil
	})
	return n, err
}

// Epoch returns how often the key-encryption key has been made, from 1.
func (k *KeyRing) Epoch() uint64 {
	k.mu.RLock()
	defer k.mu.RUnlock()
	return k.kek.epoch
}

// KeyBuckets declares what keys.db holds.
func KeyBuckets() []Bucket {
	const basis = "security of processing"
	return []Bucket{
		{Name: dataKeys, Purpose: "data keys of subjects, wrapped", Basis: basis, Whose: "customers",
			Fields: "a key each, under a keyed name; the box's own are among them", Under: UnderRoot},
		{Name: keyMeta, Purpose: "proof that file and key belong together", Basis: basis, Whose: "nobody", Fields: "a proof", Under: UnderRoot},
	}
}

// Stats returns the counters of keys.db.
func (k *KeyRing) Stats() Stats {
	k.mend()
	return k.file.Stats()
}

// Snapshot keeps a copy of keys.db beside it, under the same key-encryption
// key; Shred destroys it.
func (k *KeyRing) Snapshot() error { return k.file.Snapshot() }

// Census counts what keys.db holds.
func (k *KeyRing) Census() ([]Count, error) { return k.file.Census() }

// Recovery says what OpenKeys had to do to keys.db.
func (k *KeyRing) Recovery() Recovery { return k.file.Recovery() }

// Close closes keys.db; sealers stay usable.
func (k *KeyRing) Close() error { return k.file.Close() }

func (k *KeyRing) unwrap(handle, wrapped []byte) ([]byte, error) {
	d, err := k.kek.unrow(handle, wrapped)
	if err != nil {
		return nil, err
	}
	return k.uncover(handle, d)
}

// fill writes the wrapped data keys and the proofs into an empty file.
func (k kek) fill(dst *bolt.DB, shareProof []byte, each func(put func(handle []byte, d dataKey) error) error) error {
	tx, err := dst.Begin(true)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	for _, name := range []string{dataKeys, keyMeta} {
		if _, err := tx.CreateBucket([]byte(name)); err != nil {
			return err
		}
	}
	wrap := newSealer(k.key[:])
	proof := wrap.Seal(keyMeta, []byte("proof"), k.epoch, nil)
	if err := tx.Bucket([]byte(keyMeta)).Put([]byte("proof"), proof); err != nil {
		return err
	}
	if shareProof != nil {
		if err := tx.Bucket([]byte(keyMeta)).Put([]byte(shareMark), shareProof); err != nil {
			return err
		}
	}
	keys := tx.Bucket([]byte(dataKeys))
	keys.FillPercent = 0.9 // handles come in order
	err = each(func(handle []byte, d dataKey) error { return keys.Put(handle, k.row(handle, d)) })
	if err != nil {
		return err
	}
	return tx.Commit()
}

// settle runs before keys.db is opened. It finishes or undoes what a crash
// left half done, and makes both files on the first start.
func (k *KeyRing) settle(o KeyOptions, before bool) error {
	var err error
	k.kek, err = readKEK(k.dir, k.wrap)
	fresh := errors.Is(err, fs.ErrNotExist)
	if err != nil && !fresh {
		return err
	}
	if err := k.finishShred(); err != nil {
		return err
	}
	_, statErr := os.Stat(filepath.Join(k.dir, keysFile))
	gone := errors.Is(statErr, fs.ErrNotExist)
	switch {
	case !fresh && !gone:
		return nil
	case fresh != gone && !o.AcceptLoss:
		return fmt.Errorf("%w: only one of %s and %s is there; restore the other or accept the loss", ErrDamaged, kekFile, keysFile)
	case fresh && before && !o.AcceptLoss:
		return fmt.Errorf("%w: %s and %s were there and are gone; restore them or accept the loss", ErrDamaged, kekFile, keysFile)
	}
	return k.begin(o.Now())
}
