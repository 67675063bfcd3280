package doors

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"foyer/floor"
)

// Of one who is forgotten no session is left on any device, nor a byte of one
// in the file; another's goes on.
func TestForgetLeavesNoSession(t *testing.T) {
	p := newPlace(t)
	her, _ := floor.ParseCustomer("c-keller")
	other, _ := floor.ParseCustomer("c-adler")
	var tokens []string
	for _, c := range []floor.Customer{her, her, other} {
		token, err := p.Admit(c, at)
		if err != nil {
			t.Fatal(err)
		}
		tokens = append(tokens, token)
	}
	holds := func() bool {
		t.Helper()
		data, err := os.ReadFile(filepath.Join(p.dir, "doors.db"))
		if err != nil {
			t.Fatal(err)
		}
		return bytes.Contains(data, p.keys.Handle(her.Ref()))
	}
	if !holds() {
		t.Fatal("the search looks for the wrong thing")
	}
	if all, err := p.Sessions(her, tokens[1]); err != nil || len(all) != 2 || all[0].This == all[1].This {
		t.Errorf("hers are %v, %v", all, err)
	}
	if err := errors.Join(p.Erase(her), p.Clean()); err != nil {
		t.Fatal(err)
	}
	for i, token := range tokens {
		if _, ok := p.Guest(token, at); ok != (i == 2) {
			t.Errorf("session %d opens: %t", i, ok)
		}
	}
	if holds() {
		t.Error("the file still speaks of her")
	}
}
