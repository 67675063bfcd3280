package enrol

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"time"
)

// TLS returns the client's side to a door that is trusted by fingerprint alone:
// one of the certificates it shows has that fingerprint and stands for the one
// it shows for its name. No authority of the system counts.
func TLS(fingerprint string, now func() time.Time) *tls.Config {
	return &tls.Config{
		MinVersion: tls.VersionTLS13,
		// The chain is verified below, against the fingerprint instead of a list.
		InsecureSkipVerify: true,
		VerifyConnection: func(s tls.ConnectionState) error {
			return pinned(s.PeerCertificates, s.ServerName, fingerprint, now())
		},
	}
}

func pinned(chain []*x509.Certificate, name, fingerprint string, now time.Time) error {
	if len(chain) == 0 {
		return ErrFingerprint
	}
	roots, between := x509.NewCertPool(), x509.NewCertPool()
	found := false
	for i, c := range chain {
		switch {
		case Fingerprint(c) == fingerprint:
			roots.AddCert(c)
			found = true
		case i > 0:
			between.AddCert(c)
		}
	}
	if !found {
		return fmt.Errorf("%w: it shows %s", ErrFingerprint, Fingerprint(chain[len(chain)-1]))
	}
	// A leaf that has the fingerprint itself is its own root.
	_, err := chain[0].Verify(x509.VerifyOptions{DNSName: name, Roots: roots, Intermediates: between, CurrentTime: now})
	return err
}
