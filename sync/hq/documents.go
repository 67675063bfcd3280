package hq

import (
	"errors"
	"fmt"

	"foyer/sync/wire"
	"foyer/vault"
)

// Documents are kept as they came, signed and where personal sealed: whoever
// takes the disk without the box's keys reads no roster, and a document altered
// on the disk is not applied.
func good(k wire.Kind) []byte     { return []byte(string(k) + "/good") }
func previous(k wire.Kind) []byte { return []byte(string(k) + "/previous") }

// document verifies, checks and applies a retained document, whole or not at
// all.
func (l *Link) document(m wire.Message, data []byte, invalid error) error {
	l.mu.Lock()
	seen := l.seen[m.Kind]
	l.mu.Unlock()
	rev := revision{m.Epoch, m.Rev}
	if rev == seen {
		return nil // the broker's retained copy, again
	}
	if !rev.newer(seen) {
		l.refuse(m.Kind, wire.ErrReplay)
		return nil
	}
	if m.Kind == wire.DownConfig && l.onTrial() != nil {
		l.late.Store(true) // the broker gives it again when the trial has ended
		return nil
	}
	before := l.way()
	final, err := l.applyOnce(m, invalid)
	if err == nil && l.way() != before {
		return l.beginTrial(m, data, nil)
	}
	if err == nil {
		err = l.conclude(m, event{wire.UpApplied, wire.Applied{Kind: m.Kind, Epoch: m.Epoch, Rev: m.Rev}}, data)
		if !errors.Is(err, vault.ErrFull) {
			return err
		}
		// It is in force until the next start. That it cannot be kept must not
		// end the session: acknowledgements make room.
	}
	l.refuse(m.Kind, err)
	if final {
		return l.conclude(m, rejected(m, err), nil)
	}
	// Too early, or not the document's fault: when it comes again it is tried
	// again.
	return l.commit(change{events: []event{rejected(m, err)}})
}

// conclude remembers the outcome of a document; raw is kept if it is in force.
func (l *Link) conclude(m wire.Message, report event, raw []byte) error {
	rev := revision{m.Epoch, m.Rev}
	err := l.commit(change{events: []event{report}, also: func(tx *vault.Tx, _ *memory) error {
		if raw != nil {
			if err := keepDocument(tx, m.Kind, raw); err != nil {
				return err
			}
		}
		return putJSON(tx, string(m.Kind), rev)
	}})
	if err != nil {
		return fmt.Errorf("document %s: %w", m.Kind, err)
	}
	l.mu.Lock()
	l.seen[m.Kind] = rev
	l.mu.Unlock()
	return nil
}

// keepDocument makes raw the last good document of its kind, and the one before
// it the previous.
func keepDocument(tx *vault.Tx, k wire.Kind, raw []byte) error {
	if old := tx.Get(bucketDocuments, good(k)); old != nil {
		if err := tx.Put(bucketDocuments, previous(k), old); err != nil {
			return err
		}
	}
	return tx.Put(bucketDocuments, good(k), raw)
}

// LastGood returns the payload of the newest document of a retained kind that
// was applied, from the disk: it is there from Open, without headquarters. It
// is verified again, though it may have expired since. One that is on trial
// counts: a restart does not end the trial.
func (l *Link) LastGood(kind wire.Kind) ([]byte, bool) {
	if t := l.onTrial(); t != nil && t.Kind == kind {
		if payload, ok := l.kept(kind, tried(kind)); ok {
			return payload, true
		}
	}
	return l.kept(kind, good(kind))
}

// Previous returns the payload of the document that was in force before the
// last good one.
func (l *Link) Previous(kind wire.Kind) ([]byte, bool) { return l.kept(kind, previous(kind)) }

func (l *Link) kept(kind wire.Kind, key []byte) ([]byte, bool) {
	var raw []byte
	err := l.file.View(func(tx *vault.Tx) error {
		raw = tx.Get(bucketDocuments, key)
		return nil
	})
	if err == nil && raw == nil {
		return nil, false
	}
	var m wire.Message
	if err == nil {
		m, err = l.o.Identity.Unwrap(l.o.Identity.Address.Topic(kind), raw, l.now())
	}
	if m.Kind == "" {
		l.o.Log.Warn("kept document unusable", "kind", string(kind), "cause", err)
		return nil, false
	}
	return m.Payload, true
}
