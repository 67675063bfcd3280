package wire

import "fmt"

func (r *rules) quarter(q Quarter) { r.time("quarter", q.t) }

func (p VisitOpened) check() error {
	var r rules
	r.id("visit", string(p.Visit))
	r.id("customer", p.Customer)
	r.quarter(p.Quarter)
	r.optional("associate", p.Associate)
	r.short("relation", p.Relation)
	return r.err
}

func (p VisitEnded) check() error {
	var r rules
	r.id("visit", string(p.Visit))
	r.id("customer", p.Customer)
	r.quarter(p.Quarter)
	return r.err
}

func (p OfferAnswered) check() error {
	var r rules
	r.id("visit", string(p.Visit))
	r.id("associate", p.Associate)
	r.oneOf("outcome", p.Outcome, "accepted", "declined", "expired", "rescinded")
	if p.Ring < 0 || p.Ring > 9 {
		r.fail("ring", "want 0 to 9")
	}
	return r.err
}

func (p Note) check() error {
	var r rules
	r.id("id", p.ID)
	r.id("customer", p.Customer)
	r.id("author", p.Author)
	r.text("kind", p.Kind)
	r.text("visibility", p.Visibility)
	if n := len(p.Text); n == 0 || n > maxNote {
		r.fail("text", "%d bytes, want 1 to %d", n, maxNote)
	}
	r.time("at", p.At)
	return r.err
}

// maxNote is the most bytes of a note: a hand-off note has four parts of 280
// characters.
const maxNote = 4 * (4*280 + 40)

func (p Correction) check() error {
	var r rules
	r.id("customer", p.Customer)
	r.oneOf("of", p.Of, "purchase", "stated", "associates", "audience", "note", "visit")
	for i, a := range p.Preferred {
		r.id(fmt.Sprintf("preferred[%d]", i), a)
	}
	for i, a := range p.Blocked {
		r.id(fmt.Sprintf("blocked[%d]", i), a)
	}
	r.id("id", p.ID)
	r.short("text", p.Text)
	r.time("at", p.At)
	if p.Of == "audience" {
		r.oneOf("id", p.ID, "store", "other_stores", "online")
		r.oneOf("audience", p.Audience, "closed", "default", "open")
	}
	if p.Of == "visit" && !p.Removed {
		r.fail("removed", "want true: a visit is forgotten")
	}
	if p.Of == "stated" && p.Removed != (p.Text == "") {
		r.fail("text", "want her words, or removed")
	}
	return r.err
}

func (p Access) check() error {
	var r rules
	r.time("at", p.At)
	r.id("customer", p.Customer)
	r.id("viewer", p.Viewer)
	r.text("relation", p.Relation)
	r.optional("visit", string(p.Visit))
	r.text("purpose", p.Purpose)
	r.short("reason", p.Reason)
	r.oneOfOrNone("contest", p.Contest, "contested", "upheld", "rejected")
	r.count("items", len(p.Items))
	for i, it := range p.Items {
		at := fmt.Sprintf("items[%d].", i)
		r.text(at+"id", it.ID)
		r.text(at+"disclosure", it.Disclosure)
		r.short(at+"rule", it.Rule)
	}
	return r.err
}

func (p Appointment) check() error {
	var r rules
	r.id("id", p.ID)
	r.id("customer", p.Customer)
	r.id("associate", p.Associate)
	r.oneOf("state", p.State, "requested", "confirmed", "moved", "declined", "cancelled", "covered")
	r.span("appointment", p.From, p.To)
	return r.err
}

func (p Feedback) check() error {
	var r rules
	r.id("visit", string(p.Visit))
	r.id("customer", p.Customer)
	r.oneOf("value", p.Value, "just_right", "too_little", "too_much")
	return r.err
}

func (r *rules) down(k Kind) {
	if !k.Valid() || !k.Down() {
		r.fail("kind", "want a kind that headquarters sends")
	}
}

func (p Applied) check() error {
	var r rules
	r.down(p.Kind)
	r.positive("rev", p.Rev)
	return r.err
}

func (p Rejected) check() error {
	var r rules
	r.down(p.Kind)
	r.positive("rev", p.Rev)
	r.text("reason", p.Reason)
	return r.err
}

func (p Resync) check() error {
	var r rules
	if p.Customer != "" {
		r.id("customer", p.Customer)
		if p.Have != 0 || p.Saw != 0 {
			r.fail("have", "want no revisions beside a customer")
		}
		return r.err
	}
	if p.Saw <= p.Have {
		r.fail("saw", "want more than have")
	}
	return r.err
}

func (p CSR) check() error {
	var r rules
	r.use(p.Use)
	r.pem(p.PEM)
	return r.err
}

func (p State) check() error {
	var r rules
	r.oneOf("link", p.Link, "up", "down")
	r.count("health", len(p.Health))
	for i, h := range p.Health {
		r.text(fmt.Sprintf("health[%d].code", i), h.Code)
	}
	r.count("refused", len(p.Refused))
	for i, n := range p.Refused {
		r.text(fmt.Sprintf("refused[%d].cause", i), n.Cause)
	}
	if p.Ledger != (LedgerHead{}) {
		r.sha256("ledger.hash", p.Ledger.Hash)
	}
	return r.err
}
