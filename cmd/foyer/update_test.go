package main

import (
	"bytes"
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"foyer/box/begin"
	"foyer/firmware/install"
	"foyer/firmware/spool"
)

// The units and the code name the same files.
func TestUpdatePlacesAreTheUnits(t *testing.T) {
	for unit, want := range map[string]string{
		"foyer-install.path":    "PathExists=" + spoolFolder + "/" + spool.RequestFile,
		"foyer-confirm.path":    "PathExists=" + slotsFolder + "/trial",
		"foyer-adopt.path":      "PathExists=/var/lib/foyer/" + begin.AdoptFile,
		"foyer-install.service": "ReadWritePaths=" + slotsFolder + " -" + spoolFolder,
		"foyer.tmpfiles":        "d " + slotsFolder + " 0755 root root",
		"foyer.service":         "RuntimeDirectory=" + filepath.Base(pulseFolder),
	} {
		data, err := os.ReadFile("../../systemd/" + unit)
		if err != nil || !strings.Contains(string(data), want) {
			t.Errorf("%s lacks %q: %v", unit, want, err)
		}
	}
}

// The pulse is for who watches the daemon's unit; what keeps it from being written
// is said once, until it is written again.
func TestPulse(t *testing.T) {
	var out bytes.Buffer
	log := slog.New(slog.NewTextHandler(&out, nil))
	if pulser("", log) != nil {
		t.Error("there is a pulse without a folder for it")
	}
	dir := filepath.Join(t.TempDir(), "run")
	beat := pulser(dir, log)
	for range 2 {
		beat(true, "")
		beat(true, "")
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		beat(true, "")
		if _, err := os.Stat(filepath.Join(dir, install.PulseFile)); err != nil {
			t.Error(err)
		}
		if err := os.RemoveAll(dir); err != nil {
			t.Fatal(err)
		}
	}
	if n := strings.Count(out.String(), "\n"); n != 2 {
		t.Errorf("two troubles are said in %d lines:\n%s", n, &out)
	}
}

func TestSeedAndStart(t *testing.T) {
	dir := t.TempDir()
	do := func(args ...string) (string, error) {
		var out bytes.Buffer
		err := run(context.Background(), append([]string{"update", "--slots", dir}, args...), &out, &out)
		return out.String(), err
	}
	if out, err := do("status"); err != nil || !strings.Contains(out, "no appliance") {
		t.Errorf("%s %v", out, err)
	}
	// start seeds a box whose slots were lost; a second start changes nothing.
	for range 2 {
		if out, err := do("start"); err != nil || out != "" {
			t.Fatalf("%s %v", out, err)
		}
		if info, err := os.Stat(filepath.Join(dir, "current", "foyer")); err != nil || info.Mode()&0o111 == 0 {
			t.Fatalf("%v %v", info, err)
		}
	}
	if out, err := do("seed"); err != nil || out != "" {
		t.Errorf("%s %v", out, err)
	}
	if out, err := do("status"); err != nil || !strings.Contains(out, "runs    dev (slot a)") {
		t.Errorf("%s %v", out, err)
	}
	if _, err := do("from-package"); err == nil || !strings.Contains(err.Error(), "runs already") {
		t.Errorf("the same version again: %v", err)
	}
}
