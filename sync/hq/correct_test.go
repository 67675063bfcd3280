package hq_test

import (
	"strings"
	"testing"
	"time"

	"foyer/sync/wire"
)

// What she hides and corrects in one store reaches the other.
func TestACorrectionReachesEveryStore(t *testing.T) {
	s := newSite(t, false)
	f, _ := s.office(t)
	here := s.box(t, t.TempDir())
	s.bundle = s.other
	there := s.box(t, t.TempDir())
	p := profile(0, "Ms. Keller")
	p.Purchases = []wire.Purchase{{ID: "p-1", At: time.Now(), Category: "boots", Text: "Boots", Sensitivity: "ordinary"}}
	p.Stated = []wire.StatedPreference{{ID: "s-1", Kind: "size", Text: "Size 38", Audience: "mine"}}
	for _, store := range []string{"014", "015"} {
		_, err := f.Push(store, wire.DownProfile, p)
		must(t, err)
	}
	eventually(t, "profiles in force", func() bool { return pending(f) == 0 && len(there.got(wire.DownProfile)) == 1 })
	now := time.Now().UTC()
	must(t, here.Record(wire.UpCorrection, wire.Correction{Customer: p.Customer, Of: "purchase", ID: "p-1", Hidden: true, At: now}))
	must(t, here.Record(wire.UpCorrection, wire.Correction{Customer: p.Customer, Of: "stated", ID: "s-1", Text: "Size 39", At: now}))
	must(t, here.Record(wire.UpCorrection, wire.Correction{Customer: p.Customer, Of: "stated", ID: "s-9", Removed: true, At: now}))
	must(t, here.Record(wire.UpCorrection, wire.Correction{Customer: p.Customer, Of: "audience", ID: "online", Audience: "closed", At: now}))
	for name, b := range map[string]*box{"here": here, "there": there} {
		eventually(t, "the corrected profile "+name, func() bool {
			got := b.got(wire.DownProfile)
			last := got[len(got)-1]
			return strings.Contains(last, `"hidden":true`) && strings.Contains(last, "Size 39") && strings.Contains(last, `"online":"closed"`)
		})
	}
}
