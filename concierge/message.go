package concierge

import (
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"foyer/concierge/drawer"
	"foyer/floor"
	"foyer/profile"
	"foyer/vault"
)

const (
	messagesBucket = "messages"
	messageTTL     = 30 * 24 * time.Hour
	maxMessage     = 280 // letters
)

// ErrMessages means that she takes no messages: she has not allowed that things
// are written for her.
var ErrMessages = errors.New("she takes no messages")

// messageBucket declares what desk.db holds of messages.
func messageBucket() vault.Bucket {
	return vault.Bucket{Name: messagesBucket, Purpose: "what an associate who served her leaves for her, on her own page", Basis: "consent", TTL: messageTTL,
		Whose: "customers and staff", Fields: "the words, who wrote them, when; gone when she takes them off", Under: vault.UnderHers}
}

// A Message is what an associate left for a customer after a visit. It travels by
// her own page and by no other way: no associate has an address of hers.
type Message struct {
	ID    string    `json:"id"`
	Visit string    `json:"visit"`
	By    string    `json:"by"` // the associate
	Name  string    `json:"name,omitempty"`
	At    time.Time `json:"at"`
	Text  string    `json:"text"`
}

// FollowUp leaves a message for the customer of a visit: one, by whoever has met
// her in it, and only where she allows both that associates know her and that what
// is written is for her.
func (d *Desk) FollowUp(a floor.AssociateID, v floor.VisitID, text string, now time.Time) error {
	s := d.visits[v]
	if s == nil || s.server != a || !s.greeted {
		return ErrNothing
	}
	if !d.mayTell(s.customer) || !d.allowed(s.customer, profile.ContentPersonal) {
		return ErrMessages
	}
	text = strings.Join(strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }), " ")
	if n := utf8.RuneCountInString(text); n == 0 || n > maxMessage {
		return ErrWords
	}
	m := Message{ID: "m-" + strings.ToLower(rand.Text()[:16]), Visit: string(v), By: a.Ref(), At: now.UTC(), Text: text}
	if err := drawer.Put(d.messages, s.customer, string(v), m); err != nil {
		return fmt.Errorf("leave a message: %w", err)
	}
	d.here(s, now)
	return nil
}

// MayWrite reports whether an associate may leave a message for the customer of a
// visit.
func (d *Desk) MayWrite(a floor.AssociateID, v floor.VisitID) bool {
	s := d.visits[v]
	return s != nil && s.server == a && s.greeted && d.mayTell(s.customer) && d.allowed(s.customer, profile.ContentPersonal)
}

// Messages are what was left for her, the newest first, while she allows it.
func (d *Desk) Messages(c floor.Customer, now time.Time) []Message {
	if !d.allowed(c, profile.ContentPersonal) {
		return nil
	}
	all, err := messagesOf(d.messages, c)
	if err != nil {
		d.log.Error("read her messages", "err", err)
	}
	all = slices.DeleteFunc(all, func(m Message) bool { return now.Sub(m.At) >= messageTTL })
	for i := range all {
		if by, err := floor.ParseAssociate(all[i].By); err == nil {
			all[i].Name = d.roster[by].Name
		}
	}
	return all
}

func messagesOf(from drawer.Drawer, c floor.Customer) ([]Message, error) {
	all, err := drawer.All[Message](from, c)
	slices.SortFunc(all, func(a, b Message) int { return b.At.Compare(a.At) })
	return all, err
}

// TakeOff removes a message; she is the only one who can.
func (d *Desk) TakeOff(c floor.Customer, id string, now time.Time) error {
	all, err := messagesOf(d.messages, c)
	if err != nil {
		return err
	}
	for _, m := range all {
		if m.ID == id {
			if err := d.messages.Drop(c, m.Visit); err != nil {
				return err
			}
			d.emit(Event{Kind: HereChanged, At: now, Customer: c})
			return nil
		}
	}
	return ErrNothing
}
