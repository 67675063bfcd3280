package box

import (
	"slices"
	"strings"

	"foyer/concierge"
	"foyer/ledger"
	"foyer/profile"
	"foyer/web/doors"
	"foyer/web/guest"
)

// running is what the configuration in force does with customers, for the page
// that tells them.
func (b *store) running() guest.Running {
	c := b.config.Load()
	r := guest.Running{Hears: len(c.Sensors)+len(c.Sources) > 0, Headquarters: c.HQ.Broker != "",
		Silence: c.Visit.Silence, Within: c.Greeting.AnnounceWithin, Grace: c.Greeting.Grace}
	for _, k := range slices.Concat(concierge.Buckets(), profile.Buckets(), ledger.Buckets(), doors.Buckets()) {
		if strings.Contains(k.Whose, "customers") {
			r.Kept = append(r.Kept, guest.Kept{Name: k.Name, For: k.TTL})
		}
	}
	return r
}
