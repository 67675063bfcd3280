package doors

import (
	"errors"
	"testing"
)

// A code that was made before there were doors is one like any other: once, for
// ten minutes, for a technician, as people type it.
func TestExpectedTechnician(t *testing.T) {
	p := newPlace(t)
	const code = "HJF37AKVTU2FNODPFED7UTK4CM"
	if err := p.ExpectTechnician(code, at); err != nil {
		t.Fatal(err)
	}
	if _, err := p.AdmitTechnician(code, at.Add(pairingLife)); !errors.Is(err, ErrClosed) {
		t.Errorf("after ten minutes: %v", err)
	}
	if _, _, err := p.Enrol("", code, "4711", at); !errors.Is(err, ErrClosed) {
		t.Errorf("it pairs a device: %v", err)
	}
	token, err := p.AdmitTechnician("hjf37-akvtu2fnodpfed7utk4cm", at)
	if err != nil || !p.Technician(token, at) {
		t.Fatalf("%v", err)
	}
	if _, err := p.AdmitTechnician(code, at); !errors.Is(err, ErrClosed) {
		t.Errorf("a second time: %v", err)
	}
}
