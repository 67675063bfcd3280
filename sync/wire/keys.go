package wire

import (
	"crypto/ecdh"
	"crypto/ed25519"
	"crypto/hpke"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
)

// EncodePrivate writes a private key as PKCS #8 PEM, the form openssl reads.
func EncodePrivate(key any) ([]byte, error) {
	if k, ok := key.(hpke.PrivateKey); ok {
		b, err := k.Bytes()
		if err != nil {
			return nil, fmt.Errorf("private key: %w", err)
		}
		if key, err = ecdh.X25519().NewPrivateKey(b); err != nil {
			return nil, fmt.Errorf("private key: %w", err)
		}
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, fmt.Errorf("private key: %w", err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), nil
}

// EncodePublic writes a public key as PKIX PEM.
func EncodePublic(key any) ([]byte, error) {
	if k, ok := key.(hpke.PublicKey); ok {
		p, err := ecdh.X25519().NewPublicKey(k.Bytes())
		if err != nil {
			return nil, fmt.Errorf("public key: %w", err)
		}
		key = p
	}
	der, err := x509.MarshalPKIXPublicKey(key)
	if err != nil {
		return nil, fmt.Errorf("public key: %w", err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}), nil
}

var errKey = errors.New("not a key of this kind: want PEM with an Ed25519 key for signing, an X25519 key for sealing")

// ParseSignKey reads an Ed25519 private key.
func ParseSignKey(data []byte) (ed25519.PrivateKey, error) {
	key, err := private(data)
	if k, ok := key.(ed25519.PrivateKey); ok && err == nil {
		return k, nil
	}
	return nil, errKey
}

// ParseOpenKey reads an X25519 private key.
func ParseOpenKey(data []byte) (hpke.PrivateKey, error) {
	key, err := private(data)
	if k, ok := key.(*ecdh.PrivateKey); ok && err == nil && k.Curve() == ecdh.X25519() {
		return hpke.NewDHKEMPrivateKey(k)
	}
	return nil, errKey
}

// ParseSignKeys reads one or more Ed25519 public keys, several while they are
// rotated.
func ParseSignKeys(data []byte) ([]ed25519.PublicKey, error) {
	var keys []ed25519.PublicKey
	for block, rest := pem.Decode(data); block != nil; block, rest = pem.Decode(rest) {
		key, err := x509.ParsePKIXPublicKey(block.Bytes)
		k, ok := key.(ed25519.PublicKey)
		if err != nil || !ok {
			return nil, errKey
		}
		keys = append(keys, k)
	}
	if len(keys) == 0 {
		return nil, errKey
	}
	return keys, nil
}

// ParseSealKey reads an X25519 public key.
func ParseSealKey(data []byte) (hpke.PublicKey, error) {
	block, _ := pem.Decode(data)
	if block == nil {
		return nil, errKey
	}
	key, err := x509.ParsePKIXPublicKey(block.Bytes)
	if k, ok := key.(*ecdh.PublicKey); ok && err == nil && k.Curve() == ecdh.X25519() {
		return hpke.NewDHKEMPublicKey(k)
	}
	return nil, errKey
}

// NewOpenKey makes a key to open sealed messages with.
func NewOpenKey() (hpke.PrivateKey, error) {
	kem, _, _ := suite()
	return kem.GenerateKey()
}

func private(data []byte) (any, error) {
	block, _ := pem.Decode(data)
	if block == nil {
		return nil, errKey
	}
	return x509.ParsePKCS8PrivateKey(block.Bytes)
}
