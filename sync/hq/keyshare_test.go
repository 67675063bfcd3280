package hq_test

import (
	"bytes"
	"slices"
	"testing"
	"time"

	"foyer/sync/wire"
)

// shares are the key shares a box was sent.
func (b *box) shares(t *testing.T) (out []wire.Keyshare) {
	t.Helper()
	for _, text := range b.got(wire.DownKeyshare) {
		w, err := wire.Decode[wire.Keyshare]([]byte(text))
		must(t, err)
		out = append(out, w)
	}
	return out
}

// A box is sent its key share each time it comes, the same one also by an office
// that was opened anew, and it ends thirty days later; a missing box is sent
// none.
func TestKeyShareComesWithContact(t *testing.T) {
	s := newSite(t, false)
	f, closeOffice := s.office(t)
	dir := t.TempDir()
	b := s.box(t, dir)
	eventually(t, "the share", func() bool { return len(b.shares(t)) > 0 })
	first := b.shares(t)[0]
	if left := time.Until(first.Expires); left < 29*24*time.Hour || left > 30*24*time.Hour || bytes.Equal(first.Share, make([]byte, 32)) {
		t.Errorf("a share for %v: %x", left, first.Share)
	}
	b.stop()

	must(t, f.Withhold("014", true))
	b = s.box(t, dir)
	eventually(t, "the box up", func() bool { return b.Status().Up && !b.Status().LastContact.IsZero() })
	_, err := f.Push("014", wire.DownErase, wire.Erase{Customer: "c-1"})
	must(t, err)
	eventually(t, "the erasure in force", func() bool { return pending(f) == 0 })
	if n := len(b.shares(t)); n != 0 {
		t.Errorf("a missing box was sent its share %d times", n)
	}
	closeOffice()
	f, _ = s.office(t)
	must(t, f.Withhold("014", false))
	eventually(t, "the share again", func() bool { return len(b.shares(t)) > 0 })
	if !slices.Equal(b.shares(t)[0].Share, first.Share) {
		t.Error("another share than before")
	}
	if err := f.Withhold("nowhere", true); err == nil {
		t.Error("an unknown store's share is withheld")
	}
}

// A document that the broker kept is no word of headquarters: who asks when that
// was last heard is not told the time of a copy.
func TestARetainedCopyIsNoContact(t *testing.T) {
	s := newSite(t, false)
	f, closeOffice := s.office(t)
	_, err := f.Push("014", wire.DownContent, wire.Content{Items: []wire.ContentItem{{ID: "i", Kind: "trend", Title: "Linen"}}})
	must(t, err)
	b := s.box(t, t.TempDir())
	eventually(t, "the document in force", func() bool { return pending(f) == 0 })
	if b.Status().LastContact.IsZero() {
		t.Error("headquarters was not heard")
	}
	closeOffice()
	b.stop()
	b = s.box(t, t.TempDir())
	eventually(t, "the broker's copy in force", func() bool { return len(b.got(wire.DownContent)) == 1 })
	if at := b.Status().LastContact; !at.IsZero() {
		t.Errorf("headquarters, which is away, was heard at %v", at)
	}
}
