package profile_test

import (
	"errors"
	"testing"
	"time"

	"foyer/floor"
	"foyer/profile"
)

// items are what headquarters is still to be told, by what they are of.
func (b *box) items() map[string]profile.Item {
	b.t.Helper()
	all, err := b.cache.UntoldItems()
	if err != nil {
		b.t.Fatal(err)
	}
	out := map[string]profile.Item{}
	for _, it := range all {
		out[it.Of] = it
	}
	return out
}

// What she changes here is owed to headquarters from the moment it holds, through
// a restart, as it stands then; what changed since it was told stays owed; and
// another outbox than before has nothing.
func TestChangesAreOwed(t *testing.T) {
	b := newBox(t)
	p := full(t, "c-1")
	who := p.Customer
	if err := errors.Join(b.cache.TellVia("1"), b.cache.Put(p)); err != nil {
		t.Fatal(err)
	}
	if got := b.items(); len(got) != 0 {
		t.Fatalf("owed from the start: %v", got)
	}
	_, objected := b.cache.Object(who, p.Notes[0].ID, true)
	_, chosen := b.cache.Choose(who, func(c profile.Choice) profile.Choice {
		return profile.Choice{Preferred: []floor.AssociateID{associate(t, "zoe")}, Blocked: []floor.AssociateID{associate(t, "max")}}
	})
	if err := errors.Join(objected, chosen, b.cache.Hide(who, p.Purchases[0].ID, true), b.cache.Reach(who, profile.Online, profile.AudienceClosed), b.cache.Correct(who, p.Stated[0].ID, "first", noon)); err != nil {
		t.Fatal(err)
	}
	told := b.items()
	if err := b.cache.Correct(who, p.Stated[0].ID, "second", noon); err != nil {
		t.Fatal(err)
	}
	b.restart()
	got := b.items()
	if len(got) != 5 || got[profile.OfAudience].ID != "online" || got[profile.OfAudience].Audience != profile.AudienceClosed || !got[profile.OfPurchase].Hidden || got[profile.OfStated].Text != "second" || !got[profile.OfNote].Note.Objected ||
		len(got[profile.OfAssociates].Choice.Preferred) != 1 || len(got[profile.OfAssociates].Choice.Blocked) != 1 {
		t.Errorf("owed: %+v", got)
	}
	if words, err := b.cache.Untold(); err != nil || len(words) != 0 {
		t.Errorf("%d words, %v", len(words), err)
	}
	for _, it := range told {
		if err := b.cache.ToldItems(it); err != nil {
			t.Fatal(err)
		}
	}
	if got := b.items(); len(got) != 1 || got[profile.OfStated].Text != "second" {
		t.Errorf("told, and owed still: %+v", got)
	}
	if err := b.cache.ToldItems(got[profile.OfStated]); err != nil || len(b.items()) != 0 {
		t.Errorf("%v, %v", b.items(), err)
	}
	if _, err := b.cache.Sweep(noon); err != nil {
		t.Fatal(err)
	}
	if err := b.cache.TellVia("2"); err != nil || len(b.items()) != 5 {
		t.Errorf("another outbox: %v, %v", b.items(), err)
	}
	if _, err := b.cache.Sweep(noon); err != nil || len(b.items()) != 5 {
		t.Errorf("the sweep took what is owed: %v, %v", b.items(), err)
	}
	if err := b.cache.Forget(noon, who); err != nil || len(b.items()) != 0 {
		t.Errorf("of one who is erased: %v, %v", b.items(), err)
	}
}

