package box

import (
	"foyer/concierge"
	"foyer/health"
	"foyer/sync/wire"
)

// show shows an event to the one it concerns. It runs on the flow and never
// waits.
func (b *store) show(e concierge.Event) {
	b.in.Watch.event(e)
	if b.web != nil {
		b.web.Show(e)
	}
}

// record keeps for headquarters what it may know of an event. It runs on the
// flow and waits for the disk, never for the network.
func (b *store) record(e concierge.Event) {
	kind, payload := forHQ(e)
	if payload == nil || b.link == nil {
		return
	}
	if err := b.link.Record(kind, payload); err != nil {
		b.log.Error("not recorded for headquarters", "kind", string(kind), "err", err)
		b.health.Set(health.DiskFull, "outbox", e.At)
		return
	}
	b.health.Clear(health.DiskFull, "outbox")
}

// forHQ says what headquarters may know of an event: a visit only where she
// lets visits be kept, to the quarter hour and without a place; an offer
// without her; a card, like its visit, only where visits are kept and to the
// quarter hour, by the identifiers of what was shown. The box's own ledger has
// every card to the second.
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
	case concierge.ConsentChanged:
		c := e.Consent
		return wire.UpConsent, wire.ConsentChange{Customer: e.Customer.Ref(), Consent: wire.Consent{
			Purpose: c.Purpose, Granted: c.Granted, Wall: c.Wall.UnixMilli(), Count: c.Count, Node: c.Node,
			Notice: c.Notice, Method: c.Method}}
	}
	return "", nil
}

func answered(e concierge.Event, outcome string) (wire.Kind, any) {
	return wire.UpOffer, wire.OfferAnswered{Visit: e.Visit, Associate: e.Associate.Ref(), Outcome: outcome, Ring: e.Ring}
}

func access(e concierge.Event) wire.Access {
	a := wire.Access{Seq: e.Row, At: wire.QuarterOf(e.At).Time(), Visit: e.Visit, Customer: e.Customer.Ref(), Viewer: e.Associate.Ref(), Role: e.Role,
		Relation: e.Relation, Purpose: "service", Policy: e.Policy}
	for _, it := range e.Items {
		a.Items = append(a.Items, wire.AccessItem{ID: it.ID, Disclosure: it.Disclosure, Rule: it.Rule})
	}
	return a
}
