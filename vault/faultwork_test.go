package vault_test

import (
	"errors"
	"fmt"
	"os"
	"time"

	"foyer/vault"
)

// faultChild does what cutChild does on a disk that fails now and then, and
// tries again what failed. It ends well when everything has been done.
func faultChild(dir string) {
	say := func(format string, args ...any) { os.Stdout.WriteString(fmt.Sprintf(format, args...) + "\n") }
	var k *vault.KeyRing
	var f *vault.File
	patiently(func() (err error) { k, f, err = cutOpen(dir); return err })
	for n := range 8 {
		var done int
		patiently(func() error {
			told := 0
			return cutRound(k, f, n, func(format string, args ...any) {
				if told++; told > done { // each thing once
					done = told
					say(format, args...)
				}
			})
		})
	}
	if s, t := f.Stats(), k.Stats(); s.Failing || t.Failing || s.DiskFull || t.DiskFull {
		fmt.Fprintf(os.Stderr, "it says that the disk fails still: %+v, %+v\n", s, t)
		os.Exit(1)
	}
	_ = errors.Join(f.Close(), k.Close()) // a failed mark costs a check at the next start
}

// patiently tries until it works, as a box that runs on does.
func patiently(try func() error) {
	var err error
	for range 200 {
		if err = try(); err == nil {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
