package survey_test

import (
	"cmp"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"foyer/floor/recording"
	"foyer/locator/survey"
)

// TestOrderAndTimes: a recording says the same whatever the order of its rows,
// and tracks without times, or with one time for all, are still tracks.
func TestOrderAndTimes(t *testing.T) {
	whole(t)
	dir := twoFloors(t)
	mean := func(change func(rows []recording.Row)) float64 {
		t.Helper()
		rs, err := survey.Evaluate(rewrite(t, dir, change), survey.Options{})
		if err != nil {
			t.Fatal(err)
		}
		return rs[1].Mean
	}
	want := mean(func([]recording.Row) {})
	track := func(r *recording.Row) bool { return r.Split == recording.TestTrack }
	for name, change := range map[string]func(rows []recording.Row){
		"shuffled": func(rows []recording.Row) {
			rand.New(rand.NewPCG(1, 2)).Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
		},
		"tracks in turn": func(rows []recording.Row) {
			slices.SortStableFunc(rows, func(a, b recording.Row) int { return cmp.Compare(a.T, b.T) })
		},
		"without times": func(rows []recording.Row) {
			for i := range rows {
				if track(&rows[i]) {
					rows[i].T, rows[i].Timed = 0, false
				}
			}
		},
		"one time": func(rows []recording.Row) {
			for i := range rows {
				if track(&rows[i]) {
					rows[i].T = 3
				}
			}
		},
	} {
		if got := mean(change); got > 1.15*want {
			t.Errorf("%s: mean error %.2f m, want about %.2f", name, got, want)
		}
	}
}

// A place that is far from everything else is named.
func TestNotesAPlaceThatIsFarAway(t *testing.T) {
	whole(t)
	dir, notes := twoFloors(t), ""
	o := survey.Options{Note: func(text string) { notes += text }}
	if _, err := survey.Evaluate(dir, o); err != nil || notes != "" {
		t.Errorf("%v; said of a shop of 20 x 15 m: %s", err, notes)
	}
	far := rewrite(t, dir, func(rows []recording.Row) {
		for i := range rows {
			if rows[i].Point == "p0-1-1" {
				rows[i].At.X += 900
			}
		}
	})
	if _, err := survey.Evaluate(far, o); err != nil || !strings.Contains(notes, `surveyed point "p0-1-1" at (901.0, 1.0)`) {
		t.Errorf("%v; said of a place 900 m away: %q", err, notes)
	}
}

// rewrite copies a recording with its rows changed.
func rewrite(t *testing.T, dir string, change func(rows []recording.Row)) string {
	t.Helper()
	f, err := recording.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	var rows []recording.Row
	for r, err := range f.Rows() {
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, r)
	}
	change(rows)
	out := filepath.Join(t.TempDir(), "made-up", "changed")
	w, err := recording.Create(out, f.APs, f.Plan)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		if err := w.Write(r); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out
}
