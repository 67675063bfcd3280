package vault

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"
)

var testShare = [32]byte{9, 9, 9}

func setShare(t testing.TB, k *KeyRing) {
	t.Helper()
	if err := k.SetShare(testShare, time.Time{}); err != nil {
		t.Fatal(err)
	}
}

// With the share away no customer's value opens, before and after a restart,
// and no key is made for a new one; the box's own do. She can be erased all the
// same. With the share again all others open.
func TestShareAway(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	k := ring(t, dir)
	sealed := map[string][]byte{}
	seal := func(names ...string) {
		for _, name := range names {
			sealed[name] = sealer(t, k, name).Seal("b", nil, 1, []byte("about "+name))
		}
	}
	opens := func(name string, want error) {
		t.Helper()
		s, err := k.Sealer(name)
		if err == nil {
			_, _, err = s.Open("b", nil, sealed[name])
		}
		if !errors.Is(err, want) || want == nil && err != nil {
			t.Errorf("%s: %v, want %v", name, err, want)
		}
	}
	state := func(want ShareState) {
		t.Helper()
		if got, _ := k.Share(); got != want {
			t.Errorf("share %d, want %d", got, want)
		}
	}
	again := func() {
		t.Helper()
		k.Close()
		k = ring(t, dir)
	}
	seal("ana", "bea", "box:doors")
	state(Unshared)
	setShare(t, k)
	seal("carla", "box:ledger") // made with the share here
	again()
	for name := range sealed {
		opens(name, nil)
	}
	state(ShareHere)
	if err := k.DropShare(); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		state(ShareAway)
		opens("ana", ErrAway)
		opens("carla", ErrAway)
		opens("nobody yet", ErrAway)
		opens("box:doors", nil)
		opens("box:ledger", nil)
		again()
	}
	if err := k.Shred("ana"); err != nil || k.Has("ana") || !k.Has("bea") {
		t.Errorf("erased with the share away: %v", err)
	}
	again()
	opens("bea", ErrAway)
	if err := k.SetShare([32]byte{1}, time.Time{}); !errors.Is(err, ErrOtherShare) {
		t.Errorf("another share: %v, want ErrOtherShare", err)
	}
	setShare(t, k)
	epoch := k.Epoch()
	setShare(t, k)
	if k.Epoch() != epoch {
		t.Error("the same share made the keys anew")
	}
	again()
	delete(sealed, "ana")
	for name := range sealed {
		opens(name, nil)
	}
	opens("ana", ErrSealed) // a new key opens nothing old

	k.Withhold(true)
	opens("bea", ErrAway)
	opens("nobody either", ErrAway)
	opens("box:doors", nil)
	k.Withhold(false)
	opens("bea", nil)
}

// Headquarters that lost a share makes another; as long as the old one is here
// it takes its place.
func TestAnotherShare(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	k := ring(t, dir)
	value := sealer(t, k, "ana").Seal("b", nil, 1, []byte("a"))
	setShare(t, k)
	other := [32]byte{5}
	if err := k.SetShare(other, time.Time{}); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if _, _, err := sealer(t, k, "ana").Open("b", nil, value); err != nil {
			t.Error(err)
		}
		k.Close()
		k = ring(t, dir)
	}
	if err := k.DropShare(); err != nil {
		t.Fatal(err)
	}
	if err := k.SetShare(testShare, time.Time{}); !errors.Is(err, ErrOtherShare) {
		t.Errorf("the share before: %v, want ErrOtherShare", err)
	}
	if err := k.SetShare(other, time.Time{}); err != nil {
		t.Error(err)
	}
}

func TestShareExpires(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	k := ring(t, dir)
	at := time.Unix(1_800_000_000, 0)
	for _, want := range []time.Time{at, at.Add(time.Hour), {}} {
		if err := k.SetShare(testShare, want); err != nil {
			t.Fatal(err)
		}
		k.Close()
		k = ring(t, dir)
		if state, got := k.Share(); state != ShareHere || !got.Equal(want) {
			t.Errorf("share %d until %v, want until %v", state, got, want)
		}
	}
}

