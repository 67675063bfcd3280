package vault_test

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"foyer/vault"
)

// cutChild works on a file and a key ring, and says what has been acknowledged.
func cutChild(dir string) {
	say := func(format string, args ...any) { os.Stdout.WriteString(fmt.Sprintf(format, args...) + "\n") }
	if err := cutWork(dir, say); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

const cutQuota = 4 << 20 // a small reserve to write

func cutOpen(dir string) (*vault.KeyRing, *vault.File, error) {
	k, err := vault.OpenKeys(dir, [32]byte{1}, vault.KeyOptions{Quota: cutQuota})
	if err != nil {
		return nil, nil, err
	}
	f, err := vault.Open(dir, "test.db", vault.Options{Buckets: declared("a", "b"), Quota: cutQuota, Irreplaceable: true})
	if err != nil {
		return nil, nil, errors.Join(err, k.Close())
	}
	return k, f, nil
}

func cutWork(dir string, say func(string, ...any)) error {
	const rounds = 24
	for half := range 2 {
		k, f, err := cutOpen(dir)
		if err != nil {
			return err
		}
		for n := half * rounds / 2; n < (half+1)*rounds/2; n++ {
			if err := cutRound(k, f, n, say); err != nil {
				return err
			}
		}
		if err := errors.Join(f.Close(), k.Close()); err != nil {
			return err
		}
	}
	return nil
}

func cutRound(k *vault.KeyRing, f *vault.File, n int, say func(string, ...any)) error {
	err := f.Update(func(tx *vault.Tx) error {
		if n >= 3 { // make free pages
			if err := tx.Delete("b", cutKey(n-3)); err != nil {
				return err
			}
		}
		return errors.Join(tx.Put("a", cutKey(n), cutValue(n)), tx.Put("b", cutKey(n), make([]byte, 9000)))
	})
	if err != nil {
		return err
	}
	say("put %d", n)
	s, err := k.Sealer(fmt.Sprint("s-", n))
	if err != nil {
		return err
	}
	say("key %d %x", n, s.Seal("b", nil, 1, []byte("x")))
	switch n {
	case 7:
		err = k.SetShare(cutShare(), time.Time{})
	case 13:
		if err = k.DropShare(); err == nil {
			say("away %d", n)
			err = f.Update(func(tx *vault.Tx) error { return tx.Put("b", []byte("away"), make([]byte, 3000)) })
		}
		if err == nil {
			say("back %d", n) // from now on it may be
			err = k.SetShare(cutShare(), time.Time{})
		}
	}
	if err != nil {
		return err
	}
	switch n % 6 {
	case 2:
		err = errors.Join(f.Snapshot(), k.Snapshot())
	case 3:
		err = f.Compact()
	case 5:
		if err = k.Shred(fmt.Sprint("s-", n-1)); err == nil {
			say("gone %d", n-1)
		}
	}
	return err
}

func cutShare() [32]byte    { return [32]byte{7} }
func cutKey(n int) []byte   { return fmt.Appendf(nil, "%04d", n) }
func cutValue(n int) []byte { return bytes.Repeat([]byte{byte(n)}, 10+n*977%9000) }

// A promise is what the world has been told.
type promise struct {
	put, keys int // how many
	sealed    map[int][]byte
	gone      []int
	away      bool // the key share
}

func (p *promise) hear(t *testing.T, said string) {
	t.Helper()
	for line := range strings.Lines(said) {
		var n int
		var text string
		switch word, rest, _ := strings.Cut(strings.TrimSpace(line), " "); word {
		case "put":
			p.put++
		case "key":
			fmt.Sscan(rest, &n, &text)
			sealed, err := hex.DecodeString(text)
			if err != nil || n != p.keys {
				t.Fatalf("the child said %q: %v", line, err)
			}
			p.sealed[n] = sealed
			p.keys++
		case "away", "back":
			p.away = word == "away"
		case "gone":
			fmt.Sscan(rest, &n)
			p.gone = append(p.gone, n)
			delete(p.sealed, n)
		}
	}
}

// kept says which promise a folder does not keep; nil if it keeps all.
func (p *promise) kept(dir string) error {
	k, f, err := cutOpen(dir)
	if err != nil {
		return err
	}
	defer k.Close()
	defer f.Close()
	if r, s := f.Recovery(), k.Recovery(); r.Rung != vault.Sound || s.Rung != vault.Sound {
		return fmt.Errorf("recovered: %+v, %+v", r, s)
	}
	err = f.View(func(tx *vault.Tx) error {
		for n := range p.put {
			if !bytes.Equal(tx.Get("a", cutKey(n)), cutValue(n)) {
				return fmt.Errorf("%d of %d was acknowledged and is lost", n, p.put)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, n := range p.gone {
		if k.Has(fmt.Sprint("s-", n)) {
			return fmt.Errorf("key %d was destroyed and is back", n)
		}
	}
	if p.keys >= 8 { // the share may be on its way, here, or away
		if state, _ := k.Share(); p.away && state == vault.ShareHere {
			return errors.New("the key share was deleted and is back")
		}
		if err := k.SetShare(cutShare(), time.Time{}); err != nil {
			return err
		}
	}
	for n, sealed := range p.sealed {
		s, err := k.SealerOf(k.Handle(fmt.Sprint("s-", n)))
		if err == nil {
			_, _, err = s.Open("b", nil, sealed)
		}
		if errors.Is(err, vault.ErrSealed) && n+2 == p.keys && n%6 == 4 {
			continue // its end may have been under way
		}
		if err != nil {
			return fmt.Errorf("key %d of %d: %w", n, p.keys, err)
		}
	}
	// It is a whole file.
	return f.Update(func(tx *vault.Tx) error { return tx.Put("a", []byte("later"), make([]byte, 5000)) })
}
