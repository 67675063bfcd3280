package concierge_test

import (
	"encoding/json"
	"strings"
	"testing"

	"foyer/concierge"
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
