package doors

import (
	"testing"
	"time"

	"foyer/floor"
)

// A customer who was let in stays in while the disk gives nothing, or she could
// not say no; one who has left, or whose rows headquarters' key share closes, does not.
func TestSheStaysInWithoutTheDisk(t *testing.T) {
	for name, lose := range map[string]func(p *place) error{
		"doors.db": func(p *place) error { return p.Doors.Close() },
		"keys.db":  func(p *place) error { return p.keys.Close() },
	} {
		t.Run(name, func(t *testing.T) {
			p := newPlace(t)
			her, _ := floor.ParseCustomer("c-keller")
			other, _ := floor.ParseCustomer("c-adler")
			tokens := map[string]string{}
			for _, who := range []string{"in", "never asked", "gone", "out"} {
				c := her
				if who == "gone" {
					c = other
				}
				token, err := p.Admit(c, at)
				if err != nil {
					t.Fatal(err)
				}
				if _, ok := p.Guest(token, at); !ok && who != "never asked" {
					t.Fatal("a new session does not open")
				}
				tokens[who] = token
			}
			p.known = map[string]known{}
			for who, token := range tokens {
				if who != "never asked" {
					p.Guest(token, at)
				}
			}
			if err := lose(p); err != nil {
				t.Fatal(err)
			}
			_, _ = p.Dismiss(tokens["out"]), p.Erase(other) // what the disk makes of it is another matter
			for who, token := range tokens {
				if c, ok := p.Guest(token, at.Add(time.Hour)); ok != (who == "in") || ok && c != her {
					t.Errorf("%s: let in %t", who, ok)
				}
			}
			if _, ok := p.Guest(tokens["in"], at.Add(guestLife)); ok {
				t.Error("a session outlives its end")
			}
			_ = p.Sweep(at.Add(knownFor + time.Minute)) // as above
			if len(p.known) != 0 {
				t.Errorf("%d sessions are remembered that nobody used for a day", len(p.known))
			}
		})
	}
}
