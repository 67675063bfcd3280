package concierge_test

import (
	"slices"
	"testing"
	"time"

	"foyer/profile"
)

// Whom she named has left: she is told, also after a restart, and when she
// chooses anew it is over. One of another store is not taken for one who left.
func TestWhomSheNamedHasLeft(t *testing.T) {
	h := keeping(t)
	c := h.customer("c-1", func(p *profile.Profile) { p.Preferred = append(p.Preferred, associate("elsewhere")) })
	if gone := h.desk.Here(c, h.now).Gone; len(gone) != 0 {
		t.Errorf("gone before anybody left: %v", gone)
	}
	staff := slices.Clone(h.desk.Roster())
	for i := range staff {
		if staff[i].Name == "ana" {
			staff = slices.Delete(staff, i, i+1)
			break
		}
	}
	h.desk.SetRoster(staff, h.now)
	if gone := h.desk.Here(c, h.now).Gone; !slices.Equal(gone, []string{"ana"}) {
		t.Errorf("gone: %v", gone)
	}
	h.again(time.Minute)
	if gone := h.desk.Here(c, h.now).Gone; !slices.Equal(gone, []string{"ana"}) {
		t.Errorf("gone after a restart: %v", gone)
	}
	must(t, h.desk.Prefer(c, []string{"marc"}, h.now))
	if gone := h.desk.Here(c, h.now).Gone; len(gone) != 0 {
		t.Errorf("gone after she chose anew: %v", gone)
	}
	p, err := h.profiles.Get(c)
	must(t, err)
	if !slices.Contains(p.Preferred, associate("elsewhere")) {
		t.Error("one of another store is gone, too")
	}
}
