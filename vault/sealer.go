package vault

import (
	"crypto/cipher"
	"crypto/rand"
	"encoding/binary"
	"fmt"

	"golang.org/x/crypto/chacha20poly1305"
)

// A sealed value is: scheme (1 byte), version (8 bytes, big endian), nonce (24
// bytes, random), ciphertext, tag (16 bytes).
const (
	sealScheme   = 1
	sealHead     = 1 + 8 + chacha20poly1305.NonceSizeX
	sealOverhead = sealHead + chacha20poly1305.Overhead
)

// A Sealer seals values under one subject's data key with XChaCha20-Poly1305
// (draft-irtf-cfrg-xchacha). Bucket, key and version are authenticated, so a
// sealed value cannot be moved to another place. It is a value, safe for
// concurrent use; the zero Sealer is not usable.
type Sealer struct{ aead cipher.AEAD }

func newSealer(key []byte) Sealer {
	aead, err := chacha20poly1305.NewX(key)
	if err != nil {
		panic(err) // only a key of the wrong length
	}
	return Sealer{aead}
}

// Seal returns plain sealed for its place. Version is the caller's own, for
// example the version of the encoding; Open returns it.
func (s Sealer) Seal(bucket string, key []byte, version uint64, plain []byte) []byte {
	out := make([]byte, sealHead, sealOverhead+len(plain))
	out[0] = sealScheme
	binary.BigEndian.PutUint64(out[1:], version)
	rand.Read(out[9:sealHead]) // never fails: crypto/rand aborts the program instead
	return s.aead.Seal(out, out[9:sealHead], plain, place(bucket, key, version))
}

// Open returns what Seal was given. ErrSealed means that it was sealed under
// another key, for another place, or changed since.
func (s Sealer) Open(bucket string, key, sealed []byte) (plain []byte, version uint64, err error) {
	if len(sealed) < sealOverhead || sealed[0] != sealScheme {
		return nil, 0, fmt.Errorf("open a value of %s: %w", bucket, ErrSealed)
	}
	version = binary.BigEndian.Uint64(sealed[1:])
	plain, err = s.aead.Open(nil, sealed[9:sealHead], sealed[sealHead:], place(bucket, key, version))
	if err != nil {
		return nil, 0, fmt.Errorf("open a value of %s: %w", bucket, ErrSealed)
	}
	return plain, version, nil
}

// place is the associated data. Lengths go before the texts, so that no two
// places read alike.
func place(bucket string, key []byte, version uint64) []byte {
	ad := make([]byte, 0, 24+len(bucket)+len(key))
	ad = binary.BigEndian.AppendUint64(ad, uint64(len(bucket)))
	ad = append(ad, bucket...)
	ad = binary.BigEndian.AppendUint64(ad, uint64(len(key)))
	ad = append(ad, key...)
	return binary.BigEndian.AppendUint64(ad, version)
}
