// Package publish is headquarters' side of updates: a folder that any web
// server can serve, which boxes trust for what is signed in it. It hides how
// metadata is numbered, signed and laid out.
//
// The keys of root and of releases belong on machines without a network, each
// on its own; only the key that says "this is still the newest" need be at hand.
package publish

import (
	"crypto"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/sigstore/sigstore/pkg/signature"
	"github.com/theupdateframework/go-tuf/v2/metadata"
)

// ErrKey means that a file is not a key of this program's.
var ErrKey = errors.New("signing key")

const (
	privateType = "PRIVATE KEY"
	publicType  = "PUBLIC KEY"
)

// MakeKey makes a key: file holds what signs, file.pub what others need.
func MakeKey(file string) error {
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		return fmt.Errorf("make %s: %w", file, err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return fmt.Errorf("make %s: %w", file, err)
	}
	open, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		return fmt.Errorf("make %s: %w", file, err)
	}
	for _, w := range []struct {
		file, kind string
		der        []byte
		mode       fs.FileMode
	}{{file, privateType, secret, 0o600}, {file + ".pub", publicType, open, 0o644}} {
		f, err := os.OpenFile(w.file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, w.mode)
		if err != nil && w.kind == publicType {
			err = errors.Join(err, os.Remove(file)) // made just now: half a key is in the way of the next try
		}
		if err != nil {
			return fmt.Errorf("make key: %w", err)
		}
		err = pem.Encode(f, &pem.Block{Type: w.kind, Bytes: w.der})
		if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
			return fmt.Errorf("make %s: %w", w.file, err)
		}
	}
	return nil
}

// readSigner reads what signs.
func readSigner(file string) (signature.Signer, error) {
	der, err := readPEM(file, privateType)
	if err != nil {
		return nil, err
	}
	key, err := x509.ParsePKCS8PrivateKey(der)
	if err != nil {
		return nil, fmt.Errorf("%w %s: %w", ErrKey, file, err)
	}
	private, ok := key.(ed25519.PrivateKey)
	if !ok {
		return nil, fmt.Errorf("%w %s: not an Ed25519 key", ErrKey, file)
	}
	return signature.LoadSigner(private, crypto.Hash(0))
}

// readPublic reads what others need of a key.
func readPublic(file string) (*metadata.Key, error) {
	der, err := readPEM(file, publicType)
	if err != nil {
		return nil, err
	}
	key, err := x509.ParsePKIXPublicKey(der)
	if err != nil {
		return nil, fmt.Errorf("%w %s: %w", ErrKey, file, err)
	}
	public, ok := key.(ed25519.PublicKey)
	if !ok {
		return nil, fmt.Errorf("%w %s: not an Ed25519 key", ErrKey, file)
	}
	return metadata.KeyFromPublicKey(public)
}

func readPEM(file, kind string) ([]byte, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrKey, err)
	}
	b, _ := pem.Decode(data)
	if b == nil || b.Type != kind {
		return nil, fmt.Errorf("%w %s: no %s in it", ErrKey, file, kind)
	}
	return b.Bytes, nil
}
