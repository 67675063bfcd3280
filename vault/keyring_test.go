package vault

import (
	"bytes"
	"crypto/hkdf"
	"crypto/sha256"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"pgregory.net/rapid"
)

var testRoot = [32]byte{1, 2, 3}

func ring(t testing.TB, dir string) *KeyRing {
	t.Helper()
	k, err := OpenKeys(dir, testRoot, KeyOptions{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { k.Close() })
	return k
}

func sealer(t testing.TB, k *KeyRing, subject string) Sealer {
	t.Helper()
	s, err := k.Sealer(subject)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// files returns the raw bytes of everything in dir.
func files(t testing.TB, dir string) map[string][]byte {
	t.Helper()
	all := map[string][]byte{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		all[d.Name()], err = os.ReadFile(path)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func wrapped(t testing.TB, k *KeyRing, subject string) []byte {
	t.Helper()
	var w []byte
	if err := k.file.View(func(tx *Tx) error { w = tx.Get(dataKeys, k.Handle(subject)); return nil }); err != nil {
		t.Fatal(err)
	}
	return w
}

func TestSealedValuesStayInTheirPlace(t *testing.T) {
	t.Parallel()
	k := ring(t, t.TempDir())
	ana, bea := sealer(t, k, "ana"), sealer(t, k, "bea")
	rapid.Check(t, func(r *rapid.T) {
		text := rapid.SliceOf(rapid.Byte())
		plain, key, bucket := text.Draw(r, "plain"), text.Draw(r, "key"), rapid.String().Draw(r, "bucket")
		version := rapid.Uint64().Draw(r, "version")
		sealed := ana.Seal(bucket, key, version, plain)
		got, v, err := ana.Open(bucket, key, sealed)
		if err != nil || v != version || !bytes.Equal(got, plain) {
			r.Fatalf("got %q, %d, %v", got, v, err)
		}
		bad := bytes.Clone(sealed)
		bad[rapid.IntRange(0, len(bad)-1).Draw(r, "at")] ^= 1 << rapid.IntRange(0, 7).Draw(r, "bit")
		cut := sealed[:rapid.IntRange(0, len(sealed)-1).Draw(r, "cut")]
		for name, open := range map[string]func() ([]byte, uint64, error){
			"another bucket":  func() ([]byte, uint64, error) { return ana.Open(bucket+"x", key, sealed) },
			"another key":     func() ([]byte, uint64, error) { return ana.Open(bucket, append(key, 0), sealed) },
			"another subject": func() ([]byte, uint64, error) { return bea.Open(bucket, key, sealed) },
			"a flipped bit":   func() ([]byte, uint64, error) { return ana.Open(bucket, key, bad) },
			"the end missing": func() ([]byte, uint64, error) { return ana.Open(bucket, key, cut) },
		} {
			if _, _, err := open(); !errors.Is(err, ErrSealed) {
				r.Fatalf("%s: %v, want ErrSealed", name, err)
			}
		}
	})
	// The border between bucket and key is part of the place.
	if _, _, err := ana.Open("a", []byte("bc"), ana.Seal("ab", []byte("c"), 1, nil)); !errors.Is(err, ErrSealed) {
		t.Errorf("a value moved over the border: %v", err)
	}
}

func TestKeysSurviveAndStaySecret(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	k := ring(t, dir)
	if k.Has("c-7731") {
		t.Error("a subject nobody spoke of has a key")
	}
	sealed := sealer(t, k, "c-7731").Seal("b", []byte("k"), 3, []byte("plain"))
	index := k.Index("b", "c-7731")
	kekBytes := bytes.Clone(k.kek.key[:])
	k.Close()
	k = ring(t, dir)
	plain, _, err := sealer(t, k, "c-7731").Open("b", []byte("k"), sealed)
	if err != nil || string(plain) != "plain" || !k.Has("c-7731") {
		t.Errorf("after a restart: %q, %v", plain, err)
	}
	if !bytes.Equal(index, k.Index("b", "c-7731")) || bytes.Equal(index, k.Index("c", "c-7731")) || len(index) != 32 {
		t.Error("the index is not one HMAC for each bucket")
	}
	key, err := k.unwrap(k.Handle("c-7731"), wrapped(t, k, "c-7731"))
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range files(t, dir) {
		for what, secret := range map[string][]byte{
			"subject": []byte("c-7731"), "data key": key, "key-encryption key": kekBytes, "index key": k.index[:], "root key": testRoot[:],
		} {
			if bytes.Contains(data, secret) {
				t.Errorf("%s holds the %s in the clear", name, what)
			}
		}
	}
}

func TestOneKeyForEachSubjectUnderRaces(t *testing.T) {
	t.Parallel()
	k := ring(t, t.TempDir())
	sealed := make(chan []byte, 16)
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			s, err := k.Sealer("ana")
			if err != nil {
				t.Error(err)
			}
			sealed <- s.Seal("b", nil, 1, []byte("x"))
		})
	}
	wg.Wait()
	close(sealed)
	s := sealer(t, k, "ana")
	for v := range sealed {
		if _, _, err := s.Open("b", nil, v); err != nil {
			t.Error(err)
		}
	}
	if n, err := k.Count(); n != 1 || err != nil {
		t.Errorf("%d keys, %v", n, err)
	}
}

func TestWrongRootAndLostFiles(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		root [32]byte
		harm func(dir string) error
		want error
	}{
		"wrong root":  {[32]byte{9}, func(string) error { return nil }, ErrRootKey},
		"kek damaged": {testRoot, func(d string) error { return os.Truncate(filepath.Join(d, kekFile), 20) }, ErrRootKey},
		"kek lost":    {testRoot, func(d string) error { return os.Remove(filepath.Join(d, kekFile)) }, ErrDamaged},
		"keys lost":   {testRoot, func(d string) error { return os.Remove(filepath.Join(d, keysFile)) }, ErrDamaged},
		"both lost": {testRoot, func(d string) error {
			return errors.Join(os.Remove(filepath.Join(d, kekFile)), os.Remove(filepath.Join(d, keysFile)))
		}, ErrDamaged},
		"keys truncated": {testRoot, func(d string) error { return os.Truncate(filepath.Join(d, keysFile), 5000) }, ErrDamaged},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			k := ring(t, dir)
			sealed := sealer(t, k, "ana").Seal("b", nil, 1, nil)
			k.Close()
			if err := tt.harm(dir); err != nil {
				t.Fatal(err)
			}
			if _, err := OpenKeys(dir, tt.root, KeyOptions{}); !errors.Is(err, tt.want) {
				t.Fatalf("got %v, want %v", err, tt.want)
			}
			k, err := OpenKeys(dir, tt.root, KeyOptions{AcceptLoss: true})
			if tt.want == ErrRootKey { // that is not loss: the right credential may be found
				if !errors.Is(err, ErrRootKey) {
					t.Errorf("with loss accepted: %v", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			defer k.Close()
			if _, _, err := sealer(t, k, "ana").Open("b", nil, sealed); !errors.Is(err, ErrSealed) {
				t.Errorf("the new ring opens an old value: %v", err)
			}
			if err := k.Shred("ana"); err != nil {
				t.Error(err)
			}
		})
	}
}

// The wrapping key is not the root key itself.
func TestRootKeyIsOnlyDerivedFrom(t *testing.T) {
	t.Parallel()
	key, err := hkdf.Key(sha256.New, testRoot[:], nil, "foyer key-encryption key 1", 32)
	if err != nil {
		t.Fatal(err)
	}
	sealed := newKEK(7, [32]byte{5})
	dir := t.TempDir()
	if _, err := sealed.write(dir, newSealer(key)); err != nil {
		t.Fatal(err)
	}
	got, err := readKEK(dir, wrapping(testRoot))
	if err != nil || got != sealed {
		t.Errorf("got epoch %d, %v", got.epoch, err)
	}
	if _, err := readKEK(dir, newSealer(testRoot[:])); !errors.Is(err, ErrRootKey) {
		t.Errorf("the root key opens it: %v", err)
	}
}

func FuzzSealerOpen(f *testing.F) {
	s := newSealer(make([]byte, 32))
	f.Add(s.Seal("b", []byte("k"), 1, []byte("plain")))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, sealed []byte) {
		plain, _, err := s.Open("b", []byte("k"), sealed)
		if err == nil && string(plain) != "plain" {
			t.Errorf("a forgery opened: %q", plain)
		}
	})
}

func FuzzCheck(f *testing.F) {
	dir := f.TempDir()
	k := ring(f, dir)
	sealer(f, k, "ana")
	f.Add(make([]byte, 3*4096))
	f.Add(files(f, dir)[keysFile])
	f.Fuzz(func(t *testing.T, data []byte) {
		_ = checkFile(bytes.NewReader(data), uint64(len(data))) // any error is fine, a panic is not
	})
}