// Whoever has the root key and every byte of the folder, what bbolt let go and
// what was overwritten included, opens no customer's key once the share is gone.
func TestNothingOpensWithoutTheShare(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	k := ring(t, dir)
	const n = 20
	for i := range n {
		sealer(t, k, fmt.Sprint("c-", i))
	}
	keks := []kek{k.kek}
	if err := k.Snapshot(); err != nil {
		t.Fatal(err)
	}
	held := []*os.File{hold(t, dir, keysFile), hold(t, dir, keysFile+".snap-1")}
	setShare(t, k)
	for i := range n {
		sealer(t, k, fmt.Sprint("d-", i))
	}
	keks = append(keks, k.kek)
	held = append(held, hold(t, dir, shareFile), hold(t, dir, keysFile))
	if err := k.SetShare(testShare, time.Unix(1_900_000_000, 0)); err != nil { // renewed
		t.Fatal(err)
	}
	held = append(held, hold(t, dir, shareFile))
	if err := k.DropShare(); err != nil {
		t.Fatal(err)
	}
	all := files(t, dir)
	for i, f := range held {
		data := make([]byte, 4<<20)
		got, _ := f.ReadAt(data, 0) // all of it
		all[fmt.Sprint("held open ", i)] = data[:got]
	}
	if _, ok := all[shareFile]; ok {
		t.Error("the share's file is there")
	}
	rows := 0
	for name, data := range all {
		if bytes.Contains(data, testShare[:]) {
			t.Errorf("%s holds the share", name)
		}
		for at := range data {
			if data[at] != sealScheme {
				continue
			}
			if s, _, err := k.wrap.Open("share", []byte(shareFile), data[at:min(len(data), at+sealOverhead+40)]); err == nil && len(s) > 0 {
				t.Errorf("%s holds the share, sealed by the root key", name)
			}
			rows += opensRow(t, k, keks, name, data[at:], n)
		}
	}
	if rows == 0 {
		t.Error("the scan finds no row at all: it proves nothing")
	}
}

// opensRow tries every customer's handle on what may be a wrapped key, and
// returns how many keys are there under the share.
func opensRow(t *testing.T, k *KeyRing, keks []kek, name string, data []byte, n int) (shared int) {
	t.Helper()
	for version, size := range map[byte]int{keyVersion: sealOverhead + 32, keyShared: 2*sealOverhead + 32} {
		if len(data) < size || data[8] != version || !bytes.Equal(data[1:8], make([]byte, 7)) {
			continue
		}
		for i := range 2 * n {
			handle := k.Handle([]string{"c-", "d-"}[i/n] + fmt.Sprint(i%n))
			for _, on := range keks {
				d, err := on.unrow(handle, data[:size])
				if err == nil && !d.shared {
					t.Errorf("%s holds a customer's key that opens without the share", name)
				}
				if err == nil && d.shared {
					shared++
				}
			}
		}
	}
	return shared
}

// hold keeps a file open, so that what becomes of its bytes can be read.
func hold(t *testing.T, dir, name string) *os.File {
	t.Helper()
	f, err := os.Open(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

// A crash while the first share is taken leaves a ring that opens everything
// and takes the share again.
func TestCrashWhileTheShareIsTaken(t *testing.T) {
	t.Parallel()
	for _, step := range []string{"built", "switched"} {
		t.Run(step, func(t *testing.T) {
			dir := t.TempDir()
			k := ring(t, dir)
			value := sealer(t, k, "ana").Seal("b", nil, 1, []byte("a"))
			k.mu.Lock()
			err := k.shred(nil, &share{seal: shareSealer(testShare)}, func(s string) error {
				if s == step {
					return errCrash
				}
				return nil
			})
			k.mu.Unlock()
			if !errors.Is(err, errCrash) {
				t.Fatal(err)
			}
			k.Close()
			k = ring(t, dir)
			setShare(t, k)
			if _, _, err := sealer(t, k, "ana").Open("b", nil, value); err != nil {
				t.Error(err)
			}
			if err := k.DropShare(); err != nil {
				t.Fatal(err)
			}
			if _, err := k.Sealer("ana"); !errors.Is(err, ErrAway) {
				t.Errorf("with the share away: %v, want ErrAway", err)
			}
		})
	}
}
