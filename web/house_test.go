package web

import (
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
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"foyer/concierge"
	"foyer/floor"
	"foyer/health"
	"foyer/ledger"
	"foyer/policy"
	"foyer/profile"
	"foyer/radio"
	"foyer/sync/office"
	"foyer/vault"
	"foyer/web/guest"
	"foyer/web/setup"
)

// A house is a real desk and real doors behind the faces, on real TLS
// listeners; only the radio is made up: whoever checks in is found.
type house struct {
	t         testing.TB
	dir       string
	clock     atomic.Int64 // ns since the epoch
	unsure    atomic.Bool  // whether that clock is right
	unwritten atomic.Bool  // whether the ledger is full
	turns     atomic.Int64 // how often somebody had the desk
	desk      *concierge.Desk
	door      *concierge.Door
	profiles  *profile.Cache
	ledger    *ledger.Log
	keys      *vault.KeyRing
	server    *Server
	jobs      chan func()
	ended     chan struct{} // the loop has ended
	stop      func()
	guest     string // host:port
	staff     string
	roots     *x509.CertPool

	mu       sync.Mutex
	zones    map[floor.VisitID]floor.ZoneID
	phones   map[floor.Customer]floor.Phone
	speaks   floor.Phone // at the other end, if it is leased
	bindErr  error
	flushed  []concierge.Event
	warnings []health.Warning
	crowds   map[floor.ZoneID]int
	beat     time.Duration // of the next opening's streams
	drawing  drawing
	walking  walking
	prepared setup.Progress
	well     setup.Health
	shown    []concierge.Event
	closers  []func() error
}

var openTime = time.Date(2026, 11, 21, 14, 2, 0, 0, time.UTC) // a Saturday

// running is how the house is set up, as its privacy page tells it.
func running() guest.Running {
	return guest.Running{Hears: true, Headquarters: true, Silence: 5 * time.Minute, Within: 20 * time.Minute, Grace: 20 * time.Second,
		Kept: []guest.Kept{{Name: "served", For: 730 * 24 * time.Hour}, {Name: "visits", For: 30 * 24 * time.Hour}, {Name: "photos", For: 24 * time.Hour}}}
}

func newHouse(t testing.TB) *house {
	t.Helper()
	h := &house{t: t, dir: t.TempDir(), jobs: make(chan func(), 64), zones: map[floor.VisitID]floor.ZoneID{}, phones: map[floor.Customer]floor.Phone{}}
	h.clock.Store(openTime.UnixNano())
	keys, err := vault.OpenKeys(h.dir, [32]byte{1}, vault.KeyOptions{})
	h.must(err)
	h.keys = keys
	h.profiles, err = profile.Open(h.dir, keys, profile.Options{Node: "store-test", Now: h.now})
	h.must(err)
	log, err := ledger.Open(h.dir, keys, ledger.Options{})
	h.must(err)
	h.ledger = log
	table, err := policy.Parse(office.DiscretionTable())
	h.must(err)
	h.desk, err = concierge.NewDesk(concierge.Options{Dir: h.dir, Keys: keys, Profiles: h.profiles, Ledger: log, Binder: h,
		Policy: table, StoreID: "store-014", Rules: concierge.Defaults()})
	h.must(err)
	h.door = h.desk.Door(func(now time.Time) time.Time { return now.Add(12 * time.Hour) }, func(ctx context.Context, b concierge.Bound) error {
		return h.Do(ctx, func(d *concierge.Desk, _ time.Time) { d.Arrive(b) })
	})
	h.closers = append(h.closers, h.desk.Close, log.Close, h.profiles.Close, keys.Close)
	h.people()
	h.open()
	t.Cleanup(func() {
		h.close()
		for _, c := range h.closers {
			h.must(c())
		}
	})
	return h
}

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) now() time.Time { return time.Unix(0, h.clock.Load()).UTC() }

// pass lets the store's time go on and the desk act on it.
func (h *house) pass(d time.Duration) {
	h.clock.Add(int64(d))
	h.do(func(d *concierge.Desk, now time.Time) { d.Sweep(now) })
}

