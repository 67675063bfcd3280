package ledger

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"foyer/vault"
)

// ErrBroken means that the chain does not hold; the message names the first
// row at which it does not.
var ErrBroken = errors.New("ledger broken")

// A Head is the newest row, to be told to headquarters so that a ledger that
// was rewritten as a whole is found out.
type Head struct {
	Seq  uint64
	Hash [32]byte
}

// head is what Open needs to go on and Verify to notice missing ends.
type head struct {
	Seq      uint64   `json:"seq"`
	Hash     [32]byte `json:"hash"`
	Month    string   `json:"month"` // of the newest segment
	First    string   `json:"first"` // month of the oldest segment that is kept
	Segments int      `json:"segments"`
}

// A segment is one month of rows. Prev is the last hash of the segment before.
type segment struct {
	Month string   `json:"-"`
	First uint64   `json:"first"` // its first row
	Prev  [32]byte `json:"prev"`
}

// Head returns the newest row's number and hash, zero if there is none.
func (l *Log) Head() Head {
	l.mu.Lock()
	defer l.mu.Unlock()
	return Head{l.head.Seq, l.head.Hash}
}

// monthOf names the segment for a row. Where the clock went back, the newest
// segment goes on, for a month that was closed stays closed. So a clock that
// leaps ahead must not open one that all later rows would have to go into: the
// month after believed, a time that is not in doubt, is the last.
func monthOf(at, believed time.Time, newest string) string {
	if !believed.IsZero() {
		y, m, _ := believed.UTC().Date()
		if end := time.Date(y, m+2, 1, 0, 0, 0, 0, time.UTC); !at.Before(end) {
			at = end.Add(-time.Nanosecond)
		}
	}
	return max(at.UTC().Format("2006-01"), newest)
}

func rowKey(month string, seq uint64) []byte {
	return binary.BigEndian.AppendUint64([]byte(month), seq)
}

func subjectKey(id string, seq uint64) []byte {
	return binary.BigEndian.AppendUint64([]byte(id), seq)
}

// write appends r after h, beginning a segment if the month is new, and moves
// h on. A tombstone is written even when the file is full.
func (l *Log) write(tx *vault.Tx, h *head, r *Row) error {
	put := tx.Put
	if r.Erased {
		put = tx.PutAnyway
	}
	r.Seq, r.PrevHash, r.At = h.Seq+1, h.Hash, r.At.UTC().Round(0)
	month := monthOf(r.At, l.believed(), h.Month)
	if month != h.Month {
		if err := l.putJSON(put, bSegments, []byte(month), segment{First: r.Seq, Prev: h.Hash}); err != nil {
			return err
		}
		h.Month = month
		h.Segments++
		if h.First == "" {
			h.First = month
		}
	}
	plain, err := r.encode()
	if err != nil {
		return err
	}
	key := rowKey(month, r.Seq)
	if err := put(bRows, key, l.own.Seal(bRows, key, version, plain)); err != nil {
		return err
	}
	if r.Subject != "" {
		if err := put(bSubjects, subjectKey(r.Subject, r.Seq), []byte(month)); err != nil {
			return err
		}
	}
	h.Seq, h.Hash = r.Seq, r.Hash
	return l.putJSON(put, bHead, []byte(bHead), h)
}

func (l *Log) putJSON(put func(bucket string, key, value []byte) error, bucket string, key []byte, v any) error {
	plain, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return put(bucket, key, l.own.Seal(bucket, key, version, plain))
}

func (l *Log) readHead(tx *vault.Tx) (head, error) {
	sealed := tx.Get(bHead, []byte(bHead))
	if sealed == nil {
		if k, _ := tx.First(bRows, nil); k != nil {
			return head{}, fmt.Errorf("%w: rows without a head", ErrBroken)
		}
		return head{}, nil
	}
	plain, _, err := l.own.Open(bHead, []byte(bHead), sealed)
	if err != nil {
		return head{}, fmt.Errorf("%w: head: %w", ErrBroken, err)
	}
	var h head
	if err := json.Unmarshal(plain, &h); err != nil {
		return head{}, fmt.Errorf("%w: head: %w", ErrBroken, err)
	}
	return h, nil
}

func (l *Log) readSegments(tx *vault.Tx) (segments []segment, err error) {
	err = tx.Each(bSegments, nil, func(k, v []byte) error {
		s := segment{Month: string(k)}
		plain, _, err := l.own.Open(bSegments, k, v)
		if err == nil {
			err = json.Unmarshal(plain, &s)
		}
		if err != nil {
			return fmt.Errorf("%w: segment %s: %w", ErrBroken, s.Month, err)
		}
		segments = append(segments, s)
		return nil
	})
	return segments, err
}

func (l *Log) row(tx *vault.Tx, key []byte) (Row, error) {
	sealed := tx.Get(bRows, key)
	if sealed == nil {
		return Row{}, errors.New("it is missing")
	}
	plain, _, err := l.own.Open(bRows, key, sealed)
	if err != nil {
		return Row{}, err
	}
	return decodeRow(plain)
}
