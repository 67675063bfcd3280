package office_test

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"foyer/policy"
	"foyer/sync/office"
	"foyer/sync/wire"

	"github.com/google/go-cmp/cmp"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// folder makes headquarters with one store.
func folder(t testing.TB) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "hq")
	must(t, office.InitCA(dir, time.Now()))
	must(t, office.SetBroker(dir, "tls://hq.example.com:8883"))
	_, err := office.IssueStore(dir, "northwind", "014", []string{"foyer-014.local", "10.0.14.2"}, time.Now())
	must(t, err)
	return dir
}

func open(t testing.TB, dir string) *office.Office {
	t.Helper()
	f, err := office.Open(office.Options{Dir: dir, Now: time.Now})
	must(t, err)
	return f
}

func leaf(t testing.TB, path string) *x509.Certificate {
	t.Helper()
	b, err := os.ReadFile(path)
	must(t, err)
	block, _ := pem.Decode(b)
	c, err := x509.ParseCertificate(block.Bytes)
	must(t, err)
	return c
}

func TestCertificates(t *testing.T) {
	dir := folder(t)
	broker, err := office.IssueBroker(dir, []string{"hq.example.com"}, time.Now())
	must(t, err)
	roots := x509.NewCertPool()
	roots.AddCert(leaf(t, filepath.Join(dir, "ca.pem")))
	bundle := filepath.Join(dir, "stores", "014", "bundle")
	for _, c := range []struct {
		path, common, name string
		use                x509.ExtKeyUsage
	}{
		{filepath.Join(dir, "hq.pem"), "hq", "", x509.ExtKeyUsageClientAuth},
		{filepath.Join(broker, "broker.pem"), "hq.example.com", "hq.example.com", x509.ExtKeyUsageServerAuth},
		{filepath.Join(bundle, "box.pem"), "014", "", x509.ExtKeyUsageClientAuth},
		{filepath.Join(bundle, "lan.pem"), "foyer-014.local", "10.0.14.2", x509.ExtKeyUsageServerAuth},
	} {
		cert := leaf(t, c.path)
		if _, err := cert.Verify(x509.VerifyOptions{Roots: roots, DNSName: c.name, KeyUsages: []x509.ExtKeyUsage{c.use}}); err != nil {
			t.Errorf("%s: %v", c.path, err)
		}
		if days := cert.NotAfter.Sub(cert.NotBefore).Hours() / 24; days > 398.1 || cert.Subject.CommonName != c.common || cert.IsCA {
			t.Errorf("%s: %q for %.0f days, CA %t", c.path, cert.Subject.CommonName, days, cert.IsCA)
		}
	}
	id, err := wire.LoadIdentity(bundle)
	must(t, err)
	if want := (wire.Address{Chain: "northwind", Store: "014"}); id.Address != want || id.Broker != "tls://hq.example.com:8883" || id.ClientID() != "014" {
		t.Errorf("%v at %s as %s", id.Address, id.Broker, id.ClientID())
	}
	if c := id.LAN(time.Now); c.MinVersion != tls.VersionTLS13 {
		t.Error("TLS below 1.3 on the store's network")
	}
	must(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if info, err := d.Info(); err != nil || info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s: %v, others may read it", path, info.Mode())
		}
		return err
	}))
}

func TestIssueRefuses(t *testing.T) {
	dir := folder(t)
	issue := func(chain, store string, names ...string) error {
		_, err := office.IssueStore(dir, chain, store, names, time.Now())
		return err
	}
	if err := office.InitCA(dir, time.Now()); !errors.Is(err, office.ErrExists) {
		t.Errorf("a second CA: %v", err)
	}
	if err := issue("northwind", "014", "a.local"); !errors.Is(err, office.ErrExists) {
		t.Errorf("a second identity: %v", err)
	}
	for _, c := range [][]string{{"northwind", "hq", "a.local"}, {"northwind", "Store 1", "a.local"}, {"other", "015", "a.local"}, {"northwind", "015"}} {
		if err := issue(c[0], c[1], c[2:]...); err == nil {
			t.Errorf("%v is issued", c)
		}
	}
	if _, err := office.IssueBroker(dir, nil, time.Now()); err == nil {
		t.Error("a broker without a name")
	}
}

