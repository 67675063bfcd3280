package concierge

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"foyer/floor"
	"foyer/ledger"
	"foyer/policy"
	"foyer/profile"
)

// The two lines every card has, whatever it holds: a card says by nothing how
// much there is.
const (
	firstLine   = "Know it, don’t recite it. Never begin with “I see you bought”."
	closingLine = "Let her tell you the rest."
)

// Card returns the card of a visit for an associate: the one who said yes, or
// one of the customer's own.
func (d *Desk) Card(a floor.AssociateID, v floor.VisitID, now time.Time) (Card, error) {
	if s := d.helping(a, v); s != nil && d.attends(a).signedOn {
		return s.card(now, d.rules.CardLife), nil
	}
	x, err := d.look(a, v, now)
	if err != nil {
		return Card{}, err
	}
	if c, ok := x.cards[a]; ok && now.Before(c.view.Expires) {
		return d.overlay(c, x, a, now), nil
	}
	c, shown, err := d.makeCard(x.profile, x.stay, a, x.relation, now)
	if err != nil {
		return Card{}, err
	}
	x.cards[a], x.told[a] = c, true
	d.emit(shown)
	d.here(x.stay, now) // her page shows who saw what
	return d.overlay(c, x, a, now), nil
}

// A looker is an associate who may look at a stay at this moment.
type looker struct {
	*stay
	profile  profile.Profile
	relation policy.Relation
}

// look lets an associate look at a visit: the one who said yes, and the
// customer's own.
func (d *Desk) look(a floor.AssociateID, v floor.VisitID, now time.Time) (looker, error) {
	s := d.visits[v]
	if s == nil || !s.opened || s.stage == Hidden {
		return looker{}, ErrNothing
	}
	p, err := d.person(s.customer)
	if err != nil {
		return looker{}, ErrNothing
	}
	rel, ok := d.admits(p, s, a, now)
	if !ok || s.server != a && rel != policy.RelationPreferred {
		return looker{}, ErrNothing
	}
	return looker{s, p, rel}, nil
}

// makeCard decides what a card has, writes the access down, and only then returns
// the card with the event that tells of it.
func (d *Desk) makeCard(p profile.Profile, s *stay, a floor.AssociateID, rel policy.Relation, now time.Time) (Card, Event, error) {
	m := d.maker(p, s, d.viewer(a), rel, now)
	view := m.draw(s)
	row, err := d.ledger.Append(s.customer, ledger.Row{At: now, Viewer: a, Role: string(m.viewer.Role),
		Relation: rel.String(), Visit: string(s.id), Purpose: "service", Items: m.ledgerItems(), Policy: d.policy.Version()})
	if err != nil {
		d.log.Error("card not shown", "err", err)
		return Card{}, Event{}, ErrLedger
	}
	view.Access = accessID(row.Seq)
	m.try(s.id)
	shown := Event{Kind: CardShown, At: now, Visit: s.id, Customer: s.customer, Associate: a, Relation: rel.String(),
		Style: s.style, History: s.history, Items: m.items,
		Row: row.Seq, Role: m.viewer.Role, Policy: view.Policy}
	return Card{view}, shown, nil
}

// draw decides every item for one viewer and returns the card, which nobody may
// be shown before the access is written down but the customer herself. Consents are
// read once, not for each of her purchases: every reading opens a seal.
func (m *maker) draw(s *stay) CardView {
	d, p, rel := m.desk, m.profile, m.base.Relation
	m.room = roomForFacts
	m.facts()
	m.photo(s)
	m.room += roomForNotes
	m.notes()
	m.room += roomForPurchases
	m.purchases()
	sit := d.situation(s, rel, p, m.now)
	sit.TooMuch = d.tooMuch(s.customer, m.viewer.ID)
	m.advice |= policy.Advise(sit)
	view := CardView{Visit: s.id, AsOf: m.now, Expires: m.now.Add(d.rules.CardLife), Policy: d.policy.Version(),
		Relation: rel.String(), Greeted: s.greeted,
		Name: m.name, Say: m.say, Photo: m.picture, Languages: m.languages, Sections: m.sections, First: firstLine, Closing: closingLine}
	if rel != policy.RelationPreferred {
		view.Covering = d.covering(p)
	}
	for _, g := range m.advice.Guidance(d.blanks(p, m.now)) {
		view.Guidance = append(view.Guidance, Guidance{ID: g.ID, Text: g.Text})
	}
	return view
}

// viewer is an associate as whoever looks.
func (d *Desk) viewer(a floor.AssociateID) floor.Associate {
	v := d.roster[a]
	v.ID = a
	return v
}

// facts are what every decision about a stay and a viewer begins with.
func (d *Desk) facts(p profile.Profile, s *stay, viewer floor.Associate, rel policy.Relation, consent bool) policy.Facts {
	return policy.Facts{Relation: rel, Tier: viewer.Tier, Consent: consent, Announced: s.opened, Stale: d.stale,
		Blocked: slices.Contains(p.Blocked, viewer.ID), Greeted: s.greeted}
}

// shows reports whether the table of facts shows a fact to an associate.
func (d *Desk) shows(k policy.Fact, p profile.Profile, s *stay, a floor.AssociateID, rel policy.Relation) bool {
	return policy.DecideFact(k, d.facts(p, s, d.viewer(a), rel, d.mayTell(s.customer))).Disclosure == policy.Full
}

