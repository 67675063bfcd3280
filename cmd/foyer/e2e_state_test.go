package main_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"foyer/sync/wire"
)

// testState: headquarters knows at once that a box is gone, whether it died (by its
// last will) or was stopped, and that it is back. Its certificate, a short-lived one,
// is renewed over the line, and the one before opens nothing once it is revoked.
func testState(t *testing.T, p programs) {
	h := newHeadquarters(t, p)
	h.do("ca", "lifetime", "1")
	dir, config := h.newBox()
	if out, err := h.try("", append(h.code(), "--config", config)...); err != nil {
		t.Fatalf("enroll: %v\n%s", err, out)
	}
	first := h.lineCertificates()
	box := start(t, p.foyer, "run", "--config", config)
	says := func(link string) func() error {
		return func() error {
			if s := h.store(); s.Link != link || link == "up" && s.Backlog > 0 {
				return fmt.Errorf("%+v", s)
			}
			return nil
		}
	}
	eventually(t, "the certificate is renewed and kept", func() error {
		if _, err := os.Stat(filepath.Join(dir, "data", "trust", "mqtt.pem")); err != nil {
			return err
		}
		return says("up")()
	})
	if n := len(h.lineCertificates()); len(first) != 1 || n < 2 {
		t.Errorf("issued for the line: %d, then %d", len(first), n)
	}
	h.do("revoke", "--store", "014", "--certificate", first[0])
	h.broker.Reload(t)
	identity := filepath.Join(dir, "data", "identity")
	id, err := wire.LoadIdentity(identity)
	must(t, err)
	if c, err := id.Own(); err != nil || wire.Serial(c) != first[0] {
		t.Fatalf("the certificate of the enrolment is another: %v", err)
	}
	h.turnsAway(identity)

	box.kill()
	eventually(t, "headquarters hears of its death", says("down"))
	if out := h.do("fleet", "status"); !strings.Contains(out, "link down") {
		t.Errorf("fleet status says\n%s", out)
	}
	box = start(t, p.foyer, "run", "--config", config)
	eventually(t, "it is back, by the new certificate", says("up"))
	must(t, box.stop())
	eventually(t, "headquarters hears that it was stopped", says("down"))
}

// lineCertificates lists the serials of what was issued for the store's line.
func (h *headquarters) lineCertificates() (serials []string) {
	h.t.Helper()
	for line := range strings.Lines(h.do("ca", "list", "--store", "014")) {
		if f := strings.Fields(line); len(f) > 1 && f[1] == "mqtt" {
			serials = append(serials, f[0])
		}
	}
	return serials
}
