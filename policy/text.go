package policy

// MarshalText writes the table's word for r.
func (r Relation) MarshalText() ([]byte, error) { return marshal("relation", relations(), r) }

// UnmarshalText reads the table's word for r.
func (r *Relation) UnmarshalText(text []byte) (err error) {
	*r, err = parse[Relation]("relation", relations(), string(text))
	return err
}

// MarshalText writes the table's word for s.
func (s Seller) MarshalText() ([]byte, error) { return marshal("seller", sellers(), s) }

// UnmarshalText reads the table's word for s.
func (s *Seller) UnmarshalText(text []byte) (err error) {
	*s, err = parse[Seller]("seller", sellers(), string(text))
	return err
}

// MarshalText writes the table's word for c.
func (c Channel) MarshalText() ([]byte, error) { return marshal("channel", channels(), c) }

// UnmarshalText reads the table's word for c.
func (c *Channel) UnmarshalText(text []byte) (err error) {
	*c, err = parse[Channel]("channel", channels(), string(text))
	return err
}

// MarshalText writes the table's word for s.
func (s Sensitivity) MarshalText() ([]byte, error) { return marshal("sensitivity", sensitivities(), s) }

// UnmarshalText reads the table's word for s.
func (s *Sensitivity) UnmarshalText(text []byte) (err error) {
	*s, err = parse[Sensitivity]("sensitivity", sensitivities(), string(text))
	return err
}

// MarshalText writes the table's word for a.
func (a Age) MarshalText() ([]byte, error) { return marshal("age", ages(), a) }

// UnmarshalText reads the table's word for a.
func (a *Age) UnmarshalText(text []byte) (err error) {
	*a, err = parse[Age]("age", ages(), string(text))
	return err
}

// MarshalText writes the table's word for a.
func (a Audience) MarshalText() ([]byte, error) { return marshal("audience", audiences(), a) }

// UnmarshalText reads the table's word for a.
func (a *Audience) UnmarshalText(text []byte) (err error) {
	*a, err = parse[Audience]("audience", audiences(), string(text))
	return err
}

// MarshalText writes the table's word for d.
func (d Disclosure) MarshalText() ([]byte, error) { return marshal("disclosure", disclosures(), d) }

// UnmarshalText reads the table's word for d.
func (d *Disclosure) UnmarshalText(text []byte) (err error) {
	*d, err = parse[Disclosure]("disclosure", disclosures(), string(text))
	return err
}

// MarshalText writes the table's word for s.
func (s Speak) MarshalText() ([]byte, error) { return marshal("speak", speaks(), s) }

// UnmarshalText reads the table's word for s.
func (s *Speak) UnmarshalText(text []byte) (err error) {
	*s, err = parse[Speak]("speak", speaks(), string(text))
	return err
}
