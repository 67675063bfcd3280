package concierge

import (
	"crypto/rand"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"foyer/floor"
	"foyer/policy"
	"foyer/profile"
)

// A Handoff is what an associate writes for whoever covers: how to greet the
// client, what to offer, what to avoid, what is open.
type Handoff struct{ Greet, Offer, Avoid, Open string }

// A Phrase is a ready line of a hand-off note, for one tap.
type Phrase struct{ ID, Name, Part, Text string }

// Phrases are the ready lines, in their order on the page.
func Phrases() []Phrase {
	return []Phrase{
		{"come", "Let her come to you", "greet", "Let her come to you."},
		{"unhurried", "Unhurried", "offer", "Time; do not hurry her."},
		{"sit", "Prefers to sit", "offer", "A chair."},
		{"drink", "Something to drink", "offer", "Something to drink."},
		{"alone", "Tries on alone", "avoid", "Do not stand by the fitting room."},
		{"perfume", "No perfume", "avoid", "Perfume."},
		{"calls", "I shall call her", "open", "I shall call her; promise nothing for me."},
	}
}

// part is the part of a hand-off note that has a name.
func (h *Handoff) part(name string) *string {
	switch name {
	case "greet":
		return &h.Greet
	case "offer":
		return &h.Offer
	case "avoid":
		return &h.Avoid
	}
	return &h.Open
}

// HandOff writes an associate's hand-off note about the customer of a visit anew;
// an empty one is removed. What sounds personal is not for others: nothing is
// kept then, and the error is a PersonalError.
func (d *Desk) HandOff(a floor.AssociateID, v floor.VisitID, h Handoff, now time.Time) error {
	x, err := d.look(a, v, now)
	if err != nil {
		return err
	}
	var topics []string
	for _, name := range []string{"greet", "offer", "avoid", "open"} {
		part := h.part(name)
		if *part = line(*part); utf8.RuneCountInString(*part) > MaxNote {
			return fmt.Errorf("%w: %s: at most %d characters", ErrNote, name, MaxNote)
		}
		topics = append(topics, topicsOf(*part)...)
	}
	if len(topics) > 0 {
		slices.Sort(topics)
		return PersonalError{slices.Compact(topics)}
	}
	old, known := handoffOf(x.profile, a)
	if h == (Handoff{}) {
		if !known {
			return fmt.Errorf("%w: say how to greet, what to offer, what to avoid or what is open", ErrNote)
		}
		return d.dropHandoff(x.customer, old, now)
	}
	if !known {
		old = profile.Note{ID: "n-" + strings.ToLower(rand.Text()[:16]), Author: a, Kind: profile.NoteHandoff, Visibility: profile.NoteService}
	}
	old.Handoff, old.At = profile.Handoff(h), now.UTC()
	old.Text = old.Handoff.String()
	if err := d.write(x.customer, old, now); err != nil {
		return err
	}
	d.answered(x.stay, a)
	return nil
}

// AddPhrase adds a ready line to an associate's hand-off note.
func (d *Desk) AddPhrase(a floor.AssociateID, v floor.VisitID, id string, now time.Time) error {
	x, err := d.look(a, v, now)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(Phrases(), func(p Phrase) bool { return p.ID == id })
	if i < 0 {
		return fmt.Errorf("%w: no such phrase", ErrNote)
	}
	p := Phrases()[i]
	old, _ := handoffOf(x.profile, a)
	h := Handoff(old.Handoff)
	part := h.part(p.Part)
	if !strings.Contains(*part, p.Text) {
		*part = line(*part + " " + p.Text)
	}
	return d.HandOff(a, v, h, now)
}

func (d *Desk) dropHandoff(c floor.Customer, n profile.Note, now time.Time) error {
	if _, err := d.profiles.RemoveNote(c, n.Author, n.ID); err != nil {
		return d.item(err)
	}
	d.emit(noteEvent(NoteRemoved, c, n, now))
	d.Changed(c, now)
	return nil
}

// handoffOf is an author's hand-off note, if there is one.
func handoffOf(p profile.Profile, a floor.AssociateID) (profile.Note, bool) {
	for _, n := range p.Notes {
		if n.Author == a && n.Kind == profile.NoteHandoff {
			return n, true
		}
	}
	return profile.Note{}, false
}

// A HandoffAsk is a line on an associate's first page: a colleague looks after a
// client of hers, and a word from her would help.
type HandoffAsk struct {
	Visit floor.VisitID
	Name  string // form of address
	By    string // first name of the colleague
}

// handoffAsk is whom a word for the cover was asked of in a stay.
type handoffAsk struct{ of, by floor.AssociateID }

// askHandoff asks the first of her own associates who is on shift and signed on
// for a word, when somebody covers whom she has never met. Nobody is asked who
// is off shift, twice in a visit, or who has written one today.
func (d *Desk) askHandoff(s *stay, cover floor.AssociateID, rel policy.Relation, now time.Time) {
	if rel != policy.RelationSubstitute || s.handoff.by == cover {
		return
	}
	p, err := d.profiles.Get(s.customer)
	if err != nil {
		return
	}
	for _, a := range d.preferredOf(p) {
		_, on := d.onShift(a, now)
		if !on || !d.attends(a).signedOn || !d.shows(policy.FactInStore, p, s, a, policy.RelationPreferred) {
			continue
		}
		if n, ok := handoffOf(p, a); ok && d.sameDay(n.At, now) {
			return
		}
		s.handoff, s.told[a] = handoffAsk{a, cover}, true
		d.emit(Event{Kind: HandoffRequested, At: now, Visit: s.id, Associate: a})
		return
	}
}

// answered ends the question for a word.
func (d *Desk) answered(s *stay, a floor.AssociateID) {
	if s.handoff.of == a {
		s.handoff.of = floor.AssociateID{}
	}
}

// NoHandoff is an associate's no to the question for a word.
func (d *Desk) NoHandoff(a floor.AssociateID, v floor.VisitID, now time.Time) error {
	x, err := d.look(a, v, now)
	if err != nil {
		return err
	}
	d.answered(x.stay, a)
	d.emit(Event{Kind: FloorChanged, At: now, Associate: a})
	return nil
}

// handoffs are the questions to an associate for a word.
func (d *Desk) handoffs(a floor.AssociateID, now time.Time) (out []HandoffAsk) {
	for _, s := range d.stays {
		if s.handoff.of != a {
			continue
		}
		if x, err := d.look(a, s.id, now); err == nil {
			out = append(out, HandoffAsk{s.id, d.formFor(x.profile, s, a, x.relation), d.roster[s.handoff.by].Name})
		}
	}
	slices.SortFunc(out, func(a, b HandoffAsk) int { return strings.Compare(string(a.Visit), string(b.Visit)) })
	return out
}
