package wire

import (
	"crypto/cipher"
	"crypto/hpke"
	"crypto/rand"
	"fmt"
	"slices"
	"sync"

	"golang.org/x/crypto/chacha20poly1305"
)

// Sealing each event by itself costs both ends a key agreement, which is most of
// what an event costs. So a sender agrees on a key with HPKE once, and seals many
// messages under what that exports (RFC 9180, section 5.3). The key is in memory
// only, and another one is agreed on at every start and after sealsPerKey
// messages.
//
// A message is then the suite's byte, the eight that name the receiver's key, the
// encapsulated key, a random nonce, and XChaCha20-Poly1305 of the signed message,
// with the topic as associated data.
const (
	sealMany     = 2
	encSize      = 32
	manyHeader   = sealHeader + encSize + chacha20poly1305.NonceSizeX
	sealsPerKey  = 1 << 16
	manyInfo     = "foyer sealed many"
	manyExported = "foyer key"
	maxOpened    = 8192 // agreements that a receiver remembers
)

// sealer seals many messages to one receiver.
type sealer struct {
	mu     sync.Mutex
	header []byte // without a nonce
	aead   cipher.AEAD
	left   int
}

// seal encrypts a signed message for the holder of to, bound to its topic.
func (s *sealer) seal(signed []byte, topic string, to hpke.PublicKey) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.left == 0 {
		if err := s.agree(to); err != nil {
			return nil, fmt.Errorf("seal: %w", err)
		}
	}
	s.left--
	out := make([]byte, manyHeader, manyHeader+len(signed)+s.aead.Overhead())
	copy(out, s.header)
	nonce := out[len(s.header):manyHeader]
	rand.Read(nonce)
	return s.aead.Seal(out, nonce, signed, []byte(topic)), nil
}

func (s *sealer) agree(to hpke.PublicKey) error {
	_, kdf, aead := suite()
	enc, sender, err := hpke.NewSender(to, kdf, aead, []byte(manyInfo))
	if err != nil {
		return err
	}
	key, err := sender.Export(manyExported, chacha20poly1305.KeySize)
	if err != nil {
		return err
	}
	if s.aead, err = chacha20poly1305.NewX(key); err != nil {
		return err
	}
	s.header = slices.Concat([]byte{sealMany}, keyName(to), enc)
	s.left = sealsPerKey
	return nil
}

// An Opener opens what many senders sealed, and remembers what it agreed on with
// each.
type Opener struct {
	keys []hpke.PrivateKey

	mu   sync.Mutex
	seen map[string]cipher.AEAD // by the header without a nonce
}

// NewOpener returns an opener for messages sealed to one of keys.
func NewOpener(keys ...hpke.PrivateKey) *Opener {
	return &Opener{keys: keys, seen: map[string]cipher.AEAD{}}
}

// Open decrypts what was sealed for one of the keys under this topic. The error
// is ErrVersion or ErrSealed.
func (o *Opener) Open(sealed []byte, topic string) ([]byte, error) {
	if len(sealed) == 0 || sealed[0] != sealMany {
		return Open(sealed, topic, o.keys...)
	}
	return openMany(sealed, topic, o.agreed)
}

func openMany(sealed []byte, topic string, agreed func(header []byte) (cipher.AEAD, error)) ([]byte, error) {
	const n = sealHeader + encSize
	if len(sealed) < manyHeader {
		return nil, ErrSealed
	}
	aead, err := agreed(sealed[:n])
	if err != nil {
		return nil, err
	}
	plain, err := aead.Open(nil, sealed[n:manyHeader], sealed[manyHeader:], []byte(topic))
	if err != nil {
		return nil, ErrSealed
	}
	return plain, nil
}

func (o *Opener) agreed(header []byte) (cipher.AEAD, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if aead := o.seen[string(header)]; aead != nil {
		return aead, nil
	}
	aead, err := agreement(header, o.keys)
	if err != nil {
		return nil, err
	}
	if len(o.seen) >= maxOpened {
		clear(o.seen) // of boxes that were started since; a forger fills it, and costs an agreement each
	}
	o.seen[string(header)] = aead
	return aead, nil
}

func agreement(header []byte, keys []hpke.PrivateKey) (cipher.AEAD, error) {
	_, kdf, suite := suite()
	for _, k := range keys {
		if string(keyName(k.PublicKey())) != string(header[1:sealHeader]) {
			continue
		}
		r, err := hpke.NewRecipient(header[sealHeader:], k, kdf, suite, []byte(manyInfo))
		if err != nil {
			continue
		}
		key, err := r.Export(manyExported, chacha20poly1305.KeySize)
		if err != nil {
			continue
		}
		return chacha20poly1305.NewX(key)
	}
	return nil, ErrSealed
}
