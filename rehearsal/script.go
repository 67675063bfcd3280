package rehearsal

import (
	"log/slog"
	"time"

	"foyer/floor"
	"foyer/locator/survey"
)

// A Script says which day is played.
type Script struct {
	Seed  uint64
	Speed float64       // of the store's clock; 0 means 1
	For   time.Duration // of the wall; 0 means until the context ends
	Dir   string        // an empty folder for the day's files
	// Survey is what the locator is given: Full, a walk over the made-up
	// floor, or None, the places of the access points alone.
	Survey survey.Mode
	// Guest, Staff, Sensors and SensorsMQTT are addresses to listen on; empty
	// means a free port of the loopback.
	Guest, Staff, Sensors, SensorsMQTT string
	// Visitor leaves one customer and her associate to the person at the
	// keyboard: their pages are real, their phone and walk are made up.
	Visitor bool
	MDNS    bool
	Log     *slog.Logger // nil: silent
	Opened  func(Doors)  // the store is open; nil: nobody asks
	Event   func(Event)  // something happened; nil: nobody asks
}

// Doors are how one gets into the rehearsed store.
type Doors struct {
	Guest, Staff string // addresses of the pages
	Authority    string // the certificate authority's file
	Admin        string // the operator's socket
	PIN          string // of every associate
	Associate    string // first name of the one left to the visitor
	Pair         string // address that pairs the visitor's device
	Customer     string // form of address of the customer left to the visitor
	Code         string // her code
}

// An Event is a line of the demonstration: what happened, without anybody.
type Event struct {
	Kind     string        `json:"event"`
	At       time.Time     `json:"at"` // store time
	Visit    floor.VisitID `json:"visit,omitempty"`
	Offer    string        `json:"offer,omitempty"`
	Ring     *int          `json:"ring,omitempty"`
	Relation string        `json:"relation,omitempty"`
	Style    string        `json:"style,omitempty"`
	Items    *int          `json:"items,omitempty"`   // on a card
	Through  uint64        `json:"through,omitempty"` // hq.acked
	Events   int           `json:"events,omitempty"`  // hq.acked
}

func (s *Script) defaults() {
	if s.Speed <= 0 {
		s.Speed = 1
	}
	if s.Survey == "" {
		s.Survey = survey.Full
	}
	if s.Log == nil {
		s.Log = slog.New(slog.DiscardHandler)
	}
	for _, a := range []*string{&s.Guest, &s.Staff, &s.Sensors, &s.SensorsMQTT} {
		if *a == "" {
			*a = "127.0.0.1:0"
		}
	}
	if s.Opened == nil {
		s.Opened = func(Doors) {}
	}
	if s.Event == nil {
		s.Event = func(Event) {}
	}
}
