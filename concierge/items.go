package concierge

import (
	"slices"
	"strings"
	"time"

	"foyer/policy"
	"foyer/profile"
)

// stated maps what she said of herself to the facts table.
func stated(x profile.StatedPreference) policy.Fact {
	switch {
	case x.Kind == profile.Size:
		return policy.FactStatedSize
	case x.Kind == profile.Occasion:
		return policy.FactOccasion
	case x.Audience == profile.ForAnyone:
		return policy.FactStatedForAll
	}
	return policy.FactStatedForMine
}

// decideStated decides on one thing she said. An occasion is for nobody but
// her own associates, and for them only where she said so. Her own words have
// no general form, so what may only be hinted at is withheld.
func (m *maker) decideStated(x profile.StatedPreference) policy.Decision {
	f := m.base
	if x.Kind == profile.Occasion && x.Audience == profile.ForMine {
		f.Audience = policy.AudienceOpen
	}
	dec := policy.DecideFact(stated(x), f)
	if dec.Disclosure != policy.Full {
		return policy.Decision{}
	}
	return dec
}

// mostPurchases is how many purchases a card shows, the newest: nobody reads
// more while a customer waits, and a card stays within 8 KiB. That there were
// more is no signal either.
const mostPurchases = 24

// newest are the newest purchases of those that the table shows in full, as
// their places in the profile; equally old ones in the profile's order.
type newest struct {
	all   []profile.Purchase
	place []int
}

// add takes a purchase in, unless there are enough newer ones.
func (n *newest) add(i int) {
	at := len(n.place)
	for at > 0 && n.all[n.place[at-1]].At.Before(n.all[i].At) {
		at--
	}
	if at == mostPurchases {
		return
	}
	n.place = slices.Insert(n.place, at, i)
	n.place = n.place[:min(len(n.place), mostPurchases)]
}

// purchases puts what she bought on the card, and hints of the rest.
func (m *maker) purchases() {
	p := m.desk.policy
	full := newest{all: m.profile.Purchases, place: make([]int, 0, mostPurchases+1)}
	hints := p.Gather()
	for i := range full.all {
		f, ok := m.purchaseFacts(&full.all[i])
		if !ok {
			continue
		}
		switch dec := p.Decide(f); dec.Disclosure {
		case policy.Full:
			full.add(i)
		case policy.AsHint:
			hints.Add(policy.HintInput{Category: full.all[i].Category, Colour: full.all[i].Colour}, dec)
		}
	}
	for _, i := range full.place {
		x := &full.all[i]
		f, _ := m.purchaseFacts(x)
		kind, caption := history(f)
		m.add(kind, caption, Item{x.ID, x.Text}, p.Decide(f))
	}
	for _, h := range hints.Hints() {
		m.add("affinity", "In general", hintItem(h), policy.Decision{
			Disclosure: policy.AsHint, Speak: h.Speak, Rule: "hint", Advice: h.Advice})
	}
}

// history names the section of a purchase that is shown in full.
func history(f policy.Facts) (kind, caption string) {
	switch {
	case f.Seller == policy.SellerSelf:
		return "sold_by_you", "From you"
	case f.Channel == policy.ChannelOtherStore:
		return "other_history", "Our other stores"
	case f.Channel == policy.ChannelOnline:
		return "online_history", "Online"
	}
	return "store_history", "This store"
}

// hintItem is a hint in words.
func hintItem(h policy.Hint) Item {
	text := strings.TrimSpace(strings.Join([]string{h.Style, h.Category}, " "))
	if h.Colour != "" {
		text += ", " + h.Colour
	}
	return Item{"h-" + h.Category, text}
}

