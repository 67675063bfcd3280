package policy

import "foyer/floor"

// Reveal returns what a reveal with a reason would show of a purchase: one
// notch more than Decide, for RevealTTL, to be asked about first. It is false
// where no reason is good enough: behind the floors, for a colleague's gift,
// for a substitute elsewhere, for a tier below standard, and where there is
// nothing left to reveal. Reasons and quotas are the caller's.
func (t *Table) Reveal(f Facts) (Decision, bool) {
	d := t.Decide(f)
	elsewhere := f.Relation == RelationSubstitute && f.Channel != ChannelHere
	if !f.openable() || elsewhere || d.Disclosure == Full || f.Stale && d.Disclosure == AsHint {
		return d, false
	}
	return t.opened(f, d.Disclosure+1, AskFirst, "reveal"), true
}

// RevealOrder returns what a reveal by the number of an order or a receipt would
// show of what is on it: all of it, for she, or her paper, is there.
func (t *Table) RevealOrder(f Facts) (Decision, bool) {
	d := t.Decide(f)
	if !f.openable() || f.Stale || d.Disclosure == Full {
		return d, false
	}
	return t.opened(f, Full, AskFirst, "reveal"), true
}

// Share returns what is shown of a purchase after she was asked on her own page
// and said yes: all of it, and since she knows that it is, it may be mentioned.
// The floors hold all the same, and nobody below the standard tier may ask.
func (t *Table) Share(f Facts) (Decision, bool) {
	d := t.Decide(f)
	if !f.openable() || f.Stale || d.Disclosure == Full {
		return d, false
	}
	return t.opened(f, Full, MayMention, "share"), true
}

// ShareFact is Share for a fact of the profile. What is on no card (floor F7)
// and what has a time of its own stays as it is.
func ShareFact(k Fact, f Facts) (Decision, bool) {
	d := DecideFact(k, f)
	if f.closed() != "" || f.Tier != floor.TierStandard || f.Stale || !k.askable() || d.Disclosure == Full {
		return d, false
	}
	d = Decision{Disclosure: Full, Speak: MayMention, Rule: k.String(), LimitedBy: "share"}
	return d.shown(), true
}

// askable kinds are her own words.
func (k Fact) askable() bool {
	return k == FactStatedForAll || k == FactStatedForMine || k == FactStatedSize || k == FactOccasion
}

// openable reports whether anything at all may open a purchase further.
func (f Facts) openable() bool {
	_, valid := f.point().index()
	return valid && f.closed() == "" && f.Sensitivity > SensitivityGift && f.Tier == floor.TierStandard
}

// opened is a decision about one item that was opened on purpose.
func (t *Table) opened(f Facts, disclosure Disclosure, speak Speak, by string) Decision {
	d := t.Decide(f)
	d.Disclosure, d.Speak, d.LimitedBy, d.Advice = disclosure, speak, by, 0
	d.dress(&f)
	d.Obligations &^= Aggregate
	return d
}
