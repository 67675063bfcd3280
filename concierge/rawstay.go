package concierge

import (
	"time"

	"foyer/floor"
	"foyer/routing"
)

// A rawStay is a stay as desk.db has it. It has no place, and of her profile
// nothing: that is read anew.
type rawStay struct {
	Customer  string        `json:"customer"`
	Visit     floor.VisitID `json:"visit"`
	At        time.Time     `json:"at"` // of the last change
	Stage     Stage         `json:"stage"`
	Style     Style         `json:"style"`
	Told      []string      `json:"told,omitempty"`
	Skill     string        `json:"skill,omitempty"`
	Server    string        `json:"server,omitempty"`
	Greeted   bool          `json:"greeted,omitempty"`
	Servers   []string      `json:"servers,omitempty"`   // who has served her in it
	Forgotten bool          `json:"forgotten,omitempty"` // she wants it forgotten
	Browsed   bool          `json:"browsed,omitempty"`   // she has asked to look around alone
	Owned     bool          `json:"owned,omitempty"`     // who came up to her then has said so
	Task      *rawTask      `json:"task,omitempty"`
}

type rawTask struct {
	Urgency routing.Urgency `json:"urgency"`
	Began   time.Time       `json:"began"`
	Choice  routing.Choice  `json:"choice,omitempty"`
	Ended   bool            `json:"ended,omitempty"`
	Asked   []rawAsked      `json:"asked,omitempty"`
	Offer   *rawOffer       `json:"offer,omitempty"`
	HeadsUp *rawOffer       `json:"headsup,omitempty"`
}

type rawAsked struct {
	Associate string          `json:"associate"`
	Ring      routing.Ring    `json:"ring"`
	Outcome   routing.Outcome `json:"outcome"`
	At        time.Time       `json:"at"`
	Timeout   time.Duration   `json:"timeout_ns"`
}

type rawOffer struct {
	ID        OfferID      `json:"id"`
	Associate string       `json:"associate"`
	Ring      routing.Ring `json:"ring"`
	Created   time.Time    `json:"created"`
	Deadline  time.Time    `json:"deadline"`
}

type rawAttendance struct {
	Status    routing.PresenceStatus `json:"status"`
	LastOffer time.Time              `json:"last_offer,omitzero"`
	Hour      []time.Time            `json:"hour,omitempty"`
	Shift     int                    `json:"shift,omitempty"`
	Missed    int                    `json:"missed,omitempty"`
	FreeAt    time.Time              `json:"free_at,omitzero"`
	Wrap      time.Time              `json:"wrap,omitzero"`
	Quiet     time.Time              `json:"quiet,omitzero"`
}

// raw is what is kept of a stay; nil if nothing is, for others do not know of
// her.
func (s *stay) raw() *rawStay {
	if !s.opened || s.stage != Announced && s.stage != Browsing && s.stage != Serving {
		return nil
	}
	r := &rawStay{Customer: s.customer.Ref(), Visit: s.id, Stage: s.stage, Style: s.style, Skill: s.skill, Server: s.server.Ref(), Greeted: s.greeted, Forgotten: s.forgotten,
		Browsed: s.browsed, Owned: s.owned}
	for _, a := range s.servers {
		r.Servers = append(r.Servers, a.Ref())
	}
	for a := range s.told {
		r.Told = append(r.Told, a.Ref())
	}
	if t := s.task; t != nil {
		r.Task = t.raw()
	}
	return r
}

func (t *task) raw() *rawTask {
	r := &rawTask{Urgency: t.Urgency, Began: t.Began.UTC(), Choice: t.Choice, Ended: t.ended}
	for _, a := range t.Asked {
		r.Asked = append(r.Asked, rawAsked{a.Associate.Ref(), a.Ring, a.Outcome, a.At.UTC(), a.Timeout})
	}
	if o := t.offer; o != nil {
		r.Offer = &rawOffer{o.id, o.associate.Ref(), o.ring, o.created.UTC(), o.deadline.UTC()}
	}
	if h := t.headsUp; h != nil {
		r.HeadsUp = &rawOffer{h.id, h.associate.Ref(), routing.HeadsUp, h.created.UTC(), h.deadline.UTC()}
	}
	return r
}

func (at *attendance) raw() rawAttendance {
	return rawAttendance{at.status, at.lastOffer, at.hour, at.shift, at.missed, at.freeAt, at.wrap, at.quiet}
}

func (r rawAttendance) attendance() *attendance {
	return &attendance{signedOn: true, status: r.Status, lastOffer: r.LastOffer, hour: r.Hour, shift: r.Shift, missed: r.Missed,
		freeAt: r.FreeAt, wrap: r.Wrap, quiet: r.Quiet}
}
