package hq_test

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"foyer/sync/hq"
	"foyer/sync/office"
	"foyer/sync/wire"
	"foyer/sync/wire/line"
	"foyer/sync/wire/line/linetest"
)

// A proxy lets through what asks for it by CONNECT, and counts.
type proxy struct {
	l      net.Listener
	refuse atomic.Bool
	passed atomic.Int64
	all    sync.WaitGroup
}

func newProxy(t *testing.T) *proxy {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	p := &proxy{l: l}
	server := &http.Server{Handler: http.HandlerFunc(p.connect), ReadHeaderTimeout: 10 * time.Second}
	p.all.Go(func() { server.Serve(l) }) // ends with the listener
	t.Cleanup(func() { server.Close(); p.all.Wait() })
	return p
}

func (p *proxy) URL() string { return "http://" + p.l.Addr().String() }

func (p *proxy) connect(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodConnect || p.refuse.Load() {
		http.Error(w, "not here", http.StatusForbidden)
		return
	}
	there, err := net.Dial("tcp", r.Host)
	if err != nil {
		http.Error(w, "unreachable", http.StatusBadGateway)
		return
	}
	here, buffered, err := http.NewResponseController(w).Hijack()
	if err != nil {
		there.Close()
		return
	}
	io.WriteString(here, "HTTP/1.1 200 Connection established\r\n\r\n")
	p.passed.Add(1)
	var both sync.WaitGroup
	both.Go(func() { defer there.Close(); io.Copy(there, buffered) }) // until either end closes
	both.Go(func() { defer here.Close(); io.Copy(here, there) })
	both.Wait()
}

// websockets starts a Mosquitto that speaks MQTT over websockets, as strict
// networks let through on port 443.
func (s *site) websockets(t *testing.T) linetest.Broker {
	t.Helper()
	m := linetest.NewMosquitto(t, func(dir string, port int) string {
		acl := filepath.Join(dir, "acl")
		conf, text, err := office.MosquittoConfig(s.dir, acl, dir, port)
		must(t, err)
		must(t, os.WriteFile(acl, []byte(text), 0o600))
		// Mosquitto 2.0.11 takes a listener for websockets alone for none.
		conf = strings.Replace(conf, "cafile ", "protocol websockets\ncafile ", 1)
		return conf + "listener " + fmt.Sprint(linetest.Port(t)) + " 127.0.0.1\n"
	})
	return wss{m}
}

type wss struct{ *linetest.Mosquitto }

// URL is where to connect.
func (w wss) URL() string {
	return strings.Replace(w.Mosquitto.URL(), "tls://127.0.0.1", "wss://localhost", 1) + "/mqtt"
}

// The ways out of a store's network: TLS and websockets, each straight and
// through an HTTP proxy, to a real broker, with certificates on both sides.
func TestWays(t *testing.T) {
	for _, c := range []struct {
		name       string
		websockets bool
		proxy      bool
	}{{"tls", false, false}, {"tls by proxy", false, true}, {"wss", true, false}, {"wss by proxy", true, true}} {
		t.Run(c.name, func(t *testing.T) {
			s := newSite(t, !c.websockets)
			if c.websockets {
				s.broker = s.websockets(t)
			}
			f, _ := s.office(t)
			way, p := hq.Way{Broker: s.broker.URL()}, newProxy(t)
			if c.proxy {
				way.Proxy = p.URL()
			}
			b := s.box(t, t.TempDir(), func(o *hq.Options) { o.Way = func() hq.Way { return way } })
			must(t, b.Record(wire.UpVisit, opened(1)))
			_, err := f.Push("014", wire.DownProfile, profile(1, "Ms. Keller"))
			must(t, err)
			eventually(t, "both directions", func() bool { return b.Status().Backlog == 0 && pending(f) == 0 })
			if passed := p.passed.Load() > 0; passed != c.proxy {
				t.Errorf("by the proxy: %v", passed)
			}
		})
	}
}

// A proxy that does not let the box through is what headquarters hears of, once
// the change is taken back.
func TestProxyRefuses(t *testing.T) {
	t.Parallel()
	s := newSite(t, true)
	f, _ := s.office(t)
	p := newProxy(t)
	p.refuse.Store(true)
	b := s.mobile(t, t.TempDir(), 2*time.Second)
	_, err := f.Push("014", wire.DownConfig, []byte(`{"Proxy":"`+p.URL()+`"}`))
	must(t, err)
	eventually(t, "taken back", func() bool { return strings.HasPrefix(outcome(f, wire.DownConfig), "rejected") })
	if o := outcome(f, wire.DownConfig); !strings.Contains(o, line.ErrProxy.Error()+": it answers 403") || b.way.Load().Proxy != "" {
		t.Errorf("headquarters heard: %s", o)
	}
}

