package box

import (
	"testing"
	"time"

	"foyer/concierge"
	"foyer/config"
	"foyer/floor"
	"foyer/sync/wire"
)

// A customer of another store, of whom nothing was heard here for 90 days, is
// let go of, but not while she is here; when she comes back and is announced,
// headquarters is asked for her, if it may learn that she is here.
func TestEvictedUntilSheIsAnnounced(t *testing.T) {
	for _, history := range []bool{true, false} {
		b, _ := lined(t)
		b.config.Store(&config.Config{Store: config.Store{ID: "shop"}})
		b.clock = mustClock(t, t.TempDir())
		c, phone := customerOf(t, "c-1"), floor.NewPhone()
		err := b.tell(t, wire.DownProfile, keller(1, func(p *wire.Profile) {
			p.Home, p.Visibility = "elsewhere", "ask_each_visit"
			if history {
				p.Consents = append(p.Consents, wire.Consent{Purpose: "history_store", Granted: true, Wall: at.UnixMilli(), Node: "hq"})
			}
		}))
		if err != nil {
			t.Fatal(err)
		}
		b.in.Now = func() time.Time { return time.Now().AddDate(0, 0, 91) }
		b.clock.look(b.in.Now(), time.Time{}, 0)
		come := func(f func(d *concierge.Desk, now time.Time)) {
			t.Helper()
			var events []concierge.Event
			if err := b.flow.Do(t.Context(), func(d *concierge.Desk, now time.Time) {
				f(d, now)
				events = d.Events()
			}); err != nil {
				t.Fatal(err)
			}
			for _, e := range events {
				b.record(e)
			}
		}
		come(func(d *concierge.Desk, _ time.Time) { b.flow.arrive(concierge.Bound{Phone: phone, Customer: c}) })
		b.evict(t.Context())
		if p, err := b.profiles.Get(c); err != nil || p.Slim {
			t.Fatalf("let go of while she is here: %v", err)
		}
		come(func(d *concierge.Desk, now time.Time) { d.Left(phone, now) })
		b.evict(t.Context())
		if p, err := b.profiles.Get(c); err != nil || !p.Slim || p.Form != "" {
			t.Fatalf("not let go of: %v", err)
		}
		before := b.link.Status().Backlog
		come(func(d *concierge.Desk, now time.Time) {
			b.flow.arrive(concierge.Bound{Phone: phone, Customer: c})
			d.Greet(floor.Visit{ID: floor.NewVisitID(), Phone: phone, State: floor.Present, Began: at, At: at}, now)
		})
		if n := b.link.Status().Backlog; n != before {
			t.Errorf("headquarters is told of one who has not been announced: %d", n-before)
		}
		come(func(d *concierge.Desk, now time.Time) {
			if err := d.Announce(c, concierge.LetMeBrowse, now); err != nil {
				t.Error(err)
			}
		})
		want := 0
		if history {
			want = 2 // for her profile, and of the visit
		}
		if n := b.link.Status().Backlog - before; n != want {
			t.Errorf("history %v: headquarters gets %d messages, want %d", history, n, want)
		}
		if err := b.tell(t, wire.DownProfile, keller(1, func(p *wire.Profile) { p.Home = "elsewhere" })); err != nil {
			t.Fatal(err)
		}
		if p, err := b.profiles.Get(c); err != nil || p.Slim || p.Form != "Ms. Keller" {
			t.Errorf("sent again she is not whole: %v", err)
		}
	}
}

// Without a line nobody could send her again, and while the clock is in doubt
// nobody knows how long ago it was: then nobody is let go of.
func TestNobodyIsEvictedInDoubt(t *testing.T) {
	b, _ := lined(t)
	b.config.Store(&config.Config{Store: config.Store{ID: "shop"}})
	b.clock = mustClock(t, t.TempDir())
	if err := b.tell(t, wire.DownProfile, keller(1, func(p *wire.Profile) { p.Home = "elsewhere" })); err != nil {
		t.Fatal(err)
	}
	b.in.Now = func() time.Time { return time.Now().AddDate(1, 0, 0) }
	b.evict(t.Context()) // nobody has looked at the clock
	link := b.link
	b.link = nil
	b.clock.look(b.in.Now(), time.Time{}, 0)
	b.evict(t.Context())
	b.link = link
	if p, err := b.profiles.Get(customerOf(t, "c-1")); err != nil || p.Slim {
		t.Errorf("let go of: %v", err)
	}
}
