package box

import (
	"foyer/floor"
	"foyer/web/setup"
)

// progress is how far the store is prepared, for whoever prepares it.
func (b *store) progress() setup.Progress {
	s := b.status()
	p := setup.Progress{Guest: s.Guest, Staff: s.Staff, ClockSure: b.clock.isSure(),
		Headquarters: setup.Headquarters{Configured: s.HQ.Configured, Up: s.HQ.Up, Contact: s.HQ.LastContact},
		Surveyed:     b.walkedMap() != "" || b.config.Load().Survey != "", Located: s.Locator.Phones}
	for _, a := range s.AccessPoints {
		p.Heard = append(p.Heard, setup.AccessPoint{ID: floor.APID(a.ID), Last: a.Last})
	}
	for _, u := range s.UnknownAPs {
		p.Unknown = append(p.Unknown, setup.Unknown{Name: u.Name, Sensor: u.Sensor})
	}
	return p
}
