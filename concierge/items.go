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

// shown is a purchase that the table shows in full.
type shown struct {
	bought        time.Time
	kind, caption string
	item          Item
	decision      policy.Decision
}

// purchases puts what she bought on the card, and hints of the rest.
func (m *maker) purchases() {
	var hints []policy.HintInput
	var full []shown
	for _, x := range m.profile.Purchases {
		f, ok := m.purchaseFacts(x)
		if !ok {
			continue
		}
		switch dec := m.desk.policy.Decide(f); dec.Disclosure {
		case policy.Full:
			kind, caption := "store_history", "This store"
			switch {
			case f.Seller == policy.SellerSelf:
				kind, caption = "sold_by_you", "From you"
			case f.Channel == policy.ChannelOtherStore:
				kind, caption = "other_history", "Our other stores"
			case f.Channel == policy.ChannelOnline:
				kind, caption = "online_history", "Online"
			}
			full = append(full, shown{x.At, kind, caption, Item{x.ID, x.Text}, dec})
		case policy.AsHint:
			hints = append(hints, policy.HintInput{Category: x.Category, Colour: x.Colour, Facts: f})
		}
	}
	slices.SortStableFunc(full, func(a, b shown) int { return b.bought.Compare(a.bought) })
	for _, x := range full[:min(len(full), mostPurchases)] {
		m.add(x.kind, x.caption, x.item, x.decision)
	}
	for _, h := range m.desk.policy.Hints(hints) {
		text := strings.TrimSpace(strings.Join([]string{h.Style, h.Category}, " "))
		if h.Colour != "" {
			text += ", " + h.Colour
		}
		m.add("affinity", "In general", Item{"h-" + h.Category, text}, policy.Decision{
			Disclosure: policy.AsHint, Speak: h.Speak, Rule: "hint", Advice: h.Advice})
	}
}

// purchaseFacts is what decides on one purchase; false where she did not
// allow this history to be used at all.
func (m *maker) purchaseFacts(x profile.Purchase) (policy.Facts, bool) {
	f, a := m.base, m.profile.Audience
	var class profile.Audience
	purpose := profile.HistoryStore
	switch x.Store {
	case m.desk.store:
		f.Channel, class = policy.ChannelHere, a.Store
	case "":
		f.Channel, class, purpose = policy.ChannelOnline, a.Online, profile.HistoryOnline
	default:
		f.Channel, class, purpose = policy.ChannelOtherStore, a.OtherStores, profile.HistoryOtherStores
	}
	f.Seller = policy.SellerColleague
	switch {
	case !x.Seller.Valid():
		f.Seller = policy.SellerUnassisted
	case x.Seller == m.viewer.ID:
		f.Seller = policy.SellerSelf
	}
	f.Hidden = x.Hidden
	f.Age = policy.AgeOf(x.At, m.now, m.desk.policy.Params().CoolingOff)
	if f.Sensitivity.UnmarshalText([]byte(x.Sensitivity)) != nil {
		f.Sensitivity = policy.SensitivitySpecial // what nobody understands is withheld
	}
	f.Sensitivity = m.desk.policy.Classify(x.Category, f.Sensitivity)
	f.Audience = audience(class)
	return f, m.consents.Allowed(purpose)
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
	for _, n := range m.profile.Notes {
		if n.Objected {
			continue
		}
		dec := policy.DecideNote(note(n, m.viewer.ID == n.Author), m.base)
		caption := "Note"
		if m.viewer.ID == n.Author {
			caption = "Your note"
		}
		m.add("notes", caption, Item{n.ID, n.Text}, dec)
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
