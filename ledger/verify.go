package ledger

import (
	"encoding/binary"
	"fmt"
	"time"

	"foyer/vault"
)

// Verify reads the whole ledger and returns ErrBroken with the first row or
// segment that was changed, moved, added or removed.
func (l *Log) Verify() error {
	err := l.file.View(func(tx *vault.Tx) error {
		h, err := l.readHead(tx)
		if err != nil {
			return err
		}
		segments, err := l.readSegments(tx)
		if err != nil {
			return err
		}
		if err := h.holds(segments); err != nil {
			return err
		}
		w := walk{log: l, tx: tx, segments: segments}
		return w.verify(h)
	})
	if err != nil {
		return fmt.Errorf("verify ledger: %w", err)
	}
	return nil
}

// holds compares the segments there are with those there should be.
func (h head) holds(segments []segment) error {
	switch {
	case len(segments) != h.Segments:
		return fmt.Errorf("%w: %d segments, want %d", ErrBroken, len(segments), h.Segments)
	case h.Segments == 0:
		return nil
	case segments[0].Month != h.First:
		return fmt.Errorf("%w: the oldest segment is %s, want %s", ErrBroken, segments[0].Month, h.First)
	case segments[len(segments)-1].Month != h.Month:
		return fmt.Errorf("%w: the newest segment is %s, want %s", ErrBroken, segments[len(segments)-1].Month, h.Month)
	}
	return nil
}

// walk follows the rows of all segments in order.
type walk struct {
	log      *Log
	tx       *vault.Tx
	segments []segment
	seq      uint64
	hash     [32]byte
}

func (w *walk) verify(h head) error {
	if len(w.segments) > 0 {
		w.seq, w.hash = w.segments[0].First-1, w.segments[0].Prev
	}
	for i, s := range w.segments {
		if s.First != w.seq+1 || s.Prev != w.hash {
			return fmt.Errorf("%w: segment %s: it begins with row %d after another hash than row %d has", ErrBroken, s.Month, s.First, w.seq)
		}
		if err := w.segment(s, w.lastOf(i, h)); err != nil {
			return err
		}
	}
	if n := w.tx.Count(bRows); len(w.segments) > 0 && uint64(n) != h.Seq-w.segments[0].First+1 || len(w.segments) == 0 && n > 0 {
		return fmt.Errorf("%w: %d rows, some in no segment", ErrBroken, n)
	}
	if w.hash != h.Hash && h.Seq != 0 {
		return fmt.Errorf("%w: row %d: another hash than the head has", ErrBroken, w.seq)
	}
	return nil
}

// lastOf returns the last row that segment i must have.
func (w *walk) lastOf(i int, h head) uint64 {
	if i+1 < len(w.segments) {
		return w.segments[i+1].First - 1
	}
	return h.Seq
}

func (w *walk) segment(s segment, last uint64) error {
	for w.seq < last {
		seq := w.seq + 1
		r, err := w.log.row(w.tx, rowKey(s.Month, seq))
		switch {
		case err != nil:
		case r.Seq != seq:
			err = fmt.Errorf("it says it is row %d", r.Seq)
		case r.PrevHash != w.hash:
			err = fmt.Errorf("it follows another row than %d", w.seq)
		}
		if err != nil {
			return fmt.Errorf("%w: row %d of %s: %w", ErrBroken, seq, s.Month, err)
		}
		w.seq, w.hash = seq, r.Hash
	}
	return nil
}

// Expire removes the segments whose month ended more than 13 months ago, whole
// and from the oldest, and returns the number of rows that went. The newest
// segment stays.
func (l *Log) Expire(now time.Time) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	next, removed := l.head, 0
	y, m, _ := now.UTC().Date()
	oldest := time.Date(y, m-retention, 1, 0, 0, 0, 0, time.UTC).Format("2006-01")
	err := l.file.Update(func(tx *vault.Tx) error {
		segments, err := l.readSegments(tx)
		if err != nil {
			return err
		}
		for len(segments) > 1 && segments[0].Month < oldest {
			n, err := l.drop(tx, segments[0])
			if err != nil {
				return err
			}
			removed += n
			segments = segments[1:]
			next.First = segments[0].Month
			next.Segments--
		}
		if removed == 0 {
			return nil
		}
		tx.CompactLater() // once a month: what they held is not to lie about in the file
		return l.putJSON(tx.PutAnyway, bHead, []byte(bHead), next)
	})
	if err != nil {
		return 0, fmt.Errorf("expire ledger: %w", err)
	}
	l.head = next
	l.expired.Add(uint64(removed))
	return removed, nil
}

func (l *Log) drop(tx *vault.Tx, s segment) (n int, err error) {
	err = tx.Each(bRows, []byte(s.Month), func(k, _ []byte) error {
		n++
		r, err := l.row(tx, k)
		if err != nil {
			return fmt.Errorf("%w: row %d of %s: %w", ErrBroken, binary.BigEndian.Uint64(k[len(k)-8:]), s.Month, err)
		}
		if r.Subject != "" {
			if err := tx.Delete(bSubjects, subjectKey(r.Subject, r.Seq)); err != nil {
				return err
			}
		}
		return tx.Delete(bRows, k)
	})
	if err != nil {
		return 0, err
	}
	return n, tx.Delete(bSegments, []byte(s.Month))
}
