package office

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"foyer/sync/wire"
	"foyer/sync/wire/enrol"
	"foyer/sync/wire/line"
	"foyer/vault"
)

// A teller is store 014 as headquarters hears it.
type teller struct {
	*Office
	t   *testing.T
	id  wire.Identity
	seq uint64
}

func newTeller(t *testing.T, change ...func(*Options)) *teller {
	t.Helper()
	dir := chainOf(t, "014")
	if _, err := IssueBroker(dir, []string{"127.0.0.1"}, time.Now()); err != nil {
		t.Fatal(err)
	}
	id, err := wire.LoadIdentity(filepath.Join(storeDir(dir, "014"), "bundle"))
	if err != nil {
		t.Fatal(err)
	}
	o := Options{Dir: dir, Now: time.Now}
	for _, c := range change {
		c(&o)
	}
	f, err := Open(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return &teller{Office: f, t: t, id: id}
}

// says reports something as the store.
func (h *teller) says(kind wire.Kind, p any) {
	h.t.Helper()
	data, err := wire.Encode(kind, p)
	h.seq++
	if err == nil {
		var body []byte
		body, err = h.id.Wrap(wire.Message{Kind: kind, Epoch: 9, Rev: h.seq, NotBefore: h.o.Now(), Payload: data})
		if err == nil {
			_, _, _, err = h.accept([]line.Delivery{{Topic: h.id.Address.Topic(kind), Payload: body}})
		}
	}
	if err != nil {
		h.t.Fatal(err)
	}
}

// given returns the certificates that wait for the store.
func (h *teller) given() (all []wire.Certificate) {
	h.t.Helper()
	s := h.stores["014"]
	err := h.file.View(func(tx *vault.Tx) error {
		for _, rev := range s.ordered {
			m, err := s.message(tx, rev)
			if err != nil {
				return err
			}
			if m.Kind == wire.DownCertificate {
				c, err := wire.Decode[wire.Certificate](m.Payload)
				if err != nil {
					return err
				}
				all = append(all, c)
			}
		}
		return nil
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return all
}

func request(t *testing.T, key any, names ...string) string {
	t.Helper()
	b, err := wire.EncodePrivate(key)
	if err == nil {
		b, err = enrol.CSR(b, names)
	}
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func fresh(t *testing.T) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// A store is given what it asks for: for the line under its own name whatever the
// request says, for its network under private names only, the same for the same
// key, and nothing for a weak key or a public address.
func TestCertificatesOverTheLine(t *testing.T) {
	h := newTeller(t)
	key := fresh(t)
	h.says(wire.UpCSR, wire.CSR{Use: useMQTT, PEM: request(t, key, "hq")})
	h.says(wire.UpCSR, wire.CSR{Use: useLAN, PEM: request(t, fresh(t), "foyer-014.local", "10.0.14.2")})
	h.says(wire.UpCSR, wire.CSR{Use: useMQTT, PEM: request(t, key, "hq")}) // asked again
	got := h.given()
	if len(got) != 3 || got[0] != got[2] {
		t.Fatalf("%d certificates; the same key is given another", len(got))
	}
	private, err := wire.EncodePrivate(key)
	if err != nil {
		t.Fatal(err)
	}
	pair, err := tls.X509KeyPair([]byte(got[0].PEM), private)
	if err != nil {
		t.Fatal(err)
	}
	if pair.Leaf.Subject.CommonName != "014" || len(pair.Leaf.DNSNames) > 0 {
		t.Errorf("for the line: %v", pair.Leaf.Subject)
	}
	for i, want := range map[int]x509.VerifyOptions{
		0: {Roots: h.roots, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}},
		1: {Roots: h.roots, DNSName: "10.0.14.2", KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}},
	} {
		cert, err := parseLeaf(got[i].PEM)
		if err == nil {
			_, err = cert.Verify(want)
		}
		if err != nil {
			t.Errorf("%s: %v", got[i].Use, err)
		}
	}
	if all, err := IssuedTo(h.o.Dir, "014"); err != nil || len(all) != 4 { // two from the beginning
		t.Errorf("%d issued, %v", len(all), err)
	}
	weak, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range []wire.CSR{
		{Use: useMQTT, PEM: request(t, weak)},
		{Use: useLAN, PEM: request(t, fresh(t), "192.0.2.1")},
		{Use: useLAN, PEM: request(t, fresh(t))},
		{Use: useMQTT, PEM: "-----BEGIN RUBBISH-----"},
	} {
		h.says(wire.UpCSR, r)
	}
	after := h.given()
	if len(after) != 7 {
		t.Fatalf("%d answers, want 3 certificates and 4 refusals", len(after))
	}
	for i, want := range []string{"2048", "no address of a store's network", "1 to 16 names", "request"} {
		if c := after[3+i]; c.PEM != "" || !strings.Contains(c.Refused, want) {
			t.Errorf("refusal %d: %+v, want %q", i, c, want)
		}
	}
	says := func() string { return strings.Join(h.Status()[0].Troubles(h.o.Now()), "; ") }
	if got := says(); !strings.Contains(got, "certificate for lan not granted: ") || !strings.Contains(got, "certificate for mqtt not granted: ") {
		t.Errorf("headquarters says %q", got)
	}
	h.says(wire.UpCSR, wire.CSR{Use: useMQTT, PEM: request(t, fresh(t))})
	h.says(wire.UpCSR, wire.CSR{Use: useLAN, PEM: request(t, fresh(t), "foyer-014.local")})
	if got := says(); strings.Contains(got, "not granted") {
		t.Errorf("once granted, headquarters says %q", got)
	}
}

// Where nobody obtains publicly trusted certificates the store hears that at once.
func TestNobodyObtains(t *testing.T) {
	h := newTeller(t)
	h.says(wire.UpCSR, wire.CSR{Use: useGuest, PEM: request(t, fresh(t), "here.example.com")})
	if got := h.given(); len(got) != 1 || !strings.Contains(got[0].Refused, "foyer-hq ca guest") {
		t.Errorf("the store is told %+v", got)
	}
}

// A publicly trusted certificate is tried for until there is one, across a
// restart of headquarters, and not all the time.
func TestGuestCertificates(t *testing.T) {
	now := time.Now()
	tries := 0
	h := newTeller(t, func(o *Options) {
		o.Now = func() time.Time { return now }
		o.Guest = func(_ context.Context, store string, csr *x509.CertificateRequest) ([]byte, error) {
			tries++
			if tries < 3 {
				return nil, errors.New("the authority is away")
			}
			if store != "014" || csr.DNSNames[0] != "here.example.com" {
				t.Errorf("%v for %s", csr.DNSNames, store)
			}
			return []byte("-----BEGIN CERTIFICATE-----"), nil
		}
	})
	h.says(wire.UpCSR, wire.CSR{Use: useGuest, PEM: request(t, fresh(t), "here.example.com")})
	for i, c := range []struct {
		after time.Duration
		tries int
		given int
	}{{0, 1, 0}, {30 * time.Second, 1, 0}, {2 * time.Minute, 2, 0}, {time.Minute, 2, 0}, {4 * time.Minute, 3, 1}, {24 * time.Hour, 3, 1}} {
		// Of each of the first two tries the store is told that it failed.
		told := min(c.tries, 2)
		now = now.Add(c.after)
		wait, err := h.obtainAll(t.Context())
		if err != nil || tries != c.tries || len(h.given()) != c.given+told || h.given()[told-1].Refused != "the authority is away" || wait <= 0 {
			t.Errorf("step %d: %d tries, %d given, again in %v, %v", i, tries, len(h.given()), wait, err)
		}
		if st := h.Status()[0]; (c.given == 0) != strings.Contains(st.Guest, "the authority is away") || st.LineUntil.Before(now) {
			t.Errorf("step %d: headquarters says %q, the line's until %v", i, st.Guest, st.LineUntil)
		}
	}
}

// What a store asks for while another certificate is being obtained is not lost
// with that one, however it ends.
func TestAnOrderThatIsReplaced(t *testing.T) {
	for _, fails := range []bool{false, true} {
		var h *teller
		var asked []string
		h = newTeller(t, func(o *Options) {
			o.Guest = func(_ context.Context, _ string, csr *x509.CertificateRequest) ([]byte, error) {
				if asked = append(asked, csr.DNSNames[0]); len(asked) > 1 {
					return []byte("-----BEGIN CERTIFICATE-----"), nil
				}
				h.says(wire.UpCSR, wire.CSR{Use: useGuest, PEM: request(t, fresh(t), "second.example.com")})
				if fails {
					return nil, errors.New("the authority is away")
				}
				return []byte("-----BEGIN CERTIFICATE-----"), nil
			}
		})
		h.says(wire.UpCSR, wire.CSR{Use: useGuest, PEM: request(t, fresh(t), "first.example.com")})
		for range 2 {
			if _, err := h.obtainAll(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if got := h.given(); !slices.Equal(asked, []string{"first.example.com", "second.example.com"}) || len(got) != 1 || got[0].Refused != "" {
			t.Errorf("fails %t: %q obtained, %d given", fails, asked, len(got))
		}
	}
}

// What is revoked adds to what was revoked before, and a certificate's serial
// goes onto the broker's list.
func TestRevoke(t *testing.T) {
	h := newTeller(t)
	all, err := IssuedTo(h.o.Dir, "014")
	if err != nil || len(all) != 2 {
		t.Fatalf("%v, %v", all, err)
	}
	for _, i := range all {
		if _, _, err := h.Revoke("014", []string{strings.ToUpper(i.Serial)}); err != nil {
			t.Fatal(err)
		}
	}
	r, err := h.revocations("014")
	if err != nil || len(r.Certificates) != 2 || !slices.Contains(r.Certificates, all[0].Serial) {
		t.Errorf("%+v, %v", r, err)
	}
	b, err := os.ReadFile(filepath.Join(h.o.Dir, "broker", "crl.pem"))
	if err != nil {
		t.Fatal(err)
	}
	list, err := parseCRL(b)
	if err != nil || len(list.RevokedCertificateEntries) != 2 {
		t.Errorf("%v, %v", list, err)
	}
	if _, _, err := h.Revoke("014", []string{"00ff"}); err == nil {
		t.Error("somebody else's certificate is revoked")
	}
}

func parseLeaf(text string) (*x509.Certificate, error) {
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		return nil, errors.New("no PEM")
	}
	return x509.ParseCertificate(block.Bytes)
}

func parseCRL(text []byte) (*x509.RevocationList, error) {
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, errors.New("no PEM")
	}
	return x509.ParseRevocationList(block.Bytes)
}

// Stores' certificates last as long as was said; headquarters' own are not touched.
func TestLifetime(t *testing.T) {
	h := newTeller(t)
	if err := SetLifetime(h.o.Dir, 90); err != nil {
		t.Fatal(err)
	}
	for _, days := range []int{0, 398} {
		if err := SetLifetime(h.o.Dir, days); err == nil {
			t.Errorf("%d days: no word", days)
		}
	}
	h.says(wire.UpCSR, wire.CSR{Use: useMQTT, PEM: request(t, fresh(t))})
	cert, err := parseLeaf(h.given()[0].PEM)
	if err != nil {
		t.Fatal(err)
	}
	if left := cert.NotAfter.Sub(h.o.Now()); left < 89*24*time.Hour || left > 91*24*time.Hour {
		t.Errorf("it lasts %v", left)
	}
	quiet := func(after time.Duration) bool {
		return !strings.Contains(strings.Join(h.Status()[0].Troubles(h.o.Now().Add(after)), ""), "certificate for the line ends")
	}
	if !quiet(60*24*time.Hour) || quiet(80*24*time.Hour) {
		t.Error("headquarters warns of a certificate of 90 days too early, or too late")
	}
	if _, err := IssueBroker(h.o.Dir, []string{"localhost"}, h.o.Now()); err != nil {
		t.Fatal(err)
	}
	if cert, err = leafOf(filepath.Join(h.o.Dir, "broker", "broker.pem")); err != nil || cert.NotAfter.Sub(h.o.Now()) < 300*24*time.Hour {
		t.Errorf("the broker's ends on %v, %v", cert.NotAfter, err)
	}
}
