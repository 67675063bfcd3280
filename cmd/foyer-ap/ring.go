package main

import (
	"sync"
	"time"

	"foyer/floor"
	"foyer/radio/report"
)

// What waits for the box, and how long.
const (
	keep      = time.Minute // older readings are of no use to the box
	entrySize = 80          // bytes of an entry, at most; a test measures it
)

// An entry is one reading that has not reached the box.
type entry struct {
	at     time.Time // with the monotonic clock
	ap     string
	client report.Addr
	kind   floor.Kind
	assoc  report.Assoc
	rssi   float32 // dBm
	freq   int32   // MHz
}

// A ring holds readings in the order they were heard, in memory that it has
// from the start. When it is full the oldest gives way and is counted. What has
// been taken away is overwritten. Any goroutine may use it.
type ring struct {
	mu          sync.Mutex
	buf         []entry
	first, next uint64 // counts of the oldest entry and of the one to come
	lost        uint64
	wake        chan struct{} // holds one
}

func newRing(entries int) *ring {
	return &ring{buf: make([]entry, max(entries, 1)), wake: make(chan struct{}, 1)}
}

// put adds readings and wakes who waits for them.
func (r *ring) put(now time.Time, list ...entry) {
	r.mu.Lock()
	r.expire(now)
	for _, e := range list {
		if r.next-r.first == uint64(len(r.buf)) {
			r.drop()
			r.lost++
		}
		*r.at(r.next) = e
		r.next++
	}
	r.mu.Unlock()
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

// take appends at most n of the oldest readings to dst. They stay until done
// is called with the count that take returns.
func (r *ring) take(dst []entry, n int, now time.Time) ([]entry, uint64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.expire(now)
	end := min(r.next, r.first+uint64(n))
	for i := r.first; i < end; i++ {
		dst = append(dst, *r.at(i))
	}
	return dst, end
}

// done forgets what was taken through count.
func (r *ring) done(count uint64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for r.first < count {
		r.drop()
	}
}

// missed returns how many readings never reached the box.
func (r *ring) missed() uint64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.lost
}

func (r *ring) expire(now time.Time) {
	for r.first < r.next && now.Sub(r.at(r.first).at) > keep {
		r.drop()
		r.lost++
	}
}

func (r *ring) drop() {
	*r.at(r.first) = entry{}
	r.first++
}

func (r *ring) at(count uint64) *entry { return &r.buf[count%uint64(len(r.buf))] }