// formFor is her form of address as far as an associate may read it.
func (d *Desk) formFor(p profile.Profile, s *stay, a floor.AssociateID, rel policy.Relation) string {
	if d.shows(policy.FactAddress, p, s, a, rel) {
		return p.Form
	}
	return ""
}

// situation is what the guidance depends on besides the items.
func (d *Desk) situation(s *stay, rel policy.Relation, p profile.Profile, now time.Time) policy.Situation {
	sit := policy.Situation{Relation: rel, Browsing: s.stage == Browsing}
	if mine := d.preferredOf(p); len(mine) > 0 && rel != policy.RelationPreferred {
		c := d.colleague(mine[0], now)
		sit.CoverBusy = c.Presence == Busy
		sit.CoverAbsent = c.Presence == LaterToday || c.Presence == InAgain || c.Presence == Unavailable
	}
	return sit
}

func (d *Desk) covering(p profile.Profile) string {
	if mine := d.preferredOf(p); len(mine) > 0 {
		return d.roster[mine[0]].Name
	}
	return ""
}

func (d *Desk) blanks(p profile.Profile, now time.Time) policy.Blanks {
	b := policy.Blanks{Name: d.covering(p)}
	if mine := d.preferredOf(p); len(mine) > 0 {
		if next, ok := d.nextShift(mine[0], now); ok {
			b.Day = next.In(d.zone).Weekday().String()
		}
	}
	return b
}

// accessID is how a row of the ledger is called outside.
func accessID(seq uint64) string { return fmt.Sprintf("a-%d", seq) }

// maker begins what collects a card, or a part of one, for one viewer.
func (d *Desk) maker(p profile.Profile, s *stay, viewer floor.Associate, rel policy.Relation, now time.Time) *maker {
	consents := d.consentsOf(s.customer)
	p.Audience = d.audiences(p)
	return &maker{desk: d, profile: p, consents: consents, viewer: viewer, now: now, uses: usesOf(consents, d.policy, now),
		base: d.facts(p, s, viewer, rel, consents.Allowed(profile.ProfileToAssociates))}
}

// maker collects one card.
type maker struct {
	desk      *Desk
	profile   profile.Profile
	consents  profile.Consents
	uses      uses
	viewer    floor.Associate
	now       time.Time
	base      policy.Facts
	name, say string
	picture   bool
	languages []string
	sections  []Section
	room      int             // bytes that items may still take
	only      map[string]bool // the only items to show, nil: any
	asked     bool            // the customer shares it herself
	items     []AccessItem
	advice    policy.Lines
}

// add puts an item on the card as far as it was decided.
func (m *maker) add(kind, caption string, it Item, dec policy.Decision) {
	size := weight(it.ID) + weight(it.Text)
	if dec.Disclosure == policy.Withhold || size > m.room || m.only != nil && !m.only[kind+"/"+it.ID] {
		return
	}
	m.room -= size
	m.items = append(m.items, AccessItem{ID: kind + "/" + it.ID, Disclosure: dec.Disclosure.String(), Rule: dec.Rule})
	m.advice |= dec.Advice
	for i := range m.sections {
		if s := &m.sections[i]; s.Kind == kind && s.Caption == caption && s.Speak == dec.Speak.String() {
			s.Items = append(s.Items, it)
			return
		}
	}
	m.sections = append(m.sections, Section{Kind: kind, Caption: caption,
		Disclosure: dec.Disclosure.String(), Speak: dec.Speak.String(), Items: []Item{it}})
}

// facts puts what she is called and what she said of herself on the card.
func (m *maker) facts() {
	p := m.profile
	if dec := policy.DecideFact(policy.FactAddress, m.base); dec.Disclosure == policy.Full {
		m.name, m.say, m.languages = p.Form, p.Say, p.Languages
		m.items = append(m.items, AccessItem{ID: "address", Disclosure: dec.Disclosure.String(), Rule: dec.Rule})
	}
	for _, x := range p.Services {
		if x.Until.IsZero() || m.now.Before(x.Until) {
			m.add("service_items", "Came for", Item{x.ID, x.Text}, policy.DecideFact(policy.FactServiceItem, m.base))
		}
	}
	for _, x := range p.Stated {
		m.add("stated", "Told us", Item{x.ID, x.Text}, m.decideStated(x))
	}
	for i, w := range p.Wishes {
		m.add("wishes", "Wishes", Item{fmt.Sprintf("w-%d", i+1), wish(w)}, policy.DecideFact(policy.FactServiceWish, m.base))
	}
}

// wish puts a service wish in words.
func wish(w string) string {
	switch w {
	case "quiet":
		return "Likes it quiet"
	case "step-free":
		return "Needs a way without steps"
	case "chair":
		return "Glad of a chair"
	}
	return strings.ToUpper(w[:min(1, len(w))]) + strings.ReplaceAll(w[min(1, len(w)):], "_", " ")
}

func (m *maker) ledgerItems() []ledger.Item {
	out := make([]ledger.Item, len(m.items))
	for i, x := range m.items {
		out[i] = ledger.Item{ID: x.ID, Disclosure: x.Disclosure, Rule: x.Rule}
	}
	return out
}
