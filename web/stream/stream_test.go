package stream

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// served is a hub behind a real server.
func served(t *testing.T, s Stream) (*Hub, *httptest.Server) {
	t.Helper()
	h := NewHub()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := h.Serve(w, r, s); err != nil {
			http.Error(w, err.Error(), http.StatusTooManyRequests)
		}
	}))
	t.Cleanup(func() { h.Close(); srv.CloseClientConnections(); srv.Close() })
	return h, srv
}

// read gives a stream's lines until it ends.
func read(t *testing.T, srv *httptest.Server, last string) (lines chan string, stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	req, _ := http.NewRequestWithContext(ctx, "GET", srv.URL, nil)
	req.Header.Set("Last-Event-ID", last)
	answer, err := srv.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	lines = make(chan string, 4096)
	var wg sync.WaitGroup
	wg.Go(func() {
		defer close(lines)
		defer answer.Body.Close()
		for s := bufio.NewScanner(answer.Body); s.Scan(); {
			lines <- s.Text()
		}
	})
	t.Cleanup(func() { cancel(); wg.Wait() })
	return lines, cancel
}

// next returns the next n lines that say something.
func next(t *testing.T, lines chan string, n int) (out []string) {
	t.Helper()
	late := time.After(30 * time.Second)
	for len(out) < n {
		select {
		case l, ok := <-lines:
			if !ok {
				t.Fatalf("the stream ended after %q", out)
			}
			if l != "" && !strings.HasPrefix(l, "retry") {
				out = append(out, l)
			}
		case <-late:
			t.Fatalf("only %q", out)
		}
	}
	return out
}

func wait(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for range 3000 {
		if ok() {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatal(what)
}

func TestEventsReachTheirAudienceOnly(t *testing.T) {
	var flushed atomic.Int32
	h, srv := served(t, Stream{To: []Audience{"a ana", "managers"}})
	lines, _ := read(t, srv, "")
	wait(t, "no stream", func() bool { return h.Count("a ana") == 1 })
	h.Publish("a marc", Message{Kind: "offer.created", ID: "o-1"})
	h.Publish("a ana", Message{Kind: "offer.created", ID: "o-2", Flushed: func() { flushed.Add(1) }})
	h.Publish("managers", Message{Kind: "floor.changed"})
	want := []string{"id: " + h.id(2), "event: offer.created", `data: {"id":"o-2"}`, "id: " + h.id(3), "event: floor.changed", "data: {}"}
	if d := cmp.Diff(want, next(t, lines, 6)); d != "" {
		t.Error(d)
	}
	if flushed.Load() != 1 {
		t.Errorf("flushed %d times", flushed.Load())
	}
}

func TestComingBack(t *testing.T) {
	h, srv := served(t, Stream{To: []Audience{"a"}})
	for i := range 5 {
		h.Publish("a", Message{Kind: "k", ID: fmt.Sprint(i + 1)})
		h.Publish("b", Message{Kind: "k", ID: "other"})
	}
	for _, tt := range []struct {
		name, last string
		want       []string
	}{
		{"missed two", h.id(5), []string{"id: " + h.id(7), "event: k", `data: {"id":"4"}`, "id: " + h.id(9), "event: k", `data: {"id":"5"}`}},
		{"another life", "deadbeef-5", []string{"event: reset", "data: {}"}},
		{"from the future", h.id(99), []string{"event: reset", "data: {}"}},
		{"nonsense", "x", []string{"event: reset", "data: {}"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			lines, stop := read(t, srv, tt.last)
			defer stop()
			if d := cmp.Diff(tt.want, next(t, lines, len(tt.want))); d != "" {
				t.Error(d)
			}
		})
	}
	for range remembered { // she was away for too long
		h.Publish("b", Message{Kind: "k"})
	}
	lines, _ := read(t, srv, h.id(5))
	if d := cmp.Diff([]string{"event: reset", "data: {}"}, next(t, lines, 2)); d != "" {
		t.Error(d)
	}
}

// What is withdrawn while she is away is not told when she comes back: neither
// from what is remembered nor from what waits for a reader who stalls.
func TestWithdrawnIsNotReplayed(t *testing.T) {
	h, srv := served(t, Stream{To: []Audience{"a"}})
	began := h.id(0)
	h.Publish("a", Message{Kind: "asked", ID: "o-1", Of: []string{"o-1", "v-1"}})
	h.Publish("a", Message{Kind: "asked", ID: "o-2", Of: []string{"o-2", "v-2"}})
	h.Publish("b", Message{Kind: "asked", ID: "o-3", Of: []string{"o-3", "v-1"}, Flushed: func() { t.Error("it was told") }})
	h.Withdraw("", "v-1")
	h.Publish("a", Message{Kind: "over", ID: "o-1", Of: []string{"o-1", "v-1"}})
	lines, _ := read(t, srv, began)
	want := []string{"id: " + h.id(2), "event: asked", `data: {"id":"o-2"}`, "id: " + h.id(4), "event: over", `data: {"id":"o-1"}`}
	if d := cmp.Diff(want, next(t, lines, 6)); d != "" {
		t.Error(d)
	}
	h.Withdraw("b", "v-2") // another's word takes nothing from her
	if s := h.Stats(); s.Withdrawn != 2 {
		t.Errorf("%+v, want two withdrawn", s)
	}
	h.Publish("b", Message{Kind: "hers"})
	if h.Forget("b"); h.past[4].Kind != "" || h.past[4].to != "" {
		t.Errorf("%+v is remembered of one who is forgotten", h.past[4])
	}
	for _, e := range h.past {
		if e.ID == "o-3" || e.Kind == "asked" && e.ID == "o-1" || e.Kind == "" && e.Flushed != nil {
			t.Errorf("%+v is remembered", e)
		}
	}
}

func TestWithdrawnWhileSheStalls(t *testing.T) {
	h := NewHub()
	w := &held{ResponseRecorder: httptest.NewRecorder(), let: make(chan struct{})}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = h.Serve(w, httptest.NewRequest("GET", "/", nil).WithContext(ctx), Stream{To: []Audience{"a"}})
	}()
	w.let <- struct{}{} // the opening
	wait(t, "no stream", func() bool { return h.Count("a") == 1 })
	h.Publish("a", Message{Kind: "first"})
	h.Publish("a", Message{Kind: "asked", ID: "o-1", Of: []string{"v-1"}})
	h.Publish("a", Message{Kind: "last"})
	h.Withdraw("", "v-1")
	close(w.let)
	wait(t, "the last did not come", func() bool { return h.Stats().Delivered >= 2 })
	cancel()
	<-ended
	if text := w.Body.String(); strings.Contains(text, "o-1") {
		t.Errorf("she was told %q", text)
	}
}

// held is a connection that takes a write only when it is let.
type held struct {
	*httptest.ResponseRecorder
	let chan struct{}
}

func (h *held) Write(p []byte) (int, error)      { <-h.let; return h.ResponseRecorder.Write(p) }
func (h *held) FlushError() error                { return nil }
func (h *held) SetReadDeadline(time.Time) error  { return nil }
func (h *held) SetWriteDeadline(time.Time) error { return nil }

// blocked is a reader whose writes never end until their deadline.
type blocked struct {
	http.ResponseWriter
	deadline chan time.Time
	writes   chan struct{}
}

func (b *blocked) Write(p []byte) (int, error) {
	select {
	case b.writes <- struct{}{}:
		return len(p), nil
	case <-time.After(time.Until(<-b.deadline)):
		return 0, context.DeadlineExceeded
	}
}
func (b *blocked) FlushError() error               { return nil }
func (b *blocked) SetReadDeadline(time.Time) error { return nil }
func (b *blocked) SetWriteDeadline(t time.Time) error {
	if !t.IsZero() {
		select {
		case <-b.deadline:
		default:
		}
		b.deadline <- t
	}
	return nil
}

func TestASlowReaderIsDropped(t *testing.T) {
	h := NewHub()
	b := &blocked{httptest.NewRecorder(), make(chan time.Time, 1), make(chan struct{}, 1)} // the opening fits, nothing after it
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = h.Serve(b, httptest.NewRequest("GET", "/", nil).WithContext(ctx), Stream{To: []Audience{"a"}})
	}()
	wait(t, "no stream", func() bool { return h.Count("a") == 1 })
	began := time.Now()
	for range 10 * buffered {
		h.Publish("a", Message{Kind: "k"})
	}
	if d := time.Since(began); d > writeWithin {
		t.Errorf("publishing to a stalled reader took %v", d)
	}
	if s := h.Stats(); s.TooSlow != 1 || s.Open != 0 {
		t.Errorf("%+v, want one too slow and none open", s)
	}
	select {
	case <-ended:
	case <-time.After(writeWithin + 30*time.Second):
		t.Fatal("the stalled write had no deadline")
	}
}

