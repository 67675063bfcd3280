package profile

import (
	"encoding/json"
	"fmt"
	"time"

	"foyer/floor"
)

// The stored form, which is also the exported one. People stand in it by
// their references; times are UTC.
type (
	rawProfile struct {
		Customer     string           `json:"customer"`
		Form         string           `json:"form,omitempty"`
		Say          string           `json:"say,omitempty"`
		Languages    []string         `json:"languages,omitempty"`
		Style        ServiceStyle     `json:"style"`
		Visibility   Visibility       `json:"visibility"`
		Preferred    []string         `json:"preferred,omitempty"`
		Blocked      []string         `json:"blocked,omitempty"`
		Stated       []rawStated      `json:"stated,omitempty"`
		Services     []rawService     `json:"services,omitempty"`
		Wishes       []string         `json:"wishes,omitempty"`
		Purchases    []rawPurchase    `json:"purchases,omitempty"`
		Audience     rawAudiences     `json:"audience"`
		Notes        []rawNote        `json:"notes,omitempty"`
		Corrected    []rawCorrection  `json:"corrected,omitempty"`
		Interests    []string         `json:"interests,omitempty"`
		Appointments []rawAppointment `json:"appointments,omitempty"`
		Rev          uint64           `json:"rev"`
		FromHQ       Visibility       `json:"visibility_from_hq,omitempty"`
		Named        []string         `json:"preferred_from_hq,omitempty"`
		Barred       []string         `json:"blocked_from_hq,omitempty"`
		Sent         rawAudiences     `json:"audience_from_hq,omitzero"`
		Choices      []rawChoice      `json:"chosen_here,omitempty"`
		NotToday     time.Time        `json:"not_today,omitzero"`
		Home         string           `json:"home,omitempty"`
		Seen         time.Time        `json:"seen,omitzero"`
		Expected     time.Time        `json:"expected,omitzero"`
		Slim         bool             `json:"settings_only,omitempty"`
		Covers       CoverWish        `json:"covers,omitempty"`
		Priority     uint8            `json:"service_priority,omitempty"`
		Hid          []string         `json:"hidden_before,omitempty"`
		Settled      []rawSettlement  `json:"objections_settled,omitempty"`
	}
	rawChoice struct {
		Preferred []string `json:"preferred"`
		Blocked   []string `json:"blocked,omitempty"`
	}
	rawSettlement struct {
		Note string    `json:"note"`
		At   time.Time `json:"at"`
		Kept bool      `json:"kept"`
		Why  string    `json:"why,omitempty"`
	}
	rawStated struct {
		ID       string         `json:"id"`
		Kind     PreferenceKind `json:"kind"`
		Text     string         `json:"text"`
		Audience StatedAudience `json:"audience"`
	}
	rawService struct {
		ID    string    `json:"id"`
		Text  string    `json:"text"`
		Until time.Time `json:"until,omitzero"`
	}
	rawPurchase struct {
		ID          string      `json:"id"`
		At          time.Time   `json:"at"`
		Store       string      `json:"store,omitempty"`
		Seller      string      `json:"seller,omitempty"`
		Category    string      `json:"category,omitempty"`
		Text        string      `json:"text,omitempty"`
		Colour      string      `json:"colour,omitempty"`
		Sensitivity Sensitivity `json:"sensitivity"`
		Hidden      bool        `json:"hidden,omitempty"`
		HiddenHere  bool        `json:"hidden_here,omitempty"`
	}
	rawAudiences struct {
		Store       Audience `json:"store"`
		OtherStores Audience `json:"other_stores"`
		Online      Audience `json:"online"`
	}
	rawNote struct {
		ID         string         `json:"id"`
		Author     string         `json:"author"`
		Kind       NoteKind       `json:"kind"`
		Visibility NoteVisibility `json:"visibility"`
		Text       string         `json:"text"`
		At         time.Time      `json:"at"`
		Objected   bool           `json:"objected,omitempty"`
		Handoff    rawHandoff     `json:"handoff,omitzero"`
	}
	rawHandoff struct {
		Greet string `json:"greet,omitempty"`
		Offer string `json:"offer,omitempty"`
		Avoid string `json:"avoid,omitempty"`
		Open  string `json:"open,omitempty"`
	}
	rawCorrection struct {
		ID      string    `json:"id"`
		Was     string    `json:"was"`
		Text    string    `json:"text,omitempty"`
		Removed bool      `json:"removed,omitempty"`
		At      time.Time `json:"at"`
	}
	rawAppointment struct {
		ID    string           `json:"id"`
		At    time.Time        `json:"at"`
		For   time.Duration    `json:"for_ns,omitempty"`
		With  string           `json:"with,omitempty"`
		Topic string           `json:"topic,omitempty"`
		State AppointmentState `json:"state"`
	}
)

