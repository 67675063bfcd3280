package rehearsal_test

import (
	"testing"

	"foyer/locator/survey"
)

// TestLocatorOnTheRecording scores the locator on the committed recording of
// this made-up store. The bars are what it reached when they were set, and a
// fifth. Under the race detector it takes a minute and finds nothing more.
func TestLocatorOnTheRecording(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIP: the locator is not scored: go test without -short")
	}
	for mode, bar := range map[survey.Mode]float64{survey.Full: 1.75, survey.Sparse4: 1.95, survey.None: 3.2} {
		t.Run(string(mode), func(t *testing.T) {
			results, err := survey.Evaluate("testdata/walk", survey.Options{Survey: mode})
			if err != nil {
				t.Fatal(err)
			}
			track := results[len(results)-1]
			t.Logf("figure: survey %-7s mean %.2f m, median %.2f, p95 %.2f; in the 50 %% region %.0f %%, in the 90 %% region %.0f %%; %.0f us a fix",
				mode, track.Mean, track.Median, track.P95, 100*track.Coverage50, 100*track.Coverage90, track.MicrosPerFix)
			if track.Split != "test_track" || track.N < 300 || track.Mean > bar {
				t.Errorf("%s, n %d, mean %.2f m; want test_track, at least 300, at most %.2f m", track.Split, track.N, track.Mean, bar)
			}
		})
	}
}
