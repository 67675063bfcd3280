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

// rounds is in how many turns the drain and mosquitto_pub share a run, so that
// whatever else the machine does hits both alike.
const rounds = 8

// BenchmarkDrain empties an outbox of b.N events through a real Mosquitto until
// headquarters has acknowledged the last, its disk included. One operation is
// one event. Beside it stands what mosquitto_pub does with as many messages of
// that size, at QoS 1, on the same broker, to which nobody listens: by turns, each
// with a connection of its own. What it takes to connect and to send one is taken off
// the time of each, and is as much as a thousand messages take: run 80,000.
func BenchmarkDrain(b *testing.B) {
	s := newSite(b, true)
	id, err := wire.LoadIdentity(s.bundle)
	must(b, err)
	acked := make(chan int, b.N+1000) // what the box says besides counts, too
	l, err := hq.Open(hq.Options{Dir: b.TempDir(), Identity: id, Broker: s.broker.URL(), Now: time.Now,
		OnAck: func(_ uint64, n int) { acked <- n }})
	must(b, err)
	defer l.Close()
	l.Handle(wire.DownKeyshare, func([]byte) (func() error, error) { return func() error { return nil }, nil })
	f, err := office.Open(office.Options{Dir: s.dir, Broker: s.broker.URL(), Now: time.Now})
	must(b, err)
	defer f.Close()
	defer running(b, f.Run)()
	drain := func(n int) time.Duration {
		for i := range n {
			must(b, l.Record(wire.UpVisit, opened(i)))
		}
		b.StartTimer()
		began := time.Now()
		stop := running(b, l.Run)
		for left := n; left > 0; {
			left -= <-acked
		}
		took := time.Since(began)
		b.StopTimer()
		stop()
		for len(acked) > 0 {
			<-acked
		}
		return took
	}
	b.ReportAllocs()
	b.ResetTimer()
	b.StopTimer()
	var own, pub time.Duration
	for round, done := 0, 0; round < rounds; round++ {
		n := (b.N - done) / (rounds - round)
		done += n
		if n == 0 {
			continue // the first run, of one event
		}
		d, one := drain(n), drain(1)
		own += d - one
		pub += s.mosquittoPub(b, n, 600) - s.mosquittoPub(b, 1, 600)
	}
	rate := float64(b.N) / max(own, 1).Seconds()
	b.ReportMetric(float64(own.Nanoseconds())/float64(b.N), "ns/op")
	b.ReportMetric(rate, "events/s")
	if pub > 0 && own > 0 {
		b.ReportMetric(float64(b.N)/pub.Seconds(), "mosquitto_pub/s")
		b.ReportMetric(rate*pub.Seconds()/float64(b.N), "of-mosquitto_pub")
	}
}

// running runs something until the returned function is called.
func running(b *testing.B, run func(context.Context) error) (stop func()) {
	ctx, cancel := context.WithCancel(b.Context())
	ended := make(chan error, 1)
	go func() { ended <- run(ctx) }()
	return func() {
		cancel()
		must(b, <-ended)
	}
}

// mosquittoPub returns how long the program takes to publish n messages; 0 if it is
// not installed, which is said.
func (s *site) mosquittoPub(b *testing.B, n, size int) time.Duration {
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
	return time.Since(began)
}
