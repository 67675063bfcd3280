package office

import (
	"testing"

	"pgregory.net/rapid"
)

// Against a plain set: the same numbers, the same count of new ones, never
// overlapping nor touching, and an acknowledgement that covers exactly them.
func TestIntervals(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var iv intervals
		set := map[uint64]bool{}
		n := rapid.Uint64Range(0, 40)
		t.Repeat(map[string]func(*rapid.T){
			"add": func(t *rapid.T) {
				from, to := n.Draw(t, "from"), n.Draw(t, "to")
				fresh := uint64(0)
				for i := from; from > 0 && i <= to; i++ {
					if !set[i] {
						fresh++
					}
					set[i] = true
				}
				var got uint64
				if iv, got = iv.add(from, to); got != fresh {
					t.Fatalf("add %d to %d: %d new, want %d", from, to, got, fresh)
				}
			},
			"": func(t *rapid.T) {
				ack := iv.ack(1)
				for i := range uint64(50) {
					covered := i > 0 && i <= ack.Through
					for _, r := range ack.Also {
						covered = covered || r.From <= i && i <= r.To
					}
					if iv.has(i) != set[i] || covered != set[i] {
						t.Fatalf("%d: has %t, acknowledged %t, want %t in %v", i, iv.has(i), covered, set[i], iv)
					}
				}
				for i := 1; i < len(iv); i++ {
					if iv[i].From <= iv[i-1].To+1 {
						t.Fatalf("not apart: %v", iv)
					}
				}
			},
		})
	})
}
