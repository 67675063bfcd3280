package vault

import (
	"bytes"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"foyer/disk"
)

const (
	// shareFile is the only place of headquarters' key share, sealed by the root
	// key.
	shareFile = "keys.share"
	shareMark = "share" // in keys.db: proof of which share the keys are under
	// keyShared is the version of a data key that is sealed by the share first
	// and then by the key-encryption key: it opens only with both. The share is
	// within, so that erasure can seal the keys anew without it.
	keyShared = 2
	// ownPrefix begins the names of the subjects that are the box's own and not a
	// customer's: they open without the share.
	ownPrefix = "box:"
)

// ErrAway means that a data key needs headquarters' key share, which is not
// here: it has been deleted, and headquarters must send it again.
var ErrAway = errors.New("headquarters' key share is not here")

// ErrOtherShare means that a share is not the one that the data keys are under.
var ErrOtherShare = errors.New("not the key share that the keys are under")

// A share is headquarters' part of the customers' keys while it is here.
type share struct {
	seal    Sealer
	expires time.Time // zero: it does not by itself
}

// ShareState is how a ring stands to headquarters' key share.
type ShareState uint8

// The states of a ring.
const (
	Unshared  ShareState = iota // there has never been a share: nothing needs it
	ShareHere                   // customers' keys open
	ShareAway                   // customers' keys do not open
)

// Share says how the ring stands to headquarters' key share, and when the one
// that is here expires by itself; zero: it does not.
func (k *KeyRing) Share() (state ShareState, expires time.Time) {
	k.mu.RLock()
	defer k.mu.RUnlock()
	switch {
	case !k.shared:
		return Unshared, time.Time{}
	case k.share == nil:
		return ShareAway, time.Time{}
	}
	return ShareHere, k.share.expires
}

// Withhold keeps customers' keys from opening, as if the share were away, until
// it is told otherwise; the share stays.
func (k *KeyRing) Withhold(yes bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.withheld = yes
}

// SetShare takes headquarters' key share of 32 bytes, which lasts until expires
// (zero: until DropShare). The first one seals every customer's key once more,
// under a new key-encryption key, so that what opened without it is destroyed.
// Another one than the one that is here takes its place in the same way; while
// none is here only the one that the keys are under is taken, else the error is
// ErrOtherShare. The box's own subjects must have been opened before.
func (k *KeyRing) SetShare(secret [32]byte, expires time.Time) error {
	k.mend()
	k.mu.Lock()
	defer k.mu.Unlock()
	if err := k.setShare(&share{shareSealer(secret), expires}); err != nil {
		return fmt.Errorf("take the key share: %w", err)
	}
	if err := k.keepShare(secret, expires); err != nil {
		return fmt.Errorf("keep the key share: %w", err)
	}
	return nil
}

// setShare puts a share in force. The keys come first and the share's file
// after: a crash in between leaves keys whose share is away, and headquarters
// sends it again.
func (k *KeyRing) setShare(next *share) error {
	proof, err := k.shareProof()
	if err != nil {
		return err
	}
	if proof != nil {
		switch {
		case next.under(proof):
			k.share = next
			return nil
		case k.share == nil:
			return ErrOtherShare
		}
	}
	return k.shred(nil, next, nil)
}

// keepShare writes the share's file, if it is not as it should be.
func (k *KeyRing) keepShare(secret [32]byte, expires time.Time) error {
	plain := binary.BigEndian.AppendUint64(secret[:], unixOf(expires))
	if kept, err := k.readShare(); err == nil && bytes.Equal(kept, plain) {
		return nil
	}
	path := filepath.Join(k.dir, shareFile)
	if err := writeSynced(path+".next", k.wrap.Seal("share", []byte(shareFile), 1, plain)); err != nil {
		return err
	}
	return takeOver(path+".next", path)
}

// readShare reads the share's file: the share, then its end.
func (k *KeyRing) readShare() (plain []byte, err error) {
	sealed, err := os.ReadFile(filepath.Join(k.dir, shareFile))
	if err == nil {
		plain, _, err = k.wrap.Open("share", []byte(shareFile), sealed)
	}
	if err == nil && len(plain) != 40 {
		err = ErrSealed
	}
	return plain, err
}

