package box

import (
	"errors"
	"strings"
	"testing"
	"time"

	"foyer/profile"
	"foyer/sync/wire"
	"foyer/vault"
)

// Headquarters learns what a box will not keep before it sends it: whatever may
// travel of a profile is taken, and what is longer does not travel.
func TestWhatTravelsIsTaken(t *testing.T) {
	dir := t.TempDir()
	keys, err := vault.OpenKeys(dir, [32]byte{7}, vault.KeyOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer keys.Close()
	cache, err := profile.Open(dir, keys, profile.Options{Node: "n"})
	if err != nil {
		t.Fatal(err)
	}
	defer cache.Close()
	for name, with := range map[string]func(*wire.Profile, string){
		"form":     func(p *wire.Profile, s string) { p.Form = s },
		"say":      func(p *wire.Profile, s string) { p.Say = s },
		"language": func(p *wire.Profile, s string) { p.Languages = []string{s} },
		"wish":     func(p *wire.Profile, s string) { p.Wishes = []string{s} },
		"interest": func(p *wire.Profile, s string) { p.Interests = []string{s} },
		"stated": func(p *wire.Profile, s string) {
			p.Stated = []wire.StatedPreference{{ID: "s", Kind: "size", Text: s, Audience: "mine"}}
		},
		"service": func(p *wire.Profile, s string) { p.Services = []wire.ServiceItem{{ID: "s", Text: s}} },
		"purchase": func(p *wire.Profile, s string) {
			third := len(s) / 3
			p.Purchases = []wire.Purchase{{ID: "p", At: time.Now(), Sensitivity: "ordinary", Category: s[:third], Text: s[third : 2*third], Colour: s[2*third:]}}
		},
	} {
		for _, n := range []int{3, 2000, 2001, 3999} {
			p := wire.Profile{Customer: "c-1"}
			with(&p, strings.Repeat("x", n))
			_, err := wire.Encode(wire.DownProfile, p)
			if travels := err == nil; travels != (n <= 2000) {
				t.Errorf("%s of %d bytes travels: %t (%v)", name, n, travels, err)
			}
			kept, _, bad := fromWire(p)
			if put := errors.Join(bad, cache.Put(kept)); (put == nil) != (err == nil) {
				t.Errorf("%s of %d bytes: on the line %v, at the box %v", name, n, err, put)
			}
		}
	}
}
