package web

import (
	"time"

	"foyer/concierge"
	"foyer/floor"
	"foyer/profile"
)

func customer(ref string) floor.Customer {
	c, err := floor.ParseCustomer(ref)
	if err != nil {
		panic(err)
	}
	return c
}

func associate(ref string) floor.AssociateID {
	a, err := floor.ParseAssociate(ref)
	if err != nil {
		panic(err)
	}
	return a
}

// people fills the house: four of staff, three customers, a feed.
func (h *house) people() {
	h.t.Helper()
	staff := []floor.Associate{
		{ID: associate("ana"), Name: "Ana", Role: floor.RoleAssociate, Tier: floor.TierStandard, Department: "shoes", Languages: []string{"de", "en"}},
		{ID: associate("marc"), Name: "Marc", Role: floor.RoleAssociate, Tier: floor.TierStandard, Department: "shoes", Languages: []string{"de", "en"}},
		{ID: associate("lea"), Name: "Lea", Role: floor.RoleAssociate, Tier: floor.TierStandard, Department: "handbags", Languages: []string{"de"}},
		{ID: associate("jonas"), Name: "Jonas", Role: floor.RoleManager, Tier: floor.TierStandard, Department: "hall", Languages: []string{"de"}},
	}
	open := time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)
	h.desk.SetRoster(staff, h.now())
	h.desk.SetShifts([]floor.Shift{
		{Associate: associate("ana"), From: open, To: open.Add(9 * time.Hour)},
		{Associate: associate("marc"), From: open, To: open.Add(11 * time.Hour)},
		{Associate: associate("jonas"), From: open, To: open.Add(11 * time.Hour)},
		{Associate: associate("lea"), From: open.Add(5 * 24 * time.Hour), To: open.Add(5*24*time.Hour + 9*time.Hour)},
	})
	h.desk.SetContent([]concierge.Content{
		{FeedItem: concierge.FeedItem{ID: "f-1", Kind: "new_arrival", Title: "Coats in boiled wool, made to be worn open"}},
		{FeedItem: concierge.FeedItem{ID: "f-2", Kind: "event", Title: "Tea with our alterations desk", Text: "Bring something you love and no longer wear.", Begins: open.Add(7 * time.Hour), Place: "Café"}},
		{FeedItem: concierge.FeedItem{ID: "f-3", Kind: "trend", Title: "Three ways with moss and ink"}},
	}, h.now())
	h.customer("c-keller", "Ms. Keller", "KEL-er", profile.AskEachVisit, profile.ApproachMe, "ana", "lea")
	h.customer("c-adler", "Ms. Adler", "", profile.AskEachVisit, profile.LetMeBrowse, "ana")
	h.customer("c-okafor", "Mr. Okafor", "", profile.Automatic, profile.ApproachMe, "marc")
}

func (h *house) customer(ref, form, say string, v profile.Visibility, style profile.ServiceStyle, preferred ...string) {
	h.t.Helper()
	p := profile.New(customer(ref))
	p.Form, p.Say, p.Languages, p.Visibility, p.Style = form, say, []string{"en", "de"}, v, style
	for _, a := range preferred {
		p.Preferred = append(p.Preferred, associate(a))
	}
	p.Services = []profile.ServiceItem{{ID: "si-2", Text: "Navy coat, alteration ready"}}
	p.Stated = []profile.StatedPreference{
		{ID: "sp-1", Kind: profile.Preference, Text: "Prefers flat heels", Audience: profile.ForAnyone},
		{ID: "sp-2", Kind: profile.Size, Text: "Shoe size 38", Audience: profile.ForMine},
		{ID: "sp-4", Kind: profile.Preference, Text: "Likes to look around first", Audience: profile.ForAnyone},
	}
	for i, x := range []struct{ text, category, colour, store, seller string }{
		{"Ankle boots, black, 38", "boots", "black", "store-014", "ana"},
		{"Wool scarf, grey", "scarves", "grey", "store-014", "ana"},
		{"Loafers, cognac, 38", "loafers", "cognac", "store-014", "marc"},
		{"Handbag, navy", "handbags", "navy", "store-002", "tim"},
		{"Handbag, navy, small", "handbags", "navy", "store-002", "tim"},
		{"Handbag, large, navy", "handbags", "navy", "store-002", "tim"},
	} {
		p.Purchases = append(p.Purchases, profile.Purchase{ID: "p-" + string(rune('1'+i)), At: h.now().AddDate(0, -3-i, 0), Store: x.store,
			Seller: associate(x.seller), Category: x.category, Colour: x.colour, Text: x.text, Sensitivity: profile.Ordinary})
	}
	p.Notes = []profile.Note{{ID: "n-1", Author: associate("ana"), Kind: profile.NoteHandling, Visibility: profile.NoteService,
		Text: "Decides on the second visit. Give her time.", At: h.now().AddDate(0, -1, 0)}}
	h.must(h.profiles.Put(p))
	_, err := h.profiles.Grant(p.Customer, h.now().Add(-time.Hour), "1", "page", profile.Presence, profile.ProfileToAssociates,
		profile.HistoryStore, profile.HistoryOtherStores)
	h.must(err)
	h.invite(p.Customer, "code-"+ref)
}
