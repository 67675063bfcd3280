package main_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"foyer/rehearsal"
	"foyer/sync/office"
	"foyer/sync/wire"
)

// buyers are two customers of Ana's who bought the same: from her, from a
// colleague, in another store, and online on Tuesday. Each history may be used.
func buyers() rehearsal.Cast {
	c := cast()
	ago := func(days int) time.Time { return time.Now().AddDate(0, 0, -days).UTC().Truncate(time.Second) }
	buy := func(id string, at time.Time, store, seller, category string) wire.Purchase {
		return wire.Purchase{ID: id, At: at, Store: store, Seller: seller, Category: category, Text: strings.ToUpper("the " + id), Sensitivity: "ordinary"}
	}
	colleague := c.Roster.Associates[1].ID
	for i := range c.Customers {
		p := &c.Customers[i].Profile
		p.Purchases = []wire.Purchase{
			buy("ankle-boots", ago(90), storeID, "ana", "boots"), buy("silk-scarf", ago(100), storeID, colleague, "scarves"),
			buy("graz-coat", ago(110), "graz", "zoe", "coats"), buy("graz-cape", ago(200), "graz", "zoe", "coats"),
			buy("tuesday-bag", ago(4), "", "", "handbags"), buy("spring-bag", ago(240), "", "", "handbags"),
		}
		p.Stated = []wire.StatedPreference{{ID: "s-1", Kind: "preference", Text: "Prefers flat heels", Audience: "anyone"}}
		p.Audience = wire.Audience{Store: "default", OtherStores: "default", Online: "default"}
		for j := range p.Consents {
			p.Consents[j].Granted = p.Consents[j].Purpose != "photo"
		}
	}
	return c
}

// testHardCases brings them into a store of the built programs: what her own
// associate's card holds of the online handbag, of the colleague's sale and of the
// other store's, and what a substitute's does; what a table that is tried would
// change; and that what she says of the visit reaches headquarters.
func testHardCases(t *testing.T, p programs, at site) {
	s, people := openShop(t, p, at, "info"), buyers()
	s.tell(people)
	substitute := people.Roster.Associates[1]
	s.hqDo("shadow", "push", s.write("draft.json", strict(t)), "--store", storeID)
	codes := make([]string, 2)
	for i := range codes {
		codes[i], _ = s.invite(people.Customers[i])
	}
	eventually(t, "the box has it", s.settled)
	ana, other := s.newStaff(), s.newStaff()
	ana.signOn("ana")
	ana.listen("/v1/associate/stream")

	her := s.comes(codes[0], "walk_1", "02:00:5e:10:00:01", "127.1.0.8")
	var card handed
	ana.do("POST", "/v1/offers/"+ana.offered()+"/accept", struct{}{}, &card)
	for _, tt := range []struct {
		name, kind, disclosure, speak string
		text                          []string
		never                         []string
	}{
		{"sold by herself", "sold_by_you", "full", "may_mention", []string{"THE ANKLE-BOOTS"}, nil},
		{"the purchase from a colleague", "store_history", "full", "background", []string{"THE SILK-SCARF"}, []string{substitute.Name}},
		{"from another store", "affinity", "hint", "background", []string{"coats"}, []string{"GRAZ", "graz", "zoe"}},
		{"the online handbag bought on Tuesday", "", "", "", nil, []string{"BAG", "handbags", "nline"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := card.items(tt.kind, tt.disclosure, tt.speak); !slices.Equal(got, tt.text) {
				t.Errorf("Ana reads %q, want %q", got, tt.text)
			}
			for _, n := range tt.never {
				if strings.Contains(card.String(), n) {
					t.Errorf("%q is on the card: %s", n, card)
				}
			}
		})
	}
	ana.do("POST", "/v1/visits/"+card.Visit+"/greeted", struct{}{}, nil)
	ana.do("POST", "/v1/visits/"+card.Visit+"/wrap-up", map[string]bool{"served": true}, nil)
	her.do("POST", "/v1/me/visits/"+card.Visit+"/feedback", map[string]string{"value": "just_right"}, nil)
	eventually(t, "headquarters knows how it was", func() error { return s.said(people.Customers[0].Profile.Customer, "just_right") })

	ana.do("PUT", "/v1/associate/presence", map[string]string{"status": "available"}, nil)
	other.signOn(substitute.ID)
	other.listen("/v1/associate/stream")
	second := s.comes(codes[1], "walk_2", "02:00:5e:10:00:02", "127.1.0.9")
	second.do("POST", "/v1/me/help", struct{}{}, nil)
	ana.do("POST", "/v1/offers/"+ana.offered()+"/decline", map[string]string{"reason": "busy"}, nil)
	var covered handed
	other.do("POST", "/v1/offers/"+other.offered()+"/accept", struct{}{}, &covered)
	t.Run("a substitute knows none of it", func(t *testing.T) {
		if covered.Viewer.Relation != "substitute" || !strings.Contains(covered.String(), "Prefers flat heels") {
			t.Errorf("%s", covered)
		}
		for _, never := range []string{"THE ", "handbags", "coats", "scarves", "boots", "affinity", "graz"} {
			if strings.Contains(covered.String(), never) {
				t.Errorf("%q is on a substitute's card: %s", never, covered)
			}
		}
	})
	t.Run("a table on trial", func(t *testing.T) {
		out := call(t, s.foyer, "policy", "shadow", "--socket", s.socket())
		if !strings.Contains(out, "1 of 2 cards would change") || !strings.Contains(out, "0 looser (+), 3 stricter (-)") || strings.Contains(out, "relation=") {
			t.Errorf("%s", out)
		}
		if status, _ := ana.send(t.Context(), "GET", "/v1/me", "", nil); status == http.StatusOK {
			t.Error("the staff's face answers a customer's route")
		}
	})
}