func TestBeatsAndTheRightToStay(t *testing.T) {
	var stay atomic.Bool
	stay.Store(true)
	h, srv := served(t, Stream{To: []Audience{"a"}, Beat: 20 * time.Millisecond, Still: stay.Load})
	lines, _ := read(t, srv, "")
	if d := cmp.Diff([]string{":", ":"}, next(t, lines, 2)); d != "" {
		t.Error(d)
	}
	stay.Store(false)
	wait(t, "the stream outlived the right to it", func() bool { return h.Count("a") == 0 })
}

func TestNobodyHoldsTooMany(t *testing.T) {
	h, srv := served(t, Stream{To: []Audience{"a"}})
	for i := range perAudience {
		read(t, srv, "")
		wait(t, "no stream", func() bool { return h.Count("a") == i+1 })
	}
	answer, err := srv.Client().Get(srv.URL)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusTooManyRequests {
		t.Errorf("one too many: %s", answer.Status)
	}
	h.Drop("a")
	wait(t, "dropped streams stay", func() bool { return h.Stats().Open == 0 })
}

func FuzzLastEventID(f *testing.F) {
	h := NewHub()
	for range 3000 {
		h.Publish("a", Message{Kind: "k"})
	}
	for _, s := range []string{"", "x", h.id(1), h.id(3000), h.id(2999), h.id(18446744073709551615), h.epoch + "-"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, last string) {
		r, missed, lost := h.join([]Audience{"a"}, last)
		defer h.leave(r)
		if lost && missed != nil || len(missed) > remembered {
			t.Errorf("%q: lost %v with %d events", last, lost, len(missed))
		}
	})
}

func BenchmarkPublish(b *testing.B) {
	h := NewHub()
	for i := range 200 {
		r, _, _ := h.join([]Audience{Audience(fmt.Sprint(i))}, "")
		defer h.leave(r)
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		h.Publish(Audience("nobody"), Message{Kind: "k"})
	}
}
