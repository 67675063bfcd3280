package hq_test

import (
	"strings"
	"testing"

	"foyer/sync/wire"
)

// A customer asks for it on one store's page: headquarters answers that store
// with her proof, tells the other store that knows her, and a third person's
// profile is not touched. What a box reports of headquarters' own wish has no
// answer, or the two would talk for ever.
func TestForgetReachesEveryStore(t *testing.T) {
	s := newSite(t, false)
	f, _ := s.office(t)
	here := s.box(t, t.TempDir())
	s.bundle = s.other
	there := s.box(t, t.TempDir())
	for _, b := range []*box{here, there} { // a message to a broker that nobody has subscribed to comes again only later
		eventually(t, "the boxes up", func() bool { return b.Status().Up && !b.Status().LastContact.IsZero() })
	}
	for _, store := range []string{"014", "015"} {
		for n := range 2 {
			_, err := f.Push(store, wire.DownProfile, profile(n, "Ms. Keller"))
			must(t, err)
		}
	}
	eventually(t, "profiles in force", func() bool {
		return pending(f) == 0 && len(here.got(wire.DownProfile)) == 2 && len(there.got(wire.DownProfile)) == 2
	})
	her, other := profile(0, "").Customer, profile(1, "").Customer
	must(t, here.Record(wire.UpErase, wire.Erase{Customer: other, Proof: "f-0", Asked: wire.AskedByHeadquarters}))
	must(t, here.Record(wire.UpErase, wire.Erase{Customer: other, Proof: "f-00", Asked: wire.AskedByOperator}))
	must(t, here.Record(wire.UpErase, wire.Erase{Customer: her, Proof: "f-1", Asked: wire.AskedByCustomer}))
	for name, b := range map[string]*box{"here": here, "there": there} {
		eventually(t, "the answer "+name, func() bool { return len(b.got(wire.DownErase)) > 0 })
		if got := b.got(wire.DownErase); len(got) != 1 || !strings.Contains(got[0], `"proof":"f-1"`) || !strings.Contains(got[0], `"`+her+`"`) {
			t.Errorf("%s: %q", name, got)
		}
	}
	eventually(t, "all in force", func() bool { return pending(f) == 0 })
}