// A certificate for the broker is on trial: one that leads nowhere is given up,
// one that is good is kept, and headquarters hears which.
func TestCertificateOnTrial(t *testing.T) {
	t.Parallel()
	for _, good := range []bool{true, false} {
		s := newSite(t, true)
		f, _ := s.office(t)
		var certificate atomic.Value
		certificate.Store("old")
		var kept, given atomic.Int64
		b := s.boxWith(t, t.TempDir(), func(l *hq.Link) {
			l.Handle(wire.DownCertificate, func([]byte) (func() error, error) {
				return func() error { certificate.Store("new"); return nil }, nil
			})
		}, func(o *hq.Options) {
			o.Trial = 2 * time.Second
			if good {
				o.Trial = time.Hour
			}
			o.Way = func() hq.Way {
				w := hq.Way{Broker: s.broker.URL(), Certificate: certificate.Load().(string)}
				if w.Certificate == "new" && !good {
					w.Broker = "tls://localhost:9" // as if nobody let it in
				}
				return w
			}
			o.Certificate = func(keep bool) error {
				if keep {
					kept.Add(1)
					return nil
				}
				if given.Add(1) > 1 { // the first is at every start
					certificate.Store("old")
				}
				return nil
			}
		})
		_, err := f.Push("014", wire.DownCertificate, wire.Certificate{Use: "mqtt", PEM: "x"})
		must(t, err)
		_, err = f.Push("014", wire.DownProfile, profile(1, "after it"))
		must(t, err)
		eventually(t, "the trial over, and what came after in force", func() bool { return pending(f) == 0 && b.Link.Status().Backlog == 0 })
		eventually(t, "its end", func() bool { return good && kept.Load() > 0 || !good && len(s.rejections(t)) > 0 })
		if certificate.Load() != map[bool]string{true: "new", false: "old"}[good] {
			t.Errorf("good %v: the box shows the %s one", good, certificate.Load())
		}
		r := s.rejections(t)
		if good != (len(r) == 0) || !good && (r[0].Kind != wire.DownCertificate || !strings.Contains(r[0].Reason, "taken back")) {
			t.Errorf("good %v: headquarters heard %+v", good, r)
		}
	}
}

// A box without a battery begins in 1970: it finds headquarters all the same, and
// what it reports bears a time that is nearly right.
func TestWithoutAClock(t *testing.T) {
	t.Parallel()
	s := newSite(t, true)
	f, _ := s.office(t)
	dir := t.TempDir()
	began := time.Now()
	old := func(o *hq.Options) { o.Now = func() time.Time { return time.Unix(0, 0).Add(time.Since(began)) } }
	b := s.box(t, dir, old)
	must(t, b.Record(wire.UpVisit, opened(1)))
	_, err := f.Push("014", wire.DownRoster, roster("Ana"))
	must(t, err)
	eventually(t, "both directions", func() bool {
		return b.Status().Backlog == 0 && outcome(f, wire.DownRoster) == "applied"
	})
	if off := time.Since(b.Now()).Abs(); off > time.Minute {
		t.Errorf("after headquarters was heard its clock is %v off", off)
	}
	b.stop()
	again := s.box(t, dir, old)
	if off := time.Since(again.Now()); off < 0 || off > 25*time.Hour { // it was heard again too short ago to be kept
		t.Errorf("after a restart its clock is %v off", off)
	}
	if _, ok := again.LastGood(wire.DownRoster); !ok {
		t.Error("after a restart the roster is not there")
	}
	for _, e := range s.events(t) {
		if off := time.Since(e.At); off > 25*time.Hour {
			t.Errorf("%s at %v", e.Kind, e.At)
		}
	}
}

// Headquarters' clock may be wrong: a box whose own is plausible does not follow
// it, and none follows it beyond its certificate's end.
func TestHeadquartersClockIsWrong(t *testing.T) {
	t.Parallel()
	s := newSite(t, false)
	topic := wire.Address{Chain: chain, Store: "014"}.Topic(wire.DownAck)
	ack, err := wire.Encode(wire.DownAck, wire.Ack{Resume: true})
	must(t, err)
	for _, c := range []struct {
		clock, said time.Time
		follows     bool
	}{
		{time.Now(), time.Now().Add(48 * time.Hour), false},
		{time.Unix(0, 0), time.Now().Add(48 * time.Hour), true},
		{time.Unix(0, 0), time.Now().Add(10 * 365 * 24 * time.Hour), false},
	} {
		b := s.box(t, t.TempDir(), func(o *hq.Options) { o.Now = func() time.Time { return c.clock } })
		eventually(t, "the box up", func() bool { return b.Status().Up })
		m := s.forge(t).make(t, wire.Message{Kind: wire.DownAck, Address: wire.Address{Chain: chain, Store: "014"}, Epoch: 1 << 60, Rev: 1,
			NotBefore: c.said, Payload: ack}, topic)
		s.broker.(*linetest.Mochi).Publish(t, topic, m)
		eventually(t, "it was heard", func() bool { return !b.Status().LastContact.IsZero() })
		if followed := !b.Now().Before(c.said.Add(-time.Minute)); followed != c.follows {
			t.Errorf("clock %v, headquarters says %v: the box goes by %v", c.clock, c.said, b.Now())
		}
		b.stop()
	}
}

// A broker whose certificate is revoked is no broker, and an old protocol of TLS
// is not spoken.
func TestRevokedBroker(t *testing.T) {
	s := newSite(t, true)
	s.office(t)
	id, err := wire.LoadIdentity(s.bundle)
	must(t, err)
	dial := func() error {
		c, err := tls.Dial("tcp", strings.TrimPrefix(s.broker.URL(), "tls://"), id.TLS(time.Now))
		if err != nil {
			return err
		}
		return c.Close()
	}
	must(t, dial())
	pair, err := tls.LoadX509KeyPair(filepath.Join(s.dir, "broker", "broker.pem"), filepath.Join(s.dir, "broker", "broker.key"))
	must(t, err)
	id.Revoke([]string{wire.Serial(pair.Leaf)})
	if err := dial(); !errors.Is(err, wire.ErrRevoked) {
		t.Errorf("a revoked broker: %v", err)
	}
	id.Revoke(nil)
	must(t, dial())
	if v := id.TLS(time.Now).MinVersion; v != tls.VersionTLS13 {
		t.Errorf("TLS %x is spoken", v)
	}
}
