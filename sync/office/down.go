package office

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"foyer/sync/wire"
	"foyer/sync/wire/line"
	"foyer/vault"
)

// flight is how many ordered messages may be on their way to a store.
const flight = 256

// Push gives a document or message to one store and returns its revision. It
// is on the disk when Push returns, and is sent until the store says that it
// is in force or why not; nothing is lost while the broker, the store or this
// office is away. A newer profile replaces an older one that has not been sent,
// an erasure removes whatever else stands here about the customer.
func (f *Office) Push(store string, kind wire.Kind, payload any) (uint64, error) {
	return f.PushAll(store, kind, []any{payload})
}

// PushAll is Push for many payloads of one kind at once, all of them or none,
// and returns the last revision.
func (f *Office) PushAll(store string, kind wire.Kind, payloads []any) (uint64, error) {
	rev, err := f.push(store, kind, payloads)
	if err != nil {
		return 0, fmt.Errorf("push %s to store %s: %w", kind, store, err)
	}
	return rev, nil
}

func (f *Office) push(name string, kind wire.Kind, payloads []any) (uint64, error) {
	props := kind.Of()
	if !kind.Valid() || !kind.Down() || !props.Retained && !props.Ordered {
		return 0, fmt.Errorf("%w: not a kind to push", wire.ErrPayload)
	}
	all := make([][]byte, len(payloads))
	for i, p := range payloads {
		var err error
		if all[i], err = wire.Encode(kind, p); err != nil {
			return 0, err
		}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	s, err := f.known(name)
	if err != nil {
		return 0, err
	}
	put := s.putOrdered
	if props.Retained {
		put = s.putRetained
	}
	err = f.file.Update(func(tx *vault.Tx) error {
		for _, data := range all {
			s.rec.Rev++
			if err := put(tx, kind, data); err != nil {
				return err
			}
			if kind == wire.DownErase {
				if err := f.erased(tx, subject(data), ""); err != nil {
					return err
				}
			}
		}
		return putJSON(tx, bucketStores, name, s.rec)
	})
	if err != nil {
		delete(f.stores, name) // read it again as the disk has it
		return 0, err
	}
	f.due(name)
	return s.rec.Rev, nil
}

// due marks a store as having something to send. The caller holds mu.
func (f *Office) due(name string) {
	f.dirty[name] = true
	signal(f.wake)
}

func (s *store) putRetained(tx *vault.Tx, kind wire.Kind, data []byte) error {
	old := s.docs[kind]
	d := document{Rev: s.rec.Rev, Payload: data, Before: old.Before}
	if old.Outcome == "applied" {
		d.Before = old.Payload
	}
	s.docs[kind] = d
	return putJSON(tx, bucketRetained, s.address.Store+"\x00"+string(kind), d)
}

func (s *store) putOrdered(tx *vault.Tx, kind wire.Kind, data []byte) error {
	m := message{Kind: kind, Payload: data, Subject: subject(data)}
	if err := s.supersede(tx, m); err != nil {
		return err
	}
	s.ordered = append(s.ordered, s.rec.Rev)
	return putJSON(tx, bucketOrdered, s.key(s.rec.Rev), m)
}

// subject returns whom a message is about.
func subject(data []byte) string {
	var about struct {
		Customer string `json:"customer"`
	}
	if json.Unmarshal(data, &about) != nil {
		return "" // a payload without a subject
	}
	return about.Customer
}

// supersede removes what m makes pointless, and notes m's revision under its
// subject.
func (s *store) supersede(tx *vault.Tx, m message) error {
	if m.Subject == "" {
		return nil
	}
	at := s.address.Store + "\x00" + m.Subject
	var revs, kept, gone []uint64
	if err := getJSON(tx, bucketSubjects, at, &revs); err != nil {
		return err
	}
	for _, r := range revs {
		old, err := s.message(tx, r)
		switch {
		case err != nil:
			return err
		case old.Kind == "": // in force and forgotten
		case m.Kind == wire.DownErase, m.Kind == wire.DownProfile && old.Kind == wire.DownProfile:
			gone = append(gone, r)
		default:
			kept = append(kept, r)
		}
	}
	if err := s.drop(tx, gone); err != nil {
		return err
	}
	if m.Kind == wire.DownErase && len(kept) == 0 {
		return tx.Delete(bucketSubjects, []byte(at)) // not even a trace of her
	}
	return putJSON(tx, bucketSubjects, at, append(kept, s.rec.Rev))
}

// sendAgain gives a store the newest profile of a customer once more, as a new
// revision. One of whom nothing stands here was erased, or was never there.
func (f *Office) sendAgain(tx *vault.Tx, s *store, customer string) error {
	var revs []uint64
	if err := getJSON(tx, bucketSubjects, s.address.Store+"\x00"+customer, &revs); err != nil {
		return err
	}
	for _, r := range slices.Backward(revs) {
		m, err := s.message(tx, r)
		if err != nil {
			return err
		}
		if m.Kind == wire.DownProfile {
			f.due(s.address.Store)
			s.rec.Rev++
			return s.putOrdered(tx, m.Kind, m.Payload)
		}
	}
	return nil
}

// Known reports what is wrong with a store's name, if anything: ErrStore if there
// is no store of that name.
func (f *Office) Known(store string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	_, err := f.known(store)
	return err
}

// Invite makes a code with which a customer opens her page in a store once,
// and tells the store its SHA-256 only.
func (f *Office) Invite(store, customer string, ttl time.Duration) (code string, err error) {
	code = rand.Text()
	sum := sha256.Sum256([]byte(code))
	_, err = f.Push(store, wire.DownInvitation, wire.Invitation{
		CodeSHA256: hex.EncodeToString(sum[:]), Customer: customer, Expires: f.o.Now().Add(ttl).UTC()})
	if err != nil {
		return "", err
	}
	return code, nil
}

// Pass makes a pass with which customer's app checks her in at a store, once,
// within life (at most wire.MaxPass). Nothing is sent: the store's box knows the
// key it is signed with.
func (f *Office) Pass(store, customer string, life time.Duration) (string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if _, err := f.known(store); err != nil {
		return "", err
	}
	return wire.SignPass(wire.Address{Chain: f.chain, Store: store}, customer, f.o.Now(), life, f.sign)
}

// send sends what is due until the session ends, and sends again what a store
// has not confirmed.
func (f *Office) send(ctx context.Context, s *line.Session) error {
	patience := f.o.Patience
	timer := time.NewTimer(patience)
	defer timer.Stop()
	for {
		for {
			out, err := f.next()
			if err != nil {
				return err
			}
			if out == nil {
				break
			}
			if err := s.Publish(out.topic, out.retained, out.body); err != nil {
				return err
			}
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-f.wake:
		case <-timer.C:
			patience = min(2*patience, max(10*time.Minute, f.o.Patience))
			if !f.again() {
				patience = f.o.Patience
			}
			timer.Reset(patience)
		}
	}
}

// again makes due what is on its way to a store that has put nothing in force
// since it was last called, and reports whether there was anything.
func (f *Office) again() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	any := false
	for name, s := range f.stores {
		if len(s.flight) > 0 && !s.moved {
			s.rewind()
			f.dirty[name], any = true, true
		}
		s.moved = false
	}
	return any
}

