package concierge

import (
	"time"

	"foyer/floor"
	"foyer/profile"
	"foyer/vault"
)

const (
	formerBucket = "former"
	formerTTL    = 90 * 24 * time.Hour // after somebody has left
)

// formerBuckets declares what desk.db holds of the roster.
func formerBuckets() []vault.Bucket {
	return []vault.Bucket{{Name: formerBucket, Purpose: "a customer who named somebody who has left is told so, and chooses anew",
		Basis: "legitimate interest", TTL: formerTTL, Whose: "staff", Fields: "first names of this store's roster, and when somebody left it", Under: vault.UnderBox}}
}

// once is somebody of the roster, or of an earlier one.
type once struct {
	Name string    `json:"name"`
	Left time.Time `json:"left,omitzero"`
}

// enrol takes note of who is on the roster, and of who has left it.
func (d *Desk) enrol(staff []floor.Associate, now time.Time) {
	if d.names == nil {
		d.names = map[string]once{}
		if err := d.served.own(formerBucket, &d.names); err != nil {
			d.log.Error("who has left is lost", "err", err)
		}
	}
	changed, here := false, map[string]bool{}
	for _, a := range staff {
		here[a.ID.Ref()] = true
		if d.names[a.ID.Ref()] != (once{Name: a.Name}) {
			d.names[a.ID.Ref()], changed = once{Name: a.Name}, true
		}
	}
	for ref, x := range d.names {
		switch {
		case here[ref]:
			continue
		case x.Left.IsZero():
			d.names[ref] = once{x.Name, now.UTC()}
		case now.Sub(x.Left) > formerTTL:
			delete(d.names, ref)
		default:
			continue
		}
		changed = true
	}
	if !changed {
		return
	}
	if err := d.served.keep(kept{own: map[string]any{formerBucket: d.names}}); err != nil {
		d.log.Error("who has left is not kept", "err", err)
	}
}

// left reports whether somebody was on this store's roster and is no longer.
func (d *Desk) left(a floor.AssociateID) bool { return !d.names[a.Ref()].Left.IsZero() }

// gone are the first names of those whom a customer named and who have left.
func (d *Desk) gone(p profile.Profile) (names []string) {
	for _, a := range p.Preferred {
		if d.left(a) {
			names = append(names, d.names[a.Ref()].Name)
		}
	}
	return names
}
