package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"foyer/box/begin"
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
