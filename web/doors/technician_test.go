package doors

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// A technician's code is good once, for ten minutes, and for nothing else; his
// session lasts eight hours, a restart included, and is nobody's but a
// technician's.
func TestTechnician(t *testing.T) {
	p := newPlace(t)
	code, err := p.PairTechnician(at)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := p.Enrol("", code, "4711", at); !errors.Is(err, ErrClosed) {
		t.Errorf("it pairs a device: %v", err)
	}
	hers, err := p.Pair(ana(), at)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]string{"an associate's": hers, "made up": "AAAAA-BBBBB", "none": "", "its own key": technicianCode + code} {
		if _, err := p.AdmitTechnician(c, at); !errors.Is(err, ErrClosed) {
			t.Errorf("%s code: %v", name, err)
		}
	}
	if _, err := p.AdmitTechnician(code, at.Add(pairingLife)); !errors.Is(err, ErrClosed) {
		t.Errorf("after ten minutes: %v", err)
	}
	token, err := p.AdmitTechnician(" "+strings.ToLower(code), at)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.AdmitTechnician(code, at); !errors.Is(err, ErrClosed) {
		t.Errorf("a second time: %v", err)
	}
	p.restart()
	if data, err := os.ReadFile(filepath.Join(p.dir, "doors.db")); err != nil || bytes.Contains(data, []byte(token)) {
		t.Errorf("his token stands in the file (%v)", err)
	}
	late := at.Add(technicianLife)
	if err := p.Sweep(late.Add(-time.Second)); err != nil {
		t.Fatal(err)
	}
	if !p.Technician(token, late.Add(-time.Second)) || p.Technician(token, late) || p.Technician("", at) || p.Technician("made up", at) {
		t.Error("the session is not of eight hours, or anybody's")
	}
	if _, ok := p.Guest(token, at); ok || p.Device(token, at) {
		t.Error("his token is a customer's or a device's")
	}
	if _, ok := p.Staff(token, token, at); ok {
		t.Error("his token is an associate's")
	}
}

func TestTechniciansLeave(t *testing.T) {
	p := newPlace(t)
	var tokens []string
	for i := range 3 {
		now := at.Add(time.Duration(i) * time.Minute)
		code, err := p.PairTechnician(now)
		if err != nil {
			t.Fatal(err)
		}
		token, err := p.AdmitTechnician(code, now)
		if err != nil {
			t.Fatal(err)
		}
		tokens = append(tokens, token)
	}
	in := func(want int, now time.Time) {
		t.Helper()
		if until, err := p.Technicians(now); err != nil || len(until) != want {
			t.Errorf("%d are in, want %d (%v)", len(until), want, err)
		}
	}
	in(3, at)
	in(2, at.Add(technicianLife))
	if err := p.Sweep(at.Add(technicianLife)); err != nil {
		t.Fatal(err)
	}
	in(2, at) // the first is gone, not only late
	if err := p.EndTechnician(tokens[1]); err != nil || p.Technician(tokens[1], at) {
		t.Errorf("he stays: %v", err)
	}
	in(1, at)
	unused, err := p.PairTechnician(at)
	if err != nil {
		t.Fatal(err)
	}
	hers, err := p.Pair(ana(), at)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.EndTechnicians(); err != nil {
		t.Fatal(err)
	}
	in(0, at)
	if _, err := p.AdmitTechnician(unused, at); !errors.Is(err, ErrClosed) {
		t.Errorf("a code that was out lets in another: %v", err)
	}
	if _, _, err := p.Enrol("", hers, "4711", at); err != nil {
		t.Errorf("an associate's code went with them: %v", err)
	}
}
