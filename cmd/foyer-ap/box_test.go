package main

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"log/slog"
	"math/big"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"foyer/floor"
	"foyer/radio"
	"foyer/radio/nl80211"
	"foyer/radio/report"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	goodToken = "a-token-of-this-access-point"
	bssid     = "00:1b:c0:aa:bb:01"
)

// client is the hardware address of a made-up phone.
func client(t testing.TB, n int) report.Addr {
	t.Helper()
	a, err := report.AddrFrom([]byte{2, 0, 0x5e, 0x10, byte(n >> 8), byte(n)})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// certificate is one for box.example and 127.0.0.1, and the pool that trusts
// it, whatever the year.
var certificate = sync.OnceValues(func() (tls.Certificate, *x509.CertPool) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Unix(0, 0), NotAfter: time.Unix(1<<33, 0),
		DNSNames: []string{"box.example"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		panic(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		panic(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(leaf)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pool
})

// pipes is a listener without a network, so that a test can have time of its
// own. It can be down, and it can lose answers.
type pipes struct {
	mu     sync.Mutex
	conns  chan net.Conn
	open   []net.Conn
	down   bool
	closed chan struct{}
	once   sync.Once
}

func newPipes() *pipes { return &pipes{conns: make(chan net.Conn), closed: make(chan struct{})} }

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}
func (p *pipes) Close() error   { p.once.Do(func() { close(p.closed) }); return nil }
func (p *pipes) Addr() net.Addr { return &net.UnixAddr{Name: "pipe"} }

func (p *pipes) dial(ctx context.Context) (net.Conn, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.down {
		return nil, errors.New("connection refused")
	}
	mine, theirs := net.Pipe()
	select {
	case p.conns <- theirs:
	case <-p.closed:
		return nil, net.ErrClosed
	}
	p.open = append(p.open, theirs)
	return mine, nil
}

// turn switches the box's network off and on.
func (p *pipes) turn(on bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.down = !on
	if !on {
		for _, c := range p.open {
			c.Close()
		}
		p.open = nil
	}
}

// plan knows the access points of the tests.
type plan map[string]floor.APID

func (p plan) Resolve(name string) (floor.APID, bool) { id, ok := p[name]; return id, ok }
func (p plan) Place(string, float64, float64) (floor.LevelID, floor.Point, bool) {
	return "", floor.Point{}, false
}

// box is the real intake behind the real sensor listener.
type box struct {
	pipes  *pipes
	guests *radio.Guests
	intake *radio.Intake

	mu      sync.Mutex
	reports []floor.Report
	alive   map[floor.APID]int
}

// newBox opens a box behind pipes until the test ends. now is its clock.
func newBox(t *testing.T, now func() time.Time, o radio.IntakeOptions) *box {
	t.Helper()
	pipes := newPipes()
	b := newBoxOn(t, pipes, now, o)
	b.pipes = pipes
	return b
}

// newBoxOn opens a box that listens on l.
func newBoxOn(t *testing.T, l net.Listener, now func() time.Time, o radio.IntakeOptions) *box {
	t.Helper()
	b := &box{guests: radio.NewGuests(radio.GuestOptions{Now: now}), alive: map[floor.APID]int{}}
	o.Guests, o.APs = b.guests, plan{"ap-01": "ap-01", bssid: "ap-02"}
	b.intake = radio.NewIntake(o)
	cert, _ := certificate()
	src, err := radio.NewHTTP(radio.ListenOptions{Listener: l, TLS: &tls.Config{Certificates: []tls.Certificate{cert}},
		Sensors: []radio.Sensor{{ID: "ap", TokenSHA256: sha256.Sum256([]byte(goodToken))}}, Intake: b.intake})
	if err != nil {
		t.Fatal(err)
	}
	out := make(chan floor.Batch)
	ctx, cancel := context.WithCancel(context.Background())
	var all sync.WaitGroup
	all.Go(func() {
		if err := src.Run(ctx, out); err != nil {
			t.Error(err)
		}
		close(out)
	})
	all.Go(func() {
		for batch := range out {
			b.mu.Lock()
			b.reports = append(b.reports, batch.Reports...)
			for _, ap := range batch.Alive {
				b.alive[ap]++
			}
			b.mu.Unlock()
		}
	})
	t.Cleanup(func() { cancel(); all.Wait() })
	return b
}

func (b *box) heard() []floor.Report {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]floor.Report(nil), b.reports...)
}

