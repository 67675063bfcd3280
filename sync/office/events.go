package office

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"foyer/sync/wire"
	"foyer/vault"
)

// LogName is the file of events in headquarters' folder: one JSON object a
// line, appended only, each event once. An erasure replaces it by one in which
// that customer's lines say nothing and all stand where they were: whoever
// follows it opens it anew for each look.
const LogName = "events.ndjson"

// An Event is what a store reported. (Store, Epoch, Seq) is its identity.
type Event struct {
	Store    string          `json:"store"`
	Epoch    uint64          `json:"epoch"`
	Seq      uint64          `json:"seq"`
	Kind     wire.Kind       `json:"kind"`
	At       time.Time       `json:"at"`       // when the store recorded it, to the second
	Received time.Time       `json:"received"` // when headquarters took it
	Payload  json.RawMessage `json:"payload"`
}

// Each calls fn with every event on the disk, oldest first, until fn returns
// an error.
func (f *Office) Each(fn func(Event) error) error {
	f.mu.Lock()
	end := f.mem.Offset
	f.mu.Unlock()
	file, err := os.Open(filepath.Join(f.o.Dir, LogName))
	if err != nil {
		return fmt.Errorf("events: %w", err)
	}
	defer file.Close()
	_, err = ScanEvents(io.LimitReader(file, end), fn)
	return err
}

// ScanEvents reads a log of events and returns the bytes that whole lines
// take; a last line without an end is still being written.
func ScanEvents(r io.Reader, fn func(Event) error) (int64, error) {
	var n int64
	for in := bufio.NewReader(r); ; {
		line, err := in.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			return n, nil
		}
		if err != nil {
			return n, fmt.Errorf("%s: %w", LogName, err)
		}
		var e Event
		if err := json.Unmarshal(line, &e); err != nil {
			return n, fmt.Errorf("%s: byte %d: %w", LogName, n, err)
		}
		if err := fn(e); err != nil {
			return n, err
		}
		n += int64(len(line))
	}
}

