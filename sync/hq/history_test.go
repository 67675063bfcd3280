package hq_test

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"foyer/floor"
	"foyer/sync/office"
	"foyer/sync/wire"

	"pgregory.net/rapid"
)

// deeds are what can happen in a history, and how often it does.
func deeds() *rapid.Generator[deed] {
	weights := []struct {
		what string
		n    int
	}{
		{"visit", 6}, {"she says yes", 3}, {"she says no", 3}, {"profile", 4}, {"hq says yes", 2}, {"hq says no", 1}, {"erase", 1}, {"many profiles", 1},
		{"wait", 5}, {"box restarts", 2}, {"box dies", 2}, {"box dies applying", 1}, {"office restarts", 2},
		{"box is cut", 2}, {"office is cut", 2}, {"box half-open", 2}, {"office half-open", 1}, {"broker goes", 2}, {"broker comes", 3},
	}
	var names []string
	for _, w := range weights {
		for range w.n {
			names = append(names, w.what)
		}
	}
	return rapid.Custom(func(t *rapid.T) deed {
		return deed{rapid.SampledFrom(names).Draw(t, "what"), rapid.IntRange(0, 3).Draw(t, "who"), rapid.IntRange(0, 120).Draw(t, "seconds")}
	})
}

// A deed is one step: what happens, to which customer, or for how long.
type deed struct {
	What    string
	Who     int
	Seconds int
}

// TestHistories: whatever happens in whatever order to the broker, the box and
// headquarters, in the end headquarters has the box's history, each event once,
// the box holds of each customer what headquarters said last, and both know of
// each consent the latest word, whoever said it and however late it came.
//
// 200 histories in a test, 10,000 with FOYER_LONG, 20 with -short.
func TestHistories(t *testing.T) {
	n := "200"
	switch {
	case os.Getenv("FOYER_LONG") != "":
		n = "10000"
	case testing.Short():
		n = "20"
	}
	before := flag.Lookup("rapid.checks").Value.String()
	must(t, flag.Set("rapid.checks", n))
	t.Cleanup(func() { must(t, flag.Set("rapid.checks", before)) })
	s := newKeys(t)
	rapid.Check(t, func(r *rapid.T) {
		all := rapid.SliceOfN(deeds(), 5, 40).Draw(r, "deeds")
		var err error
		synctest.Test(t, func(t *testing.T) { err = live(t, s, all) })
		if err != nil {
			r.Fatal(err)
		}
	})
	t.Logf("figure: %s histories: each event at headquarters once, no word overtaken", n)
}

// live lives through a history and says what is wrong at its end.
func live(t *testing.T, s *site, all []deed) error {
	w := newWorld(t, s)
	defer w.end()
	for _, d := range all {
		w.do(d)
	}
	w.do(deed{What: "broker comes"})
	w.pipes.Silence("box", false)
	w.pipes.Silence("office", false)
	for range 4 * 3600 {
		time.Sleep(time.Second)
		if w.calm() {
			return w.judge()
		}
	}
	return fmt.Errorf("after hours: %d events of the box wait, %d messages of headquarters", w.box.Status().Backlog, pending(w.office))
}

// judge holds headquarters' log and what the box holds against the history.
func (w *world) judge() error {
	var errs []error
	got := map[string]int{}
	words := w.pushed.clone()
	err := w.office.Each(func(e office.Event) error {
		switch e.Kind {
		case wire.UpVisit:
			v, err := wire.Decode[wire.VisitOpened](e.Payload)
			got[string(v.Visit)]++
			return err
		case wire.UpConsent:
			c, err := wire.Decode[wire.ConsentChange](e.Payload)
			got[fmt.Sprint("word ", c.Wall)]++
			words.hear(c)
			return err
		}
		return nil
	})
	errs = append(errs, err)
	for what := range w.recorded {
		if n := got[what]; n != 1 {
			errs = append(errs, fmt.Errorf("%s is %d times at headquarters", what, n))
		}
	}
	for what := range got {
		if !w.recorded[what] {
			errs = append(errs, fmt.Errorf("%s was never recorded", what))
		}
	}
	if w.app.consents.text() != w.truth.text() || words.text() != w.truth.text() {
		errs = append(errs, fmt.Errorf("consents: the box knows %s, headquarters %s, they said %s", w.app.consents.text(), words.text(), w.truth.text()))
	}
	if a, b := fmt.Sprint(w.app.forms), fmt.Sprint(w.said); a != b {
		errs = append(errs, fmt.Errorf("the box holds %s, headquarters said %s", a, b))
	}
	return errors.Join(errs...)
}

// once checks that a log has every event of a history, and none twice.
func once(t *testing.T, log []office.Event, recorded int) {
	t.Helper()
	visits := map[floor.VisitID]int{}
	for _, e := range log {
		if e.Kind == wire.UpVisit {
			v, err := wire.Decode[wire.VisitOpened](e.Payload)
			must(t, err)
			visits[v.Visit]++
		}
	}
	if len(visits) != recorded {
		t.Errorf("%d visits at headquarters, %d recorded", len(visits), recorded)
	}
	for v, n := range visits {
		if n != 1 {
			t.Errorf("%s: %d times", v, n)
		}
	}
}

// A build that takes the broker's word for headquarters' is caught.
func TestHistoriesCatchTokens(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIPPED: builds this package once more; go test without -short")
	}
	cmd := exec.CommandContext(t.Context(), "go", "test", "-tags", "foyer_tokens", "-count=1", "-run", "^TestHistories$", ".", "-rapid.nofailfile")
	out, err := cmd.CombinedOutput()
	if err == nil || !strings.Contains(string(out), "is 0 times at headquarters") {
		t.Errorf("a build that deletes on the broker's word passes: %v\n%s", err, out)
	}
}
