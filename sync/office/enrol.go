package office

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"foyer/sync/wire"
	"foyer/sync/wire/enrol"
	"foyer/vault"
)

// Why a box is not enrolled.
var (
	// ErrCode means that a code is not one of headquarters', was used, or is too
	// old: whoever asks learns no more.
	ErrCode = errors.New("this code is unknown, used or expired; make another with: foyer-hq enroll-code")
	// ErrCodeFor means that the code holds, and for something else.
	ErrCodeFor = errors.New("this code is not for that")
)

// keepCode is how long a code is remembered after it has expired, so that a box
// that did not hear the answer is told what became of it.
const keepCode = 7 * 24 * time.Hour

// code is one single-use code.
type code struct {
	Store   string        `json:"store"`
	Expires time.Time     `json:"expires"`
	Replace bool          `json:"replace,omitempty"`
	Used    string        `json:"used,omitempty"` // by the request with these keys
	Answer  *enrol.Answer `json:"answer,omitempty"`
	Request enrol.Request `json:"request,omitzero"` // its public keys; its code is left out
}

// EnrolCode makes a code with which one new box becomes a store's within ttl.
// Replace says that the store has a box, and that the new one is to replace it.
// The code is kept as its SHA-256.
func (f *Office) EnrolCode(store string, replace bool, ttl time.Duration) (string, error) {
	text, err := f.enrolCode(store, replace, ttl)
	if err != nil {
		return "", fmt.Errorf("enrolment code for store %s: %w", store, err)
	}
	return text, nil
}

