package office

import (
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// The uses of a store's certificates.
const (
	useMQTT  = "mqtt"
	useLAN   = "lan"
	useGuest = "guest"
)

// An Issued is one certificate that the CA made for a store.
type Issued struct {
	Use     string    `json:"use"`
	Serial  string    `json:"serial"` // lower-case hex
	From    time.Time `json:"from"`
	Until   time.Time `json:"until"`
	Revoked time.Time `json:"revoked,omitzero"`
}

const issuedFile = "issued.json"

// IssuedTo returns what the CA has made for a store and what has not expired.
func IssuedTo(dir, store string) ([]Issued, error) {
	var all []Issued
	b, err := os.ReadFile(filepath.Join(storeDir(dir, store), issuedFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err == nil {
		err = json.Unmarshal(b, &all)
	}
	if err != nil {
		return nil, fmt.Errorf("store %s: %s: %w", store, issuedFile, err)
	}
	return all, nil
}

// issued remembers certificates under the store's name; those that have expired
// are forgotten.
func issued(dir, store string, certs map[string]*x509.Certificate) error {
	all, err := IssuedTo(dir, store)
	if err != nil {
		return err
	}
	for _, use := range []string{useMQTT, useLAN} {
		if c := certs[use]; c != nil {
			all = slices.DeleteFunc(all, func(i Issued) bool { return i.Until.Before(c.NotBefore) })
			all = append(all, Issued{Use: use, Serial: fmt.Sprintf("%x", c.SerialNumber), From: c.NotBefore, Until: c.NotAfter})
		}
	}
	return writeJSON(storeDir(dir, store), issuedFile, all)
}

// revokeThese ends certificates of a store. Doing it again changes nothing.
func revokeThese(dir, store string, serials []string, now time.Time) error {
	all, err := IssuedTo(dir, store)
	if err != nil {
		return err
	}
	for i := range all {
		if slices.Contains(serials, all[i].Serial) && all[i].Revoked.IsZero() {
			all[i].Revoked = now.UTC().Truncate(time.Second)
		}
	}
	if err := writeJSON(storeDir(dir, store), issuedFile, all); err != nil {
		return err
	}
	return WriteCRL(dir, now)
}

// crlYears is how long a list of revoked certificates holds: a broker turns
// everybody away by one that has expired, and a new one is made at each change.
const crlYears = 10

// WriteCRL writes the list of certificates that hold no longer, for the broker,
// as broker/crl.pem.
func WriteCRL(dir string, now time.Time) error {
	ca, err := loadCA(dir)
	if err != nil {
		return fmt.Errorf("revocations: %w", err)
	}
	names, err := stores(dir)
	if err != nil {
		return fmt.Errorf("revocations: %w", err)
	}
	list := &x509.RevocationList{Number: big.NewInt(now.UnixNano()), ThisUpdate: now.Add(-early), NextUpdate: now.AddDate(crlYears, 0, 0)}
	for _, name := range names {
		all, err := IssuedTo(dir, name)
		if err != nil {
			return fmt.Errorf("revocations: %w", err)
		}
		for _, i := range all {
			serial, ok := new(big.Int).SetString(i.Serial, 16)
			if !i.Revoked.IsZero() && ok {
				list.RevokedCertificateEntries = append(list.RevokedCertificateEntries, x509.RevocationListEntry{SerialNumber: serial, RevocationTime: i.Revoked})
			}
		}
	}
	der, err := x509.CreateRevocationList(rand.Reader, list, ca.cert, ca.key)
	if err != nil {
		return fmt.Errorf("revocations: %w", err)
	}
	return write(filepath.Join(dir, "broker"), "crl.pem", pem.EncodeToMemory(&pem.Block{Type: "X509 CRL", Bytes: der}))
}
