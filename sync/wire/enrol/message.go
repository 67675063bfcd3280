package enrol

import (
	"crypto/ed25519"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"strings"
	"time"

	"foyer/sync/wire"
)

// A Request is what a new box asks of headquarters: a certificate for the line,
// one for the store's network, and to be known by its keys.
type Request struct {
	Code    string `json:"code"`            // single-use, from headquarters
	Chain   string `json:"chain,omitempty"` // what the box's configuration says; empty: whatever the code is for
	Store   string `json:"store,omitempty"` // likewise
	Replace bool   `json:"replace,omitempty"`
	Version string `json:"version,omitempty"` // of the box's program
	MQTT    string `json:"mqtt"`              // certificate request in PEM
	LAN     string `json:"lan"`               // likewise, with the box's names on the store's network
	Sign    string `json:"sign"`              // Ed25519 public key in PEM
	Open    string `json:"open"`              // X25519 public key in PEM
	Sig     []byte `json:"sig"`               // by Sign, over all of the above
}

// An Answer makes a box a store's.
type Answer struct {
	About  wire.About `json:"about"`
	CA     string     `json:"ca"`      // headquarters' CA in PEM
	Box    string     `json:"box"`     // certificate for the line in PEM
	LAN    string     `json:"lan"`     // certificate for the store's network in PEM
	HQSign string     `json:"hq_sign"` // headquarters' keys to sign with in PEM
	HQOpen string     `json:"hq_open"` // headquarters' key to open with in PEM
	Lost   *Lost      `json:"lost,omitempty"`
}

// Lost is what went with the box that this one replaces, as far as headquarters
// can know.
type Lost struct {
	Contact      time.Time `json:"contact,omitzero"`       // when it was last heard
	Backlog      int       `json:"backlog"`                // events it held then that never came
	Dropped      uint64    `json:"dropped"`                // events it had given up before
	Ledger       uint64    `json:"ledger"`                 // rows of its log of who saw what, of which headquarters has those that were reported
	Certificates []string  `json:"certificates,omitempty"` // serial numbers revoked
}

// signed returns what Sig covers.
func (r Request) signed() ([]byte, error) {
	r.Sig = nil
	b, err := json.Marshal(r)
	return append([]byte("foyer enrolment\x00"), b...), err
}

// Subject names the request's keys: the same box that asks again says the same.
func (r Request) Subject() string {
	sum := sha256.Sum256([]byte(r.Sign + "\x00" + r.Open + "\x00" + r.MQTT + "\x00" + r.LAN))
	return hex.EncodeToString(sum[:])
}

// Checked is a request whose sender has shown that the keys are its own.
type Checked struct {
	Request
	Line, Net *x509.CertificateRequest
}

// Check reads a request and holds it against its own signatures.
func (r Request) Check() (Checked, error) {
	c := Checked{Request: r}
	var err error
	if c.Line, err = ParseCSR([]byte(r.MQTT)); err != nil {
		return Checked{}, fmt.Errorf("%w: mqtt: %w", ErrRequest, err)
	}
	if c.Net, err = ParseCSR([]byte(r.LAN)); err != nil {
		return Checked{}, fmt.Errorf("%w: lan: %w", ErrRequest, err)
	}
	keys, err := wire.ParseSignKeys([]byte(r.Sign))
	if err != nil || len(keys) != 1 {
		return Checked{}, fmt.Errorf("%w: sign: want one Ed25519 key", ErrRequest)
	}
	if _, err := wire.ParseSealKey([]byte(r.Open)); err != nil {
		return Checked{}, fmt.Errorf("%w: open: %w", ErrRequest, err)
	}
	signed, err := r.signed()
	if err != nil || !ed25519.Verify(keys[0], signed, r.Sig) {
		return Checked{}, fmt.Errorf("%w: its signature does not hold", ErrRequest)
	}
	return c, nil
}

// ParseCSR reads one certificate request whose signature holds.
func ParseCSR(data []byte) (*x509.CertificateRequest, error) {
	block, rest := pem.Decode(data)
	if block == nil || block.Type != "CERTIFICATE REQUEST" || len(rest) > 0 {
		return nil, fmt.Errorf("want one certificate request in PEM")
	}
	csr, err := x509.ParseCertificateRequest(block.Bytes)
	if err == nil {
		err = csr.CheckSignature()
	}
	return csr, err
}

// Fingerprint names a certificate: the SHA-256 of its bytes.
func Fingerprint(cert *x509.Certificate) string {
	sum := sha256.Sum256(cert.Raw)
	return "sha256:" + hex.EncodeToString(sum[:])
}

// ParseFingerprint reads what Fingerprint wrote, however people copied it: with
// or without sha256: and colons, in capitals.
func ParseFingerprint(s string) (string, error) {
	s = strings.ToLower(strings.TrimSpace(s))
	s = strings.ReplaceAll(strings.TrimPrefix(s, "sha256:"), ":", "")
	if b, err := hex.DecodeString(s); err != nil || len(b) != sha256.Size {
		return "", fmt.Errorf("fingerprint: want sha256: and 64 hexadecimal digits, as foyer-hq enroll-code prints it")
	}
	return "sha256:" + s, nil
}
