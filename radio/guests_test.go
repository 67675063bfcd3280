package radio

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"foyer/floor"
	"foyer/radio/report"
)

var opening = time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)

func addr(t testing.TB, n int) report.Addr {
	t.Helper()
	a, err := report.ParseAddr(fmt.Sprintf("02005e10%04x", n))
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func ip(s string) netip.Addr { return netip.MustParseAddr(s) }

func noNeighbours(context.Context) (neighbourTable, error) { return neighbourTable{}, nil }

// heard is a report of client that names its addresses.
func heard(client report.Addr, ips ...string) *report.Report {
	r := &report.Report{AP: "ap-01", Client: client, RSSI: -60}
	for _, s := range ips {
		r.IP = append(r.IP, ip(s))
	}
	return r
}

// bind checks key in while a source keeps reporting that client has the
// addresses ips, the first of them being the peer. It runs in a bubble.
func bind(t testing.TB, g *Guests, key string, client report.Addr, ips ...string) (floor.Phone, error) {
	t.Helper()
	go func() {
		time.Sleep(300 * time.Millisecond)
		g.admit(heard(client, ips...), "ap-01", g.now())
	}()
	return g.Bind(t.Context(), ip(ips[0]), Grant{Key: key, Until: g.now().Add(time.Hour)})
}

func mustBind(t testing.TB, g *Guests, key string, client report.Addr, ips ...string) floor.Phone {
	t.Helper()
	p, err := bind(t, g, key, client, ips...)
	if err != nil || !p.Valid() {
		t.Fatalf("bind: %v", err)
	}
	return p
}

func admitted(g *Guests, client report.Addr) bool {
	_, ok := g.admit(heard(client), "ap-01", g.now())
	return ok
}

func TestBindByReport(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := NewGuests(GuestOptions{neighbours: noNeighbours})
		a := addr(t, 1)
		if _, ok := g.admit(heard(a, "10.0.3.7"), "ap-01", g.now()); ok {
			t.Fatal("a stranger is admitted")
		}
		if s := g.Stats(); s.Leases != 0 || s.Waiting != 0 {
			t.Fatalf("the gate keeps something of strangers: %+v", s)
		}
		start := time.Now()
		p := mustBind(t, g, "c", a, "10.0.3.7", "fe80::1")
		if waited := time.Since(start); waited != 300*time.Millisecond {
			t.Errorf("waited %v, want to the first report", waited)
		}
		got, ok := g.admit(heard(a), "ap-01", g.now())
		if !ok || got != p {
			t.Error("the bound phone is not admitted as itself")
		}
		if admitted(g, addr(t, 2)) {
			t.Error("a stranger is admitted beside a guest")
		}
		if s := g.Stats(); s.Leases != 1 || s.Waiting != 0 || s.BoundByReport != 1 {
			t.Errorf("stats %+v", s)
		}
		mapped := mustBind(t, g, "six", addr(t, 3), "::ffff:10.0.3.8")
		if mapped == p {
			t.Error("two keys share a phone")
		}
	})
}

func TestBindByNeighbour(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, router, gw := addr(t, 1), addr(t, 2), addr(t, 3)
		table := neighbourTable{
			entries: []neighbour{
				{ip("10.0.3.7"), a}, {ip("fe80::7"), a}, {ip("2001:db8::7"), a}, {ip("2001:db8::8"), a}, {ip("fd00::7"), a}, {ip("fd00::8"), a},
				{ip("10.1.0.1"), router}, {ip("10.1.0.2"), router}, {ip("10.1.0.3"), router}, {ip("10.1.0.4"), router},
				{ip("10.0.3.1"), gw}, {ip("10.0.3.99"), gw},
				{ip("10.2.0.1"), addr(t, 4)}, {ip("10.2.0.1"), addr(t, 5)},
			},
			gateways: []netip.Addr{ip("10.0.3.1")},
		}
		var broken error
		g := NewGuests(GuestOptions{neighbours: func(context.Context) (neighbourTable, error) { return table, broken }})
		start := time.Now()
		for _, tt := range []struct {
			peer string
			want error
		}{
			{"10.0.3.7", nil}, {"fe80::7%wlan0", nil}, {"::ffff:10.0.3.7", nil},
			{"10.1.0.2", ErrRouter}, {"10.0.3.99", ErrRouter}, {"10.2.0.1", ErrNoAddress},
			{"10.0.3.8", ErrNoAddress}, {"127.1.0.7", ErrNoAddress}, {"::1", ErrNoAddress},
		} {
			p, err := g.Bind(t.Context(), ip(tt.peer), Grant{Key: "c", Until: opening.AddDate(1000, 0, 0)})
			if !errors.Is(err, tt.want) || p.Valid() != (tt.want == nil) {
				t.Errorf("%s: %v, want %v", tt.peer, err, tt.want)
			}
		}
		if waited := time.Since(start); waited != 9*2*time.Second {
			t.Errorf("waited %v, want the patience each time", waited)
		}
		if !admitted(g, a) || admitted(g, router) || admitted(g, gw) {
			t.Error("the wrong radios are leased")
		}
		// What a source says of an address is held against the table too.
		if _, err := bind(t, g, "d", gw, "10.0.3.98"); !errors.Is(err, ErrRouter) {
			t.Errorf("the gateway in a client table: %v", err)
		}
		broken = errors.New("no netlink here")
		table = neighbourTable{}
		if _, err := g.Bind(t.Context(), ip("10.0.3.7"), Grant{Key: "f", Until: opening.AddDate(1000, 0, 0)}); !errors.Is(err, ErrNoAddress) {
			t.Errorf("without a table: %v", err)
		}
		mustBind(t, g, "e", addr(t, 9), "10.0.3.9")
		want := Stats{BoundByReport: 1, BoundByNeighbour: 3, NoAddress: 5, Router: 3, Leases: 2}
		if diff := cmp.Diff(want, g.Stats()); diff != "" {
			t.Error(diff)
		}
	})
}

