package policy

import "foyer/floor"

// compile fills the dense tables. Where rules overlap the first stays; Prove
// reports it.
func (t *Table) compile() {
	for i := range cases {
		p := pointAt(i)
		for n := range t.rules {
			if t.rules[n].When.covers(p) {
				t.cells[i] = uint16(n + 1)
				break
			}
		}
		f := Facts{Tier: floor.TierStandard, Consent: true, Announced: true}.at(p)
		t.ready[i] = t.work(&f)
	}
}

// Prove enumerates all 1,620 cases and reports the first gap, overlap, conflict
// with a floor or breach of monotonicity, naming the case and the rules.
// Monotone means that disclosure never grows when relation, seller, channel,
// sensitivity, age (recent to fresh) or audience gets stricter.
func (t *Table) Prove() error {
	for _, check := range []func(point, Rule) error{t.unique, conflict, t.monotone} {
		for i := range cases {
			p := pointAt(i)
			r, ok := t.at(i)
			if !ok {
				return refuse("case "+p.String(), "gap: no rule covers it")
			}
			if err := check(p, r); err != nil {
				return err
			}
		}
	}
	return nil
}

func (t *Table) unique(p point, r Rule) error {
	for n := range t.rules {
		other := &t.rules[n]
		if other.When.covers(p) && other.ID != r.ID {
			return refuse("case "+p.String(), "overlap: rules %s and %s both cover it", r.ID, other.ID)
		}
	}
	return nil
}

func (t *Table) monotone(p point, r Rule) error {
	for d := range dimensions {
		next, n := p.stricter(d)
		for _, q := range next[:n] {
			i, _ := q.index()
			s, ok := t.at(i)
			if ok && s.Disclosure > r.Disclosure {
				dim := domain()[d]
				return refuse("case "+q.String(), "not monotone in %s: rule %s gives %s, but the looser %s gives %s by rule %s",
					dim.name, s.ID, s.Disclosure, name(dim.values, p[d]), r.Disclosure, r.ID)
			}
		}
	}
	return nil
}

// conflict holds a row against the floors, and against what every table must
// keep whatever headquarters wants.
func conflict(p point, r Rule) error {
	own, shown := p.seller() == SellerSelf, r.Disclosure > Withhold
	elsewhere := p.channel() != ChannelHere
	var broken string
	switch {
	case shown && p.sensitivity() == SensitivitySpecial:
		broken = "F2: special items are withheld from everybody"
	case shown && p.relation() == RelationNone:
		broken = "F5: without a relation there is nothing to see"
	case r.Disclosure == AsHint && p.sensitivity() == SensitivityGift:
		broken = "F6: gifts never feed hints"
	case shown && p.sensitivity() == SensitivityGift && !own:
		broken = "F6: gifts never reach a non-seller"
	case r.Disclosure == AsHint && r.Speak == MayMention:
		broken = "a hint is background, it is not mentioned"
	case r.Speak == MayMention && !own:
		broken = "only an own sale may be mentioned"
	case shown && !own && p.audience() == AudienceClosed:
		broken = "closed leaves only the viewer's own sales"
	case shown && !own && p.relation() == RelationSubstitute && elsewhere:
		broken = "a substitute never sees other stores or online"
	case shown && !own && p.relation() == RelationSubstitute && p.audience() == AudienceDefault:
		broken = "by default a substitute sees nothing she did not sell"
	case r.Disclosure == AsHint && p.age() == AgeFresh:
		broken = "no hint rests on a fresh purchase"
	default:
		return nil
	}
	return refuse("case "+p.String(), "rule %s gives %s, %s: conflicts with a floor: %s", r.ID, r.Disclosure, r.Speak, broken)
}
