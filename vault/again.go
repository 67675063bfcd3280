package vault

import bolt "go.etcd.io/bbolt"

// An op is one write of a transaction, kept until it has been committed.
type op struct {
	bucket     string
	key, value []byte // no value: a delete; no key either: a number of the sequence
}

// note keeps what was written, so that it can be written again.
func (t *Tx) note(bucket string, key, value []byte) {
	t.ops = append(t.ops, op{bucket, clone(key), value})
}

// beside is how many bytes a transaction may take of the reserve besides what must
// be written even then.
const beside = 16 << 10

// urgent reports whether the transaction is one for which the reserve is kept: it
// holds what must be written even then, or makes room, and little else.
func (t *Tx) urgent() bool { return t.grown <= beside && (t.anyway || t.grown <= 0) }

// commit commits the transaction. Where others have filled the disk since it was
// last written to, what is urgent is written once more, out of the reserve, and
// without asking who wrote it again; the caller holds f.write.
func (f *File) commit(t *Tx) error {
	err := t.tx.Commit()
	if !noSpace(err) || f.full || !t.urgent() {
		return err
	}
	f.releaseBallast()
	if t.tx, err = f.db.Begin(true); err != nil {
		return err
	}
	for _, o := range t.ops {
		if err := o.apply(t.tx.Bucket([]byte(o.bucket))); err != nil {
			return err
		}
	}
	return t.tx.Commit()
}

func (o op) apply(b *bolt.Bucket) (err error) {
	switch {
	case o.key == nil:
		_, err = b.NextSequence()
	case o.value == nil:
		err = b.Delete(o.key)
	default:
		err = b.Put(o.key, o.value)
	}
	return err
}