// purchaseFacts is what decides on one purchase; false where she did not
// allow this history to be used at all, or it is none of a substitute's business.
func (m *maker) purchaseFacts(x *profile.Purchase) (policy.Facts, bool) {
	f, a := m.base, &m.profile.Audience
	var class profile.Audience
	allowed := m.uses.store
	switch x.Store {
	case m.desk.store:
		f.Channel, class = policy.ChannelHere, a.Store
	case "":
		f.Channel, class, allowed = policy.ChannelOnline, a.Online, m.uses.online
	default:
		f.Channel, class, allowed = policy.ChannelOtherStore, a.OtherStores, m.uses.others
	}
	elsewhere := hereOnly && f.Channel != policy.ChannelHere && f.Relation == policy.RelationSubstitute && !m.asked
	if !allowed || elsewhere {
		return f, false
	}
	f.Seller = policy.SellerColleague
	switch {
	case !x.Seller.Valid():
		f.Seller = policy.SellerUnassisted
	case x.Seller == m.viewer.ID:
		f.Seller = policy.SellerSelf
	}
	f.Hidden = x.Hidden
	f.Age = m.uses.ages.Of(x.At)
	f.Sensitivity = m.desk.policy.Classify(x.Category, sensitivity(x.Sensitivity))
	f.Audience = audience(class)
	return f, true
}

// sensitivity maps how a purchase must be handled; what nobody understands is
// withheld.
func sensitivity(s profile.Sensitivity) policy.Sensitivity {
	switch s {
	case profile.Ordinary:
		return policy.SensitivityOrdinary
	case profile.Personal:
		return policy.SensitivityPersonal
	case profile.Gift:
		return policy.SensitivityGift
	}
	return policy.SensitivitySpecial
}

// uses is which histories she allows to be used, and how old a purchase is: the
// same for all purchases of one card.
type uses struct {
	store, others, online bool
	ages                  policy.Ages
}

func usesOf(c profile.Consents, t *policy.Table, now time.Time) uses {
	return uses{c.Allowed(profile.HistoryStore), c.Allowed(profile.HistoryOtherStores), c.Allowed(profile.HistoryOnline),
		policy.AgesAt(now, t.Params().CoolingOff)}
}

func audience(l profile.Audience) policy.Audience {
	switch l {
	case profile.AudienceClosed:
		return policy.AudienceClosed
	case profile.AudienceOpen:
		return policy.AudienceOpen
	}
	return policy.AudienceDefault
}

// notes puts what colleagues wrote on the card, each by its own table.
func (m *maker) notes() {
	for _, n := range newestNotes(m.profile.Notes) {
		dec := policy.DecideNote(note(n, m.viewer.ID == n.Author), m.base)
		switch hers := m.viewer.ID == n.Author; {
		case n.Objected:
		case n.Kind == profile.NoteHandoff:
			m.handoff(n, dec)
		case hers:
			m.add("notes", "Your note", Item{n.ID, n.Text}, dec)
		default:
			m.add("notes", "Note", Item{n.ID, n.Text}, dec)
		}
	}
}

// newestNotes are notes in the order in which they take their room: what was
// written for whoever covers first, then the newest.
func newestNotes(notes []profile.Note) []profile.Note {
	out := slices.Clone(notes)
	slices.SortStableFunc(out, func(a, b profile.Note) int {
		if ha, hb := a.Kind == profile.NoteHandoff, b.Kind == profile.NoteHandoff; ha != hb {
			if ha {
				return -1
			}
			return 1
		}
		return b.At.Compare(a.At)
	})
	return out
}

// handoff puts a hand-off note on the card, its parts line by line under its
// author's name. One that an older version kept is a text.
func (m *maker) handoff(n profile.Note, dec policy.Decision) {
	caption := "For whoever covers"
	if a, ok := m.desk.roster[n.Author]; ok {
		caption = "From " + a.Name
	}
	if m.viewer.ID == n.Author {
		caption = "Your hand-off"
	}
	parts := n.Handoff.Parts()
	if len(parts) == 0 {
		m.add("handoff", caption, Item{n.ID, n.Text}, dec)
	}
	for _, p := range parts {
		m.add("handoff", caption, Item{n.ID + "/" + strings.ToLower(p[0]), p[0] + ": " + p[1]}, dec)
	}
}

func note(n profile.Note, author bool) policy.Note {
	out := policy.Note{Author: author}
	switch n.Kind {
	case profile.NotePreference:
		out.Kind = policy.NotePreference
	case profile.NoteHandling:
		out.Kind = policy.NoteHandling
	case profile.NoteHandoff:
		out.Kind = policy.NoteHandoff
	}
	switch n.Visibility {
	case profile.NotePreferred:
		out.Visibility = policy.NotePreferred
		out.Opened = n.Kind == profile.NotePersonal // only the customer can widen one
	case profile.NoteService:
		out.Visibility = policy.NoteService
	}
	return out
}
