package box

import (
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"foyer/concierge"
	"foyer/floor"
	"foyer/health"
	"foyer/profile"
	"foyer/sync/hq"
	"foyer/sync/office"
	"foyer/sync/wire"
)

// lined is a desk with a line to headquarters that never comes up, and the
// folder of that headquarters.
func lined(t testing.TB) (b *store, dir string) {
	t.Helper()
	b = desk(t)
	b.in.Now = time.Now
	b.log, b.health = slog.New(slog.DiscardHandler), health.New(func() time.Time { return b.in.Now() }, nil)
	dir = filepath.Join(t.TempDir(), "hq")
	err := office.InitCA(dir, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	bundle, err := office.IssueStore(dir, "test", "shop", []string{"localhost"}, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if b.identity, err = wire.LoadIdentity(bundle); err != nil {
		t.Fatal(err)
	}
	b.reopen(t, t.TempDir())
	t.Cleanup(func() { b.link.Close() })
	return b, dir
}

func (b *store) reopen(t testing.TB, dir string) {
	t.Helper()
	var err error
	if b.link, err = hq.Open(hq.Options{Dir: dir, Identity: b.identity, Broker: "tls://127.0.0.1:1", Now: time.Now}); err != nil {
		t.Fatal(err)
	}
}

func (b *store) owes(t *testing.T, backlog, untold int) {
	t.Helper()
	words, err := b.profiles.Untold()
	if n := b.link.Status().Backlog; err != nil || n != backlog || len(words) != untold {
		t.Errorf("%d in the outbox and %d still to be told, want %d and %d (%v)", n, len(words), backlog, untold, err)
	}
}

// A withdrawal that was on the disk when the box crashed, and not in the
// outbox, is told after the next start, once.
func TestWithdrawalBeforeACrash(t *testing.T) {
	b, _ := lined(t)
	her, _ := floor.ParseCustomer("c-1")
	if _, err := b.profiles.Withdraw(her, at, profile.Presence, profile.Photo); err != nil {
		t.Fatal(err)
	}
	b.owes(t, 0, 2)
	b.tellOwed()
	b.owes(t, 2, 0)
	b.tellOwed()
	b.owes(t, 2, 0)
}

// A withdrawal that the outbox does not take is said to be a fault of the disk
// and told when it takes it.
func TestWithdrawalOnAFailingDisk(t *testing.T) {
	b, _ := lined(t)
	dir := t.TempDir()
	if err := b.link.Close(); err != nil { // what it is told now it cannot write
		t.Fatal(err)
	}
	her, _ := floor.ParseCustomer("c-1")
	withdraw := func(d *concierge.Desk, now time.Time) {
		if err := d.Withdraw(her, "presence", now); err != nil {
			t.Error(err)
		}
	}
	b.flow.record = b.record
	if err := b.flow.Do(t.Context(), withdraw); err != nil {
		t.Fatal(err)
	}
	if w := b.health.List(); len(w) != 1 || w[0].Code != health.DiskFailing || w[0].Subject != "outbox.db" {
		t.Errorf("warnings: %+v", w)
	}
	b.tellOwed()
	b.reopen(t, dir)
	b.tellOwed()
	b.owes(t, 1, 0)
	if w := b.health.List(); len(w) != 0 {
		t.Errorf("warnings: %+v", w)
	}
	if err := b.flow.Do(t.Context(), withdraw); err != nil { // and in the ordinary way, with nothing left to tell
		t.Fatal(err)
	}
	b.tellOwed()
	b.owes(t, 2, 0)
}
