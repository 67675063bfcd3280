package hq_test

import (
	"crypto/rand"
	"fmt"
	"syscall"
	"testing"

	"foyer/sync/office"
	"foyer/sync/wire"
)

// push gives the store n profiles at once. Their words do not pack well, so that
// several chunks are needed.
func pushMany(t testing.TB, f *office.Office, n int) {
	t.Helper()
	all := make([]any, n)
	for i := range all {
		p := profile(i, fmt.Sprint("Ms. ", i))
		for range 30 {
			p.Interests = append(p.Interests, rand.Text())
		}
		all[i] = p
	}
	_, err := f.PushAll("014", wire.DownProfile, all)
	must(t, err)
}

// forms are the profiles' forms of address, in the order they were put in force.
func (b *box) forms(t *testing.T) (out []string) {
	t.Helper()
	for _, p := range b.got(wire.DownProfile) {
		v, err := wire.Decode[wire.Profile]([]byte(p))
		must(t, err)
		out = append(out, v.Form)
	}
	return out
}

// A box that was empty is sent what it lacks in chunks, and has all of it in
// order; what is refused is said and passed over; what comes later comes alone.
func TestColdBox(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIPPED: thousands of profiles: run without -short")
	}
	t.Parallel()
	brokers(t, testColdBox)
}

func testColdBox(t *testing.T, s *site) {
	f, _ := s.office(t)
	_, err := f.Invite("014", "c-9999", 1<<40)
	must(t, err)
	pushMany(t, f, 1500)
	bad := profile(1500, "refuse me")
	last, err := f.Push("014", wire.DownProfile, bad)
	must(t, err)
	b := s.box(t, t.TempDir())
	eventually(t, "all in force", func() bool { return pending(f) == 0 })
	got := b.forms(t)
	if len(got) != 1500 {
		t.Fatalf("%d profiles, want 1500", len(got))
	}
	for i, form := range got {
		if form != fmt.Sprint("Ms. ", i) {
			t.Fatalf("%q at place %d", form, i)
		}
	}
	if n := len(b.batches); n < 2 || n > 60 || len(b.got(wire.DownInvitation)) != 1 {
		t.Errorf("taken %d times, %d invitations", n, len(b.got(wire.DownInvitation)))
	}
	if r := s.rejections(t); len(r) != 1 || r[0].Rev != last || r[0].Kind != wire.DownProfile {
		t.Errorf("refused: %+v", r)
	}
	_, err = f.Push("014", wire.DownProfile, profile(1, "newer"))
	must(t, err)
	n := len(b.batches)
	eventually(t, "the newer one in force", func() bool { return pending(f) == 0 })
	if got := b.forms(t); got[len(got)-1] != "newer" || len(b.batches) != n {
		t.Errorf("%q in force at the end; %d chunks more", got[len(got)-1], len(b.batches)-n)
	}
}

// A snapshot that is broken off goes on where it was, whoever breaks it off.
func TestSnapshotResumes(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIPPED: thousands of profiles: run without -short")
	}
	t.Parallel()
	s := newSite(t, false)
	f, stop := s.office(t)
	pushMany(t, f, 1500)
	dir := t.TempDir()
	total, largest := 0, 0
	for round := range 3 {
		b := s.box(t, dir)
		eventually(t, "a chunk in force", func() bool { return len(b.got(wire.DownProfile)) > 0 || pending(f) == 0 })
		switch round {
		case 0:
			b.stop()
		case 1:
			s.broker.Stop(t)
			s.broker.Start(t)
			b.stop()
		case 2:
			stop()
			f, _ = s.office(t)
			eventually(t, "all in force", func() bool { return pending(f) == 0 })
			b.stop()
		}
		total += len(b.got(wire.DownProfile))
		for _, n := range b.batches {
			largest = max(largest, n)
		}
	}
	if total < 1500 || total > 1500+3*largest { // a chunk may be in force and not yet noted, at each break
		t.Errorf("1500 profiles were taken %d times", total)
	}
	b := s.box(t, dir)
	_, err := f.Push("014", wire.DownProfile, profile(1, "newer"))
	must(t, err)
	eventually(t, "what comes later alone", func() bool { return pending(f) == 0 })
	if got := b.forms(t); len(got) != 1 {
		t.Errorf("%d profiles more", len(got)-1)
	}
}

// A disk that fails under a snapshot holds it back and loses nothing of it.
func TestSnapshotAndAFailingDisk(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIPPED: thousands of profiles: run without -short")
	}
	t.Parallel()
	s := newSite(t, false)
	f, _ := s.office(t)
	pushMany(t, f, 1000)
	b := s.box(t, t.TempDir())
	b.mu.Lock()
	b.fail, b.fault = 3, syscall.EIO // many, then one of them, then the message after a resync
	b.mu.Unlock()
	_, err := f.Push("014", wire.DownErase, wire.Erase{Customer: "c-1"})
	must(t, err)
	eventually(t, "all in force", func() bool { return pending(f) == 0 })
	if n := len(b.got(wire.DownErase)); n != 1 || len(s.rejections(t)) != 0 || b.Status().Held != "" {
		t.Errorf("%d erasures, %d refusals, held %q", n, len(s.rejections(t)), b.Status().Held)
	}
}
