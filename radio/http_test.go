package radio

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"foyer/floor"
)

// post sends body as sensor with token.
func post(t testing.TB, c *http.Client, url, token, body string, change ...func(*http.Request)) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("Content-Type", "application/x-ndjson")
	for _, f := range change {
		f(req)
	}
	resp, err := c.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, string(answer)
}

func newClient(t testing.TB) *http.Client {
	tr := &http.Transport{TLSClientConfig: clientTLS(), ForceAttemptHTTP2: true}
	t.Cleanup(tr.CloseIdleConnections)
	return &http.Client{Transport: tr, Timeout: time.Minute}
}

func TestHTTP(t *testing.T) {
	b := newBench(t, IntakeOptions{})
	p := b.lease(t, 1)
	addr := listen(t, b, []string{"127.0.0.1", "box.example"}, newHTTP)
	url, c := "https://"+addr+"/v1/reports", newClient(t)

	resp, body := post(t, c, url, token1, line(t, "ap-01", 1, 0)+line(t, "ap-02", 2, 0))
	if resp.StatusCode != http.StatusNoContent || body != "" || resp.ProtoMajor != 1 || resp.TLS.Version != tls.VersionTLS13 {
		t.Errorf("%s %s %q", resp.Proto, resp.Status, body)
	}
	want := floor.Batch{Received: opening, Alive: []floor.APID{"ap-01", "ap-02"}, Reports: []floor.Report{
		{AP: "ap-01", Phone: p, RSSI: -60, Kind: floor.UplinkAssoc, Freq: 5180, At: opening},
	}}
	if diff := cmp.Diff(want, b.next(t), compareBatches); diff != "" {
		t.Error(diff)
	}

	good := line(t, "ap-01", 2, 0)
	header := func(k, v string) func(*http.Request) { return func(r *http.Request) { r.Header.Set(k, v) } }
	tests := []struct {
		name   string
		token  string
		body   string
		change func(*http.Request)
		status int
		want   string
	}{
		{"bad lines", token2, good + "x02005e10beef\n" + good, nil, 202,
			`{"title":"Accepted","status":202,"detail":"some lines are no reports; the first: not a JSON object of plain values","accepted":2,"malformed":1,"unknown_ap":0,"line":2}`},
		{"unknown access point", token2, line(t, "02005e10beef", 2, 0), nil, 202,
			`{"title":"Accepted","status":202,"detail":"some access points are not in the store's plan: add their names as aliases","accepted":1,"malformed":0,"unknown_ap":1}`},
		{"wrong token", "02005e10beef", good, nil, 401, ""},
		{"another's scheme", token1, good, header("Authorization", "Basic "+token1), 401, ""},
		{"no token", token1, good, func(r *http.Request) { r.Header.Del("Authorization") }, 401, ""},
		{"another path", token1, good, func(r *http.Request) { r.URL.Path = "/02005e10beef" }, 404, ""},
		{"another method", token1, good, func(r *http.Request) { r.Method = http.MethodPut }, 405, ""},
		{"another type", token1, good, header("Content-Type", "application/json"), 415, ""},
		{"compressed", token1, good, header("Content-Encoding", "gzip"), 415, ""},
		{"another host", token1, good, func(r *http.Request) { r.Host = "02005e10beef.example" }, 421, ""},
		{"its host", token1, good, func(r *http.Request) { r.Host = "BOX.example:8443" }, 204, ""},
		{"too large", token1, strings.Repeat(good, maxBody/len(good)+1), nil, 413, ""},
		{"too large, unannounced", token1, strings.Repeat(" ", maxBody) + "\n" + good, func(r *http.Request) { r.ContentLength = -1 }, 413, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			change := tt.change
			if change == nil {
				change = func(*http.Request) {}
			}
			resp, body := post(t, c, url, tt.token, tt.body, change)
			if resp.StatusCode != tt.status || tt.want != "" && body != tt.want+"\n" {
				t.Errorf("%s %s", resp.Status, body)
			}
			if strings.Contains(body, "beef") {
				t.Errorf("the answer repeats the request: %s", body)
			}
			if tt.status != 204 && (resp.Header.Get("Content-Type") != "application/problem+json" || !json.Valid([]byte(body))) {
				t.Errorf("no problem: %s", body)
			}
		})
	}
	if s := b.guests.Stats(); s.Unauthorized != 3 || s.Refused != 7 {
		t.Errorf("stats %+v", s)
	}
}

// TestHTTPRefusesOldTLS: sensors on the LAN speak TLS 1.3 to a known box.
func TestHTTPRefusesOldTLS(t *testing.T) {
	addr := listen(t, newBench(t, IntakeOptions{}), nil, newHTTP)
	old := clientTLS()
	old.MaxVersion = tls.VersionTLS12
	if c, err := tls.Dial("tcp", addr, old); err == nil {
		c.Close()
		t.Error("TLS 1.2 is accepted")
	}
	if c, err := tls.Dial("tcp", addr, &tls.Config{}); err == nil {
		c.Close()
		t.Error("the client trusts anybody")
	}
	resp, err := http.Get("http://" + addr + "/v1/reports")
	if err == nil {
		resp.Body.Close()
		if resp.StatusCode != http.StatusBadRequest {
			t.Errorf("plain HTTP: %s", resp.Status)
		}
	}
}

