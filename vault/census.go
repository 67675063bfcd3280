package vault

// A Count is how much one bucket holds. Bytes are those of keys and values;
// Subjects are of how many people, where values are sealed under a key of each
// one's own, and 0 elsewhere.
type Count struct {
	Bucket   string
	Rows     int
	Bytes    int64
	Subjects int
}

// Census counts what the file holds, in the order in which its buckets are
// declared. It reads every row and opens none.
func (f *File) Census() ([]Count, error) {
	var all []Count
	err := f.View(func(tx *Tx) error {
		all = nil
		for _, b := range f.o.Buckets {
			c, seen := Count{Bucket: b.Name}, map[[32]byte]bool{}
			err := tx.Each(b.Name, nil, func(k, v []byte) error {
				c.Rows++
				c.Bytes += int64(len(k) + len(v))
				// A value under a key of hers begins with its handle, or, where her
				// row needs none, with random bytes: one row of each subject then.
				if b.Under == UnderHers && len(v) >= 32 {
					seen[[32]byte(v)] = true
				}
				return nil
			})
			if err != nil {
				return err
			}
			c.Subjects = len(seen)
			all = append(all, c)
		}
		return nil
	})
	return all, err
}
