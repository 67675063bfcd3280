package wire

import (
	"crypto/ed25519"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"
)

// ErrRevoked means that a certificate holds no longer, whatever it says.
var ErrRevoked = errors.New("certificate revoked")

// trust is what changes of an identity while it is in use: headquarters' keys,
// what is revoked, and the certificate that was renewed. All copies of an
// identity share it.
type trust struct {
	mu      sync.RWMutex
	hqSign  []ed25519.PublicKey
	revoked []string // serial numbers in lower-case hex
	client  func() (tls.Certificate, bool, error)

	sealer sealer // to headquarters
}

func (t *trust) keys() []ed25519.PublicKey {
	if t == nil {
		return nil // nobody's
	}
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.hqSign
}

// Trust has headquarters' messages verified by these keys and no others from now
// on. One of them must be trusted already: a box that forgot all its keys at once
// could be told nothing any more.
func (i Identity) Trust(keys []ed25519.PublicKey) error {
	i.trust.mu.Lock()
	defer i.trust.mu.Unlock()
	known := func(k ed25519.PublicKey) bool {
		return slices.ContainsFunc(i.trust.hqSign, func(x ed25519.PublicKey) bool { return x.Equal(k) })
	}
	if !slices.ContainsFunc(keys, known) {
		return fmt.Errorf("%w: keys: none of them is trusted so far", ErrPayload)
	}
	i.trust.hqSign = slices.Clone(keys)
	return nil
}

// Remember is Trust for keys that were trusted before a restart.
func (i Identity) Remember(keys []ed25519.PublicKey) {
	i.trust.mu.Lock()
	defer i.trust.mu.Unlock()
	i.trust.hqSign = slices.Clone(keys)
}

// Revoke has peers refused that show one of these certificates, and no others.
func (i Identity) Revoke(serials []string) {
	i.trust.mu.Lock()
	defer i.trust.mu.Unlock()
	i.trust.revoked = slices.Clone(serials)
}

// Show has the box show another certificate to the broker, where there is one;
// else that of its folder.
func (i Identity) Show(client func() (c tls.Certificate, ok bool, err error)) {
	i.trust.mu.Lock()
	defer i.trust.mu.Unlock()
	i.trust.client = client
}

// own is the certificate that the box shows the broker.
func (i Identity) own() (tls.Certificate, error) {
	i.trust.mu.RLock()
	client := i.trust.client
	i.trust.mu.RUnlock()
	if client != nil {
		if c, ok, err := client(); ok || err != nil {
			return c, err
		}
	}
	return i.pair(FileBox, FileBoxKey)
}

// Enrolled returns the certificate with which the box was enrolled.
func (i Identity) Enrolled() (*x509.Certificate, error) {
	c, err := i.pair(FileBox, FileBoxKey)
	return c.Leaf, err
}

// Own returns the certificate that the box shows the broker: it was made then,
// so it is not earlier now.
func (i Identity) Own() (*x509.Certificate, error) {
	c, err := i.own()
	return c.Leaf, err
}

// holds refuses a peer that shows a revoked certificate.
func (i Identity) holds(s tls.ConnectionState) error {
	i.trust.mu.RLock()
	defer i.trust.mu.RUnlock()
	for _, c := range s.PeerCertificates {
		if slices.Contains(i.trust.revoked, Serial(c)) {
			return fmt.Errorf("%w: %s of %q", ErrRevoked, Serial(c), c.Subject.CommonName)
		}
	}
	return nil
}

// Serial is a certificate's serial number as revocations write it.
func Serial(c *x509.Certificate) string { return fmt.Sprintf("%x", c.SerialNumber) }

// CheckClient says what is wrong with a certificate that the box is to show the
// broker from now on.
func (i Identity) CheckClient(c *x509.Certificate, now time.Time) error {
	return i.issued(c, x509.ExtKeyUsageClientAuth, now, i.client)
}

// CheckLAN says what is wrong with a certificate for the store's own network.
func (i Identity) CheckLAN(c *x509.Certificate, now time.Time) error {
	return i.issued(c, x509.ExtKeyUsageServerAuth, now, "")
}

func (i Identity) issued(c *x509.Certificate, use x509.ExtKeyUsage, now time.Time, common string) error {
	_, err := c.Verify(x509.VerifyOptions{Roots: i.roots, CurrentTime: now, KeyUsages: []x509.ExtKeyUsage{use}})
	if err == nil && common != "" && c.Subject.CommonName != common {
		err = fmt.Errorf("made for %q", c.Subject.CommonName)
	}
	if err != nil {
		return fmt.Errorf("%w: pem: %w", ErrPayload, err)
	}
	return nil
}
