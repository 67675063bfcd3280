package vault

import "errors"

// sweepStep is how many rows are looked at in one transaction of Sweep.
const sweepStep = 256

// errSwept ends a transaction of Sweep in which nothing was to be removed.
var errSwept = errors.New("nothing to sweep")

// Sweep calls fn with a copy of every row of a bucket, a few in one transaction,
// so that whoever else writes waits for those few only. Fn may put and delete;
// where it does not, nothing is written. After an error what was changed before
// stays.
func (f *File) Sweep(bucket string, fn func(tx *Tx, k, v []byte) error) error {
	var from []byte
	for {
		n := 0
		err := f.Update(func(tx *Tx) error {
			err := tx.EachFrom(bucket, from, func(k, v []byte) error {
				if n == sweepStep {
					return ErrStop
				}
				n, from = n+1, append(clone(k), 0) // the first key that may come after k
				return fn(tx, k, v)
			})
			if err == nil && len(tx.ops) == 0 {
				err = errSwept
			}
			return err
		})
		if errors.Is(err, errSwept) {
			err = nil
		}
		if err != nil || n < sweepStep {
			return err
		}
	}
}
