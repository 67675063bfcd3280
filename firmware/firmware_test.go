package firmware_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"foyer/firmware"
)

func TestCheck(t *testing.T) {
	good := firmware.Pointer{Version: "1.4.2", Repository: "https://updates.chain.example/foyer"}
	if err := firmware.Check(good); err != nil {
		t.Error(err)
	}
	for _, tt := range []struct{ version, repository, want string }{
		{"", good.Repository, "version"},
		{"latest", good.Repository, "version"},
		{"1.4", good.Repository, "version"},
		{"1.04.2", good.Repository, "version"},
		{"1.4.2\n", good.Repository, "version"},
		{"1.4.2-../../x", good.Repository, "version"},
		{"1.4.2", "", "repository"},
		{"1.4.2", "http://updates.chain.example/", "https://"},
		{"1.4.2", "https:///foyer", "host"},
		{"1.4.2", "https://me:secret@updates.chain.example/", "plain path"},
		{"1.4.2", "https://updates.chain.example/?v=1", "plain path"},
		{"1.4.2", "https://updates.chain.example/../x", "plain path"},
		{"1.4.2", "https://u.example/" + strings.Repeat("a", 1024), "repository"},
	} {
		err := firmware.Check(firmware.Pointer{Version: tt.version, Repository: tt.repository})
		if !errors.Is(err, firmware.ErrPointer) || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%+v: %v", tt, err)
		}
	}
}

// Whatever happens, an update ends in a box that can take the next one.
func TestEveryStateLeadsToAnEnd(t *testing.T) {
	ends := []firmware.State{firmware.Confirmed, firmware.RolledBack, firmware.Failed}
	var walk func(s firmware.State, steps int)
	walk = func(s firmware.State, steps int) {
		if slices.Contains(ends, s) {
			return
		}
		if steps > 8 || len(s.Next()) == 0 {
			t.Fatalf("%s does not lead to an end", s)
		}
		for _, n := range s.Next() {
			walk(n, steps+1)
		}
	}
	walk(firmware.Idle, 0)
	if slices.Contains(firmware.Trial.Next(), firmware.Failed) {
		t.Error("a trial that fails must go back, not stay")
	}
	if firmware.State("made up").Next() != nil {
		t.Error("a made-up state leads somewhere")
	}
	for _, s := range []firmware.Slot{firmware.SlotA, firmware.SlotB} {
		if s.Other() == s || s.Other().Other() != s {
			t.Errorf("the other of %s is %s", s, s.Other())
		}
	}
}