// strict is headquarters' table, but other stores and the web give no hints.
func strict(t *testing.T) string {
	t.Helper()
	var table map[string]any
	must(t, json.Unmarshal(office.DiscretionTable(), &table))
	table["version"] = "no-hints"
	for _, r := range table["rules"].([]any) {
		if rule := r.(map[string]any); rule["id"] == "D22" || rule["id"] == "D25" {
			rule["disclosure"], rule["speak"] = "withhold", "-"
		}
	}
	data, err := json.Marshal(table)
	must(t, err)
	return string(data)
}

// handed is a card as it was handed to an associate.
type handed struct {
	Visit  string
	Viewer struct{ Relation string }
	raw    string

	Sections []struct {
		Kind, Disclosure, Speak string
		Items                   []struct{ Text string }
	}
}

func (h *handed) UnmarshalJSON(b []byte) error {
	type plain handed
	h.raw = string(b)
	return json.Unmarshal(b, (*plain)(h))
}

func (h handed) String() string { return h.raw }

func (h handed) items(kind, disclosure, speak string) (out []string) {
	for _, s := range h.Sections {
		if s.Kind == kind && s.Disclosure == disclosure && s.Speak == speak {
			for _, it := range s.Items {
				out = append(out, it.Text)
			}
		}
	}
	return out
}

// said reports what is wrong unless headquarters has her word of one visit.
func (s *shop) said(customer, value string) error {
	s.Helper()
	n := 0
	dec := json.NewDecoder(strings.NewReader(s.hqDo("events", "list", "--store", storeID)))
	for dec.More() {
		var e office.Event
		must(s.T, dec.Decode(&e))
		var f wire.Feedback
		if e.Kind != wire.UpFeedback {
			continue
		}
		must(s.T, json.Unmarshal(e.Payload, &f))
		if f.Customer == customer && f.Value == value {
			n++
		}
	}
	if n != 1 {
		return fmt.Errorf("headquarters has it %d times", n)
	}
	return nil
}
