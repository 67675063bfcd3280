package concierge

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"foyer/floor"
	"foyer/ledger"
	"foyer/policy"
	"foyer/profile"
)

// A unit is what is opened: a class of purchases, what is behind a general line,
// what is on an order, or words of the customer's own. One of its fields is set.
type unit struct {
	Class string `json:"class,omitempty"` // store, other_stores, online
	Hint  string `json:"hint,omitempty"`  // a category
	Order string `json:"order,omitempty"` // the number of an order or a receipt
	Words string `json:"words,omitempty"` // what she is asked for
}

// classWords names a class of purchases; empty if there is none of the name.
func classWords(class string) string {
	switch class {
	case "store":
		return "bought in this store"
	case "other_stores":
		return "bought in our other stores"
	case "online":
		return "bought online"
	}
	return ""
}

// words names a unit for people. It tells nothing of what is in it.
func (u unit) words() string {
	switch {
	case u.Class != "":
		return classWords(u.Class)
	case u.Hint != "":
		return u.Hint
	case u.Order != "":
		return "order or receipt " + u.Order
	}
	return askWords(u.Words)
}

// of reports whether a purchase is in a unit.
func (u unit) of(x *profile.Purchase, f policy.Facts, d policy.Decision) bool {
	switch {
	case u.Class == "store":
		return f.Channel == policy.ChannelHere
	case u.Class == "other_stores":
		return f.Channel == policy.ChannelOtherStore
	case u.Class == "online":
		return f.Channel == policy.ChannelOnline
	case u.Hint != "":
		return x.Category == u.Hint && d.Disclosure == policy.AsHint
	case u.Order != "":
		return x.ID == u.Order || strings.HasPrefix(x.ID, u.Order+"/")
	}
	return false
}

// A share is something that was opened to one associate in a stay: by a reason,
// or by the customer herself. Items are those the ledger has; no other is shown.
type share struct {
	id    string
	to    floor.AssociateID
	unit  unit
	asked bool // she was asked, and said yes
	until time.Time
	items map[string]bool
}

// open puts what a share opens on the card, as if it were the whole of it.
func (m *maker) open(u unit, asked bool, caption string) {
	kind, p := "revealed", m.desk.policy
	if m.asked = asked; asked {
		kind = "shared"
	}
	full := newest{all: m.profile.Purchases}
	decided := map[int]policy.Decision{}
	hints := p.Gather()
	for i := range full.all {
		x := &full.all[i]
		f, ok := m.purchaseFacts(x)
		if !ok || !u.of(x, f, p.Decide(f)) {
			continue
		}
		d, ok := opens(p, u, asked, f)
		switch {
		case !ok:
		case d.Disclosure == policy.Full:
			full.add(i)
			decided[i] = d
		case f.Age != policy.AgeFresh: // a hint never rests on what is fresh
			hints.Add(policy.HintInput{Category: x.Category, Colour: x.Colour}, d)
		}
	}
	for _, i := range full.place {
		d := decided[i]
		d.Rule = kind + " " + d.Rule
		m.add(kind, caption, Item{full.all[i].ID, full.all[i].Text}, d)
	}
	for _, h := range hints.Hints() {
		m.add(kind, caption, hintItem(h), policy.Decision{Disclosure: policy.AsHint, Speak: policy.AskFirst, Rule: kind + " hint"})
	}
	for _, x := range m.profile.Stated {
		f := m.base
		if d, ok := policy.ShareFact(stated(x), f); ok && asked && u.stated(x) {
			d.Rule = kind + " " + d.Rule
			m.add("shared_words", caption, Item{x.ID, x.Text}, d)
		}
	}
}

// opens decides on one purchase of what is opened.
func opens(p *policy.Table, u unit, asked bool, f policy.Facts) (policy.Decision, bool) {
	switch {
	case asked:
		return p.Share(f)
	case u.Order != "":
		return p.RevealOrder(f)
	}
	return p.Reveal(f)
}

