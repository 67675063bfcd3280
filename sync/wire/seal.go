package wire

import (
	"bytes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/hpke"
	"crypto/sha256"
	"fmt"
)

// Sealed messages begin with one byte for the suite and eight that name the
// receiver's key, so that keys can be rotated; then comes HPKE's output.
//
// The suite is RFC 9180's base mode with DHKEM(X25519, HKDF-SHA256),
// HKDF-SHA256 and ChaCha20-Poly1305: fast without AES instructions. The topic
// is bound as HPKE's info.
const (
	sealSuite  = 1
	sealHeader = 1 + 8
)

func suite() (hpke.KEM, hpke.KDF, hpke.AEAD) {
	return hpke.DHKEM(ecdh.X25519()), hpke.HKDFSHA256(), hpke.ChaCha20Poly1305()
}

func sealInfo(topic string) []byte { return append([]byte("foyer sealed\x00"), topic...) }

func keyName(k hpke.PublicKey) []byte {
	sum := sha256.Sum256(k.Bytes())
	return sum[:8]
}

// Seal encrypts a signed message for the holder of to, bound to its topic.
func Seal(signed []byte, topic string, to hpke.PublicKey) ([]byte, error) {
	_, kdf, aead := suite()
	body, err := hpke.Seal(to, kdf, aead, sealInfo(topic), signed)
	if err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	out := append(make([]byte, 0, sealHeader+len(body)), sealSuite)
	return append(append(out, keyName(to)...), body...), nil
}

// Open decrypts what Seal made for one of keys under this topic. The error is
// ErrVersion or ErrSealed.
func Open(sealed []byte, topic string, keys ...hpke.PrivateKey) ([]byte, error) {
	if len(sealed) < sealHeader {
		return nil, ErrSealed
	}
	if sealed[0] == sealMany {
		return openMany(sealed, topic, func(header []byte) (cipher.AEAD, error) { return agreement(header, keys) })
	}
	if sealed[0] != sealSuite {
		return nil, fmt.Errorf("sealed v%d: %w", sealed[0], ErrVersion)
	}
	_, kdf, aead := suite()
	for _, k := range keys {
		if !bytes.Equal(keyName(k.PublicKey()), sealed[1:sealHeader]) {
			continue
		}
		if plain, err := hpke.Open(k, kdf, aead, sealInfo(topic), sealed[sealHeader:]); err == nil {
			return plain, nil
		}
	}
	return nil, ErrSealed
}
