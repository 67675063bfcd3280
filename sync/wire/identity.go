package wire

import (
	"crypto/ed25519"
	"crypto/hpke"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// The files of an identity folder, as headquarters' CA makes it for one store.
const (
	FileIdentity = "identity.json" // chain, store, broker
	FileCA       = "ca.pem"        // headquarters' CA
	FileBox      = "box.pem"       // MQTT client certificate
	FileBoxKey   = "box.key"
	FileLAN      = "lan.pem" // server certificate for the store's own network
	FileLANKey   = "lan.key"
	FileSign     = "sign.key"    // Ed25519, signs what goes up
	FileOpen     = "open.key"    // X25519, opens what comes down
	FileHQSign   = "hq-sign.pub" // Ed25519, one or more
	FileHQOpen   = "hq-open.pub" // X25519
)

// About is the text of identity.json.
type About struct {
	Chain  string `json:"chain"`
	Store  string `json:"store"`
	Broker string `json:"broker"` // tls://host:8883 or wss://host:443/path
}

// An Identity is who a box is: its names, its keys and whom it trusts. The
// private parts stay unexported; an Identity prints its store only.
type Identity struct {
	Address Address
	Broker  string // tls://host:8883 or wss://host:443/path

	dir    string
	roots  *x509.CertPool
	sign   ed25519.PrivateKey
	open   hpke.PrivateKey
	trust  *trust
	hqOpen hpke.PublicKey
	client string
}

// LoadIdentity reads an identity folder.
func LoadIdentity(dir string) (Identity, error) {
	id, err := loadIdentity(dir)
	if err != nil {
		return Identity{}, fmt.Errorf("identity %s: %w", dir, err)
	}
	return id, nil
}

func loadIdentity(dir string) (Identity, error) {
	id := Identity{dir: dir, roots: x509.NewCertPool(), trust: &trust{}}
	var about About
	var leaf tls.Certificate
	for _, f := range []struct {
		name string
		read func([]byte) error
	}{
		{FileIdentity, func(b []byte) error { return json.Unmarshal(b, &about) }},
		{FileCA, func(b []byte) error { return pool(id.roots, b) }},
		{FileSign, func(b []byte) (err error) { id.sign, err = ParseSignKey(b); return }},
		{FileOpen, func(b []byte) (err error) { id.open, err = ParseOpenKey(b); return }},
		{FileHQSign, func(b []byte) (err error) { id.trust.hqSign, err = ParseSignKeys(b); return }},
		{FileHQOpen, func(b []byte) (err error) { id.hqOpen, err = ParseSealKey(b); return }},
		{FileBox, func([]byte) (err error) { leaf, err = id.pair(FileBox, FileBoxKey); return }},
	} {
		b, err := os.ReadFile(filepath.Join(dir, f.name))
		if err != nil {
			return Identity{}, fmt.Errorf("%w; the whole folder comes with foyer enroll, or from headquarters with foyer-hq ca store", err)
		}
		if err := f.read(b); err != nil {
			return Identity{}, fmt.Errorf("%s: %w", f.name, err)
		}
	}
	id.Address, id.Broker, id.client = Address{about.Chain, about.Store}, about.Broker, leaf.Leaf.Subject.CommonName
	if err := id.Address.Check(); err != nil {
		return Identity{}, fmt.Errorf("%s: %w", FileIdentity, err)
	}
	if id.client != id.Address.Store {
		return Identity{}, fmt.Errorf("%s: made for %q, but %s says store %q", FileBox, id.client, FileIdentity, id.Address.Store)
	}
	return id, nil
}

func pool(p *x509.CertPool, pem []byte) error {
	if !p.AppendCertsFromPEM(pem) {
		return fmt.Errorf("no certificate in PEM")
	}
	return nil
}

// String names the store.
func (i Identity) String() string { return i.Address.Chain + "/" + i.Address.Store }

// ClientID returns the MQTT client identifier: the certificate's common name,
// so that the broker can hold one against the other.
func (i Identity) ClientID() string { return i.client }

// Sign signs m as this store.
func (i Identity) Sign(m Message) ([]byte, error) {
	m.Address = i.Address
	return Sign(m, i.sign)
}

// Wrap signs m as this store and seals it to headquarters if its kind demands.
func (i Identity) Wrap(m Message) ([]byte, error) {
	signed, err := i.Sign(m)
	if err != nil || !m.Kind.Of().Sealed {
		return signed, err
	}
	return i.trust.sealer.seal(signed, i.Address.Topic(m.Kind), i.hqOpen)
}

// Unwrap opens what arrived under topic if its kind is sealed, and verifies
// that headquarters sent it to this store.
func (i Identity) Unwrap(topic string, data []byte, now time.Time) (Message, error) {
	a, k, err := ParseTopic(topic)
	if err != nil {
		return Message{}, err
	}
	if a != i.Address || !k.Down() {
		return Message{}, ErrForeign
	}
	if len(data) > 2*k.Of().Limit+4096 {
		return Message{}, ErrSize
	}
	if k.Of().Sealed {
		if data, err = Open(data, topic, i.open); err != nil {
			return Message{}, err
		}
	}
	return Verify(data, Expect{Kind: k, Address: a, Keys: i.trust.keys()}, now)
}

// TLS returns the box's side of the link: TLS 1.3, headquarters' CA and no
// other, the certificate read anew for each handshake so that a renewed one
// needs no restart. now judges certificates; a box without a true clock passes
// its time floor.
func (i Identity) TLS(now func() time.Time) *tls.Config {
	return &tls.Config{
		MinVersion: tls.VersionTLS13,
		RootCAs:    i.roots,
		Time:       now,
		GetClientCertificate: func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
			c, err := i.own()
			return &c, err
		},
		VerifyConnection: i.holds,
	}
}

// LAN returns the server's side for listeners on the store's own network.
func (i Identity) LAN(now func() time.Time) *tls.Config {
	return &tls.Config{
		MinVersion: tls.VersionTLS13,
		Time:       now,
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) {
			c, err := i.pair(FileLAN, FileLANKey)
			return &c, err
		},
	}
}

func (i Identity) pair(cert, key string) (tls.Certificate, error) {
	return tls.LoadX509KeyPair(filepath.Join(i.dir, cert), filepath.Join(i.dir, key))
}
