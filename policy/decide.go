package policy

import "foyer/floor"

// Decide returns how much of a purchase the viewer sees: the strictest of the
// floors, the customer's settings, the viewer's tier and the table.
func (t *Table) Decide(f Facts) Decision {
	if i, ok := f.point().index(); ok && t != nil && f.Tier == floor.TierStandard && !f.Stale && f.closed() == "" {
		return t.ready[i]
	}
	return t.work(&f)
}

// work decides without the precomputed answers.
func (t *Table) work(f *Facts) Decision {
	d := Decision{Rule: "F9", Obligations: Log}
	if t != nil {
		if i, ok := f.point().index(); ok && t.cells[i] > 0 {
			r := &t.rules[t.cells[i]-1]
			d.Disclosure, d.Speak, d.Rule = r.Disclosure, r.Speak, r.ID
			d.Obligations |= t.obligations | r.Obligations
		} else {
			d.Rule = ""
		}
	}
	if by := f.closed(); by != "" {
		d.withhold(by)
	} else if f.Sensitivity == SensitivitySpecial {
		d.withhold("F2")
	} else if !f.trained() {
		d.withhold("F10")
	}
	if f.Tier == floor.TierRestricted {
		d.limit(AsHint, AskFirst, "F10")
	}
	if f.Stale {
		d.limit(AsHint, Background, "lease")
	}
	if d.Disclosure == AsHint {
		d.limit(AsHint, Background, "hint")
		switch { // what a cap made a hint of must be able to be one
		case f.Sensitivity == SensitivityGift:
			d.withhold("F6")
		case f.Age == AgeFresh:
			d.withhold("hint")
		}
	}
	d.dress(f)
	return d
}

// trained reports whether the viewer may see purchases at all (floor F10). A
// tier nobody has heard of is untrained.
func (f *Facts) trained() bool {
	return f.Tier == floor.TierStandard || f.Tier == floor.TierRestricted
}

// closed returns the floor that withholds everything whatever it is, or "".
//
// F1 is taken strictly: before the announcement not even an associate's own
// sales are shown, because seeing them tells that the customer is here.
func (f *Facts) closed() string {
	switch {
	case !f.Consent || !f.Announced:
		return "F1"
	case f.Blocked:
		return "F4"
	case f.Relation == RelationNone || f.Relation > RelationManager:
		return "F5"
	case f.Hidden && hiddenIsWithheld:
		return "F3"
	}
	return ""
}

func (d *Decision) withhold(by string) {
	d.Disclosure, d.Speak, d.LimitedBy = Withhold, Silent, by
}

// limit lowers d to the cap and notes who did, if that changed anything.
func (d *Decision) limit(disclosure Disclosure, speak Speak, by string) {
	if d.Disclosure > disclosure {
		d.Disclosure, d.LimitedBy = disclosure, by
	}
	if d.Speak > speak {
		d.Speak, d.LimitedBy = speak, by
	}
}

// dress adds what goes with a decision about a purchase.
func (d *Decision) dress(f *Facts) {
	d.Redact = RedactPrice | RedactOrderNumber | RedactPayment | RedactAddress | RedactRecipient
	if d.Disclosure == Withhold {
		d.Obligations = Log
		return
	}
	d.Obligations |= Log | Expire | NoLockscreen
	if d.Disclosure == Full && f.Seller == SellerSelf {
		d.Redact &^= RedactPrice
	}
	if d.Disclosure == AsHint {
		d.Obligations |= Aggregate
		d.Advice |= G05
		if f.Channel == ChannelOnline {
			d.Advice |= G08
		}
	}
	switch f.Sensitivity {
	case SensitivityGift:
		d.Advice |= G07
	case SensitivityPersonal:
		d.Advice |= G10
	}
	if d.Speak == AskFirst {
		d.Advice |= G06
	}
}
