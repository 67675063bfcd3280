package firmware_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"foyer/firmware"
)

func TestCompare(t *testing.T) {
	inOrder := []string{"dev", "0.9.10", "1.0.0-1", "1.0.0-2", "1.0.0-10", "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-rc.2", "1.0.0-rc.10", "1.0.0", "1.0.1", "1.2.0", "1.10.0", "2.0.0"}
	for i, a := range inOrder {
		for j, b := range inOrder {
			got, want := firmware.Compare(a, b), i-j
			if (got < 0) != (want < 0) || (got > 0) != (want > 0) {
				t.Errorf("%s against %s: %d", a, b, got)
			}
		}
	}
}

func TestRecordSurvives(t *testing.T) {
	dir := t.TempDir()
	if r, err := firmware.ReadRecord(dir); err != nil || r.Running != "" {
		t.Errorf("no record: %+v, %v", r, err)
	}
	want := firmware.Record{State: firmware.Trial, Version: "1.1.0", Running: firmware.SlotB, Previous: firmware.SlotA, Tries: 2}
	if err := firmware.WriteRecord(dir, want); err != nil {
		t.Fatal(err)
	}
	if got, err := firmware.ReadRecord(dir); err != nil || got.Running != want.Running || got.Tries != 2 || got.State != want.State {
		t.Errorf("%+v, %v", got, err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 {
		t.Errorf("left beside it: %v, %v", entries, err)
	}
	for _, bad := range []string{"", "{", `{"running":"c"}`, `{"running":"../x"}`} {
		if err := os.WriteFile(filepath.Join(dir, "state.json"), []byte(bad), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := firmware.ReadRecord(dir); !errors.Is(err, firmware.ErrRecord) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func TestReasons(t *testing.T) {
	cause := errors.New("no route")
	err := firmware.Because(firmware.Unreachable, cause)
	if firmware.ReasonOf(err) != firmware.Unreachable || !errors.Is(err, cause) {
		t.Error(err)
	}
	if again := firmware.Because(firmware.Untrusted, err); firmware.ReasonOf(again) != firmware.Unreachable {
		t.Errorf("the first reason is lost: %v", again)
	}
	if firmware.Because(firmware.Untrusted, nil) != nil || firmware.ReasonOf(nil) != "" || firmware.ReasonOf(cause) != firmware.Internal {
		t.Error("reasons of nothing")
	}
}
