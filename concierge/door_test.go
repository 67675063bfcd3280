package concierge_test

import (
	"crypto/sha256"
	"errors"
	"testing"
	"time"

	"foyer/concierge"
	"foyer/profile"
)

// A code is taken as it is printed, and as people type it.
func TestACodeAsPeopleTypeIt(t *testing.T) {
	for typed, printed := range map[string]string{
		"K7QPZ4M2XWAB":             "K7QPZ4M2XWAB",
		"k7qpz4m2xwab":             "K7QPZ4M2XWAB",
		" K7QP-Z4M2-XWAB ":         "K7QPZ4M2XWAB",
		"k7qp z4m2\u00a0xwab":      "K7QPZ4M2XWAB",
		"K7QP\u2011Z4M2\u2013XWAB": "K7QPZ4M2XWAB",
		"another-form":             "another-form", // headquarters may print what it likes
	} {
		h := newHouse(t, nil)
		c := h.customer("c-1", nil)
		door := h.desk.Door(nil, nil)
		must(t, h.profiles.Invite(profile.Invitation{CodeHash: sha256.Sum256([]byte(printed)), Customer: c, Expires: h.now.Add(time.Hour)}))
		if got, err := door.Redeem(t.Context(), typed, h.now); err != nil || got != c {
			t.Errorf("%q: %v", typed, err)
		}
		if _, err := door.Redeem(t.Context(), typed, h.now); !errors.Is(err, concierge.ErrNothing) {
			t.Errorf("%q opens twice: %v", typed, err)
		}
	}
}
