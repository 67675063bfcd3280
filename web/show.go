package web

import (
	"sync"

	"foyer/concierge"
	"foyer/web/guest"
	"foyer/web/staff"
	"foyer/web/stream"
)

// Show tells the one it concerns that something happened: the associate, if
// it concerns one, else the customer. It never blocks.
func (s *Server) Show(ev concierge.Event) {
	m := stream.Message{Kind: string(ev.Kind), ID: string(ev.Visit)}
	if ev.Offer != "" {
		m.ID = string(ev.Offer)
	}
	if s.o.Flushed != nil {
		m.Flushed = sync.OnceFunc(func() { s.o.Flushed(ev) })
	}
	switch {
	case ev.Associate.Valid():
		s.staffHub.Publish(staff.Audience(ev.Associate), m)
	case ev.Customer.Valid():
		s.guestHub.Publish(guest.Audience(ev.Customer), m)
	}
	if ofFloor(ev.Kind) {
		s.staffHub.Publish(staff.Managers, stream.Message{Kind: string(concierge.FloorChanged)})
	}
}

// ofFloor reports whether an event changes what the manager's page shows.
func ofFloor(k concierge.EventKind) bool {
	switch k {
	case concierge.OfferCreated, concierge.OfferAccepted, concierge.OfferDeclined, concierge.OfferTimedOut,
		concierge.OfferRescinded, concierge.VisitEnded, concierge.RevealWaits:
		return true
	}
	return false
}