// Headquarters gives her choices back, perhaps late, and may have news of its
// own: hers of here stands until it does, and nobody whom she blocked here comes
// back by such news.
func TestChoicesAndHeadquarters(t *testing.T) {
	ana, bea, max := associate(t, "ana"), associate(t, "bea"), associate(t, "max")
	ids := func(all ...floor.AssociateID) []floor.AssociateID { return all }
	sent := func(rev uint64, preferred, blocked []floor.AssociateID) profile.Profile {
		return profile.Profile{Customer: customer(t, "c-1"), Rev: rev, Preferred: preferred, Blocked: blocked}
	}
	b := newBox(t)
	who := customer(t, "c-1")
	hq := func(p profile.Profile) profile.Profile {
		t.Helper()
		if err := b.cache.Change(who, func(old *profile.Profile) error { *old = old.Update(p, noon); return nil }); err != nil {
			t.Fatal(err)
		}
		return b.get(who)
	}
	choose := func(preferred, blocked []floor.AssociateID) {
		t.Helper()
		if _, err := b.cache.Choose(who, func(profile.Choice) profile.Choice { return profile.Choice{Preferred: preferred, Blocked: blocked} }); err != nil {
			t.Fatal(err)
		}
	}
	want := func(what string, p profile.Profile, preferred, blocked []floor.AssociateID, open int) {
		t.Helper()
		same := func(a, b []floor.AssociateID) bool {
			if len(a) != len(b) {
				return false
			}
			for i := range a {
				if a[i] != b[i] {
					return false
				}
			}
			return true
		}
		if !same(p.Preferred, preferred) || !same(p.Blocked, blocked) || len(p.Choices) != open {
			t.Errorf("%s: %d named, %d blocked, %d choices wait", what, len(p.Preferred), len(p.Blocked), len(p.Choices))
		}
	}
	hq(sent(1, ids(ana), nil))
	choose(ids(bea), nil)
	choose(ids(bea, ana), ids(max))
	want("a mere change there", hq(sent(2, ids(ana), nil)), ids(bea, ana), ids(max), 2)
	want("her first choice comes back late", hq(sent(3, ids(bea), nil)), ids(bea, ana), ids(max), 1)
	choose(ids(bea, max, ana), ids(max))
	want("whom she blocks she no longer names", b.get(who), ids(bea, ana), ids(max), 1)
	want("her last comes back", hq(sent(4, ids(bea, ana), ids(max))), ids(bea, ana), ids(max), 0)
	want("news of there", hq(sent(5, ids(ana), ids(max))), ids(ana), ids(max), 0)
	choose(ids(bea), ids(max, ana))
	want("news of there that meets a choice", hq(sent(6, ids(max, ana, bea), nil)), ids(bea), ids(max, ana), 0)
	want("again", hq(sent(7, ids(max, ana, bea), nil)), ids(bea), ids(max, ana), 0)
	want("it is taken back there, in fresh words", hq(sent(8, ids(ana), nil)), ids(ana), nil, 0)
}

