package radio

import (
	"errors"
	"testing"

	"foyer/floor"
)

// plan is a plan with the access points ap-01 and ap-02, the second with names.
func testPlan(aliases ...string) *floor.Plan {
	return &floor.Plan{Levels: []floor.Level{{AccessPoints: []floor.AccessPoint{{ID: "ap-01"}, {ID: "ap-02", Aliases: aliases}}}}}
}

func TestAliases(t *testing.T) {
	a, err := NewAliases(testPlan("00:1b:c0:aa:bb:01", "FP221E3X14000000", "10.0.0.5#wlan0"))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]floor.APID{
		"ap-01": "ap-01", "ap-02": "ap-02", "FP221E3X14000000": "ap-02", "10.0.0.5#wlan0": "ap-02",
		"00:1b:c0:aa:bb:01": "ap-02", "00-1B-C0-AA-BB-01": "ap-02", "001bc0aabb01": "ap-02", "001B.C0AA.BB01": "ap-02",
		"": "", "AP-01": "", "ap-03": "", "00:1b:c0:aa:bb:02": "",
	} {
		if got, ok := a.Resolve(name); got != want || ok != (want != "") {
			t.Errorf("%q: %q %v, want %q", name, got, ok, want)
		}
	}
	for _, bad := range [][]string{{"ap-01"}, {"x", "00:1b:c0:aa:bb:01"}} {
		plan := testPlan(bad...)
		plan.Levels[0].AccessPoints[0].Aliases = []string{"001BC0AABB01"}
		if _, err := NewAliases(plan); !errors.Is(err, ErrAlias) {
			t.Errorf("%q: %v", bad, err)
		}
	}
	if _, err := NewAliases(floor.Example()); err != nil {
		t.Error(err)
	}
}

func TestDrawings(t *testing.T) {
	plan := testPlan()
	plan.Levels[0].ID = "ground"
	plan.Levels[0].Frames = []floor.Frame{{ID: "g_1", At: floor.Point{Y: 25}, Up: true, Scale: 1}}
	a, err := NewAliases(plan)
	if err != nil {
		t.Fatal(err)
	}
	want := floor.Point{X: 3, Y: 21}
	for _, name := range []string{"g_1", ""} {
		if level, at, ok := a.Place(name, 3, 4); level != "ground" || at != want || !ok {
			t.Errorf("%q: %v %v %v, want %v on ground", name, level, at, ok, want)
		}
	}
	if _, _, ok := a.Place("g_2", 3, 4); ok {
		t.Error("a drawing that the plan does not know has a place")
	}
	plan.Levels = append(plan.Levels, floor.Level{ID: "upper", Frames: []floor.Frame{{ID: "g_2", Scale: 1}}})
	if a, err = NewAliases(plan); err != nil {
		t.Fatal(err)
	}
	if _, _, ok := a.Place("", 3, 4); ok {
		t.Error("of two drawings, one without a name has a place")
	}
}
