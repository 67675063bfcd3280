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
	m := stream.Message{Kind: string(ev.Kind), ID: string(ev.Visit), Of: about(ev)}
	if ev.Offer != "" {
		m.ID = string(ev.Offer)
	}
	s.takeBack(ev)
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

// about is what an event can be taken back by. What says that something is over
// stays: whoever was away is to learn that.
func about(ev concierge.Event) (of []string) {
	if over(ev.Kind) {
		return nil
	}
	if ev.Offer != "" {
		of = append(of, string(ev.Offer))
	}
	if ev.Visit != "" {
		of = append(of, string(ev.Visit))
	}
	return of
}

func over(k concierge.EventKind) bool {
	switch k {
	case concierge.OfferAccepted, concierge.OfferDeclined, concierge.OfferTimedOut, concierge.OfferRescinded, concierge.HeadsUpOver,
		concierge.CardRevoked, concierge.VisitEnded:
		return true
	}
	return false
}

// takeBack forgets what an event makes untrue: a page that was away is told that
// something is over, and not that it began.
func (s *Server) takeBack(ev concierge.Event) {
	switch {
	case ev.Kind == concierge.VisitEnded:
		s.staffHub.Withdraw("", string(ev.Visit))
		s.guestHub.Withdraw("", string(ev.Visit))
	case ev.Kind == concierge.CardRevoked:
		s.staffHub.Withdraw(staff.Audience(ev.Associate), string(ev.Visit))
	case over(ev.Kind) && ev.Associate.Valid():
		s.staffHub.Withdraw(staff.Audience(ev.Associate), string(ev.Offer))
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
