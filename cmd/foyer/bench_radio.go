package main

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"
	"time"

	"foyer/floor"
	"foyer/locator"
	"foyer/visit"
)

// phones measures what reaches the box over its sensor listener: a thousand
// phones located and followed, then the intake alone.
func (b *bench) phones(ctx context.Context, site *benchSite) error {
	debug.FreeOSMemory() // what fitting the map took
	forgetPeak()
	return runBenchStore(ctx, site, func(s *benchStore) error {
		if err := b.walk(s); err != nil {
			return err
		}
		s.consume(func(floor.Batch) {})
		return b.intake(s)
	})
}

// walk lets a thousand leased phones walk among a thousand strangers.
func (b *bench) walk(s *benchStore) error {
	loc, err := locator.New(s.site.plan, s.site.radio, locator.Options{Margin: benchMargin})
	if err != nil {
		return err
	}
	book, err := visit.New(s.site.plan, visit.Defaults())
	if err != nil {
		return err
	}
	position := func(p floor.Position) { book.Observe(p) }
	var last time.Time
	s.consume(func(batch floor.Batch) {
		for _, ap := range batch.Alive {
			loc.Alive(ap, batch.Received)
		}
		for _, r := range batch.Reports {
			if p, ok := loc.Observe(r); ok {
				position(p)
			}
		}
		if batch.Received.After(last) {
			last = batch.Received
			loc.Sweep(last, position)
			book.Sweep(last)
		}
	})
	var spent time.Duration
	for range b.seconds {
		bodies, _, err := s.deliveries(false)
		if err != nil {
			return err
		}
		began := cpuTime()
		for _, body := range bodies {
			if err := s.post(body); err != nil {
				return err
			}
		}
		s.settle()
		spent += cpuTime() - began
	}
	s.consume(func(floor.Batch) {})
	stats := loc.Stats()
	if fixes := (b.seconds - 2) * benchPhones; int(stats.Fixes) < fixes*8/10 { // the last two seconds still wait for late readings
		return fmt.Errorf("%d fixes of %d phones in %d s: too few", stats.Fixes, stats.Phones, b.seconds)
	}
	b.memory(loc, book)
	b.add(figure{What: "1,000 phones, a fix a second", Value: 100 * spent.Seconds() / float64(b.seconds), Unit: "% of a core",
		How: "HTTPS, decoder, gate, locator and visits, 1,000 strangers among them, the sensor that sends included"})
	return nil
}

// memory reads what the process holds with everybody tracked.
func (b *bench) memory(loc *locator.Locator, book *visit.Book) {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	now, peak := resident()
	stats := loc.Stats()
	b.add(figure{What: "resident memory, 1,000 phones", Value: now / (1 << 20), Unit: "MiB", Peer: "27-89 MB",
		Source: "find3, a few devices",
		How:    fmt.Sprintf("VmRSS of this program with %d phones tracked, %.1f MiB of radio tables and %d cells included; no pages are open", stats.Phones, float64(stats.Bytes)/(1<<20), stats.Cells)})
	b.add(figure{What: "resident at most", Value: peak / (1 << 20), Unit: "MiB", How: "VmHWM while they walked"})
	b.add(figure{What: "heap", Value: float64(m.HeapAlloc) / (1 << 20), Unit: "MiB", How: "live, of the same"})
	runtime.KeepAlive(book)
}

// intake measures the way of a report from the socket to the queue.
func (b *bench) intake(s *benchStore) error {
	var rates []float64
	for range b.rounds + 1 {
		var bodies [][]byte
		reports := 0
		for range 4 {
			more, n, err := s.deliveries(false)
			if err != nil {
				return err
			}
			bodies, reports = append(bodies, more...), reports+n
		}
		began := cpuTime()
		for _, body := range bodies {
			if err := s.post(body); err != nil {
				return err
			}
		}
		s.settle()
		rates = append(rates, float64(reports)/(cpuTime()-began).Seconds())
	}
	st := s.guests.Stats()
	if st.Admitted < st.Reports/3 || st.Dropped < st.Reports/3 || st.Malformed+st.Late+st.Skewed+st.QueueFull > 0 {
		return fmt.Errorf("the intake took other reports than it was to: %+v", st)
	}
	rate := median(rates[1:])
	b.add(figure{What: "reports taken", Value: rate, Unit: "/s and core", Peer: "100-124/s on disk, 1,000-1,200/s in memory",
		Source: "find3, POST /data, 0.75-1.8 ms of processor time each",
		How:    "HTTPS with TLS 1.3, NDJSON decoder, gate (half of them leased), times, duplicates, queue; by processor time, the sensor that sends included"})
	return nil
}
