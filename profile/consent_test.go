package profile_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"foyer/profile"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// word draws consents that collide often: few purposes, times, counts, nodes.
func word() *rapid.Generator[profile.Consent] {
	return rapid.Custom(func(r *rapid.T) profile.Consent {
		return profile.Consent{
			Purpose: rapid.SampledFrom(profile.Purposes()[:2]).Draw(r, "purpose"),
			Granted: rapid.Bool().Draw(r, "granted"),
			At: profile.HLC{
				Wall:  noon.Add(time.Duration(rapid.IntRange(0, 2).Draw(r, "ms")) * time.Millisecond),
				Count: rapid.Uint32Range(0, 1).Draw(r, "count"),
				Node:  rapid.SampledFrom([]string{"a", "b"}).Draw(r, "node"),
			},
			Notice: rapid.SampledFrom([]string{"v1", "v2"}).Draw(r, "notice"),
			Method: rapid.SampledFrom([]string{"page", "app"}).Draw(r, "method"),
		}
	})
}

func values(cs profile.Consents) []profile.Consent { return cs.List() }

func TestMergeInAnyOrderAnyNumberOfTimes(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		words := rapid.SliceOfN(word(), 0, 8)
		a, b, c := words.Draw(r, "a"), words.Draw(r, "b"), words.Draw(r, "c")
		var none profile.Consents
		as, bs, cs := none.Merge(a...), none.Merge(b...), none.Merge(c...)
		same := func(law string, x, y profile.Consents) {
			if diff := cmp.Diff(x, y); diff != "" {
				r.Fatalf("not %s:\n%s", law, diff)
			}
		}
		same("commutative", as.Merge(values(bs)...), bs.Merge(values(as)...))
		same("associative", as.Merge(values(bs.Merge(values(cs)...))...), as.Merge(values(bs)...).Merge(values(cs)...))
		same("idempotent", as.Merge(a...), as)
		same("independent of order", none.Merge(rapid.Permutation(a).Draw(r, "shuffled")...), as)
	})
}

// Whatever else arrives, a purpose is granted only by a grant that is later
// than every withdrawal of it.
func TestWithdrawalWins(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		words := rapid.SliceOfN(word(), 1, 10).Draw(r, "words")
		got := profile.Consents(nil).Merge(words...)
		for _, p := range profile.Purposes() {
			granted := false
			for _, g := range words {
				later := g.Purpose == p && g.Granted
				for _, w := range words {
					if w.Purpose == p && !w.Granted && !after(g.At, w.At) {
						later = false
					}
				}
				granted = granted || later
			}
			if got.Allowed(p) != granted {
				r.Fatalf("%s allowed: %v, want %v", p, got.Allowed(p), granted)
			}
		}
	})
}

func after(a, b profile.HLC) bool {
	return a.Wall.After(b.Wall) || a.Wall.Equal(b.Wall) && a.Count > b.Count
}

func TestMergeDoesNotChangeItsReceiver(t *testing.T) {
	cs := profile.Consents{}
	cs.Merge(profile.Consent{Purpose: profile.Presence, Granted: true, At: profile.HLC{Wall: noon}})
	if len(cs) != 0 {
		t.Errorf("got %v", cs)
	}
}

func TestClockIsLaterThanAllItSaw(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		now := noon
		clock := profile.NewClock("box", func() time.Time { return now })
		var last profile.HLC
		for range rapid.IntRange(1, 30).Draw(r, "steps") {
			now = now.Add(time.Duration(rapid.IntRange(-3000, 3000).Draw(r, "step")) * time.Microsecond)
			if rapid.Bool().Draw(r, "observe") {
				seen := profile.HLC{
					Wall:  noon.Add(time.Duration(rapid.IntRange(-5, 5).Draw(r, "ms")) * time.Millisecond),
					Count: rapid.SampledFrom([]uint32{0, 1, 1<<32 - 1}).Draw(r, "count"), Node: "z",
				}
				clock.Observe(seen)
				if after(seen, last) {
					last = seen
				}
				continue
			}
			at := clock.Now()
			if !after(at, last) || at.Node != "box" {
				r.Fatalf("%+v is not later than %+v", at, last)
			}
			last = at
		}
	})
}