func (p Profile) raw() rawProfile {
	r := rawProfile{
		Customer: p.Customer.Ref(), Form: p.Form, Say: p.Say, Languages: p.Languages, Style: p.Style,
		Visibility: p.Visibility, Preferred: refs(p.Preferred), Blocked: refs(p.Blocked), Wishes: p.Wishes,
		Audience: rawAudiences(p.Audience), Interests: p.Interests, Rev: p.Rev,
		FromHQ: p.FromHQ, Named: refs(p.Named), NotToday: p.NotToday.UTC(), Home: p.Home, Seen: p.Seen.UTC(), Slim: p.Slim, Covers: p.Covers, Priority: p.Priority,
		Barred: refs(p.Barred), Sent: rawAudiences(p.Sent), Expected: p.Expected.UTC(), Hid: p.Hid,
	}
	for _, c := range p.Choices {
		r.Choices = append(r.Choices, rawChoice{refs(c.Preferred), refs(c.Blocked)})
	}
	for _, s := range p.Settled {
		r.Settled = append(r.Settled, rawSettlement{s.Note, s.At.UTC(), s.Kept, s.Why})
	}
	for _, s := range p.Stated {
		r.Stated = append(r.Stated, rawStated(s))
	}
	for _, s := range p.Services {
		r.Services = append(r.Services, rawService{s.ID, s.Text, s.Until.UTC()})
	}
	for _, b := range p.Purchases {
		r.Purchases = append(r.Purchases, rawPurchase{b.ID, b.At.UTC(), b.Store, b.Seller.Ref(), b.Category, b.Text, b.Colour, b.Sensitivity, b.Hidden, b.HiddenHere})
	}
	for _, k := range p.Corrected {
		r.Corrected = append(r.Corrected, rawCorrection(k))
	}
	for _, n := range p.Notes {
		r.Notes = append(r.Notes, rawNote{n.ID, n.Author.Ref(), n.Kind, n.Visibility, n.Text, n.At.UTC(), n.Objected, rawHandoff(n.Handoff)})
	}
	for _, a := range p.Appointments {
		r.Appointments = append(r.Appointments, rawAppointment{a.ID, a.At.UTC(), a.For, a.With.Ref(), a.Topic, a.State})
	}
	return r
}

// decodeProfile reads what raw wrote.
func decodeProfile(data []byte) (Profile, error) {
	var r rawProfile
	if err := json.Unmarshal(data, &r); err != nil {
		return Profile{}, fmt.Errorf("read a stored profile: %w", err)
	}
	return r.profile()
}

// profile is the profile that raw made this of.
func (r rawProfile) profile() (Profile, error) {
	var people associates
	p := Profile{
		Form: r.Form, Say: r.Say, Languages: r.Languages, Style: r.Style, Visibility: r.Visibility,
		Preferred: people.list(r.Preferred), Blocked: people.list(r.Blocked), Wishes: r.Wishes,
		Audience: Audiences(r.Audience), Interests: r.Interests, Rev: r.Rev,
		FromHQ: r.FromHQ, Named: people.list(r.Named), NotToday: r.NotToday, Home: r.Home, Seen: r.Seen, Slim: r.Slim, Covers: r.Covers, Priority: r.Priority,
		Barred: people.list(r.Barred), Sent: Audiences(r.Sent), Expected: r.Expected, Hid: r.Hid,
	}
	for _, c := range r.Choices {
		p.Choices = append(p.Choices, Choice{people.list(c.Preferred), people.list(c.Blocked)})
	}
	for _, s := range r.Settled {
		p.Settled = append(p.Settled, Settlement(s))
	}
	customer, err := floor.ParseCustomer(r.Customer)
	if err != nil {
		return Profile{}, fmt.Errorf("read a stored profile: %w", err)
	}
	p.Customer = customer
	for _, s := range r.Stated {
		p.Stated = append(p.Stated, StatedPreference(s))
	}
	for _, s := range r.Services {
		p.Services = append(p.Services, ServiceItem(s))
	}
	for _, b := range r.Purchases {
		p.Purchases = append(p.Purchases, Purchase{b.ID, b.At, b.Store, people.one(b.Seller), b.Category, b.Text, b.Colour, b.Sensitivity, b.Hidden, b.HiddenHere})
	}
	for _, k := range r.Corrected {
		p.Corrected = append(p.Corrected, Correction(k))
	}
	for _, n := range r.Notes {
		p.Notes = append(p.Notes, Note{n.ID, people.one(n.Author), n.Kind, n.Visibility, n.Text, n.At, n.Objected, Handoff(n.Handoff)})
	}
	for _, a := range r.Appointments {
		p.Appointments = append(p.Appointments, Appointment{a.ID, a.At, a.For, people.one(a.With), a.Topic, a.State})
	}
	if people.err != nil {
		return Profile{}, fmt.Errorf("read a stored profile: %w", people.err)
	}
	return p, nil
}

func refs(ids []floor.AssociateID) []string {
	var out []string
	for _, id := range ids {
		out = append(out, id.Ref())
	}
	return out
}

// associates parses references and keeps the first error.
type associates struct{ err error }

func (a *associates) one(ref string) floor.AssociateID {
	if ref == "" {
		return floor.AssociateID{}
	}
	id, err := floor.ParseAssociate(ref)
	if err != nil && a.err == nil {
		a.err = err
	}
	return id
}

func (a *associates) list(refs []string) []floor.AssociateID {
	var out []floor.AssociateID
	for _, r := range refs {
		out = append(out, a.one(r))
	}
	return out
}
