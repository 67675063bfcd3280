package main

import (
	"testing"
	"time"
	"unsafe"
)

func TestRing(t *testing.T) {
	if size := unsafe.Sizeof(entry{}); size > entrySize {
		t.Errorf("an entry has %d bytes, more than the %d that the memory is divided by", size, entrySize)
	}
	r, now := newRing(3), time.Now()
	put := func(after time.Duration, rssi float32) {
		r.put(now.Add(after), entry{at: now.Add(after), ap: "ap", client: client(t, 1), rssi: rssi})
	}
	take := func(n int, after time.Duration, want ...float32) uint64 {
		t.Helper()
		got, through := r.take(nil, n, now.Add(after))
		if len(got) != len(want) {
			t.Fatalf("%d entries, want %v", len(got), want)
		}
		for i, e := range got {
			if e.rssi != want[i] {
				t.Errorf("entry %d: %v, want %v", i, e.rssi, want[i])
			}
		}
		return through
	}
	take(5, 0)
	put(0, -1)
	put(1, -2)
	through := take(1, 2, -1)
	take(5, 2, -1, -2) // still there
	r.done(through)
	take(5, 2, -2)
	put(2, -3)
	put(3, -4)
	through = take(2, 4, -2, -3)
	put(4, -5) // full: -2 gives way while it is under way
	r.done(through)
	take(5, 5, -4, -5)
	if r.missed() != 1 {
		t.Errorf("%d lost, want 1", r.missed())
	}
	put(keep, -6)
	take(5, keep+4, -5, -6)
	take(5, keep+5, -6)
	if r.missed() != 3 {
		t.Errorf("%d lost, want 3", r.missed())
	}
	take(5, 3*keep)
	for i, e := range r.buf {
		if e != (entry{}) {
			t.Errorf("place %d still holds a reading", i)
		}
	}
}

// However much is put in, the ring takes no more memory than it had.
func TestRingAllocatesNothing(t *testing.T) {
	r, now := newRing(1000), time.Now()
	e := entry{at: now, ap: "ap", client: client(t, 1), rssi: -50}
	if n := testing.AllocsPerRun(10000, func() { r.put(now, e) }); n != 0 {
		t.Errorf("%v allocations a reading", n)
	}
	if r.next-r.first != 1000 || r.missed() != 9001 {
		t.Errorf("%d wait, %d lost", r.next-r.first, r.missed())
	}
}
