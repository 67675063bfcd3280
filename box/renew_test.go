package box

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"foyer/box/trust"
	"foyer/config"
	"foyer/health"
	"foyer/sync/hq"
	"foyer/sync/office"
	"foyer/sync/wire"
	"foyer/sync/wire/line/linetest"
)

// online is a store whose line to headquarters is up, by a real Mosquitto.
func online(t *testing.T) (b *store, f *office.Office, dir string) {
	t.Helper()
	b, dir = lined(t)
	if _, err := office.IssueBroker(dir, []string{"localhost", "127.0.0.1"}, time.Now()); err != nil {
		t.Fatal(err)
	}
	broker := mosquitto(t, dir)
	bundle := filepath.Join(dir, "stores", "shop", "bundle")
	lan := config.KeyPair{Cert: filepath.Join(bundle, wire.FileLAN), Key: filepath.Join(bundle, wire.FileLANKey)}
	b.in.Config.Identity, b.in.Config.TLS = bundle, config.TLS{Guest: lan, Staff: lan}
	b.in.Config.Names = config.Names{Guest: "here.chain.ch", Staff: "localhost"}
	b.in.Config.HQ = config.HQ{Broker: broker.URL(), Trial: time.Hour}
	b.config.Store(b.in.Config)
	b.clock = mustClock(t, t.TempDir())
	b.clockBelieved()
	f, err := office.Open(office.Options{Dir: dir, Broker: broker.URL(), Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- f.Run(ctx) }()
	t.Cleanup(func() { cancel(); <-ended; f.Close() })
	b.connect(t)
	return b, f, dir
}

func mosquitto(t testing.TB, dir string) *linetest.Mosquitto {
	return linetest.NewMosquitto(t, func(tmp string, port int) string {
		acl := filepath.Join(tmp, "acl")
		conf, text, err := office.MosquittoConfig(dir, acl, tmp, port)
		if err == nil {
			err = os.WriteFile(acl, []byte(text), 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
		return conf
	})
}

// connect opens and runs a link as the store does, until the returned function
// or the test's end.
func (b *store) connect(t *testing.T) (stop func()) {
	t.Helper()
	var err error
	dir := filepath.Join(b.in.Config.Data, "link")
	if b.identity, err = wire.LoadIdentity(b.in.Config.Identity); err != nil {
		t.Fatal(err)
	}
	if b.trust, err = trust.Open(filepath.Join(b.in.Config.Data, "trust"), b.identity); err != nil {
		t.Fatal(err)
	}
	b.link, err = hq.Open(hq.Options{Dir: dir, Identity: b.identity, Way: b.way, Trial: time.Hour, Certificate: b.endTrial, Now: b.in.Now,
		Retry: 20 * time.Millisecond, MaxRetry: time.Second, Patience: time.Second})
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range append(b.documents(t.Context()), b.people(t.Context())...) {
		if h.kind == wire.DownConfig || h.kind == wire.DownRevocations || h.kind == wire.DownCertificate {
			b.link.Handle(h.kind, h.check)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- b.link.Run(ctx) }()
	done := false
	stop = func() {
		if !done {
			done = true
			cancel()
			if err := <-ended; err != nil {
				t.Error(err)
			}
			b.link.Close()
		}
	}
	t.Cleanup(stop)
	return stop
}

func soon(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for range 3000 {
		if ok() {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("never: %s", what)
}

// A month after they were made the box has its certificates renewed, by keys
// that are made here, and goes on with them: the one for the broker once
// headquarters has been heard by it.
func TestCertificatesAreRenewed(t *testing.T) {
	b, f, _ := online(t)
	first, err := b.identity.Own()
	if err != nil {
		t.Fatal(err)
	}
	staff, err := b.shown(trust.LAN, b.in.Config.TLS.Staff)
	if err != nil {
		t.Fatal(err)
	}
	if due := b.due(time.Now().Add(29 * 24 * time.Hour)); len(due) != 1 || due[trust.Guest] == nil {
		t.Errorf("after 29 days %v are due, want the guest certificate that there never was", due)
	}
	b.in.Config.MDNS, b.in.Config.Runtime, b.in.Config.Listen.Staff = config.MDNS{Enabled: true}, t.TempDir(), "10.30.0.2:443"
	b.in.Config.Store.ID = "shop"
	b.in.Now = func() time.Time { return time.Now().Add(33 * 24 * time.Hour) }
	b.clock.look(b.in.Now(), b.in.Now(), 0)
	b.renewCertificates()
	soon(t, "the certificate for the broker", func() bool {
		c, err := b.identity.Own()
		return err == nil && wire.Serial(c) != wire.Serial(first)
	})
	soon(t, "it is kept", func() bool {
		_, err := os.Stat(filepath.Join(b.in.Config.Data, "trust", "mqtt.pem"))
		return err == nil && b.link.Status().Up && b.link.Status().Backlog == 0
	})
	soon(t, "the staff's", func() bool {
		c, err := b.shown(trust.LAN, b.in.Config.TLS.Staff)
		return err == nil && wire.Serial(c.Leaf) != wire.Serial(staff.Leaf) && c.Leaf.VerifyHostname("localhost") == nil
	})
	soon(t, "the LAN is told of it", func() bool {
		c, err := b.shown(trust.LAN, b.in.Config.TLS.Staff)
		told, none := os.ReadFile(b.in.Config.AnnounceFile())
		return err == nil && none == nil && strings.Contains(string(told), fmt.Sprintf("%x", sha256.Sum256(c.Certificate[0])))
	})
	if c, err := b.shown(trust.Guest, b.in.Config.TLS.Guest); err != nil || c.Leaf.VerifyHostname("localhost") != nil {
		t.Errorf("until headquarters has a publicly trusted one, customers are shown the staff's: %v", err)
	}
	if n := b.trust.Waits(trust.MQTT); !n.IsZero() {
		t.Error("an answered request waits")
	}
	if b.trust.Waits(trust.Guest).IsZero() {
		t.Error("the guest certificate was not asked for")
	}
	for _, r := range f.Status()[0].Rejected {
		if r.Kind == wire.DownCertificate {
			t.Errorf("rejected: %+v", r)
		}
	}
}

// What headquarters does not grant, it says why, and the box warns of it until it
// is granted.
func TestRefusedRequestIsWarnedOf(t *testing.T) {
	b, _, _ := online(t)
	b.in.Config.Names.Staff = "192.0.2.1" // nobody's on a store's network
	b.in.Now = func() time.Time { return time.Now().Add(33 * 24 * time.Hour) }
	ask := func(names ...string) {
		t.Helper()
		r, err := b.trust.Ask(trust.LAN, names, b.in.Now())
		if err == nil {
			err = b.link.Record(wire.UpCSR, r)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	warned := func() (texts string) {
		b.lookAtRefusals(b.in.Now())
		for _, w := range b.health.List() {
			if w.Code == health.CertificateRefused {
				texts += w.Text
			}
		}
		return texts
	}
	ask("192.0.2.1")
	soon(t, "the box is told", func() bool { return strings.Contains(warned(), "for staff and sensors: ") })
	if got := warned(); !strings.Contains(got, "192.0.2.1 is no address of a store's network") {
		t.Errorf("it says %q", got)
	}
	if all, err := trust.Refusals(filepath.Join(b.in.Config.Data, "trust")); err != nil || len(all) != 1 || all[trust.LAN] == "" {
		t.Errorf("whoever reads the folder finds %v, %v", all, err)
	}
	b.in.Config.Names.Staff = "localhost"
	ask("localhost")
	soon(t, "it is granted, and nothing warned of", func() bool { return b.trust.Waits(trust.LAN).IsZero() && warned() == "" })
}

// A certificate is taken only as the answer to a request of this box, of
// headquarters' CA, for this store and these names.
func TestCertificatesRefused(t *testing.T) {
	b, _, dir := online(t)
	other := issuedBy(t, "shop", nil, "localhost")
	if _, err := b.checkCertificate(encoded(t, wire.Certificate{Use: trust.MQTT, PEM: other})); !errors.Is(err, trust.ErrUnasked) {
		t.Errorf("unasked: %v", err)
	}
	for _, use := range []string{trust.MQTT, trust.LAN} {
		r, err := b.trust.Ask(use, []string{"localhost"}, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		block, _ := pem.Decode([]byte(r.PEM))
		csr, err := x509.ParseCertificateRequest(block.Bytes)
		if err != nil {
			t.Fatal(err)
		}
		for what, c := range map[string]struct {
			pem string
			is  error
		}{
			"another key":        {other, trust.ErrUnasked},
			"another CA":         {issuedBy(t, "shop", csr, "localhost"), wire.ErrPayload},
			"rubbish":            {"-----BEGIN", trust.ErrUnasked},
			"the CA's own":       {read(t, filepath.Join(dir, "ca.pem")), trust.ErrUnasked},
			"the box's own, old": {read(t, filepath.Join(b.in.Config.Identity, wire.FileBox)), trust.ErrUnasked},
		} {
			if _, err := b.checkCertificate(encoded(t, wire.Certificate{Use: use, PEM: c.pem})); !errors.Is(err, c.is) {
				t.Errorf("%s, %s: %v, want %v", use, what, err, c.is)
			}
		}
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func encoded(t *testing.T, c wire.Certificate) []byte {
	t.Helper()
	data, err := wire.Encode(wire.DownCertificate, c)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// issuedBy is a certificate of a CA that nobody knows, for a request or a key of
// its own.
func issuedBy(t *testing.T, common string, csr *x509.CertificateRequest, names ...string) string {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{SerialNumber: big.NewInt(7), Subject: pkix.Name{CommonName: common}, DNSNames: names,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), KeyUsage: x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth, x509.ExtKeyUsageServerAuth}}
	public := any(key.Public())
	if csr != nil {
		public = csr.PublicKey
	}
	der, err := x509.CreateCertificate(rand.Reader, c, c, public, key)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
}

// Headquarters replaces the key it signs with: the box believes both, then the
// new one alone, also after a restart, and never keys of which it knows none.
func TestSigningKeyIsRotated(t *testing.T) {
	b, f, dir := online(t)
	old, err := os.ReadFile(filepath.Join(dir, wire.FileSign))
	if err != nil {
		t.Fatal(err)
	}
	push := func(kind wire.Kind, doc string) string {
		t.Helper()
		if _, err := f.Push("shop", kind, []byte(doc)); err != nil {
			t.Fatal(err)
		}
		var outcome string
		soon(t, "headquarters knows what became of it", func() bool {
			for _, d := range f.Status()[0].Documents {
				if d.Kind == kind {
					outcome = d.Outcome + d.Reason
				}
			}
			return outcome != ""
		})
		return outcome
	}
	push(wire.DownRevocations, `{}`)
	for step := range 3 {
		soon(t, "the next step", func() bool {
			r, err := f.Rotate(false)
			if err != nil {
				t.Fatal(err)
			}
			return r.Done || r.Step == step+1 && len(r.Missing) == 0
		})
	}
	soon(t, "the last step in force", func() bool { return f.Status()[0].Pending == 0 })
	if o := push(wire.DownRevocations, `{"devices":["d-1"]}`); !strings.Contains(o, "rejected") {
		t.Errorf("a document signed with the new key: %s", o)
	}
	key, err := wire.ParseSignKey(old)
	if err != nil {
		t.Fatal(err)
	}
	forged, err := wire.Sign(wire.Message{Kind: wire.DownRevocations, Address: b.identity.Address, Epoch: 1 << 60, Rev: 1, Payload: []byte(`{}`)}, key)
	if err != nil {
		t.Fatal(err)
	}
	topic := b.identity.Address.Topic(wire.DownRevocations)
	if _, err := b.identity.Unwrap(topic, forged, time.Now()); !errors.Is(err, wire.ErrSignature) {
		t.Errorf("the old key is believed: %v", err)
	}
	again, err := wire.LoadIdentity(b.in.Config.Identity)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := trust.Open(filepath.Join(b.in.Config.Data, "trust"), again); err != nil {
		t.Fatal(err)
	}
	if _, err := again.Unwrap(topic, forged, time.Now()); !errors.Is(err, wire.ErrSignature) {
		t.Errorf("after a restart the old key is believed: %v", err)
	}
	if err := b.trust.Believe(read(t, filepath.Join(b.in.Config.Identity, wire.FileHQSign))); !errors.Is(err, wire.ErrPayload) {
		t.Errorf("keys of which none is known: %v", err)
	}
}

// A box that is enrolled anew shows its new certificate, and nothing that was
// renewed of the one before.
func TestEnrolledAnew(t *testing.T) {
	b, _, dir := online(t)
	r, err := b.trust.Ask(trust.MQTT, nil, time.Now())
	if err != nil || r.PEM == "" {
		t.Fatal(err)
	}
	if err := b.trust.Believe(read(t, filepath.Join(b.in.Config.Identity, wire.FileHQSign))); err != nil {
		t.Fatal(err)
	}
	bundle, err := office.IssueStore(dir, "test", "other", []string{"localhost"}, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	id, err := wire.LoadIdentity(bundle)
	if err != nil {
		t.Fatal(err)
	}
	folder := filepath.Join(b.in.Config.Data, "trust")
	next, err := trust.Open(folder, id)
	if err != nil {
		t.Fatal(err)
	}
	left, err := os.ReadDir(folder)
	if err != nil || len(left) != 1 || !next.Waits(trust.MQTT).IsZero() {
		t.Errorf("of the enrolment before there is still: %v (%v)", left, err)
	}
}
