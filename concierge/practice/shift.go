package practice

import (
	"errors"

	"foyer/policy"
)

// Errors of a shift.
var (
	// ErrScene means that this is not the scene she is in, or not a choice of it.
	ErrScene = errors.New("not the scene that is played now")
	// ErrUnfinished means that there are scenes left.
	ErrUnfinished = errors.New("the shift is not played through")
)

// A Shift is one associate's way through the scenes. The zero value is its
// beginning.
type Shift struct {
	at    int
	tries int // in this scene
	clean int // scenes in which the first choice kept to the table
}

// A View is one scene as it is shown.
type View struct {
	Scene    string   `json:"scene"` // its identifier
	Number   int      `json:"number"`
	Of       int      `json:"of"`
	Title    string   `json:"title"`
	Client   string   `json:"client"`
	Story    string   `json:"story"`
	Card     []Group  `json:"card"`
	Guidance []string `json:"guidance"`
	Choices  []string `json:"choices"`
	Chosen   int      `json:"chosen"` // of the choice that was judged, -1 for none
	Verdict  *Verdict `json:"verdict,omitempty"`
	Finished bool     `json:"finished"` // nothing is left but to say so
	Clean    int      `json:"clean"`    // scenes in which the first choice was right
}

// A Group is what of a made-up card may be spoken of alike.
type Group struct {
	Speak string   `json:"speak"`
	Name  string   `json:"name"`
	Items []string `json:"items"`
}

// Now returns where she is: a scene, with her last choice judged if it was wrong,
// or the end.
func (s *Shift) Now(t *policy.Table) View {
	all := scenes()
	if s.at >= len(all) {
		return View{Finished: true, Of: len(all), Number: len(all), Clean: s.clean, Chosen: -1}
	}
	v := all[s.at].view(t)
	v.Number, v.Of, v.Clean = s.at+1, len(all), s.clean
	return v
}

func (s scene) view(t *policy.Table) View {
	v := View{Scene: s.id, Title: s.title, Client: s.client, Story: s.story, Chosen: -1}
	for _, speak := range []policy.Speak{policy.MayMention, policy.Background, policy.AskFirst} {
		g := Group{Speak: speak.String(), Name: speakWords(speak)}
		for _, it := range s.items {
			if d := it.decide(t, s.base()); d.Disclosure > policy.Withhold && d.Speak == speak {
				g.Items = append(g.Items, hinted(it, d))
			}
		}
		if len(g.Items) > 0 {
			v.Card = append(v.Card, g)
		}
	}
	for _, g := range s.advice().Guidance(policy.Blanks{}) {
		v.Guidance = append(v.Guidance, g.Text)
	}
	for _, c := range s.choices {
		v.Choices = append(v.Choices, c.text)
	}
	return v
}

// Choose judges a choice of the scene she is in, numbered from 0, and returns the
// scene with the verdict. A right one moves her on: Now is then the next scene.
func (s *Shift) Choose(t *policy.Table, id string, n int) (View, error) {
	all := scenes()
	if s.at >= len(all) || all[s.at].id != id || n < 0 || n >= len(all[s.at].choices) {
		return View{}, ErrScene
	}
	now := all[s.at]
	verdict := now.judge(t, now.choices[n])
	v := s.Now(t)
	v.Chosen, v.Verdict = n, &verdict
	s.tries++
	if verdict.Right {
		if s.tries == 1 {
			s.clean++
		}
		s.at, s.tries = s.at+1, 0
	}
	v.Clean = s.clean
	return v, nil
}

// Finished reports whether she has been through all of it.
func (s *Shift) Finished() bool { return s.at >= len(scenes()) }

// Rules are what the workshop comes down to, in words to be remembered.
func Rules() []string {
	return []string{
		"Know it, don’t recite it. Never begin with “I see you bought”.",
		"What your card does not hold you have no reason to know. Do not look for it, do not ask a colleague.",
		"Background chooses what you show. Ask first waits until she raises it.",
		"Covering for somebody, begin anew: introduce yourself, and let her tell you.",
		"A gift is somebody else’s secret. In company, nothing of the past.",
		"Who looks around is left alone, in sight.",
		"Open with a reason only what she asked for. She sees it at once, and may contest it.",
		"She can read every note. Write what helps whoever serves her, and nothing else.",
	}
}
