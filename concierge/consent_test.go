package concierge_test

import (
	"slices"
	"strings"
	"testing"

	"foyer/concierge"
	"foyer/profile"
)

// Every purpose is a switch of its own: granted alone, or alone withheld, it
// brings and takes what is its own, and nothing of another's.
func TestEachConsentIsItsOwn(t *testing.T) {
	only := func(p profile.Purpose) []profile.Purpose { return []profile.Purpose{p} }
	but := func(p profile.Purpose) []profile.Purpose {
		return slices.DeleteFunc(profile.Purposes(), func(q profile.Purpose) bool { return p == q })
	}
	cases := map[string][]profile.Purpose{"none": nil, "all": profile.Purposes()}
	for _, p := range profile.Purposes() {
		cases["only "+string(p)], cases["all but "+string(p)] = only(p), but(p)
	}
	table := fullTable(t)
	for name, granted := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			checkConsents(t, newHouse(t, table), granted)
		})
	}
}

func checkConsents(t *testing.T, h *house, granted []profile.Purpose) {
	c := h.customer("c-1", func(p *profile.Profile) {
		shopper(p)
		p.Interests = []string{"knitwear"}
		p.Audience = profile.Audiences{Store: profile.AudienceOpen, OtherStores: profile.AudienceOpen, Online: profile.AudienceOpen}
	})
	h.desk.SetContent([]concierge.Content{{FeedItem: concierge.FeedItem{ID: "f-1"}},
		{FeedItem: concierge.FeedItem{ID: "f-2"}, Interests: []string{"knitwear"}}}, h.now)
	_, err := h.profiles.Withdraw(c, h.now)
	must(t, err)
	_, err = h.profiles.Grant(c, h.now, "n1", "page", granted...)
	must(t, err)
	has := func(p profile.Purpose) bool { return slices.Contains(granted, p) }
	says := func(what string, got, want bool) {
		t.Helper()
		if got != want {
			t.Errorf("%s: %v, want %v", what, got, want)
		}
	}
	v := h.comes(c)
	here := h.desk.Here(c, h.now)
	says("her feed is her own", here.Feed[0].ID == "f-2", has(profile.ContentPersonal))
	says("she is noticed", here.InStore, has(profile.Presence))
	says("others may know", here.MayTell, has(profile.ProfileToAssociates))
	says("she can be announced", h.desk.Announce(c, concierge.ApproachMe, h.now) == nil, has(profile.Presence) && has(profile.ProfileToAssociates))
	says("her place is shown", h.desk.Greeting(v.ID), has(profile.Presence) && has(profile.ProfileToAssociates) && has(profile.PositionsForService))
	o := h.offer("ana")
	if o == nil {
		return
	}
	card, err := h.desk.Accept(associate("ana"), o.ID, h.now)
	must(t, err)
	says("headquarters hears of the visit", h.all(concierge.VisitAnnounced)[0].History, has(profile.HistoryStore))
	got := text(card.View())
	says("what she bought here is on the card", strings.Contains(got, "ANKLE-BOOTS"), has(profile.HistoryStore))
	says("what she bought elsewhere is", strings.Contains(got, "OTHER-STORE-COAT"), has(profile.HistoryOtherStores))
	says("what she bought online is", strings.Contains(got, "WEB-BAG-ONE"), has(profile.HistoryOnline))
	says("what she said is", strings.Contains(got, "FLAT-HEELS"), true)
}
