package hq_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"foyer/sync/hq"
	"foyer/sync/office"
	"foyer/sync/wire"
	"foyer/sync/wire/line/linetest"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	// The client holds a publisher for its write timeout if the connection dies
	// in the middle; see line.Session.
	goleak.VerifyTestMain(m, goleak.IgnoreTopFunction("github.com/eclipse/paho%2emqtt%2egolang.(*client).Publish"))
}

const chain = "northwind"

// A site is a chain with stores "014" and "015", certificates and a broker.
type site struct {
	dir, bundle, other string
	broker             linetest.Broker
	patience           time.Duration
	name               string // by which a forger connects
}

func newSite(t testing.TB, real bool) *site {
	t.Helper()
	s := &site{dir: filepath.Join(t.TempDir(), "hq"), patience: 500 * time.Millisecond, name: "stranger"}
	now := time.Now()
	must(t, office.InitCA(s.dir, now))
	broker, err := office.IssueBroker(s.dir, []string{"127.0.0.1", "localhost"}, now)
	must(t, err)
	s.bundle, err = office.IssueStore(s.dir, chain, "014", []string{"foyer-014.local", "127.0.0.1"}, now)
	must(t, err)
	s.other, err = office.IssueStore(s.dir, chain, "015", []string{"foyer-015.local"}, now)
	must(t, err)
	if !real {
		s.broker = linetest.NewMochi(t, broker)
		return s
	}
	s.broker = s.another(t)
	return s
}

// another starts a real broker of the chain.
func (s *site) another(t testing.TB) linetest.Broker {
	t.Helper()
	return linetest.NewMosquitto(t, func(dir string, port int) string {
		acl := filepath.Join(dir, "acl")
		conf, text, err := office.MosquittoConfig(s.dir, acl, dir, port)
		must(t, err)
		must(t, os.WriteFile(acl, []byte(text), 0o600))
		return conf
	})
}

// brokers runs a test on the broker in process and on Mosquitto.
func brokers(t *testing.T, test func(*testing.T, *site)) {
	t.Run("mochi", func(t *testing.T) { test(t, newSite(t, false)) })
	t.Run("mosquitto", func(t *testing.T) { test(t, newSite(t, true)) })
}

// office opens headquarters and runs it until stop is called or the test ends.
func (s *site) office(t *testing.T, change ...func(*office.Options)) (*office.Office, func()) {
	t.Helper()
	o := office.Options{Dir: s.dir, Broker: s.broker.URL(), Now: time.Now, Log: testLog(t),
		Retry: 20 * time.Millisecond, MaxRetry: time.Second, Patience: s.patience}
	for _, c := range change {
		c(&o)
	}
	f, err := office.Open(o)
	must(t, err)
	return f, runs(t, f.Run, f.Close)
}

// A box is a link with handlers that remember what was applied.
type box struct {
	*hq.Link
	stop func()

	mu      sync.Mutex
	applied map[wire.Kind][]string
	refuse  string // payloads that contain it are not accepted
	fail    int    // so many times more applying meets fault
	fault   error
	batches []int // how many messages each call of many brought
}

func (s *site) box(t *testing.T, dir string, change ...func(*hq.Options)) *box {
	t.Helper()
	return s.boxWith(t, dir, func(*hq.Link) {}, change...)
}

// boxWith is box, whose handlers can be changed before it runs.
func (s *site) boxWith(t *testing.T, dir string, handle func(*hq.Link), change ...func(*hq.Options)) *box {
	t.Helper()
	id, err := wire.LoadIdentity(s.bundle)
	must(t, err)
	o := hq.Options{Dir: dir, Identity: id, Broker: s.broker.URL(), Now: time.Now, Log: testLog(t), Version: "test",
		Retry: 20 * time.Millisecond, MaxRetry: time.Second, Patience: s.patience}
	for _, c := range change {
		c(&o)
	}
	l, err := hq.Open(o)
	must(t, err)
	b := &box{Link: l, applied: map[wire.Kind][]string{}, refuse: "refuse me"}
	for _, k := range wire.Kinds() {
		if k.Down() && k != wire.DownAck && k != wire.DownRevocations { // for which this box has no use
			l.Handle(k, b.check(k))
		}
	}
	l.HandleMany(wire.DownProfile, b.many)
	handle(l)
	b.stop = runs(t, l.Run, l.Close)
	return b
}

// many takes profiles as a snapshot brings them.
func (b *box) many(payloads [][]byte) ([]error, error) {
	refused := make([]error, len(payloads))
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.fail > 0 {
		b.fail--
		return nil, fmt.Errorf("write: %w", b.fault)
	}
	b.batches = append(b.batches, len(payloads))
	for i, p := range payloads {
		if bytes.Contains(p, []byte(b.refuse)) {
			refused[i] = errRefused
			continue
		}
		b.applied[wire.DownProfile] = append(b.applied[wire.DownProfile], string(p))
	}
	return refused, nil
}

func (b *box) check(k wire.Kind) hq.Check {
	return func(payload []byte) (func() error, error) {
		if bytes.Contains(payload, []byte(b.refuse)) {
			return nil, errRefused
		}
		return func() error {
			b.mu.Lock()
			defer b.mu.Unlock()
			if b.fail > 0 && k != wire.DownKeyshare { // which comes when it likes
				b.fail--
				return fmt.Errorf("write: %w", b.fault)
			}
			b.applied[k] = append(b.applied[k], string(payload))
			return nil
		}, nil
	}
}

func (b *box) got(k wire.Kind) []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]string(nil), b.applied[k]...)
}

func runs(t *testing.T, run func(context.Context) error, shut func() error) func() {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- run(ctx) }()
	stop := sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("run: %v", err)
		}
		if err := shut(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	t.Cleanup(stop)
	return stop
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for range 3000 {
		if ok() {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("never: %s", what)
}

func testLog(t *testing.T) *slog.Logger {
	if !testing.Verbose() {
		return nil
	}
	return slog.New(slog.NewTextHandler(os.Stderr, nil)).With("test", t.Name())
}

// events reads headquarters' log as a stranger would.
func (s *site) events(t *testing.T) []office.Event {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(s.dir, office.LogName))
	must(t, err)
	var all []office.Event
	for line := range bytes.Lines(b) {
		var e office.Event
		if err := json.Unmarshal(line, &e); err != nil {
			t.Fatalf("%s: %v in %q", office.LogName, err, line)
		}
		all = append(all, e)
	}
	return all
}
