package hq

import (
	"slices"

	"foyer/sync/wire"
)

// window is how many events may be on their way without headquarters'
// acknowledgement; urgent ones have a window of their own.
const window = 1024

// A key finds an event: its class first, then its sequence number.
type key struct {
	class wire.Priority
	seq   uint64
}

type entry struct {
	seq  uint64
	size int
}

// queue is what stands in the outbox, without the bytes: for each class its
// events in order, of which the first sent ones are on their way.
type queue struct {
	class [wire.Ordinary + 1]struct {
		entries []entry
		sent    int
	}
	bytes int
}

func (q *queue) add(k key, size int) {
	c := &q.class[k.class]
	c.entries = append(c.entries, entry{k.seq, size})
	q.bytes += size
}

func (q *queue) len() int {
	n := 0
	for i := range q.class {
		n += len(q.class[i].entries)
	}
	return n
}

// oldest returns the lowest sequence number held, or next if there is none.
func (q *queue) oldest(next uint64) uint64 {
	for i := range q.class {
		if e := q.class[i].entries; len(e) > 0 {
			next = min(next, e[0].seq)
		}
	}
	return next
}

// next returns the event to send now, the most urgent first, and counts it as
// sent. Size is in bytes.
func (q *queue) next() (k key, size int, ok bool) {
	outstanding := 0
	for i := range q.class {
		c := &q.class[i]
		if outstanding += c.sent; c.sent < len(c.entries) && outstanding < window {
			c.sent++
			e := c.entries[c.sent-1]
			return key{wire.Priority(i), e.seq}, e.size, true
		}
		if wire.Priority(i) == wire.Urgent {
			outstanding = 0
		}
	}
	return key{}, 0, false
}

// sent returns how many events are on their way.
func (q *queue) sent() int {
	n := 0
	for i := range q.class {
		n += q.class[i].sent
	}
	return n
}

// resend forgets what was sent, so that next begins anew.
func (q *queue) resend() {
	for i := range q.class {
		q.class[i].sent = 0
	}
}

// acked returns the events that an acknowledgement covers.
func (q *queue) acked(a wire.Ack) []key {
	last := a.Through
	for _, r := range a.Also {
		last = max(last, r.To)
	}
	var keys []key
	for i := range q.class {
		for _, e := range q.class[i].entries {
			if e.seq > last {
				break // they rise
			}
			if covers(a, e.seq) {
				keys = append(keys, key{wire.Priority(i), e.seq})
			}
		}
	}
	return keys
}

func covers(a wire.Ack, seq uint64) bool {
	return seq <= a.Through || slices.ContainsFunc(a.Also, func(r wire.Range) bool { return r.From <= seq && seq <= r.To })
}

// victims returns the oldest events of the least urgent classes whose removal
// frees at least need bytes, and whether there are enough. Urgent events are
// never among them.
func (q *queue) victims(need int) ([]key, bool) {
	var keys []key
	for p := wire.Ordinary; p > wire.Urgent && need > 0; p-- {
		for _, e := range q.class[p].entries {
			if need <= 0 {
				break
			}
			keys = append(keys, key{p, e.seq})
			need -= e.size
		}
	}
	return keys, need <= 0
}

// remove takes events out.
func (q *queue) remove(keys []key) {
	for i := range q.class {
		c := &q.class[i]
		gone := make([]uint64, 0, len(keys))
		for _, k := range keys {
			if k.class == wire.Priority(i) {
				gone = append(gone, k.seq)
			}
		}
		slices.Sort(gone)
		gone = slices.Compact(gone)
		front := 0 // mostly it is the oldest that go: then nothing is moved
		for front < len(gone) && front < len(c.entries) && c.entries[front].seq == gone[front] {
			q.bytes -= c.entries[front].size
			front++
		}
		c.sent = max(0, c.sent-front)
		c.entries, gone = c.entries[front:], gone[front:]
		if len(gone) == 0 {
			continue
		}
		kept, sent := c.entries[:0], c.sent
		for j, e := range c.entries {
			for len(gone) > 0 && gone[0] < e.seq {
				gone = gone[1:] // not held
			}
			if len(gone) == 0 || gone[0] != e.seq {
				kept = append(kept, e)
				continue
			}
			q.bytes -= e.size
			if j < sent {
				c.sent--
			}
		}
		c.entries = kept
	}
}
