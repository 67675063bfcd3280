package hq

import (
	"slices"

	"foyer/sync/wire"
)

// window is how many events may be on their way without headquarters'
// acknowledgement; urgent ones have a window of their own.
const window = 512

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
// sent.
func (q *queue) next() (key, bool) {
	outstanding := 0
	for i := range q.class {
		c := &q.class[i]
		if outstanding += c.sent; c.sent < len(c.entries) && outstanding < window {
			c.sent++
			return key{wire.Priority(i), c.entries[c.sent-1].seq}, true
		}
		if wire.Priority(i) == wire.Urgent {
			outstanding = 0
		}
	}
	return key{}, false
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
	var keys []key
	for i := range q.class {
		for _, e := range q.class[i].entries {
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

// remove takes events out; keys are in order within each class.
func (q *queue) remove(keys []key) {
	gone := make(map[key]bool, len(keys))
	for _, k := range keys {
		gone[k] = true
	}
	for i := range q.class {
		c := &q.class[i]
		kept, sent := c.entries[:0], c.sent
		for j, e := range c.entries {
			if !gone[key{wire.Priority(i), e.seq}] {
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
