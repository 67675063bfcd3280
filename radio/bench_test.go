package radio

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"foyer/floor"
	"foyer/radio/report"
)

// BenchmarkIntake is the whole way of a report: NDJSON decoder, names, gate,
// times, duplicates and queue, one report a line, half of them of leased
// phones. One delivery holds lines reports of ten access points.
func BenchmarkIntake(b *testing.B) {
	for _, lines := range []int{1, 10, 1000} {
		b.Run(fmt.Sprintf("lines=%d", lines), func(b *testing.B) { intakeOf(b, lines) })
	}
}

func intakeOf(b *testing.B, lines int) {
	plan := &floor.Plan{Levels: []floor.Level{{}}}
	for i := range 10 {
		plan.Levels[0].AccessPoints = append(plan.Levels[0].AccessPoints, floor.AccessPoint{ID: floor.APID(fmt.Sprintf("ap-%02d", i))})
	}
	aliases, err := NewAliases(plan)
	if err != nil {
		b.Fatal(err)
	}
	w := newBench(b, IntakeOptions{APs: aliases, Rate: -1})
	for i := range 500 {
		w.lease(b, 2*i)
	}
	queue := make(chan floor.Batch, 16)
	go func() {
		for range queue {
		}
	}()
	defer close(queue)
	// Deliveries are made outside the clock, each with times of its own: no
	// reading is a duplicate.
	const rounds = 64
	sensor := w.intake.expect("s1")
	bodies := make([]string, rounds)
	seq := 0
	fill := func() {
		for i := range bodies {
			var body []byte
			for range lines {
				body, err = report.Append(body, &report.Report{
					AP: fmt.Sprintf("ap-%02d", seq%10), Client: addr(b, seq/10%1000), RSSI: -61.5, Kind: floor.UplinkAssoc, Freq: 5180,
					At: opening.Add(time.Duration(seq/10000) * time.Second), IP: heard(report.Addr{}, "10.0.3.7").IP,
				})
				if err != nil {
					b.Fatal(err)
				}
				seq++
			}
			bodies[i] = string(body)
		}
	}
	var r strings.Reader
	b.ReportAllocs()
	b.ResetTimer()
	for i := 0; i < b.N; i += lines {
		n := i / lines % rounds
		if n == 0 {
			b.StopTimer()
			w.now = opening.Add(time.Duration(seq/10000) * time.Second)
			fill()
			b.StartTimer()
		}
		r.Reset(bodies[n])
		if o := w.intake.ndjson(b.Context(), sensor, time.Time{}, &r, queue); o.err != nil || o.malformed > 0 {
			b.Fatalf("%+v", o)
		}
	}
	b.StopTimer()
	s := w.guests.Stats()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "reports/s")
	b.ReportMetric(float64(s.Admitted)/float64(s.Reports), "leased")
	if s.Reports > 20 && (s.Admitted == 0 || s.Dropped == 0) {
		b.Fatalf("%+v", s)
	}
}

// BenchmarkGate is the gate alone, for a stranger.
func BenchmarkGate(b *testing.B) {
	g := NewGuests(GuestOptions{})
	r, now := heard(addr(b, 1), "10.0.3.7"), time.Now()
	b.ReportAllocs()
	for range b.N {
		if _, ok := g.admit(r, "ap-01", now); ok {
			b.Fatal("admitted")
		}
	}
}
