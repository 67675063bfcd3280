package practice

import (
	"strings"

	"foyer/policy"
)

// A Verdict says whether a choice keeps to the table, and why.
type Verdict struct {
	Right    bool     `json:"right"`
	Reason   string   `json:"reason"`
	Rule     string   `json:"rule,omitempty"` // that decided, for example "D26"
	Guidance []string `json:"guidance"`       // of the practice book, that it falls under
	Unseen   []string `json:"unseen"`         // what her card did not hold, told afterwards
}

// judge holds a choice against the table.
func (s scene) judge(t *policy.Table, c choice) Verdict {
	var v Verdict
	lines := policy.Lines(0)
	if c.about < 0 {
		v.Right, v.Reason, lines = s.manner(c)
	} else {
		it := s.items[c.about]
		d := it.decide(t, s.base())
		v.Rule = d.Rule
		v.Right, v.Reason = s.spoken(t, it, d, c.act)
		lines = d.Advice
		if d.Speak == policy.AskFirst && !v.Right {
			lines |= policy.G06
		}
	}
	for _, g := range lines.Guidance(policy.Blanks{}) {
		v.Guidance = append(v.Guidance, g.Text)
	}
	for _, it := range s.items {
		if it.decide(t, s.base()).Disclosure == policy.Withhold {
			v.Unseen = append(v.Unseen, it.text)
		}
	}
	return v
}

// manner judges what is about nothing she knows.
func (s scene) manner(c choice) (right bool, reason string, lines policy.Lines) {
	lines = s.advice() &^ policy.G01
	switch {
	case s.browsing && c.act == stay:
		return true, "She asked to be left alone, and can see whom to ask.", lines
	case s.browsing:
		return false, "She chose to look around. Coming to her is what she said no to.", lines
	case c.act == talk:
		return true, "An open question. She tells you what she wants you to know.", lines
	}
	return false, "She asked for somebody.", lines
}

// spoken judges what is done with one item: the table says how much of it she
// has, and whether it may be spoken of.
func (s scene) spoken(t *policy.Table, it item, d policy.Decision, a act) (bool, string) {
	if a == reveal || a == pry {
		return s.opened(t, it, a)
	}
	if s.company && a == use {
		return false, "She is in company. What she gave is not hers to hear about from you."
	}
	switch d.Speak {
	case policy.MayMention:
		return true, "Your card says: may mention."
	case policy.Background:
		if a == use || a == answer {
			return true, "Your card says: background. You use it, and do not cite it."
		}
		return false, "Your card says: background. It chooses what you show, not what you say."
	case policy.AskFirst:
		if a == answer {
			return true, "Your card says: ask first. She has raised it herself, so you may answer."
		}
		return false, "Your card says: ask first. Wait until she raises it, or ask an open question."
	}
	if a == use {
		return false, "Your card does not hold it. You have no reason to know it, and so none to act on it."
	}
	return false, "Your card does not hold it. You have no reason to know it, and she would wonder how you do."
}

// opened judges a reveal: the client must have asked for that one thing, and the
// table must allow it.
func (s scene) opened(t *policy.Table, it item, a act) (bool, string) {
	f := s.base()
	if it.facts != nil {
		f = it.facts(f)
	}
	_, may := t.Reveal(f)
	switch {
	case a == pry:
		return false, "She did not ask for it. Every opening is on her page at once, with your reason, and she may contest it."
	case !may:
		return false, "No reason is good enough for that: the table does not let it be opened."
	}
	return true, "She asked, the receipt names the order, and only that order opens. She sees it at once."
}

// speakWords are the captions of a card's groups.
func speakWords(s policy.Speak) string {
	switch s {
	case policy.MayMention:
		return "May mention"
	case policy.Background:
		return "Background"
	}
	return "Ask first"
}

// hinted puts an item as a card would: in general, where it is only a hint.
func hinted(it item, d policy.Decision) string {
	if d.Disclosure == policy.AsHint {
		return strings.ToUpper(it.text[:1]) + it.text[1:] + ", in general"
	}
	return it.text
}
