package conduct_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"foyer/concierge/conduct"
	"foyer/floor"
	"foyer/vault"
)

var now = time.Date(2026, 11, 22, 15, 0, 0, 0, time.UTC)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func opened(t *testing.T, dir string) (*conduct.Book, func()) {
	t.Helper()
	keys, err := vault.OpenKeys(dir, [32]byte{1}, vault.KeyOptions{})
	must(t, err)
	file, err := vault.Open(dir, "desk.db", vault.Options{Buckets: conduct.Buckets()})
	must(t, err)
	return conduct.New(file, keys), func() { must(t, file.Close()); must(t, keys.Close()) }
}

func who(t *testing.T, ref string) floor.AssociateID {
	t.Helper()
	a, err := floor.ParseAssociate(ref)
	must(t, err)
	return a
}

func TestTheStrictestTierHolds(t *testing.T) {
	at := func(d time.Duration) time.Time { return now.Add(d) }
	restricted := &conduct.Decision{Tier: floor.TierRestricted, At: at(-time.Hour), Until: at(time.Hour)}
	again := &conduct.Decision{Tier: floor.TierUntrained, At: at(-time.Hour)}
	lifted := &conduct.Decision{Tier: floor.TierStandard, At: at(-time.Hour)}
	before, after := &conduct.Training{At: at(-2 * time.Hour)}, &conduct.Training{At: at(-time.Minute)}
	for _, tt := range []struct {
		name  string
		given floor.Tier
		on    conduct.Standing
		when  time.Time
		want  floor.Tier
	}{
		{"nothing on record", floor.TierStandard, conduct.Standing{}, now, floor.TierStandard},
		{"untrained", floor.TierUntrained, conduct.Standing{}, now, floor.TierUntrained},
		{"a workshop lifts untrained", floor.TierUntrained, conduct.Standing{Training: after}, now, floor.TierStandard},
		{"and not headquarters' restriction", floor.TierRestricted, conduct.Standing{Training: after}, now, floor.TierRestricted},
		{"nor does a manager", floor.TierRestricted, conduct.Standing{Decision: lifted}, now, floor.TierRestricted},
		{"a manager does not train", floor.TierUntrained, conduct.Standing{Decision: lifted}, now, floor.TierUntrained},
		{"a manager's restriction", floor.TierStandard, conduct.Standing{Decision: restricted}, now, floor.TierRestricted},
		{"it ends", floor.TierStandard, conduct.Standing{Decision: restricted}, at(time.Hour), floor.TierStandard},
		{"it does not help the untrained", floor.TierUntrained, conduct.Standing{Decision: restricted}, now, floor.TierUntrained},
		{"restricted, and trained since", floor.TierUntrained, conduct.Standing{Decision: restricted, Training: after}, now, floor.TierRestricted},
		{"the workshop again", floor.TierStandard, conduct.Standing{Decision: again, Training: before}, now, floor.TierUntrained},
		{"and done", floor.TierStandard, conduct.Standing{Decision: again, Training: after}, now, floor.TierStandard},
	} {
		if got := tt.on.Tier(tt.given, tt.when); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}

func TestDecisionsAreCheckedAndOutliveAStart(t *testing.T) {
	dir := t.TempDir()
	b, end := opened(t, dir)
	good := conduct.Decision{Associate: "ana", Tier: floor.TierRestricted, Reason: "Two clients felt crowded.", At: now, Until: now.Add(24 * time.Hour), By: "jonas"}
	for _, tt := range []struct {
		change func(*conduct.Decision)
		want   error
	}{
		{func(d *conduct.Decision) { d.Tier = "royal" }, conduct.ErrTier},
		{func(d *conduct.Decision) { d.Reason = "Because" }, conduct.ErrReason},
		{func(d *conduct.Decision) { d.Reason = strings.Repeat("x", 281) }, conduct.ErrReason},
		{func(d *conduct.Decision) { d.Until = time.Time{} }, conduct.ErrUntil},
		{func(d *conduct.Decision) { d.Until = now.Add(-time.Hour) }, conduct.ErrUntil},
		{func(d *conduct.Decision) { d.Until = now.Add(91 * 24 * time.Hour) }, conduct.ErrUntil},
	} {
		d := good
		tt.change(&d)
		if err := b.Decide(d); !errors.Is(err, tt.want) {
			t.Errorf("%+v: %v, want %v", d, err, tt.want)
		}
	}
	must(t, b.Decide(good))
	must(t, b.Train(conduct.Training{Associate: "marc", Version: "2026-1", At: now, By: "marc"}))
	end()
	b, end = opened(t, dir)
	defer end()
	ana, err := b.Standing(who(t, "ana"))
	must(t, err)
	marc, err := b.Standing(who(t, "marc"))
	must(t, err)
	if ana.Decision == nil || ana.Decision.Reason != good.Reason || ana.Training != nil || marc.Training == nil || marc.Training.Version != "2026-1" {
		t.Errorf("after a start: %+v, %+v", ana, marc)
	}
	must(t, b.Mark(who(t, "ana"), conduct.Revealed, now))
	must(t, b.Mark(who(t, "marc"), conduct.Revealed, now))
	of := map[string]bool{}
	must(t, b.Kept(func(ref string) { of[ref] = true }))
	if len(of) != 2 || !of["ana"] || !of["marc"] {
		t.Errorf("something is kept of %v", of)
	}
	must(t, b.Left(func(ref string) bool { return ref == "marc" }))
	if marc, _ := b.Standing(who(t, "marc")); marc.Training != nil {
		t.Error("what is on record of one who left stays")
	}
	his, err := b.Count(who(t, "marc"), conduct.Revealed, now)
	must(t, err)
	hers, err := b.Count(who(t, "ana"), conduct.Revealed, now)
	if must(t, err); his != 0 || hers != 1 {
		t.Errorf("marks: %d of marc, who left, and %d of ana", his, hers)
	}
	must(t, b.Sweep(now.Add(200*24*time.Hour)))
	if ana, _ := b.Standing(who(t, "ana")); ana.Decision != nil {
		t.Error("a decision is kept for ever")
	}
}

func TestProposals(t *testing.T) {
	b, end := opened(t, t.TempDir())
	defer end()
	roster := []floor.AssociateID{who(t, "ana"), who(t, "marc"), who(t, "lea"), who(t, "tim"), who(t, "zoe")}
	mark := func(ref string, k conduct.Kind, n int) {
		for range n {
			must(t, b.Mark(who(t, ref), k, now))
		}
	}
	proposed := func() map[floor.AssociateID][]conduct.Ground {
		f, err := b.Figures(roster, now)
		must(t, err)
		return conduct.Propose(f)
	}
	for _, ref := range []string{"ana", "marc", "lea", "zoe"} {
		mark(ref, conduct.Revealed, 1)
	}
	mark("ana", conduct.Revealed, 2) // three: not far beyond
	mark("marc", conduct.Revealed, 3)
	mark("lea", conduct.Refused, 3)
	mark("tim", conduct.Upheld, 1)
	mark("zoe", conduct.Refused, 2)
	mark("tim", conduct.Approached, 3)
	said := func(c, visit string, a conduct.Answer, when time.Time, served ...string) {
		her, err := floor.ParseCustomer(c)
		must(t, err)
		must(t, b.Keep(her, conduct.Visit{Visit: visit, Ended: when, Served: served, Answer: a, Answered: when}))
	}
	said("c-1", "v-1", conduct.TooMuch, now, "zoe")
	said("c-1", "v-2", conduct.TooMuch, now, "zoe") // the same customer again
	said("c-2", "v-3", conduct.JustRight, now, "zoe")
	said("c-3", "v-4", conduct.TooMuch, now.Add(-31*24*time.Hour), "zoe") // long ago
	want := map[string][]conduct.Ground{"marc": {conduct.GroundReveals}, "lea": {conduct.GroundRefused}, "tim": {conduct.GroundUpheld, conduct.GroundApproached}}
	check := func() {
		t.Helper()
		got := proposed()
		for _, a := range roster {
			if !slices.Equal(got[a], want[a.Ref()]) {
				t.Errorf("%s: %v, want %v", a.Ref(), got[a], want[a.Ref()])
			}
		}
	}
	check()
	said("c-4", "v-5", conduct.TooMuch, now, "zoe", "ana")
	want["zoe"] = []conduct.Ground{conduct.GroundTooMuch}
	check()
	must(t, b.Sweep(now.Add(conduct.Window)))
	if got := proposed(); len(got) != 0 {
		t.Errorf("after 30 days: %v", got)
	}
}

func TestAnAnswerIsForgottenWithHer(t *testing.T) {
	b, end := opened(t, t.TempDir())
	defer end()
	her, _ := floor.ParseCustomer("c-1")
	must(t, b.Keep(her, conduct.Visit{Visit: "v-1", Ended: now, Served: []string{"ana"}, Kept: true}))
	must(t, b.Keep(her, conduct.Visit{Visit: "v-2", Ended: now.Add(time.Hour), Served: []string{"ana"}, Answer: conduct.TooMuch, Answered: now}))
	all, err := b.Visits(her)
	must(t, err)
	if len(all) != 2 || all[0].Visit != "v-2" {
		t.Errorf("%+v", all)
	}
	must(t, b.DropKept(her))
	if all, _ := b.Visits(her); len(all) != 1 || all[0].Visit != "v-2" {
		t.Errorf("what she only answered goes with what was kept: %+v", all)
	}
	must(t, b.Forget(her))
	if all, _ := b.Visits(her); len(all) != 0 {
		t.Errorf("%+v", all)
	}
}
