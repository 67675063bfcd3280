package profile_test

import (
	"errors"
	"testing"
	"time"

	"foyer/profile"
)

// A purpose that the notice widens is suspended until she agrees anew; one that
// covers what she agreed to is not, wherever she did; one without words allows
// nothing. It holds through a restart, and nothing is lost by it.
func TestANoticeSuspendsWhatItWidens(t *testing.T) {
	b := newBox(t)
	her := customer(t, "c-1")
	words := func(notice string, purposes ...profile.Purpose) (out []profile.Consent) {
		for _, c := range grant(0, purposes...) {
			c.Notice = notice
			out = append(out, c)
		}
		return out
	}
	b.merge(her, words("2 page-00", profile.Presence)...)    // on the page of another store
	b.merge(her, words("1", profile.ProfileToAssociates)...) // in the app
	b.merge(her, words("page-00", profile.HistoryStore)...)  // before there was a notice
	b.merge(her, words("2", profile.Photo, profile.HistoryOnline)...)
	b.merge(her, words("", profile.ContentPersonal)...)
	three := profile.Notice{Version: "3", Texts: []profile.NoticeText{{Language: "en", Text: "We"}}, Purposes: []profile.NoticePurpose{
		{Purpose: profile.Presence, Covers: []string{"1", "2"}}, {Purpose: profile.ProfileToAssociates, Covers: []string{"2"}},
		{Purpose: profile.HistoryStore}, {Purpose: profile.ContentPersonal, Covers: []string{profile.BeforeNotices}}, {Purpose: profile.Photo}}}
	if err := b.cache.SetNotice(profile.Notice{Version: "2", Texts: three.Texts}); err != nil {
		t.Fatal(err)
	}
	if !b.cache.Allowed(her, profile.HistoryStore) {
		t.Error("a notice that names no purpose suspends one")
	}
	if err := b.cache.SetNotice(three); err != nil {
		t.Fatal(err)
	}
	check := func(want map[profile.Purpose]bool) {
		t.Helper()
		cs, err := b.cache.Consents(her)
		for p, allowed := range want {
			if got := b.cache.Allowed(her, p); got != allowed || cs.Allowed(p) != allowed || cs[p].Suspended == allowed || !cs[p].Granted {
				t.Errorf("%s: allowed %t, want %t: %+v, %v", p, got, allowed, cs[p], err)
			}
		}
	}
	want := map[profile.Purpose]bool{profile.Presence: true, profile.ProfileToAssociates: false, profile.HistoryStore: false,
		profile.Photo: false, profile.HistoryOnline: false, profile.ContentPersonal: true}
	check(want)
	b.restart()
	check(want)
	if _, err := b.cache.Grant(her, noon.Add(time.Second), "3 page-11", "page", profile.HistoryStore); err != nil {
		t.Fatal(err)
	}
	want[profile.HistoryStore] = true
	check(want)
	four := three
	four.Version, four.Purposes = "4", []profile.NoticePurpose{{Purpose: profile.HistoryStore, Covers: []string{"3"}}}
	if err := b.cache.SetNotice(four); err != nil {
		t.Fatal(err)
	}
	check(map[profile.Purpose]bool{profile.HistoryStore: true, profile.Presence: false})
	for name, n := range map[string]profile.Notice{"no text": {Version: "5"}, "no version": {Texts: three.Texts},
		"no such purpose": {Version: "5", Texts: three.Texts, Purposes: []profile.NoticePurpose{{Purpose: "flattery"}}}} {
		if err := b.cache.SetNotice(n); !errors.Is(err, profile.ErrProfile) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// The text she read stands behind the hash her consent names.
func TestTheTextBehindAHash(t *testing.T) {
	b := newBox(t)
	shown := profile.Shown{Version: "3", Language: "en", Text: "MARK-text"}
	if _, err := b.cache.Text("3 page-aa"); !errors.Is(err, profile.ErrUnknown) {
		t.Errorf("before: %v", err)
	}
	if err := errors.Join(b.cache.KeepText("3 page-aa", shown), b.cache.KeepText("3 page-aa", profile.Shown{Text: "another"})); err != nil {
		t.Fatal(err)
	}
	b.restart()
	if got, err := b.cache.Text("3 page-aa"); err != nil || got != shown {
		t.Errorf("%+v, %v", got, err)
	}
	n := profile.Notice{Version: "3", Texts: []profile.NoticeText{{Language: "en"}, {Language: "de-CH", Text: "Wir"}}}
	for want, ask := range map[string][]string{"de-CH": {"fr", "de"}, "en": {"fr"}} {
		if got := n.In(ask...).Language; got != want {
			t.Errorf("for %v: %s, want %s", ask, got, want)
		}
	}
}
