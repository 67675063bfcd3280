package rehearsal

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"foyer/floor"
	"foyer/sync/wire"
)

// A Choice is what a customer means to answer on her page.
type Choice uint8

// The choices of the guest page, and not opening it at all.
const (
	Announce Choice = iota // "Yes, tell Ana"
	Browse                 // "Tell her, but let me look around"
	NotToday
	Ignore
)

// A Customer is one made-up customer: what headquarters knows of her, and what
// she means to do today.
type Customer struct {
	Profile wire.Profile
	Chooses Choice
	Zones   []floor.ZoneID // she wants to see these first
}

// A Cast is everybody and everything that headquarters tells one made-up store
// about: no real person occurs in it.
type Cast struct {
	Roster    wire.Roster
	Schedule  wire.Schedule
	Content   wire.Content
	Customers []Customer
}

// CastOptions say which store and day it is.
type CastOptions struct {
	Seed      uint64
	Store     string    // this store's identifier: purchases made "here"
	Opens     time.Time // the day the rehearsal begins, in the store's time zone
	Customers int       // at most 60; 0 means 60
}

// NewCast returns the people of a store. Every combination of visibility mode
// and service style occurs among the first twelve customers, every combination
// of sensitivity, channel and seller among all sixty. The first customer is
// Ms. Keller, whose associate is Ana.
func NewCast(o CastOptions) Cast {
	c := Cast{Roster: roster(), Schedule: schedule(o.Opens), Content: content(o.Opens)}
	people := surnames()
	if o.Customers > 0 {
		people = people[:min(o.Customers, len(people))]
	}
	m := &maker{r: draw(o.Seed, "cast"), o: o, roster: c.Roster.Associates}
	for i, p := range people {
		c.Customers = append(c.Customers, m.customer(i, p))
	}
	return c
}

// maker makes customers; counter runs through the combinations of purchases.
type maker struct {
	r       *rand.Rand
	o       CastOptions
	roster  []wire.Associate
	counter int
}

// manner is a visibility mode and a service style.
type manner struct {
	visibility, style string
	chooses           Choice
}

// manners returns all nine combinations, the common ones twice.
func manners() []manner {
	return []manner{
		{"ask_each_visit", "approach_me", Announce},
		{"automatic", "approach_me", Announce},
		{"ask_each_visit", "let_me_browse", Browse},
		{"automatic", "only_mine", Announce},
		{"ask_each_visit", "only_mine", Announce},
		{"automatic", "let_me_browse", Browse},
		{"invisible", "approach_me", Ignore},
		{"automatic", "approach_me", Announce},
		{"ask_each_visit", "approach_me", Browse},
		{"invisible", "let_me_browse", Ignore},
		{"automatic", "approach_me", NotToday},
		{"invisible", "only_mine", Ignore},
	}
}

func (m *maker) customer(i int, person person) Customer {
	how := manners()[i%len(manners())]
	p := wire.Profile{
		Customer:   fmt.Sprintf("c-%08x", m.r.Uint32()),
		Form:       person.form,
		Say:        person.say,
		Languages:  strings.Fields(person.languages),
		Style:      how.style,
		Visibility: how.visibility,
		Preferred:  m.preferred(i),
		Rev:        1,
	}
	if i%11 == 7 {
		p.Blocked = []string{m.notIn(p.Preferred)}
	}
	m.stated(&p, i)
	m.purchases(&p)
	p.Audience = m.audience(i)
	p.Consents = m.consents(i)
	p.Interests = []string{pick(m.r, interests()), pick(m.r, interests())}
	return Customer{Profile: p, Chooses: how.chooses, Zones: m.zones(p)}
}

// preferred returns one or two associates; Ana is Ms. Keller's.
func (m *maker) preferred(i int) []string {
	sellers := m.sellers()
	if i == 0 {
		return []string{sellers[0]}
	}
	first := sellers[(i+i/len(manners()))%len(sellers)]
	if m.r.Float64() < 0.4 {
		return []string{first, m.notIn([]string{first})}
	}
	return []string{first}
}

// sellers returns the associates whom customers choose: all who are trained.
func (m *maker) sellers() []string {
	var out []string
	for _, a := range m.roster {
		if a.Role == floor.RoleAssociate && a.Tier != floor.TierUntrained {
			out = append(out, a.ID)
		}
	}
	return out
}

// notIn returns a seller who is not in the list.
func (m *maker) notIn(list []string) string {
	for {
		s := pick(m.r, m.sellers())
		found := false
		for _, l := range list {
			found = found || l == s
		}
		if !found {
			return s
		}
	}
}

// audience runs through all settings of the three classes.
func (m *maker) audience(i int) wire.Audience {
	settings := [...]string{"default", "open", "closed"}
	return wire.Audience{Store: settings[i%3], OtherStores: settings[(i/3)%3], Online: settings[(i/9)%3]}
}

// consents are given long ago, on the page; the two that announcing needs by
// everybody here, history by most, the rest by some.
func (m *maker) consents(i int) []wire.Consent {
	given := m.o.Opens.Add(-time.Duration(20+m.r.IntN(300)) * 24 * time.Hour).UnixMilli()
	var out []wire.Consent
	for _, p := range []struct {
		purpose string
		share   float64
	}{
		{"presence", 1}, {"profile_to_associates", 1}, {"history_store", 0.75}, {"history_other_stores", 0.4},
		{"history_online", 0.35}, {"photo", 0}, {"content_personal", 0.5}, {"positions_for_service", 0.3},
	} {
		granted := m.r.Float64() < p.share || i == 0 && p.share > 0.5
		out = append(out, wire.Consent{Purpose: p.purpose, Granted: granted, Wall: given, Node: "hq",
			Notice: NoticeVersion, Method: "page"})
	}
	return out
}

// zones returns where she goes first: her first associate's department.
func (m *maker) zones(p wire.Profile) []floor.ZoneID {
	for _, a := range m.roster {
		if a.ID == p.Preferred[0] && a.Department != "" {
			return []floor.ZoneID{a.Department}
		}
	}
	return nil
}
