package survey

import (
	"errors"
	"math"
	"os"
	"path/filepath"
	"testing"

	"foyer/floor"
	"foyer/floor/recording"
)

// A store that nobody has walked has a map: of its plan, and of what its access
// points hear of one another.
func TestFitBeforeAnyWalk(t *testing.T) {
	dir := t.TempDir()
	plan := floor.Example()
	data, err := plan.JSON()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, recording.PlanFile), data, 0o600); err != nil {
		t.Fatal(err)
	}
	bare, _, err := Fit(dir, None, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := Fit(dir, Full, nil); !errors.Is(err, ErrNoRows) {
		t.Errorf("a survey of nobody: %v", err)
	}
	var links []recording.Link
	for _, a := range plan.Levels[0].AccessPoints { // all hear as if the exponent were 3, the first 4 dB worse
		for _, b := range plan.Levels[0].AccessPoints {
			if a.ID != b.ID {
				l := recording.Link{Ear: a.ID, Voice: b.ID, RSSI: floor.DBm(-30 - 30*math.Log10(float64(a.At.Distance(b.At))))}
				if a.ID == plan.Levels[0].AccessPoints[0].ID {
					l.RSSI -= 4
				}
				links = append(links, l)
			}
		}
	}
	plan.Levels[0].Walls = nil
	m, err := fit(plan, nil, links, nil)
	if err != nil {
		t.Fatal(err)
	}
	first, other, was := m.APs[0], m.APs[1], bare.APs[0]
	if !(other.N > was.N+0.2 && other.NSD < was.NSD && first.P0 < other.P0-1.5 && first.P0SD < was.P0SD) {
		t.Errorf("links changed %+v to %+v and %+v", was, first, other)
	}
	links = append(links, recording.Link{Ear: "nobody's", Voice: "ap-01", RSSI: -50})
	if _, err := fit(plan, nil, links, nil); err != nil {
		t.Errorf("a link of somebody else's: %v", err)
	}
}
