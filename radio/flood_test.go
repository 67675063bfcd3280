package radio

import (
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// floodBody is one request of a sensor gone mad: lines reports of strangers.
func floodBody(t testing.TB, lines int) string {
	var body strings.Builder
	for i := range lines {
		body.WriteString(line(t, "ap-01", 1000+i%500, time.Duration(i)*time.Millisecond))
	}
	return body.String()
}

// TestFloodIsItsOwn lets one sensor send a hundred thousand reports at once and
// another a hundred, one a request: the first is cut short at its own budget,
// the second loses nothing.
func TestFloodIsItsOwn(t *testing.T) {
	b := newBench(t, IntakeOptions{Rate: 100, Burst: 1000})
	p := b.lease(t, 1)
	mad, calm := b.intake.expect("mad"), b.intake.expect("calm")
	flood := floodBody(t, 1000)
	got := 0
	for i := range 100 {
		if o := b.intake.ndjson(t.Context(), mad, time.Time{}, strings.NewReader(flood), b.out); i > 10 && o.err == nil {
			t.Fatalf("request %d of the flood is taken whole: %+v", i, o)
		}
		if o := b.intake.ndjson(t.Context(), calm, time.Time{}, strings.NewReader(line(t, "ap-02", 1, time.Duration(i)*time.Second)), b.out); o.err != nil || o.accepted != 1 {
			t.Fatalf("reading %d of the other sensor: %+v", i, o)
		}
		for len(b.out) > 0 {
			for _, r := range (<-b.out).Reports {
				if r.Phone == p {
					got++
				}
			}
		}
	}
	accounts := b.intake.Sensors()
	if got != 100 || accounts[0].Throttled != 0 || accounts[0].Reports != 100 {
		t.Errorf("%d of 100 readings arrive, %+v", got, accounts[0])
	}
	if m := accounts[1]; m.Reports < 1000 || m.Reports > 2000 || m.Throttled < 90 {
		t.Errorf("the flood: %+v", m)
	}
}

// BenchmarkFlood measures how long a sensor's reading takes from its request to
// the queue while another sends about 100,000 reports a second: over HTTPS, on
// this machine, the senders included.
func BenchmarkFlood(b *testing.B) {
	w := newBench(b, IntakeOptions{})
	p := w.lease(b, 1)
	url := "https://" + listen(b, w, nil, newHTTP) + "/v1/reports"
	const share, lines = 12, 1000 // requests at once, reports in each
	body := floodBody(b, lines)
	var offered, sent atomic.Int64
	stop := make(chan struct{})
	var floods sync.WaitGroup
	began := time.Now()
	for range share {
		floods.Go(func() {
			c := newClient(b)
			for {
				// Each has its share of 100,000 a second, answered or not.
				if due := time.Duration(offered.Add(lines)) * time.Second / 100_000; due > time.Since(began) {
					select {
					case <-stop:
						return
					case <-time.After(due - time.Since(began)):
					}
				}
				select {
				case <-stop:
					return
				default:
				}
				req, err := http.NewRequest(http.MethodPost, url, strings.NewReader(body))
				if err != nil {
					return
				}
				req.Header.Set("Authorization", "Bearer "+token2)
				req.Header.Set("Content-Type", "application/x-ndjson")
				resp, err := c.Do(req)
				if err != nil {
					return
				}
				sent.Add(lines)
				io.Copy(io.Discard, resp.Body)
				resp.Body.Close()
			}
		})
	}
	c := newClient(b)
	var took []time.Duration
	b.ResetTimer()
	for i := range b.N {
		began := time.Now()
		post(b, c, url, token1, line(b, "ap-02", 1, time.Duration(i)*time.Second))
		for found := false; !found; {
			for _, r := range w.next(b).Reports {
				found = found || r.Phone == p
			}
		}
		took = append(took, time.Since(began))
		time.Sleep(5 * time.Millisecond)
	}
	b.StopTimer()
	elapsed := time.Since(began)
	close(stop)
	floods.Wait()
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
	b.ReportMetric(float64(sent.Load())/elapsed.Seconds(), "flood-reports/s")
	if s := w.intake.Sensors(); s[0].Throttled != 0 || b.N > 100 && s[1].Throttled == 0 {
		b.Fatalf("%+v", s)
	}
}
