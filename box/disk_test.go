package box

import (
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"

	"foyer/health"
	"foyer/profile"
)

// warned reports whether a warning stands.
func (b *store) warned(code health.Code, subject string) bool {
	return slices.ContainsFunc(b.health.List(), func(w health.Warning) bool { return w.Code == code && w.Subject == subject })
}

// A disk that takes a file away is said to fail, and the file is used again
// once it is back, without a restart.
func TestAFileTheDiskLost(t *testing.T) {
	b, _ := lined(t)
	her := customerOf(t, "c-1")
	if _, err := b.profiles.Grant(her, at, "", "page", profile.Presence); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(b.in.Config.Data, "profiles.db")
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(path, 8192); err != nil {
		t.Fatal(err)
	}
	if _, err := b.profiles.Withdraw(her, at, profile.Photo); err == nil {
		t.Error("a withdrawal into a file that is gone is confirmed")
	}
	b.lookAtDisk(at)
	if !b.warned(health.DiskFailing, "profiles.db") {
		t.Errorf("warnings: %+v", b.health.List())
	}
	if err := os.WriteFile(path, whole, 0o600); err != nil {
		t.Fatal(err)
	}
	for range 100 {
		if b.lookAtDisk(at); !b.warned(health.DiskFailing, "profiles.db") {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	if _, err := b.profiles.Withdraw(her, at, profile.Photo); err != nil {
		t.Errorf("with the disk well again: %v; warnings: %+v", err, b.health.List())
	}
	if !b.profiles.Allowed(her, profile.Presence) {
		t.Error("what was confirmed is lost")
	}
}

// A full disk is said, whichever file noticed, and no longer when there is room,
// also if nobody writes meanwhile.
func TestAFullDiskIsSaid(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=16m"); err != nil {
		t.Skipf("SKIPPED: a small disk needs the right to mount one: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil { // the box closes later
			t.Error(err)
		}
	})
	b, _ := lined(t)
	b.reopen(t, dir)
	other := filepath.Join(dir, "other")
	f, err := os.Create(other)
	if err != nil {
		t.Fatal(err)
	}
	for err == nil {
		_, err = f.Write(make([]byte, 4096))
	}
	f.Close()
	for i := 0; !b.link.File().DiskFull; i++ {
		if err := b.link.Record("up/consent", consentChange(profile.Word{Customer: customerOf(t, "c-1"),
			Consent: profile.Consent{Purpose: profile.Presence, At: profile.HLC{Wall: at, Node: "shop"}}})); err != nil || i > 100_000 {
			t.Fatalf("after %d: %v", i, err)
		}
	}
	b.lookAtDisk(at)
	if !b.warned(health.DiskFull, "the data folder") {
		t.Errorf("warnings: %+v", b.health.List())
	}
	if err := os.Remove(other); err != nil {
		t.Fatal(err)
	}
	b.lookAtDisk(at)
	if b.warned(health.DiskFull, "the data folder") {
		t.Error("with room again it is still said")
	}
}