// DropShare deletes headquarters' key share: customers' keys do not open until
// it is set again. After an error it is here still, to be deleted by another
// call; Withhold keeps it from being used.
func (k *KeyRing) DropShare() error {
	k.mu.Lock()
	defer k.mu.Unlock()
	err := wipeAway(filepath.Join(k.dir, shareFile))
	if err = errors.Join(err, wipeAway(filepath.Join(k.dir, shareFile+".next"))); err == nil {
		err = disk.SyncDir(k.dir)
	}
	if err != nil {
		return fmt.Errorf("delete the key share: %w", err)
	}
	k.share = nil
	return nil
}

// loadShare reads which share the keys are under and the share itself, where it
// is here and is that one. It runs when keys.db is open. Known are shares that
// are in memory only because the disk failed; nil is none.
func (k *KeyRing) loadShare(known ...*share) error {
	proof, err := k.shareProof()
	if err != nil {
		return err
	}
	k.shared = proof != nil
	for _, s := range known {
		if s != nil && k.shared && s.under(proof) {
			k.share = s
		}
	}
	if err := wipeAway(filepath.Join(k.dir, shareFile) + ".next"); err != nil {
		return err
	}
	plain, err := k.readShare()
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, ErrSealed) || !k.shared {
		return nil // gone, damaged or without keys: headquarters sends it again
	}
	if err != nil {
		return err
	}
	s := &share{seal: shareSealer([32]byte(plain[:32]))}
	if at := binary.BigEndian.Uint64(plain[32:]); at > 0 {
		s.expires = time.Unix(int64(at), 0)
	}
	if s.under(proof) {
		k.share = s
	}
	return nil
}

// under reports whether the proof in keys.db is of this share.
func (s *share) under(proof []byte) bool {
	_, _, err := s.seal.Open(keyMeta, []byte(shareMark), proof)
	return err == nil
}

// shareProof returns what in keys.db only the right share opens; nil before the
// first share.
func (k *KeyRing) shareProof() (proof []byte, err error) {
	err = k.file.View(func(tx *Tx) error {
		proof = tx.Get(keyMeta, []byte(shareMark))
		return nil
	})
	return proof, err
}

// shareSealer derives the sealer of customers' data keys (HKDF-SHA-256, RFC
// 5869).
func shareSealer(secret [32]byte) Sealer {
	key, err := hkdf.Key(sha256.New, secret[:], nil, "foyer key share 1", 32)
	if err != nil {
		panic(err) // only an absurd length
	}
	return newSealer(key)
}

func unixOf(at time.Time) uint64 {
	if at.IsZero() {
		return 0
	}
	return uint64(max(at.Unix(), 1))
}

// isOwn reports whether a subject is the box's own.
func isOwn(subject string) bool { return strings.HasPrefix(subject, ownPrefix) }

// A dataKey is a row of keys.db while it changes its wrapping: the key, or,
// if shared, the key sealed by the share.
type dataKey struct {
	inner  []byte
	shared bool
}

// row seals a data key by the key-encryption key.
func (k kek) row(handle []byte, d dataKey) []byte {
	version := uint64(keyVersion)
	if d.shared {
		version = keyShared
	}
	return newSealer(k.key[:]).Seal(dataKeys, handle, version, d.inner)
}

// unrow is the reverse of row.
func (k kek) unrow(handle, row []byte) (dataKey, error) {
	inner, version, err := newSealer(k.key[:]).Open(dataKeys, handle, row)
	if err != nil {
		return dataKey{}, err
	}
	d := dataKey{inner, version == keyShared}
	if version != keyVersion && version != keyShared || !d.shared && len(inner) != 32 {
		return d, ErrSealed
	}
	return d, nil
}

// cover seals a customer's data key by a share.
func (k *KeyRing) cover(by *share, handle, key []byte) dataKey {
	if by == nil || k.owns(handle) {
		return dataKey{key, false}
	}
	return dataKey{by.seal.Seal(dataKeys, handle, keyShared, key), true}
}

// uncover is the reverse of cover.
func (k *KeyRing) uncover(handle []byte, d dataKey) ([]byte, error) {
	if !d.shared {
		return d.inner, nil
	}
	if k.share == nil || k.withheld {
		return nil, ErrAway
	}
	key, _, err := k.share.seal.Open(dataKeys, handle, d.inner)
	if err == nil && len(key) != 32 {
		err = ErrSealed
	}
	return key, err
}

// own remembers that a handle is the box's own.
func (k *KeyRing) own(handle []byte) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if !k.owns(handle) {
		k.owned = append(k.owned, handle)
	}
}

func (k *KeyRing) owns(handle []byte) bool {
	for _, h := range k.owned {
		if bytes.Equal(h, handle) {
			return true
		}
	}
	return false
}
