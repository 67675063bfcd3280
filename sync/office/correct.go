package office

import (
	"slices"

	"foyer/sync/wire"
	"foyer/vault"
)

// correct carries what a customer changed on a store's page into the profile
// that every store was last sent, until whoever makes profiles sends newer ones.
// The caller holds mu and writes the record of the store that reported it.
func (f *Office) correct(tx *vault.Tx, r wire.Correction) error {
	for name, s := range f.stores {
		p, ok, err := s.profile(tx, r.Customer)
		if err != nil {
			return err
		}
		if !ok || !amend(&p, r) {
			continue
		}
		data, err := wire.Encode(wire.DownProfile, p)
		if err != nil {
			return err
		}
		s.rec.Rev++
		if err := s.putOrdered(tx, wire.DownProfile, data); err != nil {
			return err
		}
		if err := putJSON(tx, bucketStores, name, s.rec); err != nil {
			return err
		}
		f.due(name)
	}
	return nil
}

// profile returns the last profile of a customer that was given to the store.
func (s *store) profile(tx *vault.Tx, customer string) (p wire.Profile, ok bool, err error) {
	var revs []uint64
	if err := getJSON(tx, bucketSubjects, s.address.Store+"\x00"+customer, &revs); err != nil {
		return p, false, err
	}
	for _, rev := range slices.Backward(revs) {
		m, err := s.message(tx, rev)
		if err != nil {
			return p, false, err
		}
		if m.Kind == wire.DownProfile {
			p, err = wire.Decode[wire.Profile](m.Payload)
			return p, err == nil, err
		}
	}
	return p, false, nil
}

// amend reports whether the correction changes the profile, and does it.
func amend(p *wire.Profile, r wire.Correction) bool {
	switch r.Of {
	case "purchase":
		i := slices.IndexFunc(p.Purchases, func(b wire.Purchase) bool { return b.ID == r.ID })
		if i < 0 || p.Purchases[i].Hidden == r.Hidden {
			return false
		}
		p.Purchases[i].Hidden = r.Hidden
		return true
	case "associates":
		if slices.Equal(p.Preferred, r.Preferred) && slices.Equal(p.Blocked, r.Blocked) {
			return false
		}
		p.Preferred, p.Blocked = r.Preferred, r.Blocked
		return true
	case "audience":
		at := map[string]*string{"store": &p.Audience.Store, "other_stores": &p.Audience.OtherStores, "online": &p.Audience.Online}[r.ID]
		if at == nil || *at == r.Audience {
			return false
		}
		*at = r.Audience
		return true
	case "stated":
		i := slices.IndexFunc(p.Stated, func(s wire.StatedPreference) bool { return s.ID == r.ID })
		switch {
		case i < 0 || !r.Removed && p.Stated[i].Text == r.Text:
			return false
		case r.Removed:
			p.Stated = slices.Delete(p.Stated, i, i+1)
		default:
			p.Stated[i].Text = r.Text
		}
		return true
	}
	return false
}