// lease makes phone n a customer's: she checks in, and a source with a client
// table says which radio has her address.
func (b *box) lease(t *testing.T, s *settings, n int) floor.Phone {
	t.Helper()
	ip := netip.AddrFrom4([4]byte{127, 1, byte(n >> 8), byte(n)})
	line, err := report.Append(nil, &report.Report{AP: "ap-01", Client: client(t, n), RSSI: -50, IP: []netip.Addr{ip}})
	if err != nil {
		t.Fatal(err)
	}
	type bound struct {
		phone floor.Phone
		err   error
	}
	done := make(chan bound, 1)
	go func() {
		p, err := b.guests.Bind(context.Background(), ip, radio.Grant{Key: "customer", Until: time.Now().Add(100 * time.Hour)})
		done <- bound{p, err}
	}()
	d := newDoor(s)
	defer d.close()
	for {
		if a := d.post(t.Context(), line); a.err != nil || a.status != 204 {
			t.Fatalf("post: %+v", a)
		}
		select {
		case got := <-done:
			if got.err != nil {
				t.Fatal(got.err)
			}
			return got.phone
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// settingsFor are those of an agent that trusts the box.
func settingsFor(b *box) *settings {
	_, pool := certificate()
	return &settings{address: "box.example:8443", host: "box.example:8443", dial: b.pipes.dial,
		tls:     &tls.Config{RootCAs: pool, ServerName: "box.example", MinVersion: tls.VersionTLS13},
		token:   func() (string, error) { return goodToken, nil },
		entries: 4096}
}

// kernel plays the part of nl80211: the phones associated now.
type kernel struct {
	mu    sync.Mutex
	list  []nl80211.Station
	err   error
	reads int
	level floor.DBm // of the first station, one weaker at each reading; 0 leaves it
}

func (k *kernel) open() (stations, error) { return k, nil }
func (k *kernel) Close() error            { return nil }
func (k *kernel) Read(context.Context) (nl80211.Reading, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.reads++
	list := append([]nl80211.Station(nil), k.list...)
	if k.level != 0 && len(list) > 0 {
		list[0].RSSI = k.level
		k.level--
	}
	return nl80211.Reading{APs: []nl80211.AP{{Interface: "wlan0", BSSID: bssid, Freq: 2412}}, Stations: list, Whole: true}, k.err
}

func (k *kernel) set(list ...nl80211.Station) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.list = list
}

func station(t testing.TB, n int, rssi floor.DBm) nl80211.Station {
	return nl80211.Station{Interface: "wlan0", BSSID: bssid, Freq: 2412, Client: client(t, n), RSSI: rssi}
}

// journal keeps what was logged, and fails the test if a client is in it.
type journal struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.b.Write(p)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.b.String()
}

func newJournal(t *testing.T) (*journal, *slog.Logger) {
	j := &journal{}
	t.Cleanup(func() {
		if low := strings.ToLower(j.String()); strings.Contains(low, "5e:10") || strings.Contains(low, "5e10") || strings.Contains(low, goodToken) {
			t.Errorf("a client or the token is in the log:\n%s", low)
		}
	})
	return j, newLog(j)
}

// start runs an agent until the test, or stop, ends it.
func start(t *testing.T, a *agent) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { a.run(ctx); close(done) }()
	stop = func() { cancel(); <-done }
	t.Cleanup(stop)
	return stop
}

func write(t *testing.T, dir, name, text string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
