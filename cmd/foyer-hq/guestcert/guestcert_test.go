package guestcert_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"foyer/cmd/foyer-hq/guestcert"
	"foyer/sync/office"
	"foyer/sync/wire"
	"foyer/sync/wire/enrol"
	"foyer/sync/wire/line/linetest"

	"github.com/miekg/dns"
)

// pebbleVersion is the authority for tests, from the makers of Let's Encrypt.
const pebbleVersion = "github.com/letsencrypt/pebble/v2/cmd/pebble@v2.10.1"

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// A zone is a name server that takes updates with one key, and answers.
type zone struct {
	addr, key, secret string

	mu      sync.Mutex
	texts   map[string][]string
	ever    []string // names that were ever there
	refused int
}

func newZone(t *testing.T) *zone {
	t.Helper()
	z := &zone{key: "foyer.", secret: "c2VjcmV0IG9mIGZveWVyJ3MgdGVzdHM=", texts: map[string][]string{}}
	pc, err := net.ListenPacket("udp", "127.0.0.1:0")
	must(t, err)
	z.addr = pc.LocalAddr().String()
	l, err := net.Listen("tcp", z.addr)
	must(t, err)
	for _, s := range []*dns.Server{{PacketConn: pc}, {Listener: l}} {
		s.Handler, s.TsigSecret = dns.HandlerFunc(z.serve), map[string]string{z.key: z.secret}
		s.MsgAcceptFunc = func(dns.Header) dns.MsgAcceptAction { return dns.MsgAccept } // updates too
		ready := make(chan struct{})
		s.NotifyStartedFunc = func() { close(ready) }
		go s.ActivateAndServe() // ends with Shutdown
		<-ready
		t.Cleanup(func() { s.Shutdown() })
	}
	return z
}

func (z *zone) serve(w dns.ResponseWriter, r *dns.Msg) {
	z.mu.Lock()
	defer z.mu.Unlock()
	m := new(dns.Msg).SetReply(r)
	switch {
	case r.Opcode != dns.OpcodeUpdate:
		for _, q := range r.Question {
			for _, text := range z.texts[strings.ToLower(q.Name)] {
				if q.Qtype == dns.TypeTXT {
					m.Answer = append(m.Answer, &dns.TXT{Hdr: dns.RR_Header{Name: q.Name, Rrtype: dns.TypeTXT, Class: dns.ClassINET}, Txt: []string{text}})
				}
			}
		}
	case r.IsTsig() == nil || w.TsigStatus() != nil:
		z.refused++
		m.Rcode = dns.RcodeRefused
	default:
		for _, rr := range r.Ns {
			txt, name := rr.(*dns.TXT).Txt[0], rr.Header().Name
			z.texts[name] = slices.DeleteFunc(z.texts[name], func(s string) bool { return s == txt })
			if rr.Header().Class == dns.ClassINET {
				z.texts[name] = append(z.texts[name], txt)
				z.ever = append(z.ever, name)
			}
		}
		m.SetTsig(z.key, dns.HmacSHA256, 300, time.Now().Unix())
	}
	w.WriteMsg(m) // who asked and went away asks again
}

// pebble starts the authority, which looks into the zone, and returns its
// directory and who stands behind its certificate.
func pebble(t *testing.T, z *zone) (directory, roots string) {
	t.Helper()
	dir := t.TempDir()
	build := exec.Command("go", "install", pebbleVersion)
	build.Env = append(os.Environ(), "GOBIN="+dir, "GOFLAGS=-trimpath")
	if out, err := build.CombinedOutput(); err != nil {
		t.Skipf("SKIPPED: the authority for tests cannot be built: %v\n%s", err, out)
	}
	hq := filepath.Join(dir, "hq")
	must(t, office.InitCA(hq, time.Now()))
	must(t, office.IssueDoor(hq, []string{"127.0.0.1"}, time.Now()))
	listen := fmt.Sprintf("127.0.0.1:%d", linetest.Port(t))
	conf, err := json.Marshal(map[string]any{"pebble": map[string]any{"listenAddress": listen, "managementListenAddress": fmt.Sprintf("127.0.0.1:%d", linetest.Port(t)),
		"certificate": filepath.Join(hq, "door.pem"), "privateKey": filepath.Join(hq, "door.key"), "httpPort": 1, "tlsPort": 1}})
	must(t, err)
	must(t, os.WriteFile(filepath.Join(dir, "pebble.json"), conf, 0o600))
	cmd := exec.Command(filepath.Join(dir, "pebble"), "-config", filepath.Join(dir, "pebble.json"), "-dnsserver", z.addr, "-strict")
	cmd.Env = append(os.Environ(), "PEBBLE_VA_NOSLEEP=1", "PEBBLE_WFE_NONCEREJECT=20")
	var out strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &out
	must(t, cmd.Start())
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait() // killed: its exit status says nothing
		if t.Failed() {
			t.Logf("the authority said:\n%s", out.String())
		}
	})
	for range 500 {
		if c, err := net.Dial("tcp", listen); err == nil {
			c.Close()
			return "https://" + listen + "/dir", filepath.Join(hq, "ca.pem")
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Fatal("the authority does not listen")
	return "", ""
}

func request(t *testing.T, names ...string) (*x509.CertificateRequest, *ecdsa.PrivateKey) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	b, err := wire.EncodePrivate(key)
	must(t, err)
	text, err := enrol.CSR(b, names)
	must(t, err)
	csr, err := enrol.ParseCSR(text)
	must(t, err)
	return csr, key
}

