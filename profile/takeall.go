package profile

import (
	"errors"
	"fmt"
	"time"

	"foyer/vault"
)

// Sent is what headquarters says of one customer.
type Sent struct {
	Profile  Profile
	Consents []Consent
}

// TakeAll is Merge, and Change by Update, for many customers in one transaction:
// a box that was empty has a hundred thousand. Refused tells of each, by its
// place, why her profile was not taken, if it was not: ErrProfile, ErrErased or ErrBegun;
// her consents count all the same. After an error nothing has changed.
func (c *Cache) TakeAll(all []Sent, now time.Time) (refused []error, err error) {
	c.gone.RLock()
	defer c.gone.RUnlock()
	if err := c.keys.Prepare(c.newcomers(all)); err != nil {
		return nil, fmt.Errorf("store profiles: %w", err)
	}
	refused = make([]error, len(all))
	puts, dropped := 0, 0
	err = c.file.Update(func(tx *vault.Tx) error {
		for i, s := range all {
			n, err := c.takeIn(tx, s, now)
			switch {
			case errors.Is(err, ErrProfile), errors.Is(err, ErrErased), errors.Is(err, ErrBegun):
				refused[i] = err
			case err != nil:
				return err
			default:
				puts, dropped = puts+1, dropped+n
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("store profiles: %w", err)
	}
	c.merged.Add(uint64(len(all)))
	c.puts.Add(uint64(puts))
	c.special.Add(uint64(dropped))
	return refused, nil
}

func (c *Cache) takeIn(tx *vault.Tx, s Sent, now time.Time) (dropped int, err error) {
	who := s.Profile.Customer
	if !who.Valid() {
		return 0, fmt.Errorf("store a profile: %w: customer: missing", ErrProfile)
	}
	if _, err := c.sayIn(tx, who, false, func(Consents) []Consent { return s.Consents }); err != nil {
		return 0, err
	}
	return c.changeIn(tx, who, func(p *Profile) error {
		*p = p.Update(s.Profile, now)
		p.Customer = who
		return nil
	})
}

// newcomers are those for whom something will be kept. One that is refused, or
// was erased, must leave no key behind.
func (c *Cache) newcomers(all []Sent) (subjects []string) {
	graves := map[int]bool{}
	err := c.file.View(func(tx *vault.Tx) error {
		for i, s := range all {
			grave, err := c.grave(tx, s.Profile.Customer)
			if err != nil {
				return err
			}
			graves[i] = !grave.IsZero()
		}
		return nil
	})
	if err != nil {
		return nil // said by whoever writes next; keys are made one by one then
	}
	for i, s := range all {
		p, _ := s.Profile.normal().withoutSpecial()
		if !graves[i] && s.Profile.Customer.Valid() && p.check() == nil {
			subjects = append(subjects, s.Profile.Customer.Ref())
		}
	}
	return subjects
}
