package doors

import (
	"errors"
	"testing"
	"time"

	"foyer/floor"
)

// A device that is lost lets nobody in any more, and nobody else is shut out; a
// PIN that was reset opens nothing, and the code sets a new one on the device
// there is.
func TestALostDeviceAndAResetPIN(t *testing.T) {
	p := newPlace(t)
	ana := ana()
	marc, _ := floor.ParseAssociate("marc")
	pair := func(a floor.AssociateID, had string) string {
		t.Helper()
		code, err := p.Pair(a, at)
		if err != nil {
			t.Fatal(err)
		}
		token, _, err := p.Enrol(had, code, "4711", at)
		if err != nil {
			t.Fatal(err)
		}
		return token
	}
	one, two := pair(ana, ""), pair(marc, "")
	if again := pair(ana, one); again != one {
		t.Error("a device that is paired was paired as another")
	}
	session := func(a floor.AssociateID, device string) string {
		t.Helper()
		s, err := p.Begin(device, a, at.Add(time.Hour), at)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	lost, kept := session(ana, one), session(ana, two)
	all, err := p.Devices(two, at)
	if err != nil || len(all) != 2 {
		t.Fatalf("%+v, %v", all, err)
	}
	var id string
	for _, d := range all {
		if d.Here != (d.For == "marc") || len(d.Signed) != 1 || d.Signed[0] != ana {
			t.Errorf("listed: %+v", d)
		}
		if d.For == "ana" {
			id = d.ID
		}
	}
	if _, err := p.Unpair("d-000000000000"); !errors.Is(err, ErrClosed) {
		t.Errorf("one that is not there: %v", err)
	}
	was, err := p.Unpair(id)
	if err != nil || len(was) != 1 || was[0] != ana {
		t.Errorf("was on it: %v, %v", was, err)
	}
	if _, ok := p.Staff(lost, one, at); ok || p.Device(one, at) {
		t.Error("the lost device still lets in")
	}
	if _, ok := p.Staff(kept, two, at); !ok {
		t.Error("her other session ended with it")
	}
	if on, err := p.SignedOn(ana, at); !on || err != nil {
		t.Errorf("signed on elsewhere: %v, %v", on, err)
	}
	code, err := p.Reset(ana, at)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.SignOn(two, ana, "4711", at); !errors.Is(err, ErrClosed) {
		t.Errorf("the old PIN: %v", err)
	}
	if _, ok := p.Staff(kept, two, at); ok {
		t.Error("her session outlived the PIN")
	}
	if _, _, err := p.Enrol(two, code, "8024", at); err != nil {
		t.Error(err)
	}
	if err := p.SignOn(two, ana, "8024", at); err != nil {
		t.Errorf("the new PIN: %v", err)
	}
}