func (f *Office) enrolCode(name string, replace bool, ttl time.Duration) (string, error) {
	if err := (wire.Address{Chain: f.chain, Store: name}).Check(); err != nil {
		return "", err
	}
	if name == hqName {
		return "", fmt.Errorf("%q is headquarters' own name at the broker: choose another", hqName)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	_, err := f.known(name)
	switch {
	case err == nil && !replace:
		return "", fmt.Errorf("%w: it has a box; if that is lost or broken, say --replace: its certificate is revoked then", ErrExists)
	case errors.Is(err, ErrStore) && replace:
		return "", errors.New("it has no box that could be replaced; leave --replace out")
	case err != nil && !errors.Is(err, ErrStore):
		return "", err
	}
	text := rand.Text()
	c := code{Store: name, Expires: f.o.Now().Add(ttl).UTC(), Replace: replace}
	return text, f.file.Update(func(tx *vault.Tx) error {
		if err := f.sweepCodes(tx); err != nil {
			return err
		}
		return putJSON(tx, bucketCodes, codeKey(text), c)
	})
}

func codeKey(text string) string {
	sum := sha256.Sum256([]byte(strings.ToUpper(strings.ReplaceAll(strings.TrimSpace(text), "-", ""))))
	return hex.EncodeToString(sum[:])
}

func (f *Office) sweepCodes(tx *vault.Tx) error {
	var old []string
	err := tx.Each(bucketCodes, nil, func(k, v []byte) error {
		var c code
		if err := json.Unmarshal(v, &c); err != nil {
			return err
		}
		if f.o.Now().After(c.Expires.Add(keepCode)) {
			old = append(old, string(k))
		}
		return nil
	})
	for _, k := range old {
		err = errors.Join(err, tx.Delete(bucketCodes, []byte(k)))
	}
	return err
}

// Enrol makes the box that sent a request a store's box. The same request again
// is answered likewise, for an answer can be lost; another with the same code is
// refused.
func (f *Office) Enrol(r enrol.Checked) (enrol.Answer, error) {
	a, err := f.enrol(r)
	if err != nil {
		return a, fmt.Errorf("enrol: %w", err)
	}
	return a, nil
}

func (f *Office) enrol(r enrol.Checked) (enrol.Answer, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var c code
	key := codeKey(r.Code)
	if err := f.file.View(func(tx *vault.Tx) error { return getJSON(tx, bucketCodes, key, &c) }); err != nil {
		return enrol.Answer{}, err
	}
	if c.Store == "" || !f.o.Now().Before(c.Expires) || c.Used != "" && c.Used != r.Subject() {
		return enrol.Answer{}, ErrCode
	}
	if c.Used != "" {
		return *c.Answer, f.adopt(c)
	}
	if r.Store != "" && r.Store != c.Store || r.Chain != "" && r.Chain != f.chain {
		return enrol.Answer{}, fmt.Errorf("%w: it is for store %s of chain %s, and the box's configuration says %s of %s", ErrCodeFor, c.Store, f.chain, r.Store, r.Chain)
	}
	if r.Replace != c.Replace {
		if c.Replace {
			return enrol.Answer{}, fmt.Errorf("%w: it replaces the box that store %s has: if that is meant, say --replace", ErrCodeFor, c.Store)
		}
		return enrol.Answer{}, fmt.Errorf("%w: it replaces no box: leave --replace out", ErrCodeFor)
	}
	if err := f.certify(&c, r); err != nil {
		return enrol.Answer{}, err
	}
	c.Used, c.Request = r.Subject(), enrol.Request{Sign: r.Sign, Open: r.Open, Version: r.Version}
	// From here on the code is used. What follows is done again if it is cut
	// short and the box asks again.
	if err := f.file.Update(func(tx *vault.Tx) error { return putJSON(tx, bucketCodes, key, c) }); err != nil {
		return enrol.Answer{}, err
	}
	return *c.Answer, f.adopt(c)
}

// certify writes the answer.
func (f *Office) certify(c *code, r enrol.Checked) error {
	ca, err := storesCA(f.o.Dir)
	if err != nil {
		return err
	}
	about, err := readAbout(f.o.Dir)
	if err != nil {
		return err
	}
	if about.Broker == "" {
		return errors.New("headquarters does not know its broker's address yet: foyer-hq ca broker")
	}
	now := f.o.Now()
	line, err := ca.certify(r.Line.PublicKey, c.Store, nil, x509.ExtKeyUsageClientAuth, now)
	if err != nil {
		return err
	}
	names, err := lanNames(r.Net)
	if err != nil {
		return err
	}
	lan, err := ca.certify(r.Net.PublicKey, names[0], names, x509.ExtKeyUsageServerAuth, now)
	if err != nil {
		return err
	}
	if err := issued(f.o.Dir, c.Store, map[string]*x509.Certificate{useMQTT: line, useLAN: lan}); err != nil {
		return err
	}
	sign, err := f.signPublic()
	if err != nil {
		return err
	}
	open, err := wire.EncodePublic(f.open.PublicKey())
	if err != nil {
		return err
	}
	c.Answer = &enrol.Answer{About: wire.About{Chain: f.chain, Store: c.Store, Broker: about.Broker}, CA: string(ca.pem),
		Box: string(certPEM(line.Raw)), LAN: string(certPEM(lan.Raw)), HQSign: string(sign), HQOpen: string(open)}
	if c.Replace {
		c.Answer.Lost, err = f.lost(c.Store, fmt.Sprintf("%x", line.SerialNumber), fmt.Sprintf("%x", lan.SerialNumber))
	}
	return err
}

// lanNames returns the names a box asks for on its store's network: private
// addresses, and host names, which nobody else there is believed for.
func lanNames(csr *x509.CertificateRequest) (names []string, err error) {
	for _, n := range csr.DNSNames {
		if n == "" || len(n) > 253 || strings.ContainsAny(n, "*/ ") {
			return nil, fmt.Errorf("%w: lan: %q is no host name", enrol.ErrRequest, n)
		}
		names = append(names, n)
	}
	for _, ip := range csr.IPAddresses {
		if !private(ip) {
			return nil, fmt.Errorf("%w: lan: %v is no address of a store's network", enrol.ErrRequest, ip)
		}
		names = append(names, ip.String())
	}
	if len(names) == 0 || len(names) > 16 {
		return nil, fmt.Errorf("%w: lan: want 1 to 16 names", enrol.ErrRequest)
	}
	return names, nil
}

func private(ip net.IP) bool { return ip.IsPrivate() || ip.IsLoopback() || ip.IsLinkLocalUnicast() }

// lost says what goes with the box of a store. The caller holds mu.
func (f *Office) lost(name string, keep ...string) (*enrol.Lost, error) {
	s, err := f.known(name)
	if err != nil {
		return nil, err
	}
	all, err := IssuedTo(f.o.Dir, name)
	if err != nil {
		return nil, err
	}
	l := &enrol.Lost{Contact: s.rec.Contact, Backlog: s.rec.State.Backlog, Dropped: s.rec.Lost, Ledger: s.rec.Ledger.Seq}
	for _, i := range all {
		if i.Serial != keep[0] && i.Serial != keep[1] {
			l.Certificates = append(l.Certificates, i.Serial)
		}
	}
	return l, nil
}

// adopt takes the keys of an answered request for the store's own. It may be
// done again. The caller holds mu.
func (f *Office) adopt(c code) error {
	home := storeDir(f.o.Dir, c.Store)
	if b, err := os.ReadFile(filepath.Join(home, "sign.pub")); err == nil && string(b) == c.Request.Sign {
		return nil // done
	}
	if c.Replace {
		if err := f.replace(c.Store, c.Answer.Lost); err != nil {
			return fmt.Errorf("replace the box of store %s: %w", c.Store, err)
		}
	}
	if err := write(home, "open.pub", []byte(c.Request.Open)); err != nil {
		return err
	}
	if err := write(home, "sign.pub", []byte(c.Request.Sign)); err != nil { // last: its presence says all is there
		return err
	}
	delete(f.stores, c.Store) // its keys are others now
	_, err := f.known(c.Store)
	f.due(c.Store)
	return err
}

// replace ends a store's old box: its certificates, its key share, and what was
// known of its state. All that the store should hold is sent to the new one.
func (f *Office) replace(name string, lost *enrol.Lost) error {
	s, err := f.known(name)
	if err != nil {
		return err
	}
	if err := f.revokeThese(name, lost.Certificates); err != nil {
		return err
	}
	if err := os.RemoveAll(filepath.Join(storeDir(f.o.Dir, name), "bundle")); err != nil { // the old box's keys, if they were made here
		return err
	}
	r := &s.rec
	old := record{Rev: r.Rev, Done: r.Done, Lost: r.Lost + uint64(lost.Backlog), Contact: r.Contact, Replaced: f.o.Now().UTC()}
	err = f.file.Update(func(tx *vault.Tx) error {
		for kind, d := range s.docs {
			d.Outcome, d.Reason = "", ""
			if err := putJSON(tx, bucketRetained, name+"\x00"+string(kind), d); err != nil {
				return err
			}
		}
		return putJSON(tx, bucketStores, name, old)
	})
	delete(f.stores, name)
	return err
}
