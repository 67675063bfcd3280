package vault_test

import (
	"errors"
	"fmt"
	"os"

	"foyer/vault"
)

// What stuckChild says where its disk is to become read-only, and to be well again.
const (
	stuckNow  = "stuck now"
	stuckOver = "stuck no more"
)

// stuckChild writes, goes on while nothing in its folder can be written, and writes
// again. It ends well if it could read all the time.
func stuckChild(dir string) {
	if err := stuckWork(dir); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func stuckWork(dir string) error {
	k, f, err := cutOpen(dir)
	if err != nil {
		return err
	}
	write := func(n int) error {
		_, err := k.Sealer(fmt.Sprint("s-", n))
		return errors.Join(err, f.Update(func(tx *vault.Tx) error { return tx.Put("a", cutKey(n), cutValue(n)) }))
	}
	reads := func() error {
		_, err := k.SealerOf(k.Handle("s-1"))
		return errors.Join(err, f.View(func(tx *vault.Tx) error {
			if tx.Get("a", cutKey(1)) == nil || tx.Get("a", cutKey(2)) != nil {
				return errors.New("it reads something else than was written")
			}
			return nil
		}))
	}
	if err := write(1); err != nil {
		return err
	}
	os.Stdout.WriteString(stuckNow + "\n")
	for range 20 {
		if write(2) == nil {
			return errors.New("a write that cannot be on the disk was acknowledged")
		}
		if err := errors.Join(f.Compact(), f.Snapshot(), k.Shred("s-1")); err == nil {
			return errors.New("a file was replaced that cannot be")
		}
		if err := reads(); err != nil {
			return fmt.Errorf("while nothing can be written: %w", err)
		}
		if !f.Stats().Failing || !k.Stats().Failing {
			return errors.New("it does not say that the disk fails")
		}
	}
	os.Stdout.WriteString(stuckOver + "\n")
	patiently(func() error { return write(2) })
	patiently(func() error {
		if f.Stats().Failing || k.Stats().Failing {
			return errors.New("it says that the disk fails still")
		}
		return nil
	})
	return errors.Join(f.Close(), k.Close())
}
