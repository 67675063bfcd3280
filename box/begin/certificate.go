package begin

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"foyer/disk"
	"foyer/sync/wire"
)

// folder is what a box keeps in its data folder as long as it is nobody's.
const folder = "set-up"

// certificate returns the certificate of these minutes, the same after a restart:
// its fingerprint may be on a sheet of paper by then. A clock that was never set
// must not make it look expired.
func certificate(data, host string) (tls.Certificate, error) {
	dir := filepath.Join(data, folder)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return tls.Certificate{}, err
	}
	both, err := os.ReadFile(filepath.Join(dir, "own.pem"))
	if err == nil {
		return tls.X509KeyPair(both, both)
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return tls.Certificate{}, err
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	if host == "" {
		host = nickname(key) + ".local"
	}
	t := &x509.Certificate{SerialNumber: new(big.Int).SetBytes([]byte(rand.Text())[:16]), DNSNames: []string{host}, IPAddresses: private(addresses()),
		NotBefore: time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC), NotAfter: time.Date(2049, 1, 1, 0, 0, 0, 0, time.UTC),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, t, t, key.Public(), key)
	if err != nil {
		return tls.Certificate{}, err
	}
	text, err := wire.EncodePrivate(key)
	if err != nil {
		return tls.Certificate{}, err
	}
	text = append(text, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})...)
	if err := disk.WriteFile(filepath.Join(dir, "own.pem"), text, 0o600); err != nil {
		return tls.Certificate{}, err
	}
	return tls.X509KeyPair(text, text)
}

// nickname tells one new box from another on one network: foyer-3f9a.
func nickname(key *ecdsa.PrivateKey) string {
	der, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil { // of a curve that was made here
		return "foyer-new"
	}
	return fmt.Sprintf("foyer-%.4x", sha256.Sum256(der))[:len("foyer-3f9a")]
}

// Fingerprint writes a certificate's SHA-256 as browsers do.
func Fingerprint(der []byte) string {
	sum := sha256.Sum256(der)
	return strings.ReplaceAll(fmt.Sprintf("% X", sum[:]), " ", ":")
}

// addresses are those by which others may reach this box now.
func addresses() (out []net.IP) {
	list, err := net.InterfaceAddrs()
	if err != nil {
		return nil // asked again soon
	}
	for _, a := range list {
		if n, ok := a.(*net.IPNet); ok && n.IP.IsGlobalUnicast() {
			out = append(out, n.IP)
		}
	}
	return out
}

func private(all []net.IP) (out []net.IP) {
	for _, ip := range all {
		if ip.IsPrivate() {
			out = append(out, ip)
		}
	}
	return out
}
