package survey_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"foyer/floor"
	"foyer/locator/survey"
)

func TestMapFile(t *testing.T) {
	want := survey.MapFromPlan(floor.Example())
	var file bytes.Buffer
	if err := survey.WriteMap(&file, want); err != nil {
		t.Fatal(err)
	}
	text := file.String()
	got, err := survey.ReadMap(&file)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	for name, bad := range map[string]string{
		"other schema": strings.Replace(text, survey.MapSchema, "foyer.radio-map/9", 1),
		"unknown key":  strings.Replace(text, `"map":{`, `"map":{"x":1,`, 1),
		"cut":          text[:len(text)/2],
		"trailing":     text + "{}",
		"empty":        "{}",
	} {
		if _, err := survey.ReadMap(strings.NewReader(bad)); !errors.Is(err, survey.ErrMapFile) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzReadMap(f *testing.F) {
	var file bytes.Buffer
	_ = survey.WriteMap(&file, survey.MapFromPlan(floor.Example()))
	f.Add(file.Bytes())
	f.Fuzz(func(t *testing.T, data []byte) {
		if m, err := survey.ReadMap(bytes.NewReader(data)); err == nil && m == nil {
			t.Fatal("no map and no error")
		}
	})
}
