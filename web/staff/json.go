package staff

import (
	"net/http"
	"time"

	"foyer/concierge"
	"foyer/floor"
	"foyer/web/gate"
)

func (f *Face) jsonSession(w http.ResponseWriter, r *http.Request) {
	if f.tooMany(w, r) {
		return
	}
	var body struct {
		Associate string `json:"associate"`
		PIN       string `json:"pin"`
	}
	err := gate.Read(r, &body)
	if err == nil {
		err = f.signOn(w, r, body.Associate, body.PIN)
	}
	f.answer(w, r, err)
}

func (f *Face) jsonSignOff(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	f.answer(w, r, f.signOff(w, r, a))
}

func (f *Face) jsonPresence(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	var body struct {
		Status string    `json:"status"`
		Until  time.Time `json:"until"`   // of dnd
		FreeAt time.Time `json:"free_at"` // of busy
	}
	err := gate.Read(r, &body)
	if err == nil {
		err = f.presence(r, a, body.Status, concierge.Said{Until: body.Until, FreeAt: body.FreeAt})
	}
	f.answer(w, r, err)
}

type offerJSON struct {
	ID        concierge.OfferID `json:"id"`
	Visit     floor.VisitID     `json:"visit"`
	Requested bool              `json:"requested"`
	Cover     bool              `json:"cover"`
	Covering  string            `json:"covering,omitempty"`
	Unknown   bool              `json:"unknown,omitempty"` // she is not signed in
	Name      string            `json:"name,omitempty"`
	Zone      floor.ZoneID      `json:"zone,omitempty"`
	Created   time.Time         `json:"created_at"`
	Deadline  time.Time         `json:"deadline"`
}

func (f *Face) jsonOffers(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	t, err := f.today(r, a)
	if err != nil {
		f.answer(w, r, err)
		return
	}
	out := []offerJSON{}
	if o := t.Offer; o != nil {
		zone, _ := f.Zones.Zone(o.Visit)
		if o.Unknown {
			zone = o.Place
		}
		out = append(out, offerJSON{o.ID, o.Visit, o.Requested, o.Cover, o.Covering, o.Unknown, o.Name, zone, o.Created.UTC(), o.Deadline.UTC()})
	}
	gate.JSON(w, http.StatusOK, out)
}

// cardJSON is a card on the wire. Photo is the address of a picture, or null.
type cardJSON struct {
	Visit   floor.VisitID `json:"visit"`
	AsOf    time.Time     `json:"as_of"`
	Expires time.Time     `json:"expires_at"`
	Policy  struct {
		Version string `json:"version"`
	} `json:"policy"`
	Access string `json:"access"`
	Viewer struct {
		Relation string `json:"relation"`
		Covering string `json:"covering,omitempty"`
	} `json:"viewer"`
	Address struct {
		Form      string   `json:"form"`
		Say       string   `json:"say,omitempty"`
		Language  string   `json:"language,omitempty"`
		Languages []string `json:"languages,omitempty"`
	} `json:"address"`
	Zone     *floor.ZoneID `json:"zone"`
	Photo    *string       `json:"photo"`
	Greeted  bool          `json:"greeted"`
	First    string        `json:"first"`
	Sections []sectionJSON `json:"sections"`
	Guidance []string      `json:"guidance"`
	Closing  string        `json:"closing"`
}

type sectionJSON struct {
	Kind       string     `json:"kind"`
	Caption    string     `json:"caption"`
	Disclosure string     `json:"disclosure"`
	Speak      string     `json:"speak"`
	Items      []itemJSON `json:"items"`
}

type itemJSON struct {
	ID   string `json:"id"`
	Text string `json:"text"`
}

func cardOnWire(v concierge.CardView, zone *floor.ZoneID) cardJSON {
	c := cardJSON{Visit: v.Visit, AsOf: v.AsOf.UTC(), Expires: v.Expires.UTC(), Access: v.Access, Zone: zone,
		Greeted: v.Greeted, First: v.First, Guidance: []string{}, Closing: v.Closing}
	c.Policy.Version, c.Viewer.Relation, c.Viewer.Covering = v.Policy, v.Relation, v.Covering
	c.Address.Form, c.Address.Say, c.Address.Languages = v.Name, v.Say, v.Languages
	if len(v.Languages) > 0 {
		c.Address.Language = v.Languages[0]
	}
	if v.Photo {
		at := "/v1/visits/" + string(v.Visit) + "/photo"
		c.Photo = &at
	}
	c.Sections = sectionsOnWire(v.Sections)
	for _, g := range v.Guidance {
		c.Guidance = append(c.Guidance, g.ID)
	}
	return c
}

func sectionsOnWire(sections []concierge.Section) []sectionJSON {
	all := []sectionJSON{}
	for _, s := range sections {
		out := sectionJSON{s.Kind, s.Caption, s.Disclosure, s.Speak, []itemJSON{}}
		for _, it := range s.Items {
			out.Items = append(out.Items, itemJSON(it))
		}
		all = append(all, out)
	}
	return all
}

// zoneOf is where the client of a card is, for the one who goes to her.
func (f *Face) zoneOf(v concierge.CardView, mine bool) *floor.ZoneID {
	if !mine || v.Greeted {
		return nil
	}
	if v.Unknown && v.Place != "" {
		return &v.Place
	}
	zone, ok := f.Zones.Zone(v.Visit)
	if !ok {
		return nil
	}
	return &zone
}

func (f *Face) jsonAccept(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	card, err := f.accept(r, a)
	if err != nil {
		f.answer(w, r, err)
		return
	}
	gate.JSON(w, http.StatusOK, cardOnWire(card, f.zoneOf(card, true)))
}

func (f *Face) jsonDecline(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	var body struct {
		Reason string `json:"reason"`
	}
	err := gate.Read(r, &body)
	if err == nil {
		err = f.decline(r, a, body.Reason)
	}
	f.answer(w, r, err)
}

func (f *Face) jsonCard(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	card, mine, err := f.card(r, a)
	if err != nil {
		f.answer(w, r, err)
		return
	}
	gate.JSON(w, http.StatusOK, cardOnWire(card, f.zoneOf(card, mine.Visit != "")))
}

func (f *Face) jsonGreeted(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	f.answer(w, r, f.greeted(r, a))
}

func (f *Face) jsonWrapUp(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	var body struct {
		Served     bool `json:"served"`
		Next       bool `json:"handoff_to_next"`
		Approached bool `json:"approached"` // she had asked to look around alone, and was come up to
	}
	err := gate.Read(r, &body)
	if err == nil {
		err = f.wrapUp(r, a, concierge.WrapUp{Served: body.Served, Next: body.Next, Approached: body.Approached})
	}
	f.answer(w, r, err)
}
