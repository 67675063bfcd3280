package doctor

import (
	"context"
	"crypto/tls"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"foyer/config"
	"foyer/radio"
	"foyer/sync/office"
)

// expect holds the last finding against a verdict and a part of what is said.
func expect(t *testing.T, name string, got []Finding, want Verdict, says string) {
	t.Helper()
	f := got[len(got)-1]
	if f.Verdict != want || !strings.Contains(f.Text+" "+f.Cure, says) {
		t.Errorf("%s: %v %q %q, want %v with %q", name, f.Verdict, f.Text, f.Cure, want, says)
	}
	if f.Verdict == Bad && f.Cure == "" {
		t.Errorf("%s: bad, and nothing to do about it", name)
	}
}

func guest(listen, name string) *config.Config {
	return &config.Config{Listen: config.Listen{Guest: listen}, Names: config.Names{Guest: name}}
}

func TestGuestAddress(t *testing.T) {
	for listen, want := range map[string]struct {
		v    Verdict
		says string
	}{
		"127.0.0.1:443":     {Bad, "this machine only"},
		"0.0.0.0:443":       {Watch, "every address"},
		"192.0.2.7:443":     {Bad, "No network card"},
		"no address at all": {Bad, "is no address"},
	} {
		expect(t, listen, guestAddress(t.Context(), guest(listen, "")), want.v, want.says)
	}
}

func TestGuestName(t *testing.T) {
	expect(t, "here", guestName(t.Context(), guest("127.0.0.1:443", "localhost")), Good, "leads to")
	expect(t, "elsewhere", guestName(t.Context(), guest("192.0.2.7:443", "localhost")), Bad, "not to this box")
	expect(t, "nowhere", guestName(t.Context(), guest("192.0.2.7:443", "no-such-store.invalid")), Bad, "rebinding")
}

func TestGuestDoor(t *testing.T) {
	srv := impostor()
	defer srv.Close()
	expect(t, "nobody's certificate", guestDoor(t.Context(), guest(srv.Listener.Addr().String(), "example.com")), Bad, "warned of the certificate")
	expect(t, "not this machine's", guestDoor(t.Context(), guest("192.0.2.7:443", "example.com")), Unknown, "not this machine's")
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed := l.Addr().String()
	l.Close()
	expect(t, "closed", guestDoor(t.Context(), guest(closed, "example.com")), Unknown, "Start the box")
}

// The way to headquarters is tried step by step, and the first step that fails
// is named.
func TestHeadquarters(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "hq")
	if err := office.InitCA(dir, time.Now()); err != nil {
		t.Fatal(err)
	}
	bundle, err := office.IssueStore(dir, "test", "shop", []string{"localhost"}, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	other := impostor()
	defer other.Close()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed := l.Addr().String()
	l.Close()
	for name, c := range map[string]struct {
		broker, identity string
		v                Verdict
		says             string
	}{
		"none":        {"", bundle, Watch, "works alone"},
		"no name":     {"tls://no-such-broker.invalid:8883", bundle, Bad, "is not found"},
		"closed":      {"tls://" + closed, bundle, Bad, "the broker is not"},
		"impostor":    {"tls://" + other.Listener.Addr().String(), bundle, Bad, "inspecting"},
		"no identity": {"tls://" + other.Listener.Addr().String(), t.TempDir(), Bad, "no identity"},
	} {
		conf := &config.Config{HQ: config.HQ{Broker: c.broker}, Identity: c.identity}
		expect(t, name, headquarters(t.Context(), conf), c.v, c.says)
	}
}

// A broker that knows the box waits for its first word; one that does not says
// so after the handshake.
func TestBrokerKnowsTheBox(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "hq")
	if err := office.InitCA(dir, time.Now()); err != nil {
		t.Fatal(err)
	}
	bundle, err := office.IssueStore(dir, "test", "shop", []string{"localhost"}, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	folder, err := office.IssueBroker(dir, []string{"localhost"}, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	pair, err := tls.LoadX509KeyPair(filepath.Join(folder, "broker.pem"), filepath.Join(folder, "broker.key"))
	if err != nil {
		t.Fatal(err)
	}
	for _, known := range []bool{true, false} {
		conf := &tls.Config{MinVersion: tls.VersionTLS13, Certificates: []tls.Certificate{pair}, ClientAuth: tls.RequireAnyClientCert}
		if !known {
			conf.ClientAuth = tls.RequireAndVerifyClientCert // against no authority at all
		}
		l, err := tls.Listen("tcp", "127.0.0.1:0", conf)
		if err != nil {
			t.Fatal(err)
		}
		go func() {
			c, err := l.Accept()
			if err == nil {
				defer c.Close()
				_, _ = io.Copy(io.Discard, c)
			}
		}()
		_, port, _ := net.SplitHostPort(l.Addr().String())
		got := headquarters(t.Context(), &config.Config{HQ: config.HQ{Broker: "tls://localhost:" + port}, Identity: bundle})
		if known {
			expect(t, "known", got, Good, "know each other")
		} else {
			expect(t, "unknown", got, Bad, "refuses this box's certificate")
		}
		l.Close()
	}
}

func TestPhone(t *testing.T) {
	for sight, want := range map[radio.Sight]struct {
		v    Verdict
		says string
	}{
		radio.Direct:    {Good, "as itself"},
		radio.Forwarded: {Bad, "router"},
		radio.Unseen:    {Bad, "another network"},
	} {
		read := make(chan string, 1)
		f := phone(t.Context(), guest("127.0.0.1:443", ""), func(url string) {
			go func() {
				resp, err := http.Get(url)
				if err != nil {
					read <- err.Error()
					return
				}
				defer resp.Body.Close()
				body, _ := io.ReadAll(resp.Body)
				read <- string(body)
			}()
		}, func(context.Context, netip.Addr) (radio.Sight, error) { return sight, nil })
		expect(t, "technician", []Finding{f}, want.v, want.says)
		if body := <-read; !strings.Contains(body, want.says) {
			t.Errorf("the phone reads %q", body)
		}
	}
	ctx, done := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer done()
	expect(t, "nobody", []Finding{Phone(ctx, guest("127.0.0.1:443", ""), func(string) {})}, Bad, "isolation")
}

// What headquarters does not grant is a finding, with its reason.
func TestRefusedCertificates(t *testing.T) {
	conf := &config.Config{Data: t.TempDir()}
	if got := refusals(t.Context(), conf); len(got) > 0 {
		t.Errorf("of a box that was refused nothing: %v", got)
	}
	if err := os.Mkdir(filepath.Join(conf.Data, "trust"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(conf.Data, "trust", "guest.refused"), []byte("the authority is away"), 0o600); err != nil {
		t.Fatal(err)
	}
	expect(t, "refused", refusals(t.Context(), conf), Bad, "for customers: the authority is away")
}

func TestNetworkTellsEverything(t *testing.T) {
	var told []string
	worst := Network(t.Context(), guest("127.0.0.1:1", "localhost"), func(f Finding) { told = append(told, f.Name) })
	if want := "guest address, guest name, guest door, neighbours, clock, headquarters"; worst != Bad || strings.Join(told, ", ") != want {
		t.Errorf("%v: %v, want %v", worst, told, want)
	}
}

// impostor is a server with a certificate of nobody's.
func impostor() *httptest.Server {
	srv := httptest.NewUnstartedServer(http.NotFoundHandler())
	srv.Config.ErrorLog = log.New(io.Discard, "", 0)
	srv.StartTLS()
	return srv
}
