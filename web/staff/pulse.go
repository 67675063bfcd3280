package staff

import (
	"net/http"
	"sync"
	"time"

	"foyer/floor"
	"foyer/web/stream"
)

// pulses are the pages that answer their beats, by their own numbers. A frozen
// page keeps its connection, and what is written to it goes nowhere: only an
// answer says that somebody could see it.
type pulses struct {
	mu   sync.Mutex
	of   map[string]pulse
	open map[string]int // a page comes back before the box has noticed that it went
}

// pulse is when a page answered last: by the network's time, and the store's.
type pulse struct{ wall, at time.Time }

// pulseKey names the page of a request among its associate's, "" if it does not
// say that it answers.
func pulseKey(r *http.Request, a floor.AssociateID) string {
	page := r.URL.Query().Get("page")
	if page == "" || len(page) > 64 {
		return ""
	}
	return a.Ref() + " " + page
}

func (p *pulses) begin(key string, now pulse) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.of == nil {
		p.of, p.open = map[string]pulse{}, map[string]int{}
	}
	p.of[key] = now
	p.open[key]++
}

// answer takes note of one of a page whose stream is open.
func (p *pulses) answer(key string, now pulse) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if _, ok := p.of[key]; ok {
		p.of[key] = now
	}
}

func (p *pulses) last(key string) pulse {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.of[key]
}

func (p *pulses) end(key string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.open[key]--; p.open[key] == 0 {
		delete(p.of, key)
		delete(p.open, key)
	}
}

// getAlive is a page's answer to a beat, and its question whether the store is
// there.
func (f *Face) getAlive(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	f.pulses.answer(pulseKey(r, a), pulse{time.Now(), f.Now()})
	w.WriteHeader(http.StatusNoContent)
}

// beat is how long lies between two signs of life of a stream.
func (f *Face) beat() time.Duration {
	if f.Beat > 0 {
		return f.Beat
	}
	return stream.Beat
}

// beats is how a page's stream is kept alive: by what it answers, if it says that
// it does, else by what can be written to it. last is when that was.
func (f *Face) beats(r *http.Request, a floor.AssociateID, s stream.Stream) (_ stream.Stream, last func() time.Time, end func()) {
	key := pulseKey(r, a)
	s.Beat = f.beat()
	if key == "" {
		reached := f.Now()
		s.Wrote = func() { reached = f.Now() }
		return s, func() time.Time { return reached }, func() {}
	}
	f.pulses.begin(key, pulse{time.Now(), f.Now()})
	still, within := s.Still, 2*s.Beat
	s.Ask = "beat"
	s.Still = func() bool { return time.Since(f.pulses.last(key).wall) < within && still() }
	return s, func() time.Time { return f.pulses.last(key).at }, func() { f.pulses.end(key) }
}
