package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"foyer/floor"
	"foyer/floor/recording"
	"foyer/locator"
	"foyer/locator/survey"
)

const walkDir = "../../rehearsal/testdata/walk"

// foyer runs the program and returns what it printed.
func foyer(t *testing.T, args ...string) (out, notes string, err error) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	err = run(context.Background(), args, &stdout, &stderr)
	return stdout.String(), stderr.String(), err
}

// thinned writes the made-up survey anew with what keep leaves of it.
func thinned(t *testing.T, keep func(recording.Row) bool, plan *floor.Plan) string {
	t.Helper()
	in, err := recording.Open(walkDir)
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "made-up", "walk")
	w, err := recording.Create(dir, in.APs, plan)
	if err != nil {
		t.Fatal(err)
	}
	for r, err := range in.Rows() {
		if err == nil && keep(r) {
			err = w.Write(r)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestSurveyFit(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIP: a whole fit takes seconds, and ten times that with the race detector: run without -short")
	}
	t.Parallel()
	near := map[string]bool{}
	dir := thinned(t, func(r recording.Row) bool {
		if r.AP == "ap-04" && r.RSSI > -60 && len(near) < 3 {
			near[r.Point] = true
		}
		return r.Split == recording.Train && (r.AP != "ap-04" || near[r.Point]) && r.AP != "ap-09"
	}, floor.Example())
	file := filepath.Join(t.TempDir(), "map.json")
	out, _, err := foyer(t, "survey", "fit", dir, "--out", file)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"noise of a fix's reading", "± ", "ap-04 was heard at 3 places only: re-walk near (33.0, 2.2)",
		"ap-09 was heard at no place: see whether it is on", "10 access points, 235 places, 940 scans"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
	if strings.Contains(out, "ap-01 was heard") {
		t.Errorf("names what was heard well:\n%s", out)
	}
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	m, err := survey.ReadMap(f)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := locator.New(floor.Example(), m, locator.Options{}); err != nil {
		t.Error(err)
	}
}

func TestSurveyFitTeaches(t *testing.T) {
	upstairs := floor.Example()
	upstairs.Levels[0].ID = "first"
	data, err := upstairs.JSON()
	if err != nil {
		t.Fatal(err)
	}
	plan := filepath.Join(t.TempDir(), "plan.json")
	if err := os.WriteFile(plan, data, 0o600); err != nil {
		t.Fatal(err)
	}
	for want, args := range map[string][]string{
		"say where the map goes":            {walkDir},
		"no such file":                      {"nowhere", "--out", "x"},
		`want full, sparse4 or none`:        {walkDir, "--out", "x", "--survey", "half"},
		"call them alike in both":           {walkDir, "--out", "x", "--plan", plan},
		"read the plan ../../CHANGELOG.md:": {walkDir, "--out", "x", "--plan", "../../CHANGELOG.md"},
	} {
		if _, _, err := foyer(t, append([]string{"survey", "fit"}, args...)...); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", args, err, want)
		}
	}
	if _, err := os.Stat("x"); err == nil {
		t.Error("a map was written all the same")
	}
}

func TestSurveyEvaluatePlots(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIP: an evaluation takes seconds, and ten times that with the race detector: run without -short")
	}
	t.Parallel()
	file := filepath.Join(t.TempDir(), "walk.svg")
	if _, _, err := foyer(t, "survey", "evaluate", walkDir, "--survey", "none", "--plot", file); err != nil {
		t.Fatal(err)
	}
	svg, err := os.ReadFile(file)
	if err != nil || !bytes.HasPrefix(svg, []byte("<?xml")) || !bytes.HasSuffix(svg, []byte("</svg>\n")) {
		t.Errorf("%v: no whole drawing of %d bytes", err, len(svg))
	}
	if left, _ := os.ReadDir(filepath.Dir(file)); len(left) != 1 {
		t.Errorf("left behind: %v", left)
	}
	if _, _, err := foyer(t, "survey", "evaluate", walkDir, "--survey", "none", "--plot", filepath.Join(file, "below")); err == nil {
		t.Error("a drawing below a file: no error")
	}
}

func TestSurveyPlan(t *testing.T) {
	t.Parallel()
	plan := floor.Example()
	plan.Levels[0].AccessPoints = nil
	data, err := plan.JSON()
	if err != nil {
		t.Fatal(err)
	}
	bare := filepath.Join(t.TempDir(), "bare.json")
	if err := os.WriteFile(bare, data, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, _, err := foyer(t, "survey", "plan", bare); err == nil || !strings.Contains(err.Error(), "needs at least one access point") {
		t.Errorf("a plan without an access point: %v", err)
	}
	if testing.Short() {
		t.Skip("SKIP: a whole forecast takes seconds: run without -short")
	}
	file := filepath.Join(t.TempDir(), "forecast.svg")
	out, _, err := foyer(t, "survey", "plan", filepath.Join(walkDir, "plan.json"), "--out", file)
	if err != nil || !strings.Contains(out, "one more access point") || !strings.Contains(out, "nine of ten within") {
		t.Errorf("%v\n%s", err, out)
	}
	if svg, err := os.ReadFile(file); err != nil || !bytes.HasSuffix(svg, []byte("</svg>\n")) {
		t.Error(err)
	}
}
