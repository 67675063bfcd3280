package ledger

import (
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"foyer/floor"
	"foyer/vault"
)

// Bucket names.
const (
	bRows     = "rows"     // month, seq -> sealed row
	bSegments = "segments" // month -> sealed segment
	bHead     = "head"     // one sealed head
	bSubjects = "subjects" // ledger id, seq -> month
	bLinks    = "links"    // HMAC of the customer -> ledger id sealed under her key
)

// retention is how long a row is kept after its own month, in months. Rows
// leave as whole months, so the first of a month is kept a month longer.
const retention = 13

// ownSubject is the ledger's own key in the ring. No customer is called so: a
// pseudonym has no colon.
const ownSubject = "box:ledger"

const version = 1 // of all sealed encodings here

// Buckets declares what ledger.db holds.
func Buckets() []vault.Bucket {
	const kept = (retention + 1) * 31 * 24 * time.Hour
	const account, law = "account for who saw what", "legal obligation"
	return []vault.Bucket{
		{Name: bRows, Purpose: account, Basis: law, TTL: kept, Whose: "customers and staff", Under: vault.UnderBox,
			Fields: "when, a random number for the customer, the associate, her role and relation, visit, purpose, " +
				"identifiers of what was shown, how far and by which rule"},
		{Name: bSegments, Purpose: account, Basis: law, TTL: kept, Whose: "nobody", Fields: "first row and hash of each month", Under: vault.UnderBox},
		{Name: bSubjects, Purpose: account, Basis: law, TTL: kept, Whose: "customers", Under: vault.Unsealed,
			Fields: "which rows are about the same random number, and their month"},
		{Name: bHead, Purpose: "notice a ledger that was cut short", Basis: law, Whose: "nobody", Fields: "number and hash of the newest row", Under: vault.UnderBox},
		{Name: bLinks, Purpose: "show a customer who saw what about her", Basis: law, Whose: "customers", Under: vault.UnderHers,
			Fields: "which random number is hers"},
	}
}

// Options describe a log.
type Options struct {
	Quota      int64            // bytes; 0 means 256 MiB
	AcceptLoss bool             // an operator's decision to begin a damaged ledger anew
	Log        *slog.Logger     // nil discards
	Now        func() time.Time // names quarantined files; nil means time.Now
	// Believed is a time that is not in doubt, whatever the clock says now: rows
	// go into the month after it at most. Nil, or the zero time, believes rows.
	Believed func() time.Time
}

// Stats counts what happened since Open. File has the sizes in bytes.
type Stats struct {
	Appended, Tombstones, Expired uint64
	File                          vault.Stats
}

// A Log is the ledger of one box. Its methods may be called from any
// goroutine.
type Log struct {
	file     *vault.File
	keys     *vault.KeyRing
	own      vault.Sealer
	believed func() time.Time

	mu   sync.Mutex // one appender at a time; guards head
	head head

	appended, tombstones, expired atomic.Uint64
}

// Open opens ledger.db in dir, or creates it. A damaged one, or one whose keys
// are lost, is never begun anew unless told: the error is then
// vault.ErrDamaged.
func Open(dir string, keys *vault.KeyRing, o Options) (*Log, error) {
	own, err := keys.Sealer(ownSubject)
	if err != nil {
		return nil, fmt.Errorf("open ledger: %w", err)
	}
	if o.Believed == nil {
		o.Believed = func() time.Time { return time.Time{} }
	}
	l := &Log{keys: keys, own: own, believed: o.Believed}
	l.file, err = vault.Open(dir, "ledger.db", vault.Options{
		Buckets: Buckets(), Quota: o.Quota, Log: o.Log, Now: o.Now, Irreplaceable: true, AcceptLoss: o.AcceptLoss,
		Sound: func(tx *vault.Tx) (err error) { l.head, err = l.readHead(tx); return err },
	})
	if err != nil {
		return nil, err
	}
	if l.Recovery().Rung == vault.SetAside {
		l.head = head{}
	}
	return l, nil
}

