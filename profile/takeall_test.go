package profile_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"foyer/profile"
)

// Many at once come to the same as one by one: new, known and erased customers,
// good and bad profiles; and what is refused leaves no key behind.
func TestTakeAll(t *testing.T) {
	one, many := newBox(t), newBox(t)
	erased, known := customer(t, "c-erased"), full(t, "c-known")
	for _, b := range []*box{one, many} {
		must(t, b.cache.Put(known))
		must(t, b.cache.Put(full(t, erased.Ref())))
		must(t, b.cache.Forget(noon, erased))
	}
	var all []profile.Sent
	for i := range 50 {
		p := full(t, fmt.Sprint("c-", i))
		all = append(all, profile.Sent{Profile: p, Consents: []profile.Consent{{Purpose: profile.Presence, Granted: i%2 == 0,
			At: profile.HLC{Wall: noon, Node: "hq"}}}})
	}
	older, bad := known, full(t, "c-bad")
	older.Rev, older.Form = 1, "old"
	bad.Style = "hover"
	all = append(all, profile.Sent{Profile: older}, profile.Sent{Profile: bad}, profile.Sent{Profile: full(t, erased.Ref())})
	refused, err := many.cache.TakeAll(all, noon)
	must(t, err)
	for i, s := range all {
		who := s.Profile.Customer
		_, err := one.cache.Merge(who, s.Consents...)
		must(t, err)
		err = one.cache.Change(who, func(p *profile.Profile) error { *p = p.Update(s.Profile, noon); return nil })
		for _, kind := range []error{profile.ErrProfile, profile.ErrErased} {
			if errors.Is(err, kind) != errors.Is(refused[i], kind) {
				t.Errorf("%v: alone %v, among many %v", who, err, refused[i])
			}
		}
		if (err == nil) != (refused[i] == nil) {
			t.Errorf("%v: alone %v, among many %v", who, err, refused[i])
		}
		want, errWant := one.cache.Get(who)
		got, errGot := many.cache.Get(who)
		if !errors.Is(errGot, errWant) {
			t.Errorf("%v: %v, want %v", who, errGot, errWant)
		}
		if d := cmp.Diff(want, got, people); d != "" {
			t.Errorf("%v: %s", who, d)
		}
		before, err := one.cache.Consents(who)
		must(t, err)
		after, err := many.cache.Consents(who)
		must(t, err)
		if d := cmp.Diff(before, after); d != "" {
			t.Errorf("%v: consents: %s", who, d)
		}
	}
	if !errors.Is(refused[len(all)-2], profile.ErrProfile) || !errors.Is(refused[len(all)-1], profile.ErrErased) {
		t.Errorf("refused: %v", refused[len(all)-2:])
	}
	if a, b := keys(t, one), keys(t, many); a != b || many.keys.Has("c-bad") {
		t.Errorf("%d keys, %d alone", b, a)
	}
}

func keys(t *testing.T, b *box) int {
	n, err := b.keys.Count()
	must(t, err)
	return n
}

// BenchmarkTakeAll puts profiles of a usual size in force, a thousand at once.
func BenchmarkTakeAll(b *testing.B) {
	x := newBox(b)
	p := full(b, "c-0")
	for i := 0; i < b.N; i += 1000 {
		var all []profile.Sent
		for j := range min(1000, b.N-i) {
			p.Customer = customer(b, fmt.Sprint("c-", i+j))
			all = append(all, profile.Sent{Profile: p})
		}
		if _, err := x.cache.TakeAll(all, noon); err != nil {
			b.Fatal(err)
		}
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