// An objection waits to be settled, through a restart; settled, the note is shown
// again or gone from the file, she can read what became of it for 90 days, and
// headquarters hears.
func TestObjectionsAreSettled(t *testing.T) {
	for name, kept := range map[string]bool{"kept": true, "removed": false} {
		t.Run(name, func(t *testing.T) {
			b := newBox(t)
			p := full(t, "c-1")
			who, n := p.Customer, p.Notes[0]
			if err := b.cache.Put(p); err != nil {
				t.Fatal(err)
			}
			for _, objects := range []bool{true, false, true} {
				if _, err := b.cache.Object(who, n.ID, objects); err != nil {
					t.Fatal(err)
				}
				all, err := b.cache.Objections()
				if err != nil || (len(all) == 1) != objects {
					t.Fatalf("%d wait: %v", len(all), err)
				}
			}
			b.restart()
			all, err := b.cache.Objections()
			if err != nil || len(all) != 1 || all[0].Customer != who || all[0].Note.Text != n.Text || len(all[0].Ref) != 24 {
				t.Fatalf("%+v, %v", all, err)
			}
			if err := b.cache.ToldItems(b.items()[profile.OfNote]); err != nil {
				t.Fatal(err)
			}
			if err := b.cache.Settle(all[0], kept, "BECAUSE", noon); err != nil {
				t.Fatal(err)
			}
			if err := b.cache.Settle(all[0], !kept, "", noon); !errors.Is(err, profile.ErrUnknown) {
				t.Errorf("settled twice: %v", err)
			}
			got := b.get(who)
			if len(got.Settled) != 1 || got.Settled[0] != (profile.Settlement{Note: n.ID, At: noon, Kept: kept, Why: "BECAUSE"}) {
				t.Errorf("she reads %+v", got.Settled)
			}
			if len(got.Notes) != len(p.Notes)-map[bool]int{false: 1}[kept] || kept && got.Notes[0].Objected {
				t.Errorf("%d notes are left of %d", len(got.Notes), len(p.Notes))
			}
			if it := b.items()[profile.OfNote]; it.ID != n.ID || !it.Settled || it.Removed == kept || it.Note.Objected {
				t.Errorf("headquarters is to hear %+v", it)
			}
			if all, err := b.cache.Objections(); err != nil || len(all) != 0 {
				t.Errorf("%d wait still: %v", len(all), err)
			}
			if _, err := b.cache.Sweep(noon.AddDate(0, 0, 91)); err != nil || len(b.get(who).Settled) != 0 {
				t.Errorf("it is kept for ever: %v", err)
			}
			if kept {
				if _, err := b.cache.Object(who, n.ID, true); err != nil {
					t.Errorf("she may object again: %v", err)
				}
			}
			if err := b.cache.Forget(noon.Add(time.Hour), who); err != nil {
				t.Fatal(err)
			}
			if all, err := b.cache.Objections(); err != nil || len(all) != 0 {
				t.Errorf("of one who is erased: %d, %v", len(all), err)
			}
		})
	}
}

// Each word of hers stays as it was said, with its notice, when a later one
// replaces it: wherever that came from, through a restart, for two years, and
// until she is erased. A word that is stale replaces nothing.
func TestEarlierWordsAreKept(t *testing.T) {
	b := newBox(t)
	who := customer(t, "c-1")
	say := func(at time.Time, granted bool, notice string) {
		t.Helper()
		w := profile.Consent{Purpose: profile.Presence, Granted: granted, Notice: notice, Method: "app", At: profile.HLC{Wall: at, Node: "hq"}}
		if _, err := b.cache.Merge(who, w, w); err != nil {
			t.Fatal(err)
		}
	}
	say(noon, true, "one")
	say(noon.Add(time.Hour), false, "one")
	say(noon.Add(-time.Hour), true, "stale")
	if _, err := b.cache.Grant(who, noon.Add(2*time.Hour), "two", "page", profile.Presence); err != nil {
		t.Fatal(err)
	}
	b.restart()
	want := func(notices ...string) {
		t.Helper()
		words, err := b.cache.EarlierWords(who)
		if err != nil || len(words) != len(notices) {
			t.Fatalf("%v, %v", words, err)
		}
		for i, w := range words {
			if w.Notice != notices[i] || w.Granted == (i == 1) {
				t.Errorf("word %d is %+v", i, w)
			}
		}
	}
	want("one", "one")
	e, err := b.cache.Export(who)
	if err != nil || len(e.Earlier) != 2 || e.Counts()["consents"] != 3 {
		t.Errorf("the export has %d, %v", len(e.Earlier), err)
	}
	if _, err := b.cache.Sweep(noon.AddDate(2, 0, 1).Add(30 * time.Minute)); err != nil {
		t.Fatal(err)
	}
	if words, _ := b.cache.EarlierWords(who); len(words) > 2 {
		t.Error("the sweep made words")
	}
	if _, err := b.cache.Sweep(noon.AddDate(3, 0, 0)); err != nil {
		t.Fatal(err)
	}
	want()
	say(noon.Add(3*time.Hour), false, "two")
	if err := b.cache.Forget(noon.Add(4*time.Hour), who); err != nil {
		t.Fatal(err)
	}
	want()
}
