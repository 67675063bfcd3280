package rehearsal

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"foyer/floor"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// listener is a sensor listener that keeps what it is sent.
type listener struct {
	*httptest.Server
	mu     sync.Mutex
	got    bytes.Buffer
	status int
	wait   chan struct{}
}

func newListener(t *testing.T) *listener {
	l := &listener{status: http.StatusNoContent}
	l.Server = httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if l.wait != nil {
			<-l.wait
		}
		l.mu.Lock()
		defer l.mu.Unlock()
		if r.Method != "POST" || r.URL.Path != "/v1/reports" || r.Header.Get("Authorization") != "Bearer secret" ||
			r.Header.Get("Content-Type") != "application/x-ndjson" || r.ContentLength > 1<<20 {
			w.WriteHeader(http.StatusTeapot)
			return
		}
		io.Copy(&l.got, r.Body)
		w.WriteHeader(l.status)
	}))
	t.Cleanup(l.Close)
	return l
}

func (l *listener) run(t *testing.T) (*Sensor, func()) {
	s := NewSensor(SensorOptions{URL: l.URL, Token: "secret", Client: l.Client()})
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error)
	go func() { done <- s.Run(ctx) }()
	return s, func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("Run: %v", err)
		}
		l.Client().CloseIdleConnections()
	}
}

func until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(5 * time.Second); !ok(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("waited in vain for " + what)
		}
	}
}

func TestSensorPostsEverythingInOrder(t *testing.T) {
	l := newListener(t)
	s, stop := l.run(t)
	var want bytes.Buffer
	for i := range 5 {
		lines := []byte(strings.Repeat(strings.Repeat(string(rune('a'+i)), 150)+"\n", 3000))
		want.Write(lines)
		s.Offer(lines)
	}
	until(t, "15,000 lines", func() bool { return s.Stats().Lines == 15_000 })
	stop()
	if !bytes.Equal(l.got.Bytes(), want.Bytes()) {
		t.Errorf("%d bytes arrived of %d, or in another order", l.got.Len(), want.Len())
	}
	if st := s.Stats(); st.Posts != 5 || st.Dropped+st.Refused+st.Failed != 0 {
		t.Errorf("%+v", st)
	}
}

func TestSensorNeverWaits(t *testing.T) {
	l := newListener(t)
	l.wait = make(chan struct{})
	s, stop := l.run(t)
	begun := time.Now()
	const n = 100
	for range n {
		s.Offer([]byte("x\n"))
	}
	if d := time.Since(begun); d > time.Second {
		t.Errorf("offering took %v while the box was stuck", d)
	}
	close(l.wait)
	until(t, "the rest", func() bool { st := s.Stats(); return st.Lines+st.Dropped == n })
	stop()
	if st := s.Stats(); st.Dropped < n-sensorQueue-1 || st.Lines < sensorQueue {
		t.Errorf("%+v", st)
	}
}

func TestSensorCountsErrors(t *testing.T) {
	l := newListener(t)
	l.status = http.StatusTooManyRequests
	s, stop := l.run(t)
	s.Offer([]byte("a\nb\n"))
	until(t, "a refusal", func() bool { return s.Stats().Refused == 1 })
	l.Server.Close()
	s.Offer([]byte("c\n"))
	until(t, "a failure", func() bool { return s.Stats().Failed == 1 })
	stop()
	if st := s.Stats(); st.Dropped != 3 || st.Lines != 0 {
		t.Errorf("%+v", st)
	}
}

// Air, clock and sensor together: what is heard arrives.
func TestAirReachesTheListener(t *testing.T) {
	w, wy := firstStore()
	l := newListener(t)
	s, stop := l.run(t)
	var air Air
	for i := range 20 {
		air.Add(w.NewPhone(still{wy, Spot{Point: floor.Point{X: 20, Y: 20}}}, PhoneOptions{Number: i}))
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- air.Run(ctx, NewClock(monday, 60), s) }()
	until(t, "1,500 lines", func() bool { return s.Stats().Lines >= 1500 }) // 20 phones, 7 or so access points each: 11 s of the store
	cancel()
	if err := <-done; err != nil {
		t.Errorf("Run: %v", err)
	}
	until(t, "the queue", func() bool { return len(s.queue) == 0 })
	l.Close() // when the last post has been read
	stop()
	good, refused := decode(t, l.got.Bytes())
	if len(good) < 1500 || refused != 0 {
		t.Errorf("%d reports arrived, %d refused; %+v", len(good), refused, s.Stats())
	}
}