func TestPushRefuses(t *testing.T) {
	f := open(t, folder(t))
	defer f.Close()
	for _, c := range []struct {
		store string
		kind  wire.Kind
		p     any
		err   error
	}{
		{"015", wire.DownRoster, wire.Roster{}, office.ErrStore},
		{"../014", wire.DownRoster, wire.Roster{}, nil},
		{"014", wire.DownAck, wire.Ack{Epoch: 1}, wire.ErrPayload},
		{"014", wire.UpVisit, wire.VisitEnded{}, wire.ErrPayload},
		{"014", wire.DownRoster, wire.Schedule{}, wire.ErrPayload},
		{"014", wire.DownProfile, wire.Profile{}, wire.ErrPayload},
	} {
		if _, err := f.Push(c.store, c.kind, c.p); err == nil || c.err != nil && !errors.Is(err, c.err) {
			t.Errorf("%s to %s: %v, want %v", c.kind, c.store, err, c.err)
		}
	}
	if n := f.Status()[0].Pending; n != 0 {
		t.Errorf("%d pending", n)
	}
}

// What is pushed survives a restart, revisions rise across it, and a newer
// profile or an erasure replaces what it makes pointless.
func TestPushSurvives(t *testing.T) {
	dir := folder(t)
	var last uint64
	push := func(f *office.Office, k wire.Kind, p any) {
		t.Helper()
		rev, err := f.Push("014", k, p)
		must(t, err)
		if rev <= last {
			t.Errorf("revision %d after %d", rev, last)
		}
		last = rev
	}
	want := []int{1, 2, 2, 3, 2, 3}
	for i, step := range []func(*office.Office){
		func(f *office.Office) { push(f, wire.DownProfile, wire.Profile{Customer: "c-1", Rev: 1}) },
		func(f *office.Office) { push(f, wire.DownProfile, wire.Profile{Customer: "c-2", Rev: 1}) },
		func(f *office.Office) { push(f, wire.DownProfile, wire.Profile{Customer: "c-1", Rev: 2}) },
		func(f *office.Office) { push(f, wire.DownGeofence, wire.Geofence{Customer: "c-1", At: time.Now()}) },
		func(f *office.Office) { push(f, wire.DownErase, wire.Erase{Customer: "c-1"}) },
		func(f *office.Office) { push(f, wire.DownRoster, wire.Roster{}) },
	} {
		f := open(t, dir)
		step(f)
		must(t, f.Close())
		f = open(t, dir)
		if got := f.Status()[0].Pending; got != want[i] {
			t.Errorf("step %d: %d pending after a restart, want %d", i, got, want[i])
		}
		must(t, f.Close())
	}
}

// A crash between the log and the records: whole lines count, half a line is
// cut off, and nothing is there twice.
func TestLogIsRepaired(t *testing.T) {
	dir := folder(t)
	must(t, open(t, dir).Close())
	path := filepath.Join(dir, office.LogName)
	line := func(seq int) string {
		return fmt.Sprintf(`{"store":"014","epoch":7,"seq":%d,"kind":"up/visit","at":"2026-11-22T12:00:00Z","received":"2026-11-22T12:00:01Z","payload":{}}`+"\n", seq)
	}
	must(t, os.WriteFile(path, []byte(line(1)+line(2)+line(3)[:40]), 0o600))
	for range 2 {
		f := open(t, dir)
		var got []uint64
		must(t, f.Each(func(e office.Event) error { got = append(got, e.Seq); return nil }))
		if d := cmp.Diff([]uint64{1, 2}, got); d != "" {
			t.Error(d)
		}
		must(t, f.Close())
	}
	if b, err := os.ReadFile(path); err != nil || string(b) != line(1)+line(2) {
		t.Errorf("log: %q, %v", b, err)
	}
	must(t, os.WriteFile(path, []byte(line(1)+line(2)+"rubbish\n"), 0o600))
	if f, err := office.Open(office.Options{Dir: dir, Now: time.Now}); err == nil {
		f.Close()
		t.Error("a damaged log is opened without a word")
	}
}

func TestOpenRefuses(t *testing.T) {
	if _, err := office.Open(office.Options{Dir: t.TempDir(), Now: time.Now}); err == nil {
		t.Error("an empty folder is opened")
	}
	if _, err := office.Open(office.Options{Dir: folder(t), Broker: "http://x", Now: time.Now}); err == nil {
		t.Error("a broker by http")
	}
	if _, err := office.Open(office.Options{Dir: folder(t)}); err == nil {
		t.Error("without a clock")
	}
}

func TestDiscretionTable(t *testing.T) {
	if _, err := policy.Parse(office.DiscretionTable()); err != nil {
		t.Error(err)
	}
	a := office.DiscretionTable()
	a[0] = 'x'
	if office.DiscretionTable()[0] == 'x' {
		t.Error("the table can be changed")
	}
}
