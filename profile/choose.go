package profile

import (
	"slices"

	"foyer/floor"
)

// A Choice is whom of the staff she wants and does not want, as she chose on
// this box's page.
type Choice struct {
	Preferred []floor.AssociateID // the dearest first
	Blocked   []floor.AssociateID
}

// maxChoices is how many choices wait for headquarters at the most; it needs the
// newest only, the others are known again when they come back late.
const maxChoices = 8

func (c Choice) equal(o Choice) bool {
	return slices.Equal(c.Preferred, o.Preferred) && slices.Equal(c.Blocked, o.Blocked)
}

// chosen is what holds now of whom she wants and does not want.
func (p Profile) chosen() Choice { return Choice{p.Preferred, p.Blocked} }

// apart is the choice with nobody in both lists: whom she does not want is hers no
// longer.
func (c Choice) apart() Choice {
	c.Preferred = slices.DeleteFunc(slices.Clone(c.Preferred), func(a floor.AssociateID) bool { return slices.Contains(c.Blocked, a) })
	return c
}

// Choose changes her choice of associates, and notes that headquarters has to be
// told. Whom she blocks she no longer names, in the same step.
func (c *Cache) Choose(who floor.Customer, fn func(Choice) Choice) (Choice, error) {
	var now Choice
	err := c.changeOwing(who, Item{Customer: who, Of: OfAssociates, ID: mine}, func(p *Profile) error {
		if now = fn(p.chosen()).apart(); now.equal(p.chosen()) {
			return nil
		}
		p.Preferred, p.Blocked = now.Preferred, now.Blocked
		if p.Choices = append(slices.Clone(p.Choices), now); len(p.Choices) > maxChoices {
			p.Choices = p.Choices[len(p.Choices)-maxChoices:]
		}
		return nil
	})
	return now, err
}

// withChosen returns p, as headquarters sent it, with whom she chose here. What
// headquarters only gives back, perhaps late, is no news; where it has news of
// its own those hold, but nobody whom she blocked here since comes back by that.
func (old Profile) withChosen(p Profile) Profile {
	sent, was := p.chosen(), Choice{old.Named, old.Barred}
	p.Named, p.Barred = sent.Preferred, sent.Blocked
	i := slices.IndexFunc(old.Choices, sent.equal)
	switch {
	case i >= 0:
		p.Choices = slices.Clone(old.Choices[i+1:])
		if n := len(p.Choices); n > 0 {
			p.Preferred, p.Blocked = p.Choices[n-1].Preferred, p.Choices[n-1].Blocked
		}
	case sent.equal(was):
		p.Preferred, p.Blocked, p.Choices = old.Preferred, old.Blocked, old.Choices
	default:
		p.Choices = nil
		if n := len(old.Choices); n > 0 {
			p.Blocked = slices.Clone(p.Blocked)
			for _, a := range old.Choices[n-1].Blocked {
				if !slices.Contains(p.Blocked, a) {
					p.Blocked = append(p.Blocked, a)
				}
			}
			p.Preferred = p.chosen().apart().Preferred
		}
	}
	return p
}
