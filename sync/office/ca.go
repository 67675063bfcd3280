package office

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"

	"foyer/sync/wire"
	"foyer/sync/wire/enrol"
)

// How long certificates last, unless SetLifetime says otherwise for stores'. A leaf
// is renewed from its thirtieth day, or after a third of its life.
const (
	caYears  = 10
	leafDays = 397
	early    = 24 * time.Hour // a box's clock may be slow
)

// hqName is headquarters' name at the broker; no store may have it.
const hqName = "hq"

// ErrExists means that something would be made anew that others already rely
// on.
var ErrExists = errors.New("exists already")

// SetChain says of which chain a folder is headquarters, once.
func SetChain(dir, chain string) error {
	if !wire.ValidID(chain) {
		return fmt.Errorf("chain %q: want 1 to 32 of a-z, 0-9, '-'", chain)
	}
	_, err := settle(dir, chain)
	return err
}

// InitCA makes headquarters' folder: the CA, the keys to sign and to open
// with, and the certificate headquarters shows the broker.
func InitCA(dir string, now time.Time) error {
	if _, err := os.Stat(filepath.Join(dir, "ca.key")); err == nil {
		return fmt.Errorf("CA in %s: %w; every store trusts it: choose another folder", dir, ErrExists)
	}
	if err := initCA(dir, now); err != nil {
		return fmt.Errorf("CA in %s: %w", dir, err)
	}
	return nil
}

func initCA(dir string, now time.Time) error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	t := certificate("foyer headquarters CA", now)
	t.NotAfter = now.AddDate(caYears, 0, 0)
	t.IsCA, t.BasicConstraintsValid, t.MaxPathLenZero = true, true, true
	t.KeyUsage = x509.KeyUsageCertSign | x509.KeyUsageCRLSign
	der, err := x509.CreateCertificate(rand.Reader, t, t, key.Public(), key)
	if err != nil {
		return err
	}
	if err := writeKeys(dir, "sign.pub", "open.pub"); err != nil {
		return err
	}
	if err := write(dir, "ca.pem", certPEM(der)); err != nil {
		return err
	}
	if err := writePrivate(dir, "ca.key", key); err != nil { // last: its presence says all is there
		return err
	}
	ca, err := loadCA(dir)
	if err != nil {
		return err
	}
	_, err = ca.issue(dir, "hq", hqName, nil, x509.ExtKeyUsageClientAuth, now)
	return err
}

// IssueBroker makes the broker's certificate for its host names and addresses
// in the folder broker, and returns that folder.
func IssueBroker(dir string, names []string, now time.Time) (string, error) {
	out := filepath.Join(dir, "broker")
	if len(names) == 0 {
		return "", errors.New("issue broker: no name: give the host name that boxes dial")
	}
	ca, err := loadCA(dir)
	if err == nil {
		err = write(out, "ca.pem", ca.pem)
	}
	if err == nil {
		_, err = ca.issue(out, "broker", names[0], names, x509.ExtKeyUsageServerAuth, now)
	}
	if err == nil {
		err = WriteCRL(dir, now)
	}
	if err != nil {
		return "", fmt.Errorf("issue broker: %w", err)
	}
	return out, nil
}

// IssueDoor makes the certificate of headquarters' HTTPS door for its host names
// and addresses, with the CA behind it, so that a new box finds there what the
// fingerprint names.
func IssueDoor(dir string, names []string, now time.Time) error {
	if len(names) == 0 {
		return errors.New("issue door: no name: give the host name that boxes and the chain's app dial")
	}
	ca, err := loadCA(dir)
	if err == nil {
		var cert *x509.Certificate
		if cert, err = ca.issue(dir, "door", names[0], names, x509.ExtKeyUsageServerAuth, now); err == nil {
			err = write(dir, "door.pem", append(certPEM(cert.Raw), ca.pem...))
		}
	}
	if err != nil {
		return fmt.Errorf("issue door: %w", err)
	}
	return nil
}

// Fingerprint names headquarters' CA; a new box is told it with its code.
func Fingerprint(dir string) (string, error) {
	ca, err := loadCA(dir)
	if err != nil {
		return "", fmt.Errorf("fingerprint: %w", err)
	}
	return enrol.Fingerprint(ca.cert), nil
}

// IssueStore makes the identity folder of one store's box, and returns it. It
// holds private keys: bring it to the box and delete it here. Names are the
// host names and addresses of the box on the store's own network.
func IssueStore(dir, chain, store string, names []string, now time.Time) (string, error) {
	bundle, err := issueStore(dir, wire.Address{Chain: chain, Store: store}, names, now)
	if err != nil {
		return "", fmt.Errorf("issue store %s: %w", store, err)
	}
	return bundle, nil
}

