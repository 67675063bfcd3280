package policy_test

import (
	"slices"
	"testing"

	"foyer/policy"
)

func TestPersonal(t *testing.T) {
	for text, want := range map[string][]policy.Topic{
		"Her sister is getting divorced, don’t ask.":    {policy.TopicRelations},
		"Recovering from SURGERY, be gentle":            {policy.TopicHealth},
		"She has put on weight":                         {policy.TopicWeight},
		"Cannot afford the new coat; lost her job?":     {policy.TopicMoney},
		"Wears a hijab":                                 {policy.TopicReligion},
		"Ist schwanger, bitte nicht ansprechen":         {policy.TopicHealth},
		"Ihr Mann hat Schulden":                         {policy.TopicMoney},
		"Vient de perdre son mari, très déprimée":       {policy.TopicHealth, policy.TopicRelations},
		"A light-weight coat, never a heavy-weight one": nil,
		"Don’t rush; likes to try alone":                nil,
		"Tea, and a chair by the window.":               nil,
		"Prefers navy, flat heels and good light":       nil,
		"No perfume. Let her come to you.":              nil,
		"Steht gern allein vor dem Spiegel":             nil,
		"Figure of eight scarf, silk; willing to wait":  nil,
		"Likes the separates on the first floor":        nil,
		"":                                              nil,
	} {
		if got := policy.Personal(text); !slices.Equal(got, want) {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}
