package hq

import (
	"maps"
	"slices"
	"testing"

	"foyer/sync/wire"

	"pgregory.net/rapid"
)

// A model of the outbox against random histories: nothing leaves but what is
// acknowledged or given up, urgent events are never given up, what is sent is
// sent once between two resends, the most urgent and oldest first.
func TestQueue(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var q queue
		held, sent := map[key]int{}, map[key]bool{}
		seq, bytes := uint64(0), 0
		drop := func(keys []key) {
			q.remove(keys)
			for _, k := range keys {
				bytes -= held[k]
				delete(held, k)
				delete(sent, k)
			}
		}
		t.Repeat(map[string]func(*rapid.T){
			"add": func(t *rapid.T) {
				seq++
				k, size := key{wire.Priority(rapid.IntRange(0, 2).Draw(t, "class")), seq}, rapid.IntRange(1, 9).Draw(t, "size")
				q.add(k, size)
				held[k], bytes = size, bytes+size
			},
			"send": func(t *rapid.T) {
				k, _, ok := q.next()
				if !ok {
					return // the window is far away in these histories
				}
				if held[k] == 0 || sent[k] {
					t.Fatalf("%v sent, held %d, sent before %t", k, held[k], sent[k])
				}
				for other := range held {
					if !sent[other] && (other.class < k.class || other.class == k.class && other.seq < k.seq) {
						t.Fatalf("%v sent before %v", k, other)
					}
				}
				sent[k] = true
			},
			"resend": func(*rapid.T) { q.resend(); clear(sent) },
			"ack": func(t *rapid.T) {
				n := rapid.Uint64Range(0, seq)
				a := wire.Ack{Through: n.Draw(t, "through"), Also: []wire.Range{{From: n.Draw(t, "from"), To: n.Draw(t, "to")}}}
				keys := q.acked(a)
				for k := range held {
					if slices.Contains(keys, k) != covers(a, k.seq) {
						t.Fatalf("%v acknowledged by %v: %t", k, a, !covers(a, k.seq))
					}
				}
				drop(keys)
			},
			"give up": func(t *rapid.T) {
				need := rapid.IntRange(1, 30).Draw(t, "need")
				keys, ok := q.victims(need)
				freed := 0
				for _, k := range keys {
					if freed += held[k]; k.class == wire.Urgent {
						t.Fatal("an urgent event is given up")
					}
				}
				if ok != (freed >= need) {
					t.Fatalf("freed %d of %d, says %t", freed, need, ok)
				}
				drop(keys)
			},
			"": func(t *rapid.T) {
				if q.len() != len(held) || q.bytes != bytes || q.sent() != len(sent) {
					t.Fatalf("holds %d with %d bytes, %d sent; want %d, %d, %d", q.len(), q.bytes, q.sent(), len(held), bytes, len(sent))
				}
				oldest := seq + 1
				for k := range maps.Keys(held) {
					oldest = min(oldest, k.seq)
				}
				if got := q.oldest(seq + 1); got != oldest {
					t.Fatalf("oldest %d, want %d", got, oldest)
				}
			},
		})
	})
}

// The window holds back ordinary events, and never urgent ones.
func TestQueueWindow(t *testing.T) {
	var q queue
	for i := range uint64(2 * window) {
		q.add(key{wire.Ordinary, i + 1}, 1)
	}
	n := 0
	for _, _, ok := q.next(); ok; _, _, ok = q.next() {
		n++
	}
	if n != window {
		t.Errorf("%d on their way, want %d", n, window)
	}
	q.add(key{wire.Urgent, 9999}, 1)
	if k, _, ok := q.next(); !ok || k.class != wire.Urgent {
		t.Errorf("next is %v, %t: an urgent event waits for the window", k, ok)
	}
	if k, _, ok := q.next(); ok {
		t.Errorf("the window lets %v through", k)
	}
}
