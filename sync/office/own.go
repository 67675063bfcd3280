package office

import (
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// renewBefore is how long before its end a certificate of headquarters' own is
// made anew: every one is read again for each connection.
const renewBefore = 90 * 24 * time.Hour

// RenewOwn makes headquarters' own certificates anew where they end soon: the one
// it shows the broker, and its door's. It returns when the broker's ends, which
// the broker reads only when it is started: zero where there is none here.
func RenewOwn(dir string, now time.Time) (broker time.Time, err error) {
	for _, c := range []struct {
		name  string
		again func(old *x509.Certificate) error
	}{
		{"hq.pem", func(*x509.Certificate) error {
			ca, err := loadCA(dir)
			if err == nil {
				_, err = ca.issue(dir, "hq", hqName, nil, x509.ExtKeyUsageClientAuth, now)
			}
			return err
		}},
		{"door.pem", func(old *x509.Certificate) error {
			return IssueDoor(dir, namesOf(old), now)
		}},
	} {
		cert, err := leafOf(filepath.Join(dir, c.name))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err == nil && cert.NotAfter.Before(now.Add(renewBefore)) {
			err = c.again(cert)
		}
		if err != nil {
			return broker, fmt.Errorf("renew %s: %w", c.name, err)
		}
	}
	cert, err := leafOf(filepath.Join(dir, "broker", "broker.pem"))
	if errors.Is(err, fs.ErrNotExist) {
		return broker, nil
	}
	if err != nil {
		return broker, fmt.Errorf("the broker's certificate: %w", err)
	}
	return cert.NotAfter, nil
}

func namesOf(cert *x509.Certificate) (names []string) {
	names = append(names, cert.DNSNames...)
	for _, ip := range cert.IPAddresses {
		names = append(names, ip.String())
	}
	return names
}

func leafOf(path string) (*x509.Certificate, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(b)
	if block == nil {
		return nil, fmt.Errorf("%s: no certificate in PEM", path)
	}
	return x509.ParseCertificate(block.Bytes)
}
