package profile_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"foyer/floor"
	"foyer/profile"
)

// away is a customer of another store, last here so long before noon, of whom
// headquarters has everything.
func away(t *testing.T, ref string, days int) profile.Profile {
	p := full(t, ref)
	p.Home, p.Seen = "elsewhere", profile.Day(noon.AddDate(0, 0, -days))
	p.Notes, p.Appointments, p.Services = nil, nil, nil
	return p
}

// Of customers of other stores the box keeps who was here within 90 days, who
// has an appointment, for whom something waits, and who is here now; of the
// others their settings only.
func TestOnlyThisStoresCustomersAreKept(t *testing.T) {
	b := newBox(t)
	ana := associate(t, "ana")
	with := func(ref string, days int, change func(*profile.Profile)) {
		p := away(t, ref, days)
		if change != nil {
			change(&p)
		}
		if err := b.cache.Put(p); err != nil {
			t.Fatal(err)
		}
	}
	goes := map[string]bool{"c-91": true, "c-past": true, "c-cancelled": true, "c-collected": true}
	with("c-91", 91, nil)
	with("c-90", 90, nil)
	with("c-home", 400, func(p *profile.Profile) { p.Home = "shop" })
	with("c-nowhere", 400, func(p *profile.Profile) { p.Home = "" })
	with("c-here", 400, nil)
	with("c-before", 400, func(p *profile.Profile) { p.Seen = time.Time{} })
	with("c-noted", 400, func(p *profile.Profile) { p.Notes = full(t, "c-1").Notes })
	for ref, at := range map[string]time.Time{"c-past": noon.AddDate(0, 0, -1), "c-today": noon.Add(-time.Hour), "c-soon": noon.AddDate(0, 0, 20)} {
		with(ref, 400, func(p *profile.Profile) {
			p.Appointments = []profile.Appointment{{ID: "a", At: at, With: ana, State: profile.Confirmed}}
		})
	}
	with("c-cancelled", 400, func(p *profile.Profile) {
		p.Appointments = []profile.Appointment{{ID: "a", At: noon.AddDate(0, 0, 20), With: ana, State: profile.Cancelled}}
	})
	with("c-collected", 400, func(p *profile.Profile) {
		p.Services = []profile.ServiceItem{{ID: "s", Text: "x", Until: noon.Add(-time.Hour)}}
	})
	with("c-collects", 400, func(p *profile.Profile) { p.Services = []profile.ServiceItem{{ID: "s", Text: "x"}} })
	all, err := b.cache.Pseudonyms()
	if err != nil {
		t.Fatal(err)
	}
	here := func(c floor.Customer) bool { return c == customer(t, "c-here") }
	for range 2 { // a second look finds nobody more
		n, err := b.cache.Evict(noon, "shop", here)
		if err != nil || n != 0 && n != len(goes) {
			t.Fatalf("%d evicted, want %d: %v", n, len(goes), err)
		}
		for _, ref := range all {
			if p := b.get(customer(t, ref)); p.Slim != goes[ref] || p.Slim != (p.Form == "") || p.Slim != (len(p.Purchases) == 0) {
				t.Errorf("%s: settings only %v", ref, p.Slim)
			}
		}
	}
	if p := b.get(customer(t, "c-before")); !p.Seen.Equal(profile.Day(noon)) {
		t.Errorf("one of before counts from %v", p.Seen)
	}
}

// Who is let go leaves nothing readable but what protects her when she comes
// back: her settings and her consents. Then headquarters is asked, and sends.
func TestEvictedAndBack(t *testing.T) {
	b := newBox(t)
	p := away(t, "c-1", 200)
	p.Visibility, p.FromHQ = profile.Invisible, profile.Automatic
	if err := b.cache.Put(p); err != nil {
		t.Fatal(err)
	}
	if _, err := b.cache.Withdraw(p.Customer, noon, profile.Photo); err != nil {
		t.Fatal(err)
	}
	if n, err := b.cache.Evict(noon, "shop", func(floor.Customer) bool { return false }); err != nil || n != 1 {
		t.Fatalf("%d, %v", n, err)
	}
	b.restart()
	got := b.get(p.Customer)
	want := profile.Profile{Customer: p.Customer, Style: p.Style, Visibility: p.Visibility, Preferred: p.Preferred, Named: p.Named, Blocked: p.Blocked,
		Audience: p.Audience, Rev: p.Rev, FromHQ: p.FromHQ, NotToday: p.NotToday, Home: p.Home, Slim: true}
	if diff := cmp.Diff(want, got, people); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if cs, err := b.cache.Consents(p.Customer); err != nil || len(cs) != 1 {
		t.Errorf("her words: %v, %v", cs, err)
	}
	e, err := b.cache.Export(p.Customer)
	if err != nil || strings.Contains(e.String(), "MARK") {
		t.Error(err)
	}
	if wanted, err := b.cache.Renew(p.Customer, noon); err != nil || !wanted {
		t.Errorf("she is here, and headquarters is asked: %v, %v", wanted, err)
	}
	again := b.get(p.Customer).Update(away(t, "c-1", 0), noon.AddDate(0, 0, 1))
	if again.Slim || again.Form == "" || again.Visibility != profile.Invisible || !again.Seen.Equal(profile.Day(noon)) {
		t.Errorf("sent again: settings only %v, %s, seen %v", again.Slim, again.Visibility, again.Seen)
	}
	if later := again.Update(away(t, "c-1", 0), noon.AddDate(0, 6, 0)); !later.Seen.Equal(again.Seen) {
		t.Error("a mere change at headquarters binds her")
	}
	if wanted, err := b.cache.Renew(customer(t, "c-2"), noon); err != nil || wanted {
		t.Errorf("nobody known: %v, %v", wanted, err)
	}
}

