package concierge_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"foyer/concierge"
	"foyer/floor"
	"foyer/profile"
)

// alike compares a preview with a card: all that is read on one.
func alike(preview, card concierge.CardView) string {
	drop := func(g []concierge.Guidance) []concierge.Guidance {
		return slices.DeleteFunc(slices.Clone(g), func(g concierge.Guidance) bool { return g.ID == "G03" || g.ID == "G04" })
	}
	card.Guidance = drop(card.Guidance)
	return cmp.Diff(card, preview, cmpopts.IgnoreFields(concierge.CardView{}, "Visit", "AsOf", "Expires", "Access"), cmpopts.EquateEmpty())
}

// quiet fails where something was written, told or changed.
func (h *house) quiet(c floor.Customer, rows int, v floor.VisitID) {
	h.t.Helper()
	if now, err := h.ledger.Of(c); err != nil || len(now) != rows {
		h.t.Errorf("the ledger has %d rows of her, want %d: %v", len(now), rows, err)
	}
	if e := h.desk.Events(); len(e) != 0 {
		h.t.Errorf("a look of her own is told: %+v", e)
	}
	for _, name := range []string{"ana", "marc", "lea"} {
		if _, err := h.desk.Card(associate(name), v, h.now); err != concierge.ErrNothing {
			h.t.Errorf("a card opens for %s: %v", name, err)
		}
	}
}

// What she sees of her card before anybody does is what they see then, to the
// letter, and her look leaves no trace: no row, no event, no card for anybody.
func TestAPreviewIsTheVeryCard(t *testing.T) {
	for _, who := range []struct{ name, as string }{{"ana", "own-1"}, {"lea", "substitute"}} {
		t.Run(who.as, func(t *testing.T) {
			h := newHouse(t, fullTable(t))
			c := h.customer("c-1", func(p *profile.Profile) {
				shopper(p)
				for i := range p.Purchases { // a stand-in who has sold her nothing
					if who.name == "lea" && p.Purchases[i].Seller == associate("lea") {
						p.Purchases[i].Seller = associate("zoe")
					}
				}
				p.Audience.OtherStores = profile.AudienceOpen
			})
			away, err := h.desk.Preview(c, who.as, h.now)
			must(t, err)
			v := h.comes(c)
			h.take()
			here, err := h.desk.Preview(c, who.as, h.now)
			must(t, err)
			h.quiet(c, 0, v.ID)
			must(t, h.desk.Help(c, h.now))
			var card concierge.CardView
			for card.Name == "" {
				for _, other := range []string{"ana", "marc", "lea"} {
					o := h.offer(other)
					switch {
					case o == nil:
					case other == who.name:
						got, err := h.desk.Accept(associate(other), o.ID, h.now)
						must(t, err)
						card = got.View()
					default:
						must(t, h.desk.Decline(associate(other), o.ID, "busy", h.now))
					}
				}
				h.pass(1e9)
			}
			if d := alike(here.Card, card); d != "" {
				t.Errorf("the card is another than the preview (-card +preview):\n%s", d)
			}
			if d := alike(away.Card, card); d != "" {
				t.Errorf("away from the store it is another:\n%s", d)
			}
			if len(card.Sections) < 3 {
				t.Errorf("there is hardly anything to compare: %+v", card)
			}
		})
	}
}

// The same for whatever she may be and allow: as one of her own, as one who served
// her, and as one who stands in.
func TestAPreviewIsTheVeryCardWhoeverSheIs(t *testing.T) {
	n := 60
	if testing.Short() {
		n = 20
	}
	h, r := lone(t), rand.New(rand.NewPCG(5, 9))
	as := map[string]string{"preferred": "own-1", "served": "served-1", "substitute": "substitute"}
	seen := map[string]int{}
	for range n {
		s := random(r)
		for _, change := range tighter(r) { // some of what may be so
			if r.IntN(4) == 0 {
				change(&s)
			}
		}
		s.tier, s.profile.Blocked = floor.TierStandard, nil
		if s.relation == "substitute" {
			for i := range s.profile.Purchases {
				if s.profile.Purchases[i].Seller == associate("lea") { // as whom she looks she has not met
					s.profile.Purchases[i].Seller = associate("zoe")
				}
			}
			for i := range s.profile.Notes {
				s.profile.Notes[i].Author = associate("zoe")
			}
		}
		var preview concierge.Preview
		card, ok := h.cardAnd(s, func(c floor.Customer) {
			if s.relation == "served" && !slices.Contains(s.purposes, profile.HistoryStore) {
				return // nothing is kept of who served
			}
			before, err := h.ledger.Of(c)
			must(t, err)
			preview, err = h.desk.Preview(c, as[s.relation], h.now)
			must(t, err)
			if rows, err := h.ledger.Of(c); err != nil || len(rows) != len(before) {
				t.Errorf("her look is in the ledger: %v", err)
			}
		})
		if !ok || len(preview.As) == 0 {
			continue
		}
		seen[s.relation]++
		if d := alike(preview.Card, card); d != "" {
			t.Fatalf("%+v: the card is another than the preview (-card +preview):\n%s", s, d)
		}
	}
	for rel := range as {
		if seen[rel] == 0 {
			t.Errorf("no card of one who is %s was compared: %v", rel, seen)
		}
	}
}

// Anybody else is shown nothing; a preview says nothing of an associate's tier or
// of whom she does not want to be sent to; whoever does not allow that associates
// know her has no card to look at.
func TestAPreviewTellsNothingOfTheStaff(t *testing.T) {
	h := newHouse(t, fullTable(t))
	c := h.customer("c-1", shopper)
	look := func(as string) concierge.Preview {
		t.Helper()
		p, err := h.desk.Preview(c, as, h.now)
		must(t, err)
		return p
	}
	whole := look("")
	var names []string
	for _, o := range whole.As {
		names = append(names, o.ID+" "+o.Name)
	}
	if got := strings.Join(names, ", "); got != "own-1 Ana, own-2 Marc, substitute , none " && got != "own-1 ana, own-2 marc, substitute , none " {
		t.Errorf("she may look as %s", got)
	}
	if !whole.As[0].Chosen {
		t.Error("not as her own associate first")
	}
	h.tier("ana", floor.TierRestricted)
	if d := alike(look("own-1").Card, whole.Card); d != "" {
		t.Errorf("an associate's tier shows:\n%s", d)
	}
	if v := look("none").Card; v.Name != "" || len(v.Sections) != 0 || v.Photo || len(v.Languages) != 0 {
		t.Errorf("anybody is shown %+v", v)
	}
	for _, bad := range []string{"own-9", "ana", "manager"} {
		if _, err := h.desk.Preview(c, bad, h.now); err != concierge.ErrNothing {
			t.Errorf("as %s: %v", bad, err)
		}
	}
	must(t, h.desk.SetReach(c, "store", concierge.ReachClosed, h.now))
	if strings.Contains(text(look("own-1").Card), "COLLEAGUE-LOAFERS") {
		t.Error("what she closed is on it")
	}
	must(t, h.desk.Withdraw(c, "profile_to_associates", h.now))
	if _, err := h.desk.Preview(c, "", h.now); err != concierge.ErrConsent {
		t.Errorf("of one who is not to be known: %v", err)
	}
}
