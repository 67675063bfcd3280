package hq_test

import (
	"context"
	"testing"
	"time"

	"foyer/sync/hq"
	"foyer/sync/office"
	"foyer/sync/wire"
)

// BenchmarkDrain empties an outbox of b.N events through a real Mosquitto until
// headquarters has acknowledged the last, its disk included. One operation is
// one event. Beside it: seq 5000 | mosquitto_pub -q 1 -l on the same broker.
func BenchmarkDrain(b *testing.B) {
	s := newSite(b, true)
	id, err := wire.LoadIdentity(s.bundle)
	must(b, err)
	done := make(chan struct{})
	left := b.N
	l, err := hq.Open(hq.Options{Dir: b.TempDir(), Identity: id, Broker: s.broker.URL(), Now: time.Now,
		OnAck: func(_ uint64, n int) {
			if left -= n; left == 0 {
				close(done)
			}
		}})
	must(b, err)
	defer l.Close()
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
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
	b.StopTimer()
}
