package box

import (
	"fmt"

	"foyer/floor"
	"foyer/profile"
	"foyer/sync/wire"
)

// fromWire turns headquarters' profile into the box's. It is the list of what
// may be kept: a field that is not named here is not stored.
func fromWire(w wire.Profile) (profile.Profile, []profile.Consent, error) {
	var err error
	p := profile.Profile{Form: w.Form, Say: w.Say, Languages: w.Languages, Style: profile.ServiceStyle(w.Style),
		Visibility: profile.Visibility(w.Visibility), Wishes: w.Wishes, Interests: w.Interests, Rev: w.Rev, Home: w.Home, Priority: uint8(max(0, min(w.ServicePriority, 3))),
		Audience: profile.Audiences{Store: profile.Audience(w.Audience.Store),
			OtherStores: profile.Audience(w.Audience.OtherStores), Online: profile.Audience(w.Audience.Online)}}
	if p.Customer, err = floor.ParseCustomer(w.Customer); err != nil {
		return p, nil, err
	}
	if p.Preferred, err = associates("preferred", w.Preferred); err != nil {
		return p, nil, err
	}
	if p.Blocked, err = associates("blocked", w.Blocked); err != nil {
		return p, nil, err
	}
	for _, s := range w.Stated {
		p.Stated = append(p.Stated, profile.StatedPreference{ID: s.ID, Kind: profile.PreferenceKind(s.Kind),
			Text: s.Text, Audience: profile.StatedAudience(s.Audience)})
	}
	for _, s := range w.Services {
		p.Services = append(p.Services, profile.ServiceItem{ID: s.ID, Text: s.Text, Until: s.Until})
	}
	for i, x := range w.Purchases {
		item := profile.Purchase{ID: x.ID, At: x.At, Store: x.Store, Category: x.Category, Text: x.Text,
			Colour: x.Colour, Sensitivity: profile.Sensitivity(x.Sensitivity), Hidden: x.Hidden}
		if x.Seller != "" {
			if item.Seller, err = floor.ParseAssociate(x.Seller); err != nil {
				return p, nil, fmt.Errorf("purchases[%d].seller: %w", i, err)
			}
		}
		p.Purchases = append(p.Purchases, item)
	}
	var consents []profile.Consent
	for _, c := range w.Consents {
		consents = append(consents, consent(c))
	}
	return p, consents, nil
}

func associates(field string, refs []string) ([]floor.AssociateID, error) {
	var out []floor.AssociateID
	for i, ref := range refs {
		a, err := floor.ParseAssociate(ref)
		if err != nil {
			return nil, fmt.Errorf("%s[%d]: %w", field, i, err)
		}
		out = append(out, a)
	}
	return out, nil
}
