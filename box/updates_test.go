package box

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"foyer/config"
	"foyer/firmware"
	"foyer/firmware/spool"
	"foyer/health"
	"foyer/sync/wire"
)

func updatable(t *testing.T) *store {
	t.Helper()
	dir := t.TempDir()
	b := &store{in: Inputs{Config: &config.Config{Data: dir}, Version: "1.0.0", Firmware: &spool.Options{Slots: filepath.Join(dir, "slots"), Model: firmware.Model()}}}
	b.in.defaults()
	b.log, b.health = b.in.Log, health.New(b.in.Now, nil)
	b.config.Store(b.in.Config)
	b.startUpdates()
	if b.updates == nil {
		t.Fatal("no spool")
	}
	return b
}

func TestFirmwarePointer(t *testing.T) {
	b := updatable(t)
	for _, bad := range []string{`{"version":"latest","url":"https://updates.chain.example/"}`, `{"version":"1.1.0","url":"http://updates.chain.example/"}`} {
		if _, err := b.checkFirmware([]byte(bad)); !errors.Is(err, firmware.ErrPointer) {
			t.Errorf("%s: %v", bad, err)
		}
	}
	apply, err := b.checkFirmware([]byte(`{"version":"0.9.0","url":"https://updates.chain.example/foyer"}`))
	if err != nil {
		t.Fatal(err)
	}
	if err := apply(); err != nil {
		t.Fatal(err)
	}
	b.updates.Step(t.Context())
	now := time.Now()
	b.lookAtUpdates(now)
	if st := b.firmwareState(); st.State != "failed" || st.Reason != "older" || st.Wanted != "0.9.0" || st.Detail == "" {
		t.Errorf("headquarters reads %+v", st)
	}
	if w := b.health.List(); len(w) != 1 || !strings.Contains(w[0].Text, "0.9.0 (older)") {
		t.Errorf("the page shows %+v", w)
	}
	// The next pointer takes the warning away, here to the version that runs.
	if apply, err = b.checkFirmware([]byte(`{"version":"1.0.0","url":"https://updates.chain.example/foyer"}`)); err != nil {
		t.Fatal(err)
	}
	if err := apply(); err != nil {
		t.Fatal(err)
	}
	b.updates.Step(t.Context())
	if b.lookAtUpdates(now); len(b.health.List()) != 0 || b.firmwareState().State != "confirmed" {
		t.Errorf("%+v, %+v", b.health.List(), b.firmwareState())
	}
}

func TestNoUpdatesIsNoFault(t *testing.T) {
	b := &store{}
	apply, err := b.checkFirmware([]byte(`{"version":"1.1.0","url":"https://updates.chain.example/foyer"}`))
	if err != nil || apply() != nil || b.firmwareState() != (wire.FirmwareState{}) {
		t.Errorf("a laptop's box: %v", err)
	}
	b.lookAtUpdates(time.Now())
	broken := &store{in: Inputs{Config: &config.Config{Data: filepath.Join(t.TempDir(), "file")}, Firmware: &spool.Options{}}}
	broken.in.defaults()
	broken.log, broken.health = broken.in.Log, health.New(broken.in.Now, nil)
	if err := os.WriteFile(broken.in.Config.Data, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if broken.startUpdates(); broken.updates != nil || len(broken.health.List()) != 1 {
		t.Error("a box without a spool does not say so")
	}
}

func TestQuietHours(t *testing.T) {
	zone := time.FixedZone("", 3600)
	s := config.Store{Location: zone, Open: 9 * time.Hour, Close: 20 * time.Hour}
	always := config.Store{Location: zone, Close: 24 * time.Hour}
	for _, tt := range []struct {
		at             string
		quiet, endless bool
	}{
		{"07:59", true, false}, {"08:01", false, false}, {"14:00", false, false}, {"20:29", false, false},
		{"20:31", true, false}, {"04:30", true, true}, {"00:00", true, false},
	} {
		at, err := time.ParseInLocation("2006-01-02 15:04", "2026-11-26 "+tt.at, zone)
		if err != nil {
			t.Fatal(err)
		}
		if got := quiet(s, at.UTC()); got != tt.quiet {
			t.Errorf("%s: quiet %v", tt.at, got)
		}
		if got := quiet(always, at.UTC()); got != tt.endless {
			t.Errorf("%s in a store that never closes: quiet %v", tt.at, got)
		}
	}
}
