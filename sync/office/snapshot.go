package office

import (
	"crypto/rand"
	"strings"

	"foyer/sync/wire"
	"foyer/vault"
)

const (
	// many is how many messages a store must lack to be sent a snapshot.
	many = 200
	// chunks is how many parts of a snapshot may be on their way to a store.
	chunks = 4
)

// A sending is the snapshot that is on its way to a store.
type sending struct {
	id     string
	part   int
	sha256 string
	budget int // bytes of messages that were found to fit in a part; 0: not tried yet
}

// nextChunk returns the next part of a snapshot for a store that lacks the
// messages from place i on; nil if enough are on their way.
func (f *Office) nextChunk(s *store, i int) (*outgoing, error) {
	if len(s.flight) >= chunks {
		return nil, nil
	}
	if s.snapshot.id == "" {
		s.snapshot = sending{id: "s-" + strings.ToLower(rand.Text()[:12])}
	}
	prev := uint64(0)
	if i > 0 {
		prev = s.ordered[i-1]
	}
	budget := s.snapshot.budget
	if budget == 0 {
		budget = wire.SnapshotRaw
	}
	for ; ; budget /= 4 {
		lines, err := f.lines(s, i, budget)
		if err != nil {
			return nil, err
		}
		p, err := wire.PackSnapshot(s.snapshot.id, s.snapshot.part+1, len(s.ordered)-i-len(lines), s.snapshot.sha256, lines)
		if err != nil {
			return nil, err
		}
		if !p.Fits() {
			if len(lines) > 1 {
				continue // words that do not pack
			}
			s.snapshot = sending{}
			return f.nextOne(s, i)
		}
		data, err := wire.Encode(wire.DownSnapshot, p)
		if err != nil {
			return nil, err
		}
		s.snapshot.part, s.snapshot.sha256, s.snapshot.budget = p.Part, p.SHA256, budget
		if p.Left == 0 {
			s.snapshot = sending{} // what is pushed later goes by itself
		}
		s.cursor = lines[len(lines)-1].Rev
		s.flight = append(s.flight, s.cursor)
		return f.wrap(s, wire.Message{Kind: wire.DownSnapshot, Rev: s.cursor, Prev: prev, Payload: data})
	}
}

// lines reads messages from place i on, about budget bytes of them, one at
// least.
func (f *Office) lines(s *store, i, budget int) (lines []wire.SnapshotLine, err error) {
	err = f.file.View(func(tx *vault.Tx) error {
		for _, rev := range s.ordered[i:] {
			m, err := s.message(tx, rev)
			if err != nil {
				return err
			}
			if budget -= len(m.Payload); budget < 0 && len(lines) > 0 {
				return nil
			}
			lines = append(lines, wire.SnapshotLine{Rev: rev, Kind: m.Kind, Payload: m.Payload})
		}
		return nil
	})
	return lines, err
}
