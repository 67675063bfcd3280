package wire

import (
	"crypto/ed25519"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"time"
)

// Version is the protocol's version in every envelope.
const Version = 1

// skew is how far two clocks may disagree about a not-before.
const skew = 5 * time.Minute

// A Message is what one side tells the other, with everything its signature
// covers. Times have the grain of a second; the zero time means no bound.
type Message struct {
	Kind      Kind
	Address   Address
	Epoch     uint64 // of the numbering: a lost disk begins a new, greater one
	Rev       uint64 // revision of a document, or sequence number of an event
	Prev      uint64 // down, ordered kinds: the revision that must be in force before
	NotBefore time.Time
	Expires   time.Time
	Payload   []byte
}

// envelope is a Message as it travels.
type envelope struct {
	V       int    `json:"v"`
	Kind    Kind   `json:"kind"`
	Chain   string `json:"chain"`
	Store   string `json:"store"`
	Epoch   uint64 `json:"epoch"`
	Rev     uint64 `json:"rev"`
	Prev    uint64 `json:"prev,omitempty"`
	Nbf     int64  `json:"nbf,omitempty"` // seconds since 1970
	Exp     int64  `json:"exp,omitempty"` // seconds since 1970
	Payload []byte `json:"payload"`
	Sig     []byte `json:"sig"`
}

// signed returns the canonical bytes a signature covers: a context, then every
// field with its length or at a fixed width, so that no two envelopes share
// them.
func (e *envelope) signed() []byte {
	b := make([]byte, 0, 128+len(e.Payload))
	b = append(b, "foyer message\x00"...)
	for _, n := range []uint64{uint64(e.V), e.Epoch, e.Rev, e.Prev, uint64(e.Nbf), uint64(e.Exp)} {
		b = binary.BigEndian.AppendUint64(b, n)
	}
	for _, s := range []string{string(e.Kind), e.Chain, e.Store} {
		b = binary.BigEndian.AppendUint32(b, uint32(len(s)))
		b = append(b, s...)
	}
	b = binary.BigEndian.AppendUint32(b, uint32(len(e.Payload)))
	return append(b, e.Payload...)
}

// Sign returns m as one compact JSON object signed with key.
func Sign(m Message, key ed25519.PrivateKey) ([]byte, error) {
	if err := m.check(); err != nil {
		return nil, fmt.Errorf("sign %s: %w", m.Kind, err)
	}
	e := envelope{V: Version, Kind: m.Kind, Chain: m.Address.Chain, Store: m.Address.Store,
		Epoch: m.Epoch, Rev: m.Rev, Prev: m.Prev, Nbf: seconds(m.NotBefore), Exp: seconds(m.Expires), Payload: m.Payload}
	e.Sig = ed25519.Sign(key, e.signed())
	return json.Marshal(e)
}

func (m Message) check() error {
	if !m.Kind.Valid() {
		return fmt.Errorf("%w: unknown kind", ErrMalformed)
	}
	if err := m.Address.Check(); err != nil {
		return fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	if limit := m.Kind.Of().Limit; len(m.Payload) > limit {
		return fmt.Errorf("%w: %d bytes, at most %d", ErrSize, len(m.Payload), limit)
	}
	return nil
}

// Expect is what a receiver demands of a message: the topic it came by and the
// keys its sender may have signed with, old and new while they are rotated.
type Expect struct {
	Kind    Kind
	Address Address
	Keys    []ed25519.PublicKey
	// Vouched says that one of these keys has signed what brought the message, and
	// the message in it.
	Vouched bool
}

// Verify reads what Sign wrote and returns it only if it is authentic, meant
// for want's address and kind, and valid at now. An authentic message that is
// early or expired is returned together with the error.
func Verify(data []byte, want Expect, now time.Time) (Message, error) {
	if limit := want.Kind.Of().Limit; len(data) > limit/3*4+1024 {
		return Message{}, ErrSize
	}
	var e envelope
	if err := json.Unmarshal(data, &e); err != nil {
		return Message{}, fmt.Errorf("envelope: %w", ErrMalformed)
	}
	if e.V != Version {
		return Message{}, fmt.Errorf("envelope v%d: %w: this side speaks v%d", e.V, ErrVersion, Version)
	}
	if !want.Vouched && !e.authentic(want.Keys) {
		return Message{}, ErrSignature
	}
	m := Message{Kind: e.Kind, Address: Address{e.Chain, e.Store}, Epoch: e.Epoch, Rev: e.Rev, Prev: e.Prev,
		NotBefore: instant(e.Nbf), Expires: instant(e.Exp), Payload: e.Payload}
	if m.Kind != want.Kind || m.Address != want.Address {
		return Message{}, ErrForeign
	}
	if err := m.check(); err != nil {
		return Message{}, fmt.Errorf("envelope: %w", err)
	}
	if !m.NotBefore.IsZero() && now.Add(skew).Before(m.NotBefore) {
		return m, fmt.Errorf("%w: not before %s", ErrEarly, m.NotBefore.Format(time.RFC3339))
	}
	if !m.Expires.IsZero() && !now.Before(m.Expires) {
		return m, fmt.Errorf("%w: at %s", ErrExpired, m.Expires.Format(time.RFC3339))
	}
	return m, nil
}

func (e *envelope) authentic(keys []ed25519.PublicKey) bool {
	b := e.signed()
	for _, k := range keys {
		if len(k) == ed25519.PublicKeySize && ed25519.Verify(k, b, e.Sig) {
			return true
		}
	}
	return false
}

// Newer reports whether (epoch, rev) comes after (epoch0, rev0).
func Newer(epoch, rev, epoch0, rev0 uint64) bool {
	return epoch > epoch0 || epoch == epoch0 && rev > rev0
}

func seconds(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.Unix()
}

func instant(s int64) time.Time {
	if s == 0 {
		return time.Time{}
	}
	return time.Unix(s, 0).UTC()
}