func issueStore(dir string, a wire.Address, names []string, now time.Time) (string, error) {
	if err := a.Check(); err != nil {
		return "", err
	}
	if a.Store == hqName {
		return "", fmt.Errorf("%q is headquarters' own name at the broker: choose another", hqName)
	}
	if len(names) == 0 {
		return "", errors.New("no name: give the box's host name on the store's network")
	}
	ca, err := storesCA(dir)
	if err != nil {
		return "", err
	}
	about, err := settle(dir, a.Chain)
	if err != nil {
		return "", err
	}
	home := storeDir(dir, a.Store)
	if _, err := os.Stat(filepath.Join(home, "sign.pub")); err == nil {
		return "", fmt.Errorf("%w; to replace a lost box: foyer-hq enroll-code %s --replace", ErrExists, a.Store)
	}
	bundle := filepath.Join(home, "bundle")
	if err := os.RemoveAll(bundle); err != nil { // half made before
		return "", err
	}
	if err := ca.bundle(dir, bundle, wire.About{Chain: a.Chain, Store: a.Store, Broker: about.Broker}, names, now); err != nil {
		return "", err
	}
	for _, name := range []string{"open.pub", "sign.pub"} { // sign.pub last: its presence says all is there
		if err := os.Rename(filepath.Join(bundle, name), filepath.Join(home, name)); err != nil {
			return "", err
		}
	}
	return bundle, nil
}

func (ca authority) bundle(dir, bundle string, about wire.About, names []string, now time.Time) error {
	box, err := ca.issue(bundle, "box", about.Store, nil, x509.ExtKeyUsageClientAuth, now)
	if err != nil {
		return err
	}
	lan, err := ca.issue(bundle, "lan", names[0], names, x509.ExtKeyUsageServerAuth, now)
	if err != nil {
		return err
	}
	if err := issued(dir, about.Store, map[string]*x509.Certificate{useMQTT: box, useLAN: lan}); err != nil {
		return err
	}
	if err := writeKeys(bundle, "sign.pub", "open.pub"); err != nil {
		return err
	}
	for from, to := range map[string]string{"ca.pem": wire.FileCA, "sign.pub": wire.FileHQSign, "open.pub": wire.FileHQOpen} {
		b, err := os.ReadFile(filepath.Join(dir, from))
		if err != nil {
			return err
		}
		if err := write(bundle, to, b); err != nil {
			return err
		}
	}
	return writeJSON(bundle, wire.FileIdentity, about)
}

// An authority can issue certificates.
type authority struct {
	cert *x509.Certificate
	key  crypto.Signer
	pem  []byte
	days int // that its certificates last
}

// storesCA is the authority for certificates of stores.
func storesCA(dir string) (authority, error) {
	ca, err := loadCA(dir)
	if err != nil {
		return ca, err
	}
	about, err := readAbout(dir)
	if about.Days > 0 {
		ca.days = about.Days
	}
	return ca, err
}

func loadCA(dir string) (authority, error) {
	pair, err := tls.LoadX509KeyPair(filepath.Join(dir, "ca.pem"), filepath.Join(dir, "ca.key"))
	if err != nil {
		return authority{}, fmt.Errorf("%w; make it with: foyer-hq ca init", err)
	}
	key, ok := pair.PrivateKey.(crypto.Signer)
	if !ok {
		return authority{}, errors.New("ca.key: cannot sign")
	}
	b, err := os.ReadFile(filepath.Join(dir, "ca.pem"))
	return authority{cert: pair.Leaf, key: key, pem: b, days: leafDays}, err
}

// issue makes a key and a certificate in dir as name.key and name.pem.
func (ca authority) issue(dir, name, common string, names []string, use x509.ExtKeyUsage, now time.Time) (*x509.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	cert, err := ca.certify(key.Public(), common, names, use, now)
	if err != nil {
		return nil, err
	}
	if err := writePrivate(dir, name+".key", key); err != nil {
		return nil, err
	}
	return cert, write(dir, name+".pem", certPEM(cert.Raw))
}

// certify makes a certificate for a key that somebody else has.
func (ca authority) certify(key any, common string, names []string, use x509.ExtKeyUsage, now time.Time) (*x509.Certificate, error) {
	t := certificate(common, now)
	t.NotAfter = now.AddDate(0, 0, ca.days)
	t.KeyUsage, t.ExtKeyUsage = x509.KeyUsageDigitalSignature, []x509.ExtKeyUsage{use}
	for _, n := range names {
		if ip := net.ParseIP(n); ip != nil {
			t.IPAddresses = append(t.IPAddresses, ip)
		} else {
			t.DNSNames = append(t.DNSNames, n)
		}
	}
	der, err := x509.CreateCertificate(rand.Reader, t, ca.cert, key, ca.key)
	if err != nil {
		return nil, err
	}
	return x509.ParseCertificate(der)
}

func certificate(common string, now time.Time) *x509.Certificate {
	serial := make([]byte, 16)
	rand.Read(serial)
	serial[0] &= 0x7f // RFC 5280: positive
	return &x509.Certificate{
		SerialNumber: new(big.Int).SetBytes(serial),
		Subject:      pkix.Name{CommonName: common},
		NotBefore:    now.Add(-early),
	}
}

func certPEM(der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
}

// writeKeys makes the keys to sign and to open with, and their public halves.
func writeKeys(dir, signPub, openPub string) error {
	pub, sign, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return err
	}
	open, err := wire.NewOpenKey()
	if err != nil {
		return err
	}
	if err := writePrivate(dir, wire.FileSign, sign); err != nil {
		return err
	}
	if err := writePrivate(dir, wire.FileOpen, open); err != nil {
		return err
	}
	if err := writePublic(dir, signPub, pub); err != nil {
		return err
	}
	return writePublic(dir, openPub, open.PublicKey())
}
