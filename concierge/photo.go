package concierge

import (
	"errors"
	"fmt"
	"time"

	"foyer/floor"
	"foyer/policy"
	"foyer/profile"
)

// ErrPicture means that a picture cannot be used; the message says why, for her.
var ErrPicture = errors.New("not a picture to use")

// MaxPhoto is the largest file a picture is made of, in bytes.
const MaxPhoto = profile.MaxUpload

// SetPhoto keeps the picture she uploaded for those who look for her: small, and
// without anything of the file but its pixels. It runs on the goroutine of the
// request; Desk.Changed lets open cards know.
func (d *Door) SetPhoto(c floor.Customer, file []byte, now time.Time) error {
	if !d.profiles.Allowed(c, profile.Photo) {
		return ErrConsent
	}
	small, err := profile.Picture(file)
	if errors.Is(err, profile.ErrPicture) {
		return fmt.Errorf("%w: %w", ErrPicture, err)
	}
	if err != nil {
		return err
	}
	if err := d.profiles.PutPhoto(c, small, now); err != nil {
		return err
	}
	if !d.profiles.Allowed(c, profile.Photo) { // taken back while it was made small
		return errors.Join(ErrConsent, d.profiles.DropPhoto(c))
	}
	return nil
}

// OwnPhoto returns her picture for herself, or ErrNothing.
func (d *Door) OwnPhoto(c floor.Customer) ([]byte, error) {
	jpeg, err := d.profiles.Photo(c)
	if errors.Is(err, profile.ErrUnknown) {
		return nil, ErrNothing
	}
	return jpeg, err
}

// DropPhoto deletes her picture.
func (d *Door) DropPhoto(c floor.Customer) error { return d.profiles.DropPhoto(c) }

// Photo returns the picture of the customer of a visit, for an associate whose
// card has it: until the customer is greeted, and ten minutes from the first
// look at the most.
func (d *Desk) Photo(a floor.AssociateID, v floor.VisitID, now time.Time) ([]byte, error) {
	s := d.visits[v]
	if s == nil || !s.opened || s.stage == Hidden || !d.photoLeft(s, a, now) {
		return nil, ErrNothing
	}
	card, ok := s.cards[a]
	if !ok || !card.view.Photo || !now.Before(card.view.Expires) || !d.allowed(s.customer, profile.Photo) {
		return nil, ErrNothing
	}
	p, err := d.person(s.customer)
	if err != nil {
		return nil, ErrNothing
	}
	if rel, ok := d.admits(p, s, a, now); !ok || s.server != a && rel != policy.RelationPreferred {
		return nil, ErrNothing
	}
	jpeg, err := d.profiles.Photo(s.customer)
	if err != nil {
		return nil, ErrNothing
	}
	if _, seen := s.photo[a]; !seen {
		s.photo[a] = now.Add(policy.PhotoTTL)
	}
	return jpeg, nil
}

// photoLeft reports whether an associate may still look at the picture.
func (d *Desk) photoLeft(s *stay, a floor.AssociateID, now time.Time) bool {
	until, seen := s.photo[a]
	return !s.greeted && (!seen || now.Before(until))
}

// sweepPhotos takes pictures from the cards of those who have looked for ten
// minutes.
func (d *Desk) sweepPhotos(s *stay, now time.Time) {
	for a := range s.photo {
		if c, ok := s.cards[a]; ok && c.view.Photo && !d.photoLeft(s, a, now) {
			c.view.Photo = false
			s.cards[a] = c
			d.emit(Event{Kind: FloorChanged, At: now, Visit: s.id, Associate: a})
		}
	}
}

// photo puts the picture she uploaded for this on the card.
func (m *maker) photo(s *stay) {
	dec := policy.DecideFact(policy.FactPhoto, m.base)
	if dec.Disclosure != policy.Full || !m.consents.Allowed(profile.Photo) || !m.desk.photoLeft(s, m.viewer.ID, m.now) || !m.desk.profiles.HasPhoto(s.customer) {
		return
	}
	m.picture = true
	m.items = append(m.items, AccessItem{ID: "photo", Disclosure: dec.Disclosure.String(), Rule: dec.Rule})
}
