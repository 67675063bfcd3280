package hq_test

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"foyer/sync/wire"
)

// smallDisk returns a folder on a disk of its own, and a function that fills
// the disk up to its last byte.
func smallDisk(t *testing.T, size string) (dir string, fill func()) {
	t.Helper()
	dir = t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size="+size); err != nil {
		t.Skipf("SKIPPED: a small disk needs the right to mount one: %v", err)
	}
	t.Cleanup(func() { must(t, syscall.Unmount(dir, 0)) })
	return dir, func() {
		f, err := os.Create(filepath.Join(dir, "other"))
		must(t, err)
		for err == nil {
			_, err = f.Write(make([]byte, 4096))
		}
		must(t, f.Close())
	}
}

// TestFullDisk: on a disk that is really full old visits give way to what
// headquarters must hear, also to more of them than the reserve would hold, and
// the outbox drains once headquarters is back.
func TestFullDisk(t *testing.T) {
	s := newSite(t, false)
	s.broker.Stop(t)
	dir, fill := smallDisk(t, "6m")
	b := s.box(t, dir)
	visits := 0
	for range 600 {
		must(t, b.Record(wire.UpVisit, opened(visits)))
		visits++
	}
	fill()
	for ; b.Status().Dropped == 0; visits++ {
		must(t, b.Record(wire.UpVisit, opened(visits)))
	}
	for range 300 {
		must(t, b.Record(wire.UpConsent, withdrawal("014")))
		must(t, b.Record(wire.UpVisit, opened(visits)))
		visits++
	}
	st := b.Status()
	if want := visits + 300 - int(st.Dropped); st.Backlog != want {
		t.Errorf("backlog %d with %d dropped, want %d", st.Backlog, st.Dropped, want)
	}
	s.broker.Start(t)
	_, stop := s.office(t)
	eventually(t, "the outbox empty", func() bool { return b.Status().Backlog == 0 })
	stop()
	withdrawals := 0
	for _, e := range s.events(t) {
		if e.Kind == wire.UpConsent {
			withdrawals++
		}
	}
	if withdrawals != 300 {
		t.Errorf("%d withdrawals at headquarters, want 300", withdrawals)
	}
	b.stop() // before the disk goes
}

// TestFullDiskWithoutVisits: where nothing can give way the reserve takes what
// headquarters must hear.
func TestFullDiskWithoutVisits(t *testing.T) {
	s := newSite(t, false)
	s.broker.Stop(t)
	dir, fill := smallDisk(t, "6m")
	b := s.box(t, dir)
	fill()
	for range 100 {
		must(t, b.Record(wire.UpConsent, withdrawal("014")))
	}
	s.broker.Start(t)
	s.office(t)
	eventually(t, "the outbox empty", func() bool { return b.Status().Backlog == 0 })
	b.stop()
}

// TestFullDiskDocument: a document that the disk has no room for is said not to
// be kept, and the line goes on.
func TestFullDiskDocument(t *testing.T) {
	s := newSite(t, false)
	f, _ := s.office(t)
	dir, fill := smallDisk(t, "6m")
	b := s.box(t, dir)
	eventually(t, "the box up", func() bool { return b.Status().Up })
	fill()
	_, err := f.Push("014", wire.DownPolicy, []byte(`{"x":"`+strings.Repeat("x", 700<<10)+`"}`))
	must(t, err)
	eventually(t, "the policy reported", func() bool { return strings.HasPrefix(outcome(f, wire.DownPolicy), "rejected") })
	since := b.Status().Since
	must(t, b.Record(wire.UpConsent, withdrawal("014")))
	eventually(t, "the outbox empty", func() bool { return b.Status().Backlog == 0 })
	if st := b.Status(); !st.Up || !st.Since.Equal(since) {
		t.Error("the line was down meanwhile")
	}
	b.stop()
}
