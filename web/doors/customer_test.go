package doors

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"foyer/floor"
)

// Erasing a customer ends her sessions, also when her key went first, leaves
// the others', and leaves no byte of hers in the file.
func TestEraseEndsHerSessionsOnly(t *testing.T) {
	for _, shredFirst := range []bool{false, true} {
		p := newPlace(t)
		hers, _ := floor.ParseCustomer("c-keller")
		other, _ := floor.ParseCustomer("c-other")
		var tokens []string
		for _, c := range []floor.Customer{hers, hers, other} {
			token, err := p.Admit(c, at)
			if err != nil {
				t.Fatal(err)
			}
			tokens = append(tokens, token)
		}
		if until, err := p.Sessions(hers); err != nil || len(until) != 2 || !until[0].Equal(at.Add(guestLife)) {
			t.Fatalf("her sessions: %v, %v", until, err)
		}
		key, handle := p.keys.Index(guests, tokens[0]), p.keys.Handle(hers.Ref())
		if shredFirst {
			if err := p.keys.Shred(hers.Ref()); err != nil {
				t.Fatal(err)
			}
		}
		if err := p.Erase(hers); err != nil {
			t.Fatal(err)
		}
		for i, want := range []bool{false, false, true} {
			if _, ok := p.Guest(tokens[i], at); ok != want {
				t.Errorf("session %d lets in: %v", i, ok)
			}
		}
		if err := p.Clean(); err != nil {
			t.Fatal(err)
		}
		raw, err := os.ReadFile(filepath.Join(p.dir, "doors.db"))
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(raw, handle) || bytes.Contains(raw, key) {
			t.Error("doors.db still holds her row")
		}
	}
}