// Append writes a row about the customer and returns it as written. When it
// returns nil the row is on the disk; only then may a card be shown.
func (l *Log) Append(c floor.Customer, r Row) (Row, error) {
	if !c.Valid() {
		return Row{}, fmt.Errorf("log an access: %w: customer: missing", ErrRow)
	}
	if err := r.check(); err != nil {
		return Row{}, fmt.Errorf("log an access: %w", err)
	}
	sealer, err := l.keys.Sealer(c.Ref())
	if err != nil {
		return Row{}, fmt.Errorf("log an access: %w", err)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	next := l.head
	err = l.file.Update(func(tx *vault.Tx) error {
		key := l.keys.Index(bLinks, c.Ref())
		if r.Subject, err = subject(tx, sealer, key); err != nil {
			return err
		}
		if r.Subject == "" { // the first time, or the key of the old link is gone
			r.Subject = strings.ToLower(rand.Text())
			if err := tx.Put(bLinks, key, sealer.Seal(bLinks, key, version, []byte(r.Subject))); err != nil {
				return err
			}
		}
		return l.write(tx, &next, &r)
	})
	if err != nil {
		return Row{}, fmt.Errorf("log an access: %w", err)
	}
	l.head = next
	l.appended.Add(1)
	return r, nil
}

// AppendStaff writes a row about what lets the staff in, of which no customer is
// the subject: a device that was lost, a PIN that was reset.
func (l *Log) AppendStaff(r Row) (Row, error) {
	if err := r.check(); err != nil {
		return Row{}, fmt.Errorf("log what was done: %w", err)
	}
	return l.unrelated(r)
}

// LetIn writes that somebody without a name was let in, in a role that sees no
// customer. When it returns nil the row is on the disk; only then does the
// door open.
func (l *Log) LetIn(role, purpose string, now time.Time) error {
	if role == "" || purpose == "" || now.IsZero() {
		return fmt.Errorf("log who was let in: %w: role, purpose and time are needed", ErrRow)
	}
	_, err := l.unrelated(Row{At: now, Role: role, Purpose: purpose})
	return err
}

// unrelated writes a row that is about no customer.
func (l *Log) unrelated(r Row) (Row, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	next := l.head
	r.Subject = ""
	if err := l.file.Update(func(tx *vault.Tx) error { return l.write(tx, &next, &r) }); err != nil {
		return Row{}, fmt.Errorf("log what was done: %w", err)
	}
	l.head = next
	l.appended.Add(1)
	return r, nil
}

// Forget cuts the customer's link to her rows and appends a tombstone that
// names the ledger id. It comes before her key is destroyed, which is what
// makes the cut final. A customer without rows is no error. While headquarters'
// key share is away the id cannot be read: then the tombstone names none.
func (l *Log) Forget(c floor.Customer, now time.Time) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	key := l.keys.Index(bLinks, c.Ref())
	next, found := l.head, false
	err := l.file.Update(func(tx *vault.Tx) error {
		if found = tx.Get(bLinks, key) != nil; !found {
			return nil
		}
		id, err := l.link(tx, c)
		if err != nil && !errors.Is(err, vault.ErrAway) {
			return err
		}
		if err := tx.Delete(bLinks, key); err != nil {
			return err
		}
		tx.CompactLater()
		return l.write(tx, &next, &Row{At: now, Subject: id, Erased: true, Purpose: "erasure"})
	})
	if err != nil {
		return fmt.Errorf("cut a link: %w", err)
	}
	if found {
		l.head = next
		l.tombstones.Add(1)
	}
	return nil
}

// Of returns the rows about the customer, the newest last; none is no error.
func (l *Log) Of(c floor.Customer) ([]Row, error) {
	var rows []Row
	err := l.file.View(func(tx *vault.Tx) error {
		id, err := l.link(tx, c)
		if err != nil || id == "" {
			return err
		}
		return tx.Each(bSubjects, subjectKey(id, 0)[:len(id)], func(k, month []byte) error {
			key := rowKey(string(month), binary.BigEndian.Uint64(k[len(k)-8:]))
			r, err := l.row(tx, key)
			rows = append(rows, r)
			return err
		})
	})
	if err != nil {
		return nil, fmt.Errorf("read a customer's accesses: %w", err)
	}
	return rows, nil
}

// Stats returns the counters.
func (l *Log) Stats() Stats {
	return Stats{Appended: l.appended.Load(), Tombstones: l.tombstones.Load(), Expired: l.expired.Load(), File: l.file.Stats()}
}

// Clean removes what erasures left behind in the file, all of it at once.
func (l *Log) Clean() error { return l.file.CompactDue() }

// Snapshot keeps a copy of the log beside it. Only an operator who accepts the
// loss of what was written since goes back to it.
func (l *Log) Snapshot() error { return l.file.Snapshot() }

// Census counts what ledger.db holds.
func (l *Log) Census() ([]vault.Count, error) { return l.file.Census() }

// Recovery says what Open had to do to ledger.db.
func (l *Log) Recovery() vault.Recovery { return l.file.Recovery() }

// Close closes ledger.db, not the keys.
func (l *Log) Close() error { return l.file.Close() }

// link returns the customer's ledger id, empty if there is none or her key is
// gone.
func (l *Log) link(tx *vault.Tx, c floor.Customer) (string, error) {
	sealer, err := l.keys.SealerOf(l.keys.Handle(c.Ref()))
	if errors.Is(err, vault.ErrSealed) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	return subject(tx, sealer, l.keys.Index(bLinks, c.Ref()))
}

func subject(tx *vault.Tx, s vault.Sealer, key []byte) (string, error) {
	sealed := tx.Get(bLinks, key)
	if sealed == nil {
		return "", nil
	}
	id, _, err := s.Open(bLinks, key, sealed)
	if errors.Is(err, vault.ErrSealed) {
		return "", nil // sealed under a key that was destroyed since
	}
	return string(id), err
}
