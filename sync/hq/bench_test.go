package hq_test

import (
	"context"
	"net/url"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"foyer/sync/hq"
	"foyer/sync/office"
	"foyer/sync/wire"
)

// BenchmarkDrain empties an outbox of b.N events through a real Mosquitto until
// headquarters has acknowledged the last, its disk included. One operation is
// one event. Beside it stands what mosquitto_pub does with as many messages of
// that size, at QoS 1, on the same broker, to which nobody listens.
func BenchmarkDrain(b *testing.B) {
	s := newSite(b, true)
	id, err := wire.LoadIdentity(s.bundle)
	must(b, err)
	done := make(chan struct{})
	left := b.N
	l, err := hq.Open(hq.Options{Dir: b.TempDir(), Identity: id, Broker: s.broker.URL(), Now: time.Now,
		OnAck: func(_ uint64, n int) {
			if before := left; before > 0 { // what the box says besides counts, too
				if left -= n; left <= 0 {
					close(done)
				}
			}
		}})
	must(b, err)
	defer l.Close()
	l.Handle(wire.DownKeyshare, func([]byte) (func() error, error) { return func() error { return nil }, nil })
	for i := range b.N {
		must(b, l.Record(wire.UpVisit, opened(i)))
	}
	f, err := office.Open(office.Options{Dir: s.dir, Broker: s.broker.URL(), Now: time.Now})
	must(b, err)
	defer f.Close()
	ctx, cancel := context.WithCancel(b.Context())
	ended := make(chan error, 2)
	defer func() {
		cancel()
		must(b, <-ended)
		must(b, <-ended)
	}()
	go func() { ended <- f.Run(ctx) }()
	b.ReportAllocs()
	b.ResetTimer()
	go func() { ended <- l.Run(ctx) }()
	<-done
	b.StopTimer()
	rate := float64(b.N) / b.Elapsed().Seconds()
	b.ReportMetric(rate, "events/s")
	if pub := s.mosquittoPub(b, b.N, 600); pub > 0 {
		b.ReportMetric(pub, "mosquitto_pub/s")
		b.ReportMetric(rate/pub, "of-mosquitto_pub")
	}
}

// mosquittoPub returns how many messages a second the program publishes; 0 if it
// is not installed, which is said.
func (s *site) mosquittoPub(b *testing.B, n, size int) float64 {
	path, err := exec.LookPath("mosquitto_pub")
	if err != nil {
		b.Log("mosquitto_pub is not installed; on Debian: apt-get install mosquitto-clients")
		return 0
	}
	u, err := url.Parse(s.broker.URL())
	must(b, err)
	in := func(name string) string { return filepath.Join(s.other, name) }
	cmd := exec.CommandContext(b.Context(), path, "-h", u.Hostname(), "-p", u.Port(), "--cafile", in(wire.FileCA), "--cert", in(wire.FileBox),
		"--key", in(wire.FileBoxKey), "-i", "015", "-q", "1", "-t", "foyer/v1/"+chain+"/015/up/visit", "-l")
	cmd.Stdin = strings.NewReader(strings.Repeat(strings.Repeat("x", size)+"\n", n))
	began := time.Now()
	out, err := cmd.CombinedOutput()
	if err != nil {
		b.Fatalf("mosquitto_pub: %v: %s", err, out)
	}
	return float64(n) / time.Since(began).Seconds()
}
