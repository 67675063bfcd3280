package survey_test

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"foyer/locator/survey"
)

// drawn counts the elements of each class of an SVG, which must be well formed,
// and returns its texts.
func drawn(t *testing.T, svg string) (classes map[string]int, texts string) {
	t.Helper()
	classes = map[string]int{}
	dec := xml.NewDecoder(strings.NewReader(svg))
	for {
		token, err := dec.Token()
		switch {
		case errors.Is(err, io.EOF):
			return classes, texts
		case err != nil:
			t.Fatalf("not well formed: %v", err)
		}
		switch e := token.(type) {
		case xml.StartElement:
			for _, a := range e.Attr {
				if a.Name.Local == "class" {
					classes[a.Value]++
				}
				if strings.Contains(a.Value, "NaN") || strings.Contains(a.Value, "Inf") {
					t.Errorf("%s %s=%q", e.Name.Local, a.Name.Local, a.Value)
				}
			}
		case xml.CharData:
			texts += string(e) + "\n"
		}
	}
}

func TestPlot(t *testing.T) {
	walk := "../../rehearsal/testdata/walk"
	for _, tt := range []struct {
		dir    string
		mode   survey.Mode
		panels int
		curves int
		names  []string
	}{
		{walk, survey.None, 4, 3, []string{"walk_1", "walk_2", "walk_3", "ap-03", "testdata/walk, survey none", "standing (test_static)"}},
		{twoFloors(t), survey.Full, 4, 3, []string{"walk-0, floor 0", "walk-1, floor 1", "right floor", "surveyed place"}},
	} {
		if testing.Short() && tt.dir == walk {
			t.Log("SKIP: 689 fixes take long with the race detector: run without -short")
			continue
		}
		trace := new(survey.Trace)
		rs, err := survey.Evaluate(tt.dir, survey.Options{Survey: tt.mode, Trace: trace})
		if err != nil {
			t.Fatal(err)
		}
		var out strings.Builder
		if err := trace.Plot(&out); err != nil {
			t.Fatal(err)
		}
		classes, texts := drawn(t, out.String())
		n := 0
		for _, r := range rs {
			n += r.N
		}
		if classes["fix"] != n || classes["panel"] != tt.panels || classes["curve"] != tt.curves || classes["region"] < 2*tt.panels {
			t.Errorf("%s: drew %v, want %d fixes in %d panels", tt.dir, classes, n, tt.panels)
		}
		for _, name := range tt.names {
			if !strings.Contains(texts, name) {
				t.Errorf("%s: no %q in the drawing", tt.dir, name)
			}
		}
	}
	if err := new(survey.Trace).Plot(io.Discard); !errors.Is(err, survey.ErrNoRows) {
		t.Errorf("an empty trace: %v", err)
	}
}
