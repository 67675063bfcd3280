package doors

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// A pass is good once: also after a restart, after a clock that was set back by
// days, and where two come at once. What cannot be written down lets nobody in.
func TestAPassIsGoodOnce(t *testing.T) {
	p := newPlace(t)
	const number = "PASSNUMBERPASSNUMBER"
	if err := p.Spend(number, at); err != nil {
		t.Fatal(err)
	}
	p.restart()
	for _, ago := range []time.Duration{0, -48 * time.Hour, 48 * time.Hour} {
		if err := p.Sweep(at.Add(ago)); err != nil {
			t.Fatal(err)
		}
		if err := p.Spend(number, at.Add(ago)); !errors.Is(err, ErrClosed) {
			t.Errorf("%v later it is good again: %v", ago, err)
		}
	}
	if data, err := os.ReadFile(filepath.Join(p.dir, "doors.db")); err != nil || bytes.Contains(data, []byte(number)) {
		t.Errorf("its number stands in the file (%v)", err)
	}
	both := make(chan error, 2)
	for range 2 {
		go func() { both <- p.Spend("ANOTHERPASSANOTHERPASS", at) }()
	}
	if a, b := <-both, <-both; (a == nil) == (b == nil) {
		t.Errorf("of two at once: %v, %v", a, b)
	}
	if err := p.Sweep(at.Add(passLife)); err != nil {
		t.Fatal(err)
	}
	if err := p.Spend(number, at.Add(passLife)); err != nil {
		t.Errorf("after its time it is still remembered: %v", err)
	}
	if err := p.Doors.Close(); err != nil {
		t.Fatal(err)
	}
	if err := p.Spend("ATHIRDPASSATHIRDPASS", at); err == nil || errors.Is(err, ErrClosed) {
		t.Errorf("a pass that cannot be written down: %v", err)
	}
	p.open()
}
