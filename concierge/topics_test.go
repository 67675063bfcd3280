package concierge_test

import (
	"errors"
	"testing"
	"time"

	"foyer/concierge"
	"foyer/profile"
)

// She asks for what she came to fetch, or for somebody who knows how: then one
// who does is asked before one who is merely near.
func TestHelpWithSomething(t *testing.T) {
	h := newHouse(t, nil)
	staff := h.desk.Roster()
	for i := range staff {
		if staff[i].Name == "marc" {
			staff[i].Skills = []string{"fitting"}
		}
	}
	h.desk.SetRoster(staff, h.now)
	c := h.customer("c-1", func(p *profile.Profile) {
		p.Preferred = nil
		p.Services = []profile.ServiceItem{{ID: "si-1", Text: "Navy coat"}, {ID: "si-2", Text: "Old", Until: h.now.Add(-time.Hour)}}
	})
	topics := h.desk.Topics(c, h.now)
	if len(topics) != 2 || topics[0] != (concierge.Topic{ID: "item:si-1", Text: "Navy coat", Item: true}) || topics[1].ID != "skill:fitting" {
		t.Fatalf("she may ask for %+v", topics)
	}
	h.comes(c)
	if err := h.desk.HelpWith(c, "skill:surgery", h.now); !errors.Is(err, concierge.ErrNothing) {
		t.Errorf("what nobody knows: %v", err)
	}
	must(t, h.desk.HelpWith(c, "skill:fitting", h.now))
	if h.offer("marc") == nil {
		t.Error("marc, who knows how, is not asked first")
	}
	must(t, h.desk.CancelHelp(c, h.now))
	must(t, h.desk.HelpWith(c, "item:si-1", h.now))
	if here := h.desk.Here(c, h.now); !here.Asking {
		t.Errorf("for what she came to fetch nobody is asked: %+v", here)
	}
}

// The skill she asked for survives a restart.
func TestTheSkillSurvives(t *testing.T) {
	h := keeping(t)
	staff := h.desk.Roster()
	for i := range staff {
		if staff[i].Name != "ana" {
			staff[i].Skills = []string{"fitting"}
		}
	}
	h.desk.SetRoster(staff, h.now)
	c := h.customer("c-1", func(p *profile.Profile) { p.Preferred = nil })
	h.comes(c)
	must(t, h.desk.HelpWith(c, "skill:fitting", h.now))
	asked := "marc"
	if h.offer("lea") != nil {
		asked = "lea"
	}
	other := map[string]string{"marc": "lea", "lea": "marc"}[asked]
	h.take()
	h.again(time.Second)
	must(t, h.desk.Decline(associate(asked), h.offer(asked).ID, "busy", h.now))
	if h.offer(other) == nil || h.offer("ana") != nil {
		t.Error("after the restart one who does not know how is asked")
	}
}
