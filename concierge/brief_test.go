package concierge_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"foyer/concierge"
	"foyer/profile"
)

// A card of somebody who bought two thousand things is as short as any: the
// newest, within 8 KiB, and not a word of there being more.
func TestACardIsBrief(t *testing.T) {
	h := newHouse(t, fullTable(t))
	c := h.customer("c-1", collector(2000))
	v := h.comes(c)
	must(t, h.desk.Announce(c, concierge.ApproachMe, h.now))
	_, err := h.desk.Accept(associate("ana"), h.offer("ana").ID, h.now)
	must(t, err)
	card, err := h.desk.Card(associate("ana"), v.ID, h.now)
	must(t, err)
	data, err := json.Marshal(card.View())
	must(t, err)
	bought := 0
	for _, s := range card.View().Sections {
		if strings.HasSuffix(s.Kind, "_history") || s.Kind == "sold_by_you" {
			bought += len(s.Items)
		}
	}
	if bought != 24 || len(data) > 8<<10 || strings.Contains(string(data), "more") || strings.Contains(string(data), "2000") {
		t.Errorf("%d purchases in %d bytes: %s", bought, len(data), data)
	}
}

// The same of somebody of whom there is too much of everything.
func TestACardIsBriefWhateverAProfileHolds(t *testing.T) {
	h := newHouse(t, fullTable(t))
	c := h.customer("c-1", func(p *profile.Profile) {
		collector(200)(p)
		for i := range p.Purchases {
			p.Purchases[i].Text = strings.Repeat("<“wörds”>", 20)
		}
		for i := range 100 {
			id := fmt.Sprint("x", i)
			p.Stated = append(p.Stated, profile.StatedPreference{ID: id, Text: strings.Repeat("never & always ", 15), Audience: profile.ForAnyone})
			p.Services = append(p.Services, profile.ServiceItem{ID: id, Text: strings.Repeat("alteration ", 10)})
			p.Notes = append(p.Notes, profile.Note{ID: id, Author: associate("ana"), Kind: profile.NoteHandling, Visibility: profile.NoteService,
				Text: strings.Repeat("slowly ", 30), At: start.AddDate(0, -1, 0)})
		}
	})
	v := h.comes(c)
	must(t, h.desk.Announce(c, concierge.ApproachMe, h.now))
	_, err := h.desk.Accept(associate("ana"), h.offer("ana").ID, h.now)
	must(t, err)
	card, err := h.desk.Card(associate("ana"), v.ID, h.now)
	must(t, err)
	data, err := json.Marshal(card.View())
	must(t, err)
	kinds := map[string]bool{}
	for _, s := range card.View().Sections {
		kinds[s.Kind] = true
	}
	if len(data) > 8<<10 || !kinds["service_items"] || !kinds["notes"] || !kinds["sold_by_you"] {
		t.Errorf("%d bytes, with %v", len(data), kinds)
	}
}
