package vault_test

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"testing"
	"time"

	"foyer/vault"
)

// crashChild writes numbers for ever and prints each one that Update has
// acknowledged, compacting now and then, until it is killed.
func crashChild(dir string) {
	f, err := vault.Open(dir, "test.db", vault.Options{Buckets: declared("a", "b"), Irreplaceable: true})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	for {
		var n uint64
		err := f.Update(func(tx *vault.Tx) error {
			var err error
			if n, err = tx.Sequence("a"); err != nil {
				return err
			}
			key := binary.BigEndian.AppendUint64(nil, n)
			if n%3 == 0 { // make free pages
				if err := tx.Delete("b", key[:7]); err != nil {
					return err
				}
			}
			if err := tx.Put("b", key[:7], make([]byte, 5000)); err != nil {
				return err
			}
			return tx.Put("a", key, key)
		})
		if err == nil && n%40 == 0 {
			err = f.Compact()
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		fmt.Println(n)
	}
}

// crashShredder makes a key for each number and destroys the one before, and
// prints each number whose predecessor is gone.
func crashShredder(dir string) {
	k, err := vault.OpenKeys(dir, [32]byte{1}, vault.KeyOptions{})
	for n := uint64(1); err == nil; n++ {
		if _, err = k.Sealer(fmt.Sprint("s-", n)); err == nil {
			err = k.Shred(fmt.Sprint("s-", n-1))
		}
		if err == nil {
			fmt.Println(n)
		}
	}
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

// untilKilled runs this test binary as a child with an environment variable
// set, kills it a little after its first line, and returns its last line.
func untilKilled(t *testing.T, env string) (last uint64) {
	t.Helper()
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), env)
	child.Stderr = os.Stderr
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	lines, first := bufio.NewScanner(out), true
	for lines.Scan() {
		if _, err := fmt.Sscan(lines.Text(), &last); err != nil {
			t.Fatal(err)
		}
		if first {
			first = false
			time.AfterFunc(time.Duration(1+rand.IntN(60))*time.Millisecond, func() { child.Process.Kill() })
		}
	}
	child.Wait() // killed
	if first {
		t.Fatal("the child wrote nothing")
	}
	return last
}

// kills is how often a child is killed.
func kills() int {
	switch {
	case os.Getenv("FOYER_LONG") != "":
		return 200
	case testing.Short():
		return 8
	}
	return 20
}

// However Shred is interrupted, the ring opens, what was destroyed stays
// destroyed, and the others' keys still open their values.
func TestKilledWhileShredding(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	k, err := vault.OpenKeys(dir, [32]byte{1}, vault.KeyOptions{})
	if err != nil {
		t.Fatal(err)
	}
	stays, err := k.Sealer("stays")
	if err != nil {
		t.Fatal(err)
	}
	sealed := stays.Seal("b", nil, 1, []byte("x"))
	if err := k.Close(); err != nil {
		t.Fatal(err)
	}
	for round := range kills() {
		last := untilKilled(t, "VAULT_SHRED_DIR="+dir)
		if k, err = vault.OpenKeys(dir, [32]byte{1}, vault.KeyOptions{}); err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
		if stays, err = k.Sealer("stays"); err != nil {
			t.Fatal(err)
		}
		if _, _, err := stays.Open("b", nil, sealed); err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
		for n := range last {
			if k.Has(fmt.Sprint("s-", n)) {
				t.Fatalf("round %d: key %d of %d came back", round, n, last)
			}
		}
		for n := last; n < last+2; n++ { // the child begins at 1 again
			if err := k.Shred(fmt.Sprint("s-", n)); err != nil {
				t.Fatal(err)
			}
		}
		if err := k.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// A process is killed again and again in the middle of its writes; nothing it
// acknowledged is ever lost, and the file always opens sound. Unless it is to be
// short, that goes on for a thousand writes at least.
func TestKilledInTheMiddle(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	last, round := uint64(0), 0
	for ; round < kills() || last < 1000 && !testing.Short(); round++ {
		last = untilKilled(t, "VAULT_CRASH_DIR="+dir)
		f := opened(t, dir, vault.Options{Irreplaceable: true})
		got := all(t, f, "a")
		for n := range last {
			key := string(binary.BigEndian.AppendUint64(nil, n+1))
			if got[key] != key {
				t.Fatalf("round %d: %d was acknowledged and is lost; last %d", round, n+1, last)
			}
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("figure: %d writes over %d kills", last, round)
}
