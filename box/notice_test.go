package box

import (
	"testing"
	"time"

	"foyer/concierge"
	"foyer/profile"
	"foyer/sync/wire"
)

// Headquarters widens a purpose: the open card and the visit end before it hears
// that the notice is applied, nothing of hers is destroyed, and all is back when
// she has agreed.
func TestANoticeEndsWhatItSuspends(t *testing.T) {
	b, _ := lined(t)
	visit := served(t, b)
	finished(t, b, visit)
	c := customerOf(t, "c-1")
	push := func(n wire.Notice) {
		t.Helper()
		data, err := wire.Encode(wire.DownNotice, n)
		if err != nil {
			t.Fatal(err)
		}
		apply, err := b.checkNotice(t.Context())(data)
		if err == nil {
			err = apply()
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	var gone bool
	b.flow.show = func(e concierge.Event) { gone = gone || e.Kind == concierge.VisitEnded }
	all := func(covers ...string) (out []wire.NoticePurpose) {
		for _, p := range profile.Purposes() {
			out = append(out, wire.NoticePurpose{Purpose: string(p), Text: "for " + string(p), Covers: covers})
		}
		return out
	}
	push(wire.Notice{Language: "en", Version: "3", Text: "We …", Purposes: all("n1", "none")})
	look := func() (h concierge.Here) {
		t.Helper()
		if err := b.flow.Do(t.Context(), func(d *concierge.Desk, now time.Time) { h = d.Here(c, now) }); err != nil {
			t.Fatal(err)
		}
		return h
	}
	if h := look(); h.Suspended || h.Stage != concierge.Announced || gone {
		t.Fatalf("a notice that widens nothing: %+v", h)
	}
	push(wire.Notice{Language: "en", Version: "4", Text: "We, and others …", Purposes: all()})
	if h := look(); !h.Suspended || h.Stage != concierge.Away || !gone {
		t.Errorf("after a wider one she is %s, suspended: %t, her visit ended: %t", h.Stage, h.Suspended, gone)
	}
	if n, err := b.profiles.Consents(c); err != nil || !n[profile.HistoryStore].Granted {
		t.Errorf("what she said is lost: %v", err)
	}
	y, err := b.door.Copy(c, concierge.Moment{}, nil, time.Now())
	if err != nil || len(y.Served) != 1 {
		t.Errorf("who served her is lost: %v, %v", y.Served, err)
	}
	if err := b.flow.Do(t.Context(), func(d *concierge.Desk, now time.Time) {
		for _, l := range d.Dossier(c, now).Consents {
			if err := d.Grant(c, l.Purpose, concierge.Agreed{ID: "4 page-aa", Text: "We, and others …", Notice: d.Notice()}, now); err != nil {
				t.Error(err)
			}
		}
	}); err != nil {
		t.Fatal(err)
	}
	if h := look(); h.Suspended || !b.profiles.Allowed(c, profile.Presence) {
		t.Errorf("she agreed, and: %+v", h)
	}
}
