package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The generator's output follows the configuration, again and again.
func TestSocketsFollowTheConfiguration(t *testing.T) {
	dir := t.TempDir()
	for _, guest := range []string{"10.20.0.2:443", "10.20.0.9:443"} {
		file := filepath.Join(dir, "foyer.yaml")
		text := "store: {chain: example, id: store-014, timezone: Europe/Zurich}\nlisten: {guest: '" + guest + "', staff: '10.30.0.2:443'}\n"
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := run(context.Background(), []string{"sockets", "--config", file, dir}, os.Stderr, os.Stderr); err != nil {
			t.Fatal(err)
		}
		for name, want := range map[string]string{
			"foyer-guest.socket":                        "ListenStream=" + guest,
			"sockets.target.wants/foyer-staff.socket":   "ListenStream=10.30.0.2:443",
			"sockets.target.wants/foyer-sensors.socket": "ListenStream=10.30.0.2:8443", // the default
			"foyer.service.d/50-sockets.conf":           "Sockets=foyer-guest.socket foyer-sensors.socket foyer-staff.socket",
		} {
			got, err := os.ReadFile(filepath.Join(dir, name))
			if err != nil || !strings.Contains(string(got), want+"\n") {
				t.Errorf("%s lacks %s: %v\n%s", name, want, err, got)
			}
		}
		var out bytes.Buffer
		if err := run(context.Background(), []string{"sockets", "--config", file}, &out, os.Stderr); err != nil || !strings.Contains(out.String(), "ListenStream="+guest) {
			t.Errorf("printed %s, %v", &out, err)
		}
	}
	if err := run(context.Background(), []string{"sockets", "--config", filepath.Join(dir, "none.yaml"), dir}, os.Stderr, os.Stderr); err == nil {
		t.Error("ports of no configuration")
	}
}
