package box

import (
	"errors"

	"foyer/concierge"
	"foyer/health"
	"foyer/sync/hq"
	"foyer/sync/wire"
	"foyer/vault"
)

// show shows an event to the one it concerns. It runs on the flow and never
// waits.
func (b *store) show(e concierge.Event) {
	b.in.Watch.event(e)
	if b.web != nil {
		b.web.Show(e)
	}
}

// record keeps for headquarters what it may know of an event. It waits for the
// disk, never for the network. What the disk does not take of a consent is
// recorded later, by tellOwed.
func (b *store) record(e concierge.Event) {
	if e.Kind == concierge.VisitAnnounced && e.History {
		b.renew(e)
	}
	kind, payload := forHQ(e)
	if payload == nil || b.link == nil {
		return
	}
	err := b.link.Record(kind, payload)
	b.recorded(kind, err)
	if err == nil {
		b.took(e)
	}
}

// renew binds a customer to this store by a visit that she lets be kept, and
// asks headquarters for her profile if she was not bound to it. Of a visit that
// is not kept headquarters learns nothing, so then it is not asked either.
func (b *store) renew(e concierge.Event) {
	wanted, err := b.profiles.Renew(e.Customer, e.At)
	if err != nil {
		b.log.Error("a visit does not bind", "err", err)
	}
	if wanted && b.link != nil {
		b.recorded(wire.UpResync, b.link.Record(wire.UpResync, wire.Resync{Customer: e.Customer.Ref()}))
	}
}

// recorded says whether what headquarters must know could be written down.
func (b *store) recorded(kind wire.Kind, err error) {
	full := errors.Is(err, vault.ErrFull) || errors.Is(err, hq.ErrFull)
	failing := err != nil && !full && !errors.Is(err, wire.ErrPayload)
	now := b.in.Now()
	b.warn(full, health.DiskFull, fileOutbox, now)
	b.unrecorded.Store(failing)
	b.warn(failing, health.DiskFailing, fileOutbox, now)
	if err != nil {
		b.log.Error("not recorded for headquarters", "kind", string(kind), "err", err)
	}
}

// forHQ says what headquarters may know of an event: a visit only where she
// lets visits be kept, to the quarter hour and without a place; an offer and a
// card, like their visit, only where visits are kept: the offer without her, the
// card to the quarter hour, by the identifiers of what was shown. The box's own
// ledger has every card to the second. What she corrects here it must know, or
// another store would go on as before.
func forHQ(e concierge.Event) (wire.Kind, any) {
	switch e.Kind {
	case concierge.VisitAnnounced:
		if e.History {
			return wire.UpVisit, wire.VisitOpened{Visit: e.Visit, Customer: e.Customer.Ref(), Quarter: wire.QuarterOf(e.At)}
		}
	case concierge.VisitEnded:
		if e.History {
			return wire.UpVisit, wire.VisitEnded{Visit: e.Visit, Customer: e.Customer.Ref(), Quarter: wire.QuarterOf(e.At)}
		}
	case concierge.OfferAccepted:
		return answered(e, "accepted")
	case concierge.OfferDeclined:
		return answered(e, "declined")
	case concierge.OfferTimedOut:
		return answered(e, "expired")
	case concierge.OfferRescinded:
		return answered(e, "rescinded")
	case concierge.CardShown:
		if e.History { // it names her and the hour: a visit by another name
			return wire.UpAccess, access(e)
		}
	case concierge.RevealJudged: // at her own wish: the day, and not the visit
		a := access(e)
		a.At, a.Visit, a.Contest = wire.DayOf(e.At), "", string(e.Reveal.State)
		return wire.UpAccess, a
	case concierge.ConsentChanged:
		return wire.UpConsent, consentChange(word(e))
	case concierge.ItemCorrected:
		return itemForHQ(item(e), e.At)
	case concierge.FeedbackGiven:
		if e.History { // it says that she was here
			return wire.UpFeedback, wire.Feedback{Visit: e.Visit, Customer: e.Customer.Ref(), Value: e.Answer}
		}
	case concierge.Booked:
		return wire.UpAppointment, wire.Appointment{ID: e.Booking.ID, Customer: e.Customer.Ref(), Associate: e.Associate.Ref(),
			State: e.Booking.State, From: e.Booking.From.UTC(), To: e.Booking.To.UTC()}
	case concierge.RotaChanged:
		return wire.UpRota, rotaChange(e)
	case concierge.NoteContested, concierge.NoteWritten, concierge.NoteRemoved:
		return itemForHQ(item(e), e.At)
	}
	return "", nil
}

// rotaChange is a manager's change of shifts or covers.
func rotaChange(e concierge.Event) wire.RotaChange {
	f := e.Rota
	c := wire.RotaChange{Of: "covers", Associate: e.Associate.Ref(), By: f.By.Ref(), At: e.At.UTC(), Undone: f.Undone}
	if f.Day != "" {
		c.Of, c.Day = "shifts", f.Day
	}
	for _, s := range f.Shifts {
		c.Shifts = append(c.Shifts, wire.Span{From: s.From.UTC(), To: s.To.UTC()})
	}
	for _, a := range f.Covers {
		c.Covers = append(c.Covers, a.Ref())
	}
	return c
}

func answered(e concierge.Event, outcome string) (wire.Kind, any) {
	if !e.History { // it says that somebody was here, and when
		return "", nil
	}
	return wire.UpOffer, wire.OfferAnswered{Visit: e.Visit, Associate: e.Associate.Ref(), Outcome: outcome, Ring: e.Ring}
}

func access(e concierge.Event) wire.Access {
	a := wire.Access{Seq: e.Row, At: wire.QuarterOf(e.At).Time(), Visit: e.Visit, Customer: e.Customer.Ref(), Viewer: e.Associate.Ref(), Role: e.Role,
		Relation: e.Relation, Purpose: "service", Policy: e.Policy, Items: []wire.AccessItem{}}
	if e.Reveal != nil {
		a.Purpose, a.Reason = e.Reveal.Purpose, e.Reveal.Reason
	}
	for _, it := range e.Items {
		a.Items = append(a.Items, wire.AccessItem{ID: it.ID, Disclosure: it.Disclosure, Rule: it.Rule})
	}
	return a
}