// A certificate is obtained from the authority that Let's Encrypt is tested with,
// by a signed update of a zone, and the record goes again.
func TestObtain(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIPPED: the authority for tests is built and run; go test without -short")
	}
	z := newZone(t)
	directory, roots := pebble(t, z)
	s := guestcert.Settings{Directory: directory, Roots: roots, Email: "it@example.com", Names: []string{"here-{store}.example.com", "here.example.com"},
		Server: z.addr, Zone: "example.com", Key: "foyer", Secret: z.secret}
	must(t, s.Check())
	dir := t.TempDir()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	for range 2 { // the second time with the account of the first
		o, err := guestcert.New(dir, s)
		must(t, err)
		csr, key := request(t, "here-014.example.com", "here.example.com")
		chain, err := o.Obtain(ctx, "014", csr)
		must(t, err)
		block, rest := pem.Decode(chain)
		leaf, err := x509.ParseCertificate(block.Bytes)
		must(t, err)
		if !key.PublicKey.Equal(leaf.PublicKey) || leaf.VerifyHostname("here-014.example.com") != nil || leaf.VerifyHostname("here.example.com") != nil || len(rest) == 0 {
			t.Errorf("for %v, with %d bytes of a chain", leaf.DNSNames, len(rest))
		}
		for _, name := range []string{"here-015.example.com", "example.com"} {
			csr, _ := request(t, name)
			if _, err := o.Obtain(ctx, "014", csr); err == nil || !strings.Contains(err.Error(), "may not have") {
				t.Errorf("%s for store 014: %v", name, err)
			}
		}
	}
	z.mu.Lock()
	if len(z.ever) < 2 || len(z.texts["_acme-challenge.here.example.com."]) > 0 {
		t.Errorf("records: %v, left: %v", z.ever, z.texts)
	}
	z.mu.Unlock()
	s.Secret = "YW5vdGhlciBzZWNyZXQgYWx0b2dldGhlcg=="
	o, err := guestcert.New(dir, s)
	must(t, err)
	csr, _ := request(t, "here-016.example.com")
	if _, err := o.Obtain(ctx, "016", csr); err == nil || z.refused == 0 {
		t.Errorf("with a wrong key for the zone: %v", err)
	}
	hooked(t, z, guestcert.Settings{Directory: directory, Roots: roots, Names: s.Names}, dir)
}

// hooked obtains one by a program that brings the record into the DNS.
func hooked(t *testing.T, z *zone, s guestcert.Settings, dir string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	calls := make(chan string, 8)
	server := &http.Server{ReadHeaderTimeout: time.Second, Handler: http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		z.mu.Lock()
		defer z.mu.Unlock()
		name := q.Get("name") + "."
		if z.texts[name] = nil; q.Get("what") == "set" {
			z.texts[name] = []string{q.Get("text")}
		}
		calls <- q.Get("what")
	})}
	go server.Serve(l) // ends with Close
	defer server.Close()
	s.Hook = filepath.Join(t.TempDir(), "hook")
	script := fmt.Sprintf("#!/usr/bin/env bash\nexec 3<>/dev/tcp/127.0.0.1/%d\n"+
		"printf 'GET /?what=%%s&name=%%s&text=%%s HTTP/1.0\\r\\n\\r\\n' \"$1\" \"$2\" \"$3\" >&3\ncat <&3 >/dev/null\n", l.Addr().(*net.TCPAddr).Port)
	must(t, os.WriteFile(s.Hook, []byte(script), 0o700))
	must(t, s.Check())
	o, err := guestcert.New(dir, s)
	must(t, err)
	csr, _ := request(t, "here-017.example.com")
	if _, err := o.Obtain(t.Context(), "017", csr); err != nil {
		t.Error(err)
	}
	if a, b := <-calls, <-calls; a != "set" || b != "clear" {
		t.Errorf("the hook is called to %s and to %s", a, b)
	}
}

func TestSettings(t *testing.T) {
	good := guestcert.Settings{Directory: guestcert.LetsEncrypt, Names: []string{"here-{store}.example.com"}, Server: "ns.example.com:53", Zone: "example.com"}
	dir := t.TempDir()
	if _, ok, err := guestcert.Load(dir); ok || err != nil {
		t.Errorf("of an empty folder: %v, %v", ok, err)
	}
	must(t, good.Save(dir))
	if got, ok, err := guestcert.Load(dir); !ok || err != nil || got.Zone != "example.com" {
		t.Errorf("%+v, %v, %v", got, ok, err)
	}
	for i, change := range []func(*guestcert.Settings){
		func(s *guestcert.Settings) { s.Directory = "http://x" },
		func(s *guestcert.Settings) { s.Names = nil },
		func(s *guestcert.Settings) { s.Names = []string{"*.example.com"} },
		func(s *guestcert.Settings) { s.Names = []string{"{shop}.example.com"} },
		func(s *guestcert.Settings) { s.Server = "" },
		func(s *guestcert.Settings) { s.Hook = "/bin/true" },
		func(s *guestcert.Settings) { s.Zone = "" },
		func(s *guestcert.Settings) { s.Key = "x" },
		func(s *guestcert.Settings) { s.EABKey = "x" },
	} {
		s := good
		if change(&s); s.Check() == nil {
			t.Errorf("%d: %+v is good", i, s)
		}
	}
}
