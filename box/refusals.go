package box

import (
	"time"

	"foyer/box/trust"
	"foyer/health"
)

// lookAtRefusals says which certificates headquarters does not renew, and why,
// for as long as they are wanted.
func (b *store) lookAtRefusals(now time.Time) {
	if b.trust == nil {
		return
	}
	var wanted map[string][]string // looked up where something was refused
	said := map[string]string{}
	for _, use := range []string{trust.MQTT, trust.LAN, trust.Guest} {
		why := b.trust.Refused(use)
		if why == "" {
			continue
		}
		if wanted == nil {
			wanted = b.due(now)
		}
		if _, ok := wanted[use]; ok {
			said[use] = trust.Purpose(use) + ": " + why
		}
	}
	for use, before := range b.refusals {
		if said[use] != before {
			b.health.Clear(health.CertificateRefused, before)
		}
	}
	for _, subject := range said {
		b.warn(true, health.CertificateRefused, subject, now)
	}
	b.refusals = said
}