// A sensor that floods is told so and slowed down; another's reports pass
// quickly meanwhile.
func TestHTTPFlood(t *testing.T) {
	b := newBench(t, IntakeOptions{Rate: 2000, Burst: 4000})
	url := "https://" + listen(t, b, nil, newHTTP) + "/v1/reports"
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
	defer cancel()
	var readers, flood sync.WaitGroup
	stop := make(chan struct{})
	readers.Go(func() {
		for {
			select {
			case <-b.out:
			case <-stop:
				return
			}
		}
	})
	body := strings.Repeat(line(t, "ap-01", 1, 0), 6000)
	for range 8 {
		flood.Go(func() {
			c := newClient(t)
			for ctx.Err() == nil {
				resp, answer := post(t, c, url, token1, body)
				if resp.StatusCode != http.StatusTooManyRequests || resp.Header.Get("Retry-After") == "" {
					t.Errorf("flooder: %s %s", resp.Status, answer)
				}
			}
		})
	}
	var took []time.Duration
	c := newClient(t)
	for ctx.Err() == nil {
		start := time.Now()
		resp, answer := post(t, c, url, token2, line(t, "ap-02", 2, 0))
		if resp.StatusCode != http.StatusNoContent {
			t.Errorf("%s %s", resp.Status, answer)
		}
		took = append(took, time.Since(start))
		time.Sleep(2 * time.Millisecond)
	}
	flood.Wait()
	close(stop)
	readers.Wait()
	slices.Sort(took)
	median := took[len(took)/2] // on a loaded machine, the machine decides on the slowest
	t.Logf("figure: %d deliveries beside the flood: median %v, p99 %v; flooder throttled %d times", len(took), median, took[len(took)*99/100], b.intake.Sensors()[0].Throttled)
	if median > time.Second {
		t.Errorf("a delivery takes %v", median)
	}
	if s := b.intake.Sensors(); s[0].Throttled == 0 || s[1].Throttled != 0 {
		t.Errorf("throttled: %+v", s)
	}
}

// A request that breaks off gives what was whole, and no goroutine stays.
func TestHTTPBrokenRequest(t *testing.T) {
	b := newBench(t, IntakeOptions{})
	b.lease(t, 1)
	addr := listen(t, b, nil, newHTTP)
	conn, err := tls.Dial("tcp", addr, clientTLS())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "POST /v1/reports HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Type: application/x-ndjson\r\nContent-Length: 1000\r\n\r\n%s%s", token1, line(t, "ap-01", 1, 0), line(t, "ap-02", 1, 0)[:40])
	if err := conn.CloseWrite(); err != nil {
		t.Fatal(err)
	}
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if got := b.next(t); resp.StatusCode != http.StatusBadRequest || len(got.Reports) != 1 {
		t.Errorf("%s, %d reports", resp.Status, len(got.Reports))
	}
}

// FuzzHTTPBody: whatever a sensor posts, the answer is one of four and holds
// nothing of it, and the counts add up.
func FuzzHTTPBody(f *testing.F) {
	good := line(f, "ap-01", 1, 0)
	f.Add([]byte(good + good))
	f.Add([]byte("{}\n\n" + good[:30]))
	b := newBench(f, IntakeOptions{Rate: -1})
	b.lease(f, 1)
	src := &HTTP{o: ListenOptions{Intake: b.intake}}
	sensors, err := newCredentials(twoSensors(), b.intake)
	if err != nil {
		f.Fatal(err)
	}
	src.sensors = sensors
	f.Fuzz(func(t *testing.T, body []byte) {
		before := b.guests.Stats()
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "/v1/reports", bytes.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer "+token1)
		req.Header.Set("Content-Type", "application/x-ndjson")
		w := &answer{header: http.Header{}}
		src.serve(w, req, b.out)
		for len(b.out) > 0 {
			for _, r := range (<-b.out).Reports {
				if !r.RSSI.Valid() || r.AP == "" || !r.Phone.Valid() || r.At.After(b.now.Add(maxAhead)) || r.At.Before(b.now.Add(-maxAge)) {
					t.Fatalf("report %+v", r)
				}
			}
		}
		after := b.guests.Stats()
		if after.Panics != 0 || (w.status != 204 && w.status != 202 && w.status != 413) {
			t.Fatalf("status %d, %d panics", w.status, after.Panics)
		}
		reports := after.Reports - before.Reports
		if reports != after.UnknownAP-before.UnknownAP+after.Dropped-before.Dropped+after.Admitted-before.Admitted+after.Left-before.Left {
			t.Fatalf("counts do not add up: %+v, %+v", before, after)
		}
	})
}

type answer struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (a *answer) Header() http.Header         { return a.header }
func (a *answer) WriteHeader(s int)           { a.status = s }
func (a *answer) Write(b []byte) (int, error) { return a.body.Write(b) }