// open opens the faces and runs them with the loop; close ends both.
func (h *house) open() {
	cert, pool := certificate(h.t)
	h.roots = pool
	listen := func() net.Listener {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		h.must(err)
		return l
	}
	g, s := listen(), listen()
	h.guest, h.staff = g.Addr().String(), s.Addr().String()
	c := &tls.Config{Certificates: []tls.Certificate{cert}}
	var err error
	h.server, err = Open(Options{Guest: g, Staff: s, GuestTLS: c, StaffTLS: c, GuestHosts: []string{"127.0.0.1", "foyer.example"},
		StaffHosts: []string{"127.0.0.1"}, Dir: h.dir, Keys: h.keys, Loop: h, Door: h.door, Rights: forgetting{h}, Zones: h, Plan: floor.Example, Security: "mailto:security@chain.example", Drafting: &h.drawing, Surveying: &h.walking, Progress: h.progress, LetIn: h.letIn, Health: h.health,
		StoreName: "Rathausplatz", Now: h.now, Log: slog.New(slog.NewTextHandler(h.t.Output(), nil)), Warnings: func() []health.Warning { return h.warnings },
		Passes:    passes,
		Running:   running,
		Phones:    h,
		Occupancy: func() map[floor.ZoneID]int { return h.crowds },
		Beat:      h.beat,
		ClockSure: func() bool { return !h.unsure.Load() },
		Flushed:   func(e concierge.Event) { h.mu.Lock(); h.flushed = append(h.flushed, e); h.mu.Unlock() }})
	h.must(err)
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	wg.Go(func() {
		if err := h.server.Run(ctx); err != nil {
			h.t.Error(err)
		}
	})
	loop := make(chan struct{})
	h.ended = loop
	go func() {
		defer close(loop)
		for {
			select {
			case f := <-h.jobs:
				f()
			case <-ctx.Done():
				return
			}
		}
	}()
	h.stop = func() {
		cancel()
		wg.Wait()
		<-loop
		h.must(h.server.Close())
	}
}

func (h *house) close() {
	if h.stop != nil {
		h.stop()
		h.stop = nil
	}
}

// Do is box's loop in small: f on the one goroutine, then its events shown.
func (h *house) Do(ctx context.Context, f func(d *concierge.Desk, now time.Time)) error {
	h.turns.Add(1)
	done := make(chan struct{})
	job := func() {
		f(h.desk, h.now())
		for _, e := range h.desk.Events() {
			h.mu.Lock()
			h.shown = append(h.shown, e)
			h.mu.Unlock()
			h.server.Show(e)
		}
		close(done)
	}
	select {
	case h.jobs <- job:
	case <-ctx.Done():
		return ctx.Err()
	}
	select {
	case <-done:
		return nil
	case <-h.ended:
		return context.Canceled
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (h *house) do(f func(d *concierge.Desk, now time.Time)) {
	h.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	h.must(h.Do(ctx, f))
}

func (h *house) health() setup.Health {
	h.mu.Lock()
	defer h.mu.Unlock()
	well := h.well
	well.Warnings = h.warnings
	return well
}

func (h *house) progress() setup.Progress {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.prepared
}

// Zone is the made-up floor's answer.
func (h *house) Zone(v floor.VisitID) (floor.ZoneID, bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	z, ok := h.zones[v]
	return z, ok
}

// Bind finds the phone of whoever checks in.
func (h *house) Bind(_ context.Context, _ netip.Addr, g radio.Grant) (floor.Phone, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.bindErr != nil {
		return floor.Phone{}, h.bindErr
	}
	c, err := floor.ParseCustomer(g.Key)
	if err != nil {
		return floor.Phone{}, err
	}
	if _, ok := h.phones[c]; !ok {
		h.phones[c] = floor.NewPhone()
	}
	return h.phones[c], nil
}

// Release takes note of nothing: the made-up radio keeps no table.
func (h *house) Release(floor.Phone) {}

// Forget likewise.
func (h *house) Forget(string) {}

// Noticed and Unnotice stand in for what box knows of the phone that speaks.
func (h *house) Noticed(context.Context, netip.Addr) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.speaks.Valid()
}

func (h *house) Unnotice(ctx context.Context, _ netip.Addr) (was bool, err error) {
	h.mu.Lock()
	p := h.speaks
	h.speaks = floor.Phone{}
	h.mu.Unlock()
	if !p.Valid() {
		return false, nil
	}
	var inner error
	err = h.Do(ctx, func(d *concierge.Desk, now time.Time) { inner = d.Unnotice(p, now) })
	return true, errors.Join(err, inner)
}

// arrive walks a customer who has checked in into a zone.
func (h *house) arrive(c floor.Customer, zone floor.ZoneID) floor.VisitID {
	h.t.Helper()
	h.mu.Lock()
	phone, ok := h.phones[c]
	v := floor.NewVisitID()
	if zone != "" {
		h.zones[v] = zone
	}
	h.mu.Unlock()
	if !ok {
		h.t.Fatal("she has not checked in")
	}
	h.do(func(d *concierge.Desk, now time.Time) {
		d.Greet(floor.Visit{ID: v, Phone: phone, State: floor.Present, Zone: zone, Began: now, At: now}, now)
	})
	return v
}

func certificate(t testing.TB) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	tmpl := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		DNSNames: []string{"foyer.example"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(leaf)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pool
}

// invite makes a single-use code for a customer.
func (h *house) invite(c floor.Customer, code string) {
	h.t.Helper()
	h.must(h.profiles.Invite(profile.Invitation{CodeHash: sha256.Sum256([]byte(code)), Customer: c, Expires: h.now().Add(time.Hour)}))
}
