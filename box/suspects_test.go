package box

import (
	"slices"
	"testing"
	"time"

	"foyer/floor"
	"foyer/health"
	"foyer/locator"
)

// What the locator holds against access points is said with the place and the
// cure, and taken back once it is over.
func TestSuspectsAreSaid(t *testing.T) {
	now := time.Date(2026, 11, 25, 15, 0, 0, 0, time.UTC)
	b := &store{health: health.New(func() time.Time { return now.Add(time.Hour) }, nil)}
	b.plan.Store(floor.Example())
	said := func() (out []string) {
		for _, w := range b.health.List() {
			out = append(out, string(w.Code)+" "+w.Subject)
		}
		slices.Sort(out)
		return out
	}
	steps := []struct {
		in   []locator.Suspect
		want []string
	}{
		{nil, nil},
		{[]locator.Suspect{{AP: "ap-08", Change: locator.Moved, Since: now}, {AP: "ap-05", Change: locator.Unheard, Since: now}},
			[]string{"ap-moved ap-08 (Beauty)", "ap-unheard ap-05 (Shoes)"}},
		{[]locator.Suspect{{AP: "ap-08", Change: locator.Repowered, Since: now}}, []string{"ap-power ap-08 (Beauty)"}},
		{nil, nil},
	}
	for i, s := range steps {
		b.accuse(s.in)
		if got := said(); !slices.Equal(got, s.want) {
			t.Errorf("step %d: %q, want %q", i, got, s.want)
		}
	}
}
