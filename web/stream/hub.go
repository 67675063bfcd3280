// Package stream tells open pages that something happened, by server-sent
// events. It hides who is listening, what they missed and who was too slow.
//
// It never says what happened: an event is a kind and a random identifier,
// and whoever may know more asks for it. It never waits for a reader.
package stream

import (
	"crypto/rand"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// An Audience is whose pages an event is for. It never leaves the process.
type Audience string

// A Message is one event. Flushed, if not nil, is called each time the event
// has been written and flushed to a stream.
type Message struct {
	Kind    string
	ID      string   // opaque, "" if the kind says it all
	Of      []string // what it is about, for Withdraw; it is never sent
	Flushed func()
}

// Limits of a hub: how many events wait for one reader before it counts as
// stalled, how many past events a returning reader can still be given, and
// how many streams one person may hold open.
const (
	buffered    = 32
	remembered  = 1024
	perAudience = 8
)

// A Hub holds the open streams of one face.
type Hub struct {
	epoch string // names this life of the hub in event identifiers

	mu      sync.Mutex
	seq     uint64
	past    []*entry // a ring, oldest at seq%remembered once it is full
	readers map[Audience]map[*reader]struct{}
	stats   Stats
	closed  bool
}

// An entry is a message on its way. Its message is empty once it is withdrawn,
// wherever it still waits.
type entry struct {
	seq uint64
	to  Audience
	Message
}

type reader struct {
	to   []Audience
	ch   chan *entry   // never closed
	gone chan struct{} // closed when the hub lets go of the reader
	left bool          // gone is closed
}

// Stats are counts since the hub was made; Open is how many streams are open.
type Stats struct{ Open, Published, Delivered, Withdrawn, TooSlow uint64 }

// NewHub returns a hub without readers.
func NewHub() *Hub {
	var b [4]byte
	rand.Read(b[:])
	return &Hub{epoch: hex.EncodeToString(b[:]), readers: make(map[Audience]map[*reader]struct{})}
}

// Publish gives m to every open stream of the audience and remembers it for
// those who come back. It never blocks: a reader whose buffer is full is
// dropped, and catches up by its Last-Event-ID.
func (h *Hub) Publish(to Audience, m Message) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return
	}
	h.seq++
	h.stats.Published++
	e := &entry{seq: h.seq, to: to, Message: m}
	if len(h.past) < remembered {
		h.past = append(h.past, e)
	} else {
		h.past[(h.seq-1)%remembered] = e
	}
	for r := range h.readers[to] {
		select {
		case r.ch <- e:
		default:
			h.stats.TooSlow++
			h.dropLocked(r)
		}
	}
}

// Withdraw takes back every event that is about something, of one audience or,
// if to is "", of all: who has not had it yet never gets it, however she comes
// back, and nothing of it is remembered.
func (h *Hub) Withdraw(to Audience, about string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.withdrawLocked(func(e *entry) bool { return (to == "" || e.to == to) && slices.Contains(e.Of, about) })
}

// Forget ends every open stream of the audience and takes back every event that
// was for it.
func (h *Hub) Forget(to Audience) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for r := range h.readers[to] {
		h.dropLocked(r)
	}
	h.withdrawLocked(func(e *entry) bool { return e.to == to })
}

func (h *Hub) withdrawLocked(gone func(*entry) bool) {
	for _, e := range h.past {
		if !remembers && e.Kind != "" && gone(e) {
			e.to, e.Message = "", Message{}
			h.stats.Withdrawn++
		}
	}
}

// Drop ends every open stream of the audience.
func (h *Hub) Drop(to Audience) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for r := range h.readers[to] {
		h.dropLocked(r)
	}
}

// Count returns how many streams of the audience are open.
func (h *Hub) Count(to Audience) int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.readers[to])
}

// Stats returns the counts.
func (h *Hub) Stats() Stats {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.stats
}

// Close ends every stream and lets no new one open.
func (h *Hub) Close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.closed = true
	for _, rs := range h.readers {
		for r := range rs {
			h.dropLocked(r)
		}
	}
}

func (h *Hub) dropLocked(r *reader) {
	if r.left {
		return
	}
	r.left = true
	for _, to := range r.to {
		delete(h.readers[to], r)
		if len(h.readers[to]) == 0 {
			delete(h.readers, to)
		}
	}
	h.stats.Open--
	close(r.gone)
}

// join opens a stream for the audiences, the first of which is the reader's
// own; nil means that it has too many already. missed are the events since
// last; lost says that some of them are no longer remembered.
func (h *Hub) join(to []Audience, last string) (r *reader, missed []*entry, lost bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed || len(h.readers[to[0]]) >= perAudience {
		return nil, nil, false
	}
	r = &reader{to: to, ch: make(chan *entry, buffered), gone: make(chan struct{})}
	for _, a := range to {
		if h.readers[a] == nil {
			h.readers[a] = make(map[*reader]struct{})
		}
		h.readers[a][r] = struct{}{}
	}
	h.stats.Open++
	if last == "" {
		return r, nil, false
	}
	seq, ok := h.parse(last)
	if !ok || seq+remembered < h.seq {
		return r, nil, true
	}
	for s := seq + 1; s <= h.seq; s++ {
		if e := h.past[(s-1)%remembered]; slices.Contains(to, e.to) {
			missed = append(missed, e)
		}
	}
	return r, missed, false
}

func (h *Hub) leave(r *reader) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.dropLocked(r)
}

// message is what an entry still says; not ok once it is withdrawn.
func (h *Hub) message(e *entry) (m Message, ok bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return e.Message, e.Kind != ""
}

func (h *Hub) delivered() {
	h.mu.Lock()
	h.stats.Delivered++
	h.mu.Unlock()
}

func (h *Hub) id(seq uint64) string { return h.epoch + "-" + strconv.FormatUint(seq, 10) }

// parse reads an identifier of this life of the hub that has been given out.
func (h *Hub) parse(id string) (uint64, bool) {
	epoch, n, ok := strings.Cut(id, "-")
	if !ok || epoch != h.epoch {
		return 0, false
	}
	seq, err := strconv.ParseUint(n, 10, 64)
	return seq, err == nil && seq <= h.seq
}