// What she hid, corrected and chose here outlasts being let go, until
// headquarters has taken it over: its profile of her comes back as she left it.
func TestChoicesOutlastEviction(t *testing.T) {
	b := newBox(t)
	p, nobody := away(t, "c-1", 200), func(floor.Customer) bool { return false }
	p.Named, p.Barred = p.Preferred, p.Blocked
	who, zoe := p.Customer, associate(t, "zoe")
	if err := b.cache.Put(p); err != nil {
		t.Fatal(err)
	}
	hidden, stated := p.Purchases[0].ID, p.Stated[0].ID
	if err := errors.Join(b.cache.Hide(who, hidden, true), b.cache.Correct(who, stated, "In my own words", noon)); err != nil {
		t.Fatal(err)
	}
	if _, err := b.cache.Choose(who, func(c profile.Choice) profile.Choice {
		return profile.Choice{Preferred: []floor.AssociateID{zoe}, Blocked: c.Blocked}
	}); err != nil {
		t.Fatal(err)
	}
	sent := away(t, "c-1", 0)
	for round := range 2 {
		if n, err := b.cache.Evict(noon, "shop", nobody); err != nil || n != 1 {
			t.Fatalf("%d, %v", n, err)
		}
		b.restart()
		if got := b.get(who); !got.Slim || len(got.Purchases)+len(got.Stated) > 0 {
			t.Fatalf("round %d: she was not let go", round)
		}
		sent.Rev++
		if err := b.cache.Change(who, func(old *profile.Profile) error { *old = old.Update(sent, noon); return nil }); err != nil {
			t.Fatal(err)
		}
		got := b.get(who)
		if !got.Purchases[0].Hidden || !got.Purchases[0].HiddenHere || got.Stated[0].Text != "In my own words" ||
			len(got.Preferred) != 1 || got.Preferred[0] != zoe {
			t.Errorf("round %d: hidden %v, stated %q, hers %v", round, got.Purchases[0].Hidden, got.Stated[0].Text, got.Preferred)
		}
		if err := b.cache.Change(who, func(p *profile.Profile) error { p.Seen, p.Expected = noon.AddDate(0, 0, -200), time.Time{}; return nil }); err != nil {
			t.Fatal(err)
		}
	}
}

// Who was fetched because she came near, and did not come in, has not been here:
// she is let go again two days later, and nothing says that she was seen.
func TestComingNearIsNoVisit(t *testing.T) {
	b := newBox(t)
	p, nobody := away(t, "c-1", 200), func(floor.Customer) bool { return false }
	if err := b.cache.Put(p); err != nil {
		t.Fatal(err)
	}
	evict := func(at time.Time, want int) profile.Profile {
		t.Helper()
		if n, err := b.cache.Evict(at, "shop", nobody); err != nil || n != want {
			t.Fatalf("at %v: %d let go, want %d: %v", at, n, want, err)
		}
		return b.get(p.Customer)
	}
	evict(noon, 1)
	fetch := func(at time.Time) {
		t.Helper()
		sent := away(t, "c-1", 0)
		sent.Rev += uint64(at.Unix())
		if err := b.cache.Change(p.Customer, func(old *profile.Profile) error { *old = old.Update(sent, at); return nil }); err != nil {
			t.Fatal(err)
		}
	}
	fetch(noon)
	if got := evict(noon.Add(12*time.Hour), 0); !got.Seen.IsZero() || got.Slim {
		t.Errorf("she counts as seen on %v", got.Seen)
	}
	if got := evict(noon.AddDate(0, 0, 2), 1); !got.Slim || !got.Seen.IsZero() || !got.Expected.IsZero() {
		t.Errorf("she is kept: %v, %v", got.Seen, got.Expected)
	}
	fetch(noon.AddDate(0, 0, 3))
	if _, err := b.cache.Renew(p.Customer, noon.AddDate(0, 0, 3)); err != nil {
		t.Fatal(err)
	}
	if got := evict(noon.AddDate(0, 0, 60), 0); !got.Seen.Equal(profile.Day(noon.AddDate(0, 0, 3))) {
		t.Errorf("she came in, and counts as seen on %v", got.Seen)
	}
}

// Where the file is nearly full a visit binds for a week.
func TestAFullFileLetsGoSooner(t *testing.T) {
	for _, c := range []struct {
		quota int64
		gone  int
	}{{0, 0}, {1 << 20, 1}} {
		b := newBox(t)
		b.quota = c.quota
		b.restart()
		p := away(t, "c-1", 8)
		for i := range 650 {
			p.Purchases = append(p.Purchases, profile.Purchase{ID: "p", At: noon, Category: "x", Text: strings.Repeat("x", 1400-i%2), Sensitivity: profile.Ordinary})
		}
		if err := b.cache.Put(p); err != nil {
			t.Fatal(err)
		}
		if n, err := b.cache.Evict(noon, "shop", func(floor.Customer) bool { return false }); err != nil || n != c.gone {
			t.Errorf("quota %d: %d let go, %v", c.quota, n, err)
		}
	}
}