func TestBindRefuses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := NewGuests(GuestOptions{neighbours: noNeighbours})
		for name, ips := range map[string][]string{
			"four of IPv4": {"127.1.0.1", "10.0.0.2", "10.0.0.3", "::ffff:10.0.0.4"},
			"nine of IPv6": {"127.1.0.1", "2001:db8::1", "2001:db8::2", "2001:db8::3", "2001:db8::4", "2001:db8::5", "2001:db8::6", "2001:db8::7", "2001:db8::8", "2001:db8::9"},
		} {
			if _, err := bind(t, g, "c", addr(t, 1), ips...); !errors.Is(err, ErrRouter) {
				t.Errorf("%s: %v", name, err)
			}
		}
		later := g.now().Add(time.Hour)
		for name, f := range map[string]func() error{
			"no key": func() error { _, err := g.Bind(t.Context(), ip("127.0.0.1"), Grant{Until: later}); return err },
			"over": func() error {
				_, err := g.Bind(t.Context(), ip("127.0.0.1"), Grant{Key: "c", Until: g.now()})
				return err
			},
			"no peer": func() error { _, err := g.Bind(t.Context(), netip.Addr{}, Grant{Key: "c", Until: later}); return err },
		} {
			if err := f(); !errors.Is(err, ErrGrant) {
				t.Errorf("%s: %v", name, err)
			}
		}
		gone := errors.New("the phone hung up")
		ctx, cancel := context.WithCancelCause(t.Context())
		time.AfterFunc(time.Second, func() { cancel(gone) })
		if _, err := g.Bind(ctx, ip("127.0.0.1"), Grant{Key: "c", Until: later}); !errors.Is(err, gone) {
			t.Errorf("cancelled: %v", err)
		}
		if s := g.Stats(); s.Leases != 0 || s.Waiting != 0 {
			t.Errorf("something is left: %+v", s)
		}
	})
}

// Two of one household behind one address check in at once: both are told.
func TestBindTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := NewGuests(GuestOptions{neighbours: noNeighbours})
		errs := make(chan error, 3)
		for i := range 3 {
			go func() {
				_, err := g.Bind(t.Context(), ip("127.1.0.1"), Grant{Key: fmt.Sprint(i), Until: g.now().Add(time.Hour)})
				errs <- err
			}()
		}
		synctest.Wait()
		if w := g.Stats().Waiting; w != 3 {
			t.Fatalf("%d wait", w)
		}
		g.admit(heard(addr(t, 1), "127.1.0.1", "127.1.0.1"), "ap-01", g.now())
		for range 3 {
			if err := <-errs; err != nil {
				t.Error(err)
			}
		}
		if s := g.Stats(); s.Leases != 1 || s.Superseded != 2 || s.Waiting != 0 || len(g.Sweep(g.now())) != 2 {
			t.Errorf("the newest of three does not win: %+v", s)
		}
	})
}

func TestLease(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := NewGuests(GuestOptions{neighbours: noNeighbours})
		a, b := addr(t, 1), addr(t, 2)
		ana := mustBind(t, g, "ana", a, "127.1.0.1")

		if again := mustBind(t, g, "ana", b, "127.1.0.2"); again != ana {
			t.Error("a rotated address makes a new phone")
		}
		if admitted(g, a) || !admitted(g, b) {
			t.Error("the old address is still leased, or the new one is not")
		}
		ben := mustBind(t, g, "ben", b, "127.1.0.2")
		if got, ok := g.admit(heard(b), "ap-01", g.now()); !ok || got != ben {
			t.Error("the newer mapping does not win")
		}
		if diff := cmp.Diff([]floor.Phone{ana}, g.Sweep(g.now()), comparePhones); diff != "" {
			t.Error(diff)
		}
		if left := g.Sweep(g.now()); len(left) != 0 {
			t.Errorf("told twice: %v", left)
		}

		g.Release(ben)
		g.Release(ben)
		if admitted(g, b) || g.Stats().Leases != 0 || len(g.Sweep(g.now())) != 0 {
			t.Error("a released phone lives on, or is told as ended")
		}
		if next := mustBind(t, g, "ben", b, "127.1.0.2"); next == ben {
			t.Error("a new lease has the old phone")
		}
	})
}

func TestLeaseEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := NewGuests(GuestOptions{neighbours: noNeighbours, Idle: 10 * time.Minute})
		quiet, busy := addr(t, 1), addr(t, 2)
		q, b := mustBind(t, g, "quiet", quiet, "127.1.0.1"), mustBind(t, g, "busy", busy, "127.1.0.2")
		for range 9 {
			time.Sleep(time.Minute)
			if !admitted(g, busy) {
				t.Fatal("a busy phone is dropped")
			}
		}
		if got := g.Sweep(g.now()); len(got) != 0 {
			t.Errorf("ended too early: %v", got)
		}
		time.Sleep(time.Minute)
		if admitted(g, quiet) {
			t.Error("a silent phone is admitted before the sweep has come")
		}
		if diff := cmp.Diff([]floor.Phone{q}, g.Sweep(g.now()), comparePhones); diff != "" {
			t.Error("silence: " + diff)
		}
		for range 50 {
			admitted(g, busy)
			time.Sleep(time.Minute)
		}
		if admitted(g, busy) {
			t.Error("admitted after the grant's end")
		}
		old := mustBind(t, g, "busy", busy, "127.1.0.2")
		if old == b {
			t.Error("the phone of an ended lease comes back")
		}
		if diff := cmp.Diff([]floor.Phone{b}, g.Sweep(g.now()), comparePhones); diff != "" {
			t.Error("the grant's end: " + diff)
		}
		if s := g.Stats(); s.Superseded != 0 || s.Leases != 1 {
			t.Errorf("stats %+v", s)
		}
	})
}

var comparePhones = cmp.Comparer(func(a, b floor.Phone) bool { return a == b })

// Whatever happens in whatever order: a radio is one key's, a key has one
// radio, only leased radios pass, and every phone that ended without a Release
// is told exactly once.
func TestLeaseTable(t *testing.T) {
	type owner struct {
		key   string
		phone floor.Phone
	}
	rapid.Check(t, func(rt *rapid.T) {
		now := opening
		g := NewGuests(GuestOptions{Now: func() time.Time { return now }, Idle: 30 * time.Minute})
		model := map[int]owner{} // by radio, all of them live: the clock stands still
		toldWant, told := map[floor.Phone]int{}, map[floor.Phone]int{}
		for range rapid.IntRange(1, 60).Draw(rt, "steps") {
			n, key := rapid.IntRange(0, 5).Draw(rt, "radio"), fmt.Sprint(rapid.IntRange(0, 4).Draw(rt, "key"))
			switch rapid.SampledFrom([]string{"bind", "bind", "release", "sweep"}).Draw(rt, "step") {
			case "bind":
				p := g.lease(addr(t, n), Grant{Key: key, Until: now.Add(time.Hour)}, now)
				for radio, o := range model {
					if o.key == key && o.phone != p {
						rt.Fatal("the key lost its phone")
					}
					if o.key == key && radio != n {
						delete(model, radio)
					}
				}
				if o, ok := model[n]; ok && o.key != key {
					toldWant[o.phone]++
				}
				model[n] = owner{key, p}
			case "release":
				if o, ok := model[n]; ok {
					g.Release(o.phone)
					delete(model, n)
				}
			case "sweep":
				for _, p := range g.Sweep(now) {
					told[p]++
				}
			}
			for radio := range 6 {
				p, ok := g.admit(heard(addr(t, radio)), "ap-01", now)
				if o, want := model[radio]; ok != want || ok && p != o.phone {
					rt.Fatalf("radio %d: admitted %v, want %v", radio, ok, want)
				}
			}
			if len(g.byAddr) != len(model) || len(g.byKey) != len(model) || len(g.byPhone) != len(model) {
				rt.Fatalf("%d addresses, %d keys, %d phones, want %d", len(g.byAddr), len(g.byKey), len(g.byPhone), len(model))
			}
		}
		now = now.Add(30 * time.Minute)
		for _, o := range model {
			toldWant[o.phone]++
		}
		for _, p := range g.Sweep(now) {
			told[p]++
		}
		if diff := cmp.Diff(toldWant, told); diff != "" {
			rt.Fatal(diff)
		}
	})
}

// An address that the network has given to another phone leads to that phone
// alone, and does not renew the lease of who had it before.
func TestAnAddressGivenAnew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := NewGuests(GuestOptions{neighbours: noNeighbours})
		for i := range 20 {
			peer := fmt.Sprintf("10.0.3.%d", i+1)
			mustBind(t, g, fmt.Sprint("before-", i), addr(t, 2*i), peer)
			now := mustBind(t, g, fmt.Sprint("now-", i), addr(t, 2*i+1), peer)
			if p, ok := g.At(t.Context(), ip(peer)); !ok || p != now {
				t.Fatalf("%s is taken for the phone that had it before", peer)
			}
			if _, err := g.Bind(t.Context(), ip(peer), Grant{Key: fmt.Sprint("before-", i), Until: g.now().Add(time.Hour)}); !errors.Is(err, ErrNoAddress) {
				t.Fatalf("the lease of who had it before is renewed by it: %v", err)
			}
		}
	})
}
