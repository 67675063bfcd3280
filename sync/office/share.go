package office

import (
	"crypto/rand"
	"fmt"
	"time"

	"foyer/sync/wire"
	"foyer/vault"
)

// shareLife is how long a box keeps its key share without hearing from here.
const shareLife = 30 * 24 * time.Hour

// keyshare returns the message that brings a store its key share, which is made
// once and is on the disk before it is sent.
func (f *Office) keyshare(s *store) (*outgoing, error) {
	if s.rec.Share == nil {
		s.rec.Share = make([]byte, 32)
		rand.Read(s.rec.Share)
		if err := f.keepRecord(s); err != nil {
			s.rec.Share = nil
			return nil, fmt.Errorf("key share: %w", err)
		}
	}
	now := f.o.Now()
	data, err := wire.Encode(wire.DownKeyshare, wire.Keyshare{Share: s.rec.Share, Expires: now.Add(shareLife).UTC().Truncate(time.Second)})
	if err != nil {
		return nil, err
	}
	return f.wrap(s, wire.Message{Kind: wire.DownKeyshare, Rev: max(s.rec.Rev, 1), NotBefore: now, Payload: data})
}

// Withhold stops sending a store its key share, or sends it again: thirty days
// after a box last had it, or at once where it has been deleted, nothing about a
// customer opens there. It is for a box that is missing.
func (f *Office) Withhold(name string, yes bool) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	s, err := f.known(name)
	if err != nil {
		return fmt.Errorf("withhold the key share: %w", err)
	}
	before := s.rec.Withheld
	s.rec.Withheld, s.unshared = yes, !yes
	if err := f.keepRecord(s); err != nil {
		s.rec.Withheld = before
		return fmt.Errorf("withhold the key share of store %s: %w", name, err)
	}
	f.due(name)
	return nil
}

// keepRecord writes a store's record. The caller holds mu.
func (f *Office) keepRecord(s *store) error {
	return f.file.Update(func(tx *vault.Tx) error { return putJSON(tx, bucketStores, s.address.Store, s.rec) })
}