// openLog opens the log and takes into the stores' records what a crash left
// between the log and office.db: those events are on the disk, so they count.
func (f *Office) openLog() error {
	file, err := os.OpenFile(filepath.Join(f.o.Dir, LogName), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	f.log = file
	if _, err := file.Seek(f.mem.Offset, io.SeekStart); err != nil {
		return err
	}
	var tail []Event
	n, err := ScanEvents(file, func(e Event) error { tail = append(tail, e); return nil })
	if err != nil {
		return err
	}
	end := f.mem.Offset + n
	if err := file.Truncate(end); err != nil { // half a line, never acknowledged
		return err
	}
	if _, err := file.Seek(end, io.SeekStart); err != nil {
		return err
	}
	if len(tail) == 0 {
		return nil
	}
	return f.absorb(tail, nil, end)
}

// take puts new events on the disk: first into the log, synced, then into the
// stores' records. Only then may a store be told. States change records only.
func (f *Office) take(events []Event, states []state) error {
	end := f.mem.Offset
	if len(events) > 0 {
		// A batch that office.db did not take may still stand there, and this
		// one may be shorter.
		if err := f.log.Truncate(end); err != nil {
			return fmt.Errorf("events: %w", err)
		}
		var lines bytes.Buffer
		enc := json.NewEncoder(&lines)
		enc.SetEscapeHTML(false)
		kept, err := f.without(events)
		if err != nil {
			return fmt.Errorf("events: %w", err)
		}
		for _, e := range kept {
			if err := enc.Encode(e); err != nil {
				return fmt.Errorf("events: %w", err)
			}
		}
		if _, err := f.log.WriteAt(lines.Bytes(), end); err != nil {
			return fmt.Errorf("events: %w", err)
		}
		if err := f.log.Sync(); err != nil {
			return fmt.Errorf("events: %w", err)
		}
		end += int64(lines.Len())
	}
	return f.absorb(events, states, end)
}

// absorb records what events and states say, and that the log is covered up to
// end. The caller holds mu, or is Open.
func (f *Office) absorb(events []Event, states []state, end int64) error {
	touched := map[string]*store{}
	mem := f.mem
	mem.Offset = end
	for _, e := range events {
		s, err := f.known(e.Store)
		if err != nil && !errors.Is(err, ErrStore) { // else issued then, removed since
			return err
		}
		if err == nil {
			touched[e.Store] = s
		}
	}
	for _, st := range states {
		touched[st.store.address.Store] = st.store
	}
	err := f.file.Update(func(tx *vault.Tx) error {
		for _, e := range events {
			s := touched[e.Store]
			if s == nil {
				continue
			}
			s.rec.Done[e.Epoch], _ = s.rec.Done[e.Epoch].add(e.Seq, e.Seq)
			if err := f.effect(tx, s, e); err != nil {
				return err
			}
		}
		for _, st := range states {
			f.stateOf(st)
		}
		for name, s := range touched {
			s.rec.Contact = f.o.Now().UTC()
			if err := putJSON(tx, bucketStores, name, s.rec); err != nil {
				return err
			}
		}
		return putJSON(tx, bucketMemory, "memory", mem)
	})
	if err != nil {
		clear(f.stores) // an erasure reaches others too; all are read again as the disk has them
		return fmt.Errorf("events: %w", err)
	}
	f.mem = mem
	return nil
}

// maxRejected is how many refusals are kept for each store.
const maxRejected = 20

// effect does what an event means to headquarters' own side.
func (f *Office) effect(tx *vault.Tx, s *store, e Event) error {
	switch e.Kind {
	case wire.UpApplied:
		a, err := wire.Decode[wire.Applied](e.Payload)
		if err != nil || a.Epoch != f.mem.Epoch {
			return nil // of an office.db that is gone
		}
		f.due(e.Store)
		if a.Kind.Of().Ordered {
			s.flight, s.moved = s.flight[upTo(s.flight, a.Rev):], true
			signal(f.struck) // an erasure among them may have been the last that named her
			return s.applied(tx, min(a.Rev, s.rec.Rev))
		}
		if a.Trial {
			return s.outcome(tx, a.Kind, a.Rev, OnTrial, "")
		}
		return s.outcome(tx, a.Kind, a.Rev, "applied", "")
	case wire.UpRejected:
		r, err := wire.Decode[wire.Rejected](e.Payload)
		if err != nil || r.Epoch != f.mem.Epoch {
			return nil
		}
		s.rec.Rejected = append(s.rec.Rejected[max(0, len(s.rec.Rejected)-maxRejected+1):], r)
		return s.outcome(tx, r.Kind, r.Rev, "rejected", r.Reason)
	case wire.UpErase:
		r, err := wire.Decode[wire.Erase](e.Payload)
		if err != nil || r.Asked != wire.AskedByCustomer {
			return nil
		}
		return errors.Join(f.forget(tx, s, e, r), unname(tx, r.Customer))
	case wire.UpCorrection:
		r, err := wire.Decode[wire.Correction](e.Payload)
		if err != nil {
			return nil
		}
		return f.correct(tx, r)
	case wire.UpPlan:
		s.drew(e)
		return nil
	case wire.UpCSR:
		r, err := wire.Decode[wire.CSR](e.Payload)
		if err != nil {
			return nil
		}
		return f.requested(tx, s, r)
	case wire.UpResync:
		r, err := wire.Decode[wire.Resync](e.Payload)
		if err == nil && r.Customer != "" {
			return f.sendAgain(tx, s, r.Customer)
		}
		if err != nil || r.Epoch != f.mem.Epoch {
			return nil
		}
		s.rec.Applied = min(r.Have, s.rec.Applied)
		s.rewind()
		f.due(e.Store)
	}
	return nil
}

func (s *store) outcome(tx *vault.Tx, kind wire.Kind, rev uint64, outcome, reason string) error {
	d, ok := s.docs[kind]
	if !ok || d.Rev != rev {
		return nil // of one that was replaced since
	}
	d.Outcome, d.Reason = outcome, reason
	s.docs[kind] = d
	return putJSON(tx, bucketRetained, s.address.Store+"\x00"+string(kind), d)
}
