package vault

import (
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// kekFile is the only place of the key-encryption key; it is replaced whole.
const kekFile = "keys.kek"

// A kek is the key-encryption key of one epoch. Index is the key of the
// HMACs that stand for names in bucket keys; it outlives epochs, or every
// bucket key would change with each erasure.
type kek struct {
	epoch      uint64
	key, index [32]byte
}

func newKEK(epoch uint64, index [32]byte) kek {
	k := kek{epoch: epoch, index: index}
	rand.Read(k.key[:])
	return k
}

// wrapping derives the sealer of the key-encryption-key file from the root
// key (HKDF-SHA-256, RFC 5869).
func wrapping(root [32]byte) Sealer {
	key, err := hkdf.Key(sha256.New, root[:], nil, "foyer key-encryption key 1", 32)
	if err != nil {
		panic(err) // only an absurd length
	}
	return newSealer(key)
}

// readKEK returns the key-encryption key in dir; fs.ErrNotExist if there is
// none yet.
func readKEK(dir string, wrap Sealer) (kek, error) {
	sealed, err := os.ReadFile(filepath.Join(dir, kekFile))
	if err != nil {
		return kek{}, err
	}
	plain, epoch, err := wrap.Open("kek", []byte(kekFile), sealed)
	if err != nil || len(plain) != 64 {
		return kek{}, fmt.Errorf("%s: %w: use the credential this box was set up with", kekFile, ErrRootKey)
	}
	return kek{epoch, [32]byte(plain[:32]), [32]byte(plain[32:])}, nil
}

// write makes k the key-encryption key in dir. The renaming is the moment the
// old one is gone; switched says that it was tried, so that either may be on
// the disk if there is an error.
func (k kek) write(dir string, wrap Sealer) (switched bool, err error) {
	path := filepath.Join(dir, kekFile)
	sealed := wrap.Seal("kek", []byte(kekFile), k.epoch, append(k.key[:], k.index[:]...))
	if err := writeSynced(path+".next", sealed); err != nil {
		return false, err
	}
	return true, rename(path+".next", path)
}

// superseded are files that others are about to replace. They are kept open,
// to be overwritten when their names are gone.
type superseded struct{ files []*os.File }

func (s *superseded) add(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err == nil {
		s.files = append(s.files, f)
	}
	return err
}

func (s *superseded) wipe() (err error) {
	for _, f := range s.files {
		err = errors.Join(err, wipe(f))
	}
	return err
}

func (s *superseded) close() {
	for _, f := range s.files {
		f.Close() // wipe has synced what matters
	}
}

// wipeAway overwrites a file that nobody uses and removes it; one that is not
// there is no error.
func wipeAway(path string) error {
	var old superseded
	defer old.close()
	if err := errors.Join(old.add(path), old.wipe()); err != nil {
		return err
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}

func writeSynced(path string, data []byte) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	return errors.Join(err, f.Sync(), f.Close())
}

// wipe overwrites an open file in place. On flash the old cells may live on;
// this keeps the plain disk image clean and is no proof of more.
func wipe(f *os.File) error {
	info, err := f.Stat()
	if err != nil {
		return err
	}
	zeros := make([]byte, 64<<10)
	for at := int64(0); at < info.Size(); at += int64(len(zeros)) {
		n := min(int64(len(zeros)), info.Size()-at)
		if _, err := f.WriteAt(zeros[:n], at); err != nil {
			return err
		}
	}
	return f.Sync()
}
