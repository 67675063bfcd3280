package concierge

import (
	"slices"
	"time"

	"foyer/floor"
	"foyer/policy"
	"foyer/profile"
)

// inGeneral are the hints the table gives of her purchases to those who did
// not sell them to her: her associates, and who has served her. Nothing is in
// it that she does not allow.
func (d *Desk) inGeneral(c floor.Customer, now time.Time) []string {
	p, err := d.profiles.Get(c)
	if err != nil {
		return nil
	}
	consents := d.consentsOf(c)
	var out []string
	for _, rel := range []policy.Relation{policy.RelationPreferred, policy.RelationServed} {
		m := &maker{desk: d, profile: p, consents: consents, now: now, room: 1 << 20, uses: usesOf(consents, d.policy, now), base: policy.Facts{Relation: rel,
			Tier: floor.TierStandard, Consent: consents.Allowed(profile.ProfileToAssociates), Announced: true, Stale: d.stale}}
		m.purchases()
		for _, s := range m.sections {
			for _, it := range s.Items {
				if s.Kind == "affinity" && !slices.Contains(out, it.Text) {
					out = append(out, it.Text)
				}
			}
		}
	}
	return out
}
