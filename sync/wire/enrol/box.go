package enrol

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"time"

	"foyer/disk"
	"foyer/sync/wire"
)

// A Pending is an identity folder that is being made: it has keys, and waits
// for headquarters' word. It stays on the disk, so that a box that did not hear
// the answer asks again with the same keys.
type Pending struct {
	dir, staged string
	sign        ed25519.PrivateKey
}

// Prepare makes the keys of a box that will have its identity in dir, or finds
// those that it made before.
func Prepare(dir string) (*Pending, error) {
	p := &Pending{dir: filepath.Clean(dir), staged: filepath.Clean(dir) + ".new"}
	if _, err := os.Stat(filepath.Join(p.dir, wire.FileIdentity)); err == nil {
		return nil, fmt.Errorf("identity %s: %w; foyer reset ends that", dir, ErrIdentity)
	} else if !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("identity %s: %w", dir, err)
	}
	if err := p.keys(); err != nil {
		return nil, fmt.Errorf("identity %s: %w", p.staged, err)
	}
	return p, nil
}

// keys are made in an order in which the last says that all are there.
func (p *Pending) keys() error {
	if err := os.MkdirAll(p.staged, 0o700); err != nil {
		return err
	}
	if b, err := os.ReadFile(filepath.Join(p.staged, wire.FileSign)); err == nil {
		p.sign, err = wire.ParseSignKey(b)
		return err
	} else if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	for _, name := range []string{wire.FileBoxKey, wire.FileLANKey} {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err == nil {
			err = private(p.staged, name, key)
		}
		if err != nil {
			return err
		}
	}
	open, err := wire.NewOpenKey()
	if err != nil {
		return err
	}
	if err := private(p.staged, wire.FileOpen, open); err != nil {
		return err
	}
	if _, p.sign, err = ed25519.GenerateKey(rand.Reader); err != nil {
		return err
	}
	return private(p.staged, wire.FileSign, p.sign)
}

func private(dir, name string, key any) error {
	b, err := wire.EncodePrivate(key)
	if err != nil {
		return err
	}
	return disk.WriteFile(filepath.Join(dir, name), b, 0o600)
}

// Request asks for what r's code is for; names are the box's host names and
// addresses on the store's network.
func (p *Pending) Request(r Request, names []string) (Request, error) {
	var err error
	if r.MQTT, err = p.csr(wire.FileBoxKey, nil); err != nil {
		return r, err
	}
	if r.LAN, err = p.csr(wire.FileLANKey, names); err != nil {
		return r, err
	}
	sign, err := wire.EncodePublic(p.sign.Public())
	if err != nil {
		return r, err
	}
	b, err := os.ReadFile(filepath.Join(p.staged, wire.FileOpen))
	if err != nil {
		return r, err
	}
	key, err := wire.ParseOpenKey(b)
	if err != nil {
		return r, fmt.Errorf("%s: %w", wire.FileOpen, err)
	}
	open, err := wire.EncodePublic(key.PublicKey())
	if err != nil {
		return r, err
	}
	r.Sign, r.Open = string(sign), string(open)
	signed, err := r.signed()
	if err != nil {
		return r, err
	}
	r.Sig = ed25519.Sign(p.sign, signed)
	return r, disk.SyncDir(p.staged) // the code is spent on these keys: they must outlive a power cut
}

// csr returns the request for a key, the same each time, though its signature is
// made anew: it is written down.
func (p *Pending) csr(name string, names []string) (string, error) {
	file := name + ".csr"
	if b, err := os.ReadFile(filepath.Join(p.staged, file)); err == nil {
		return string(b), nil
	}
	b, err := os.ReadFile(filepath.Join(p.staged, name))
	if err != nil {
		return "", err
	}
	text, err := CSR(b, names)
	if err != nil {
		return "", fmt.Errorf("%s: %w", name, err)
	}
	return string(text), disk.WriteFile(filepath.Join(p.staged, file), text, 0o600)
}

// CSR makes a certificate request for a private key in PEM and names.
func CSR(key []byte, names []string) ([]byte, error) {
	block, _ := pem.Decode(key)
	if block == nil {
		return nil, errors.New("no private key in PEM")
	}
	k, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, err
	}
	t := &x509.CertificateRequest{} // without a subject: whoever certifies it names it
	for _, n := range names {
		if ip := net.ParseIP(n); ip != nil {
			t.IPAddresses = append(t.IPAddresses, ip)
		} else {
			t.DNSNames = append(t.DNSNames, n)
		}
	}
	der, err := x509.CreateCertificateRequest(rand.Reader, t, k)
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE REQUEST", Bytes: der}), err
}

// Finish makes the folder whole by headquarters' answer and gives it its name.
func (p *Pending) Finish(a Answer, fingerprint string, now time.Time) (wire.Identity, error) {
	id, err := p.finish(a, fingerprint, now)
	if err != nil {
		return id, fmt.Errorf("headquarters' answer: %w", err)
	}
	return id, nil
}

func (p *Pending) finish(a Answer, fingerprint string, now time.Time) (wire.Identity, error) {
	roots, err := root(a.CA, fingerprint)
	if err != nil {
		return wire.Identity{}, err
	}
	about, err := json.MarshalIndent(a.About, "", "  ")
	if err != nil {
		return wire.Identity{}, err
	}
	for name, text := range map[string]string{wire.FileCA: a.CA, wire.FileBox: a.Box, wire.FileLAN: a.LAN,
		wire.FileHQSign: a.HQSign, wire.FileHQOpen: a.HQOpen, wire.FileIdentity: string(about) + "\n"} {
		if err := disk.WriteFile(filepath.Join(p.staged, name), []byte(text), 0o600); err != nil {
			return wire.Identity{}, err
		}
	}
	for cert, key := range map[string]string{wire.FileBox: wire.FileBoxKey, wire.FileLAN: wire.FileLANKey} {
		pair, err := tls.LoadX509KeyPair(filepath.Join(p.staged, cert), filepath.Join(p.staged, key))
		if err == nil {
			_, err = pair.Leaf.Verify(x509.VerifyOptions{Roots: roots, CurrentTime: now, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny}})
		}
		if err != nil {
			return wire.Identity{}, fmt.Errorf("%s: %w", cert, err)
		}
	}
	if _, err := wire.LoadIdentity(p.staged); err != nil {
		return wire.Identity{}, err
	}
	if err := p.name(); err != nil {
		return wire.Identity{}, err
	}
	// Not before: what is asked again must be asked in the same words.
	for _, name := range []string{wire.FileBoxKey, wire.FileLANKey} {
		if err := os.Remove(filepath.Join(p.dir, name+".csr")); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return wire.Identity{}, err
		}
	}
	return wire.LoadIdentity(p.dir)
}

// name gives the folder its name, and makes that last.
func (p *Pending) name() error {
	if err := os.Remove(p.dir); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%w: it must be empty or not there", err)
	}
	if err := disk.SyncDir(p.staged); err != nil {
		return err
	}
	if err := os.Rename(p.staged, p.dir); err != nil {
		return err
	}
	return disk.SyncDir(filepath.Dir(p.dir))
}

// root returns the CA of an answer if it is the one that the fingerprint names.
func root(text, fingerprint string) (*x509.CertPool, error) {
	block, rest := pem.Decode([]byte(text))
	if block == nil || len(rest) > 0 {
		return nil, errors.New("ca: want one certificate in PEM")
	}
	cert, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("ca: %w", err)
	}
	if Fingerprint(cert) != fingerprint {
		return nil, ErrFingerprint
	}
	roots := x509.NewCertPool()
	roots.AddCert(cert)
	return roots, nil
}