// writeShare decides what a share opens and writes it into the ledger with its
// reason. Only then may it be shown. That there was nothing is written, too:
// somebody looked.
func (d *Desk) writeShare(x looker, sh *share, purpose, reason string, now time.Time) (Event, error) {
	m := d.maker(x.profile, x.stay, d.viewer(sh.to), x.relation, now)
	m.room = roomForPurchases
	m.open(sh.unit, sh.asked, "")
	sh.items = map[string]bool{}
	for _, it := range m.items {
		sh.items[it.ID] = true
	}
	row, err := d.ledger.Append(x.customer, ledger.Row{At: now, Viewer: sh.to, Role: string(m.viewer.Role), Relation: x.relation.String(),
		Visit: string(x.id), Purpose: purpose, Items: m.ledgerItems(), Policy: d.policy.Version(), Reason: reason})
	if err != nil {
		d.log.Error("nothing opened", "err", err)
		return Event{}, ErrLedger
	}
	return Event{Kind: CardShown, At: now, Visit: x.id, Customer: x.customer, Associate: sh.to, Relation: x.relation.String(), Style: x.style,
		History: x.history, Items: m.items, Row: row.Seq, Role: m.viewer.Role, Policy: row.Policy, Reveal: &RevealFact{Purpose: purpose, Reason: reason}}, nil
}

// openShare opens what is written.
func (d *Desk) openShare(s *stay, sh *share, shown Event, now time.Time) {
	s.shares = append(slices.DeleteFunc(s.shares, func(o *share) bool { return o.to == sh.to && o.unit == sh.unit }), sh)
	s.told[sh.to] = true
	d.emit(shown)
	d.emit(Event{Kind: RevealAnswered, At: now, Visit: s.id, Associate: sh.to})
	d.here(s, now) // her page shows it, with the reason
}

// closeShare ends a share before its time.
func (d *Desk) closeShare(id string, now time.Time) {
	for _, s := range d.stays {
		s.shares = slices.DeleteFunc(s.shares, func(x *share) bool {
			if x.id == id {
				d.emit(Event{Kind: FloorChanged, At: now, Visit: s.id, Associate: x.to})
			}
			return x.id == id
		})
	}
}

// overlay adds to a card what is open to its viewer at this moment, decided
// anew: what she hides meanwhile is gone.
func (d *Desk) overlay(c Card, x looker, a floor.AssociateID, now time.Time) Card {
	if !slices.ContainsFunc(x.shares, func(sh *share) bool { return sh.to == a }) {
		return c
	}
	data, err := json.Marshal(c.view)
	if err != nil {
		return c
	}
	room := min(roomForPurchases, cardSize-len(data)-256)
	c.view.Sections = slices.Clone(c.view.Sections)
	for _, sh := range x.shares {
		if sh.to != a || !now.Before(sh.until) || !sh.asked && !x.mayReveal(a) {
			continue
		}
		m := d.maker(x.profile, x.stay, d.viewer(a), x.relation, now)
		m.room, m.only = room, sh.items
		m.open(sh.unit, sh.asked, d.openedUntil(sh))
		room = m.room
		c.view.Sections = append(c.view.Sections, m.sections...)
	}
	return c
}

func (d *Desk) openedUntil(sh *share) string {
	word := "Opened"
	if sh.asked {
		word = "She shares"
	}
	return fmt.Sprintf("%s until %s", word, sh.until.In(d.zone).Format("15:04"))
}

// Opened returns a card of nothing but what is open to somebody in a visit: a
// manager's view of a complaint, who has no card.
func (d *Desk) Opened(a floor.AssociateID, v floor.VisitID, now time.Time) (CardView, error) {
	x, err := d.claimant(a, v, now)
	if err != nil {
		return CardView{}, err
	}
	c := d.overlay(Card{CardView{Visit: v, AsOf: now, Relation: x.relation.String()}}, x, a, now)
	return c.view, nil
}
