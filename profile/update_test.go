package profile_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"foyer/floor"
	"foyer/profile"
)

func TestUpdateMergesHerVisibility(t *testing.T) {
	const auto, ask, invisible = profile.Automatic, profile.AskEachVisit, profile.Invisible
	for _, tt := range []struct {
		name             string
		base, here, said profile.Visibility
		want             profile.Visibility
	}{
		{"the first from headquarters", "", ask, auto, auto},
		{"chosen here before the first", "", invisible, auto, invisible},
		{"unchanged anywhere", auto, auto, auto, auto},
		{"changed there", auto, auto, invisible, invisible},
		{"stricter here", auto, invisible, auto, invisible},
		{"looser here", ask, auto, ask, auto},
		{"looser here, stricter there", ask, auto, invisible, invisible},
		{"stricter here, looser there", ask, invisible, auto, invisible},
		{"not said", auto, auto, "", ask},
	} {
		t.Run(tt.name, func(t *testing.T) {
			old := full(t, "c-1")
			old.FromHQ, old.Visibility = tt.base, tt.here
			said := full(t, "c-1")
			said.Visibility, said.Rev = tt.said, old.Rev
			got := old.Update(said, noon)
			if got.Visibility != tt.want {
				t.Errorf("%s, want %s", got.Visibility, tt.want)
			}
			if again := got.Update(said, noon); again.Visibility != got.Visibility {
				t.Errorf("said again it becomes %s", again.Visibility)
			}
		})
	}
}

func TestUpdateKeepsWhatIsMadeHere(t *testing.T) {
	old := full(t, "c-1")
	said := profile.Profile{Customer: old.Customer, Form: "Frau Keller", Rev: old.Rev + 1}
	got := old.Update(said, noon)
	if got.Form != "Frau Keller" || len(got.Purchases) != 0 {
		t.Errorf("not taken over: %+v", got)
	}
	if len(got.Notes) != 1 || len(got.Appointments) != 1 || !got.NotToday.Equal(old.NotToday) {
		t.Error("what was made here is lost")
	}
	said.Rev = old.Rev - 1
	if diff := cmp.Diff(old, old.Update(said, noon), people); diff != "" {
		t.Errorf("an older revision changes her (-want +got):\n%s", diff)
	}
}

// Headquarters' word on her associates counts where it has changed; what she
// named on her page outlasts the same word sent again.
func TestUpdateKeepsWhomSheNamed(t *testing.T) {
	ana, bo, eve := associate(t, "ana"), associate(t, "bo"), associate(t, "eve")
	say := func(rev uint64, names ...floor.AssociateID) profile.Profile {
		p := profile.New(customer(t, "c-1"))
		p.Rev, p.Preferred = rev, names
		return p
	}
	p := profile.New(customer(t, "c-1")).Update(say(1, ana), noon)
	p.Preferred = []floor.AssociateID{bo, ana} // on her page
	for _, c := range []struct {
		said, want []floor.AssociateID
	}{
		{[]floor.AssociateID{ana}, []floor.AssociateID{bo, ana}},
		{[]floor.AssociateID{eve}, []floor.AssociateID{eve}},
		{nil, nil},
	} {
		p = p.Update(say(p.Rev+1, c.said...), noon)
		if !slices.Equal(p.Preferred, c.want) {
			t.Errorf("after %v: %v, want %v", c.said, p.Preferred, c.want)
		}
	}
}

// Headquarters' word on how far purchases reach counts where it has changed; what
// she chose on her page outlasts the same word sent again, and where both changed
// less is shown.
func TestUpdateKeepsHowFarPurchasesReach(t *testing.T) {
	const closed, usual, open = profile.AudienceClosed, profile.AudienceDefault, profile.AudienceOpen
	b := newBox(t)
	who := customer(t, "c-1")
	step := func(what string, change func() error, want profile.Audience) {
		t.Helper()
		if err := change(); err != nil {
			t.Fatal(err)
		}
		if p := b.get(who); p.Audience.Online != want || p.Audience.Store != usual {
			t.Errorf("%s: %+v, want %s online and no other changed", what, p.Audience, want)
		}
	}
	rev := uint64(0)
	hq := func(a profile.Audience) func() error {
		rev++
		said := profile.Profile{Customer: who, Rev: rev, Audience: profile.Audiences{Online: a}}
		return func() error {
			return b.cache.Change(who, func(p *profile.Profile) error { *p = p.Update(said, noon); return nil })
		}
	}
	she := func(a profile.Audience) func() error {
		return func() error { return b.cache.Reach(who, profile.Online, a) }
	}
	step("the first word", hq(usual), usual)
	step("she opens it", she(open), open)
	step("the same word again", hq(usual), open)
	step("it comes back", hq(open), open)
	step("she closes it", she(closed), closed)
	step("an older word, late", hq(usual), closed)
	step("it comes back", hq(closed), closed)
	step("headquarters opens it", hq(open), open)
	step("she narrows it", she(usual), usual)
	step("headquarters closes it meanwhile", hq(closed), closed)
	step("and opens it", hq(open), open)
}