func (s *store) rewind() { s.flight, s.cursor, s.snapshot = nil, s.rec.Applied, sending{} }

type outgoing struct {
	topic    string
	retained bool
	body     []byte
}

// next returns the next thing to send, nil if there is none.
func (f *Office) next() (*outgoing, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for name := range f.dirty {
		s := f.stores[name]
		if s != nil && !s.revoked {
			out, err := f.nextOf(s)
			if out != nil || err != nil {
				return out, err
			}
		}
		delete(f.dirty, name)
	}
	return nil, nil
}

func (f *Office) nextOf(s *store) (*outgoing, error) {
	if !s.greeted {
		s.greeted = true
		epoch := s.rec.StateRev[0]
		a := s.rec.Done[epoch].ack(epoch)
		a.Resume = true
		return f.ack(s, a)
	}
	if s.unshared {
		s.unshared = false
		return f.keyshare(s)
	}
	for kind, d := range s.docs {
		if s.sentDocs[kind] < d.Rev {
			s.sentDocs[kind] = d.Rev
			return f.wrap(s, wire.Message{Kind: kind, Rev: d.Rev, Payload: d.Payload})
		}
	}
	i := upTo(s.ordered, max(s.cursor, s.rec.Applied))
	if len(s.ordered)-i >= many || s.snapshot.id != "" && i < len(s.ordered) {
		return f.nextChunk(s, i)
	}
	if i == len(s.ordered) || len(s.flight) >= flight {
		return nil, nil
	}
	return f.nextOne(s, i)
}

// nextOne returns the ordered message at place i.
func (f *Office) nextOne(s *store, i int) (*outgoing, error) {
	rev, prev := s.ordered[i], uint64(0)
	if i > 0 {
		prev = s.ordered[i-1]
	}
	var m message
	err := f.file.View(func(tx *vault.Tx) (err error) {
		m, err = s.message(tx, rev)
		return err
	})
	if err != nil {
		return nil, err
	}
	s.cursor, s.flight = rev, append(s.flight, rev)
	return f.wrap(s, wire.Message{Kind: m.Kind, Rev: rev, Prev: prev, Payload: m.Payload})
}

func (f *Office) wrap(s *store, m wire.Message) (*outgoing, error) {
	m.Address, m.Epoch = s.address, f.mem.Epoch
	out := &outgoing{topic: s.address.Topic(m.Kind), retained: m.Kind.Of().Retained}
	var err error
	if out.body, err = wire.Sign(m, f.sign); err != nil || !m.Kind.Of().Sealed {
		return out, err
	}
	out.body, err = wire.Seal(out.body, out.topic, s.seal)
	return out, err
}
