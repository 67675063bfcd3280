package policy

import "strings"

// Lines is a set of guidance lines.
type Lines uint16

// The guidance lines, by the ids of the practice book.
const (
	G01 Lines = 1 << iota // every card
	G02                   // a substitute
	G03                   // covering for somebody absent
	G04                   // covering for somebody busy
	G05                   // any hint
	G06                   // anything to ask first
	G07                   // not alone, or a gift on record
	G08                   // a hint from online purchases
	G09                   // let me browse
	G10                   // a personal item
	G11                   // her first visit with consent
	G12                   // last time was too much
)

// Has reports whether all of x are in l.
func (l Lines) Has(x Lines) bool { return l&x == x }

// Blanks fill the guidance lines that have them.
type Blanks struct {
	Name string // of the associate who is covered for
	Day  string // she is in again, for example "Thursday"
	Time string // she is free, for example "15:10"
}

// A GuidanceLine is one line of conversation guidance.
type GuidanceLine struct {
	ID   string // "G01"
	Text string
}

// Guidance returns the lines of the set in their order, blanks filled. A line
// whose blank is empty is left out: half a sentence guides nobody.
func (l Lines) Guidance(b Blanks) []GuidanceLine {
	var out []GuidanceLine
	for i, g := range guidance() {
		if l&(1<<i) == 0 {
			continue
		}
		text, ok := b.fill(g.Text)
		if ok {
			out = append(out, GuidanceLine{g.ID, text})
		}
	}
	return out
}

func (b Blanks) fill(text string) (string, bool) {
	for _, blank := range [...][2]string{{"{name}", b.Name}, {"{day}", b.Day}, {"{time}", b.Time}} {
		if !strings.Contains(text, blank[0]) {
			continue
		}
		if blank[1] == "" {
			return "", false
		}
		text = strings.ReplaceAll(text, blank[0], blank[1])
	}
	return text, true
}

func guidance() [12]GuidanceLine {
	return [...]GuidanceLine{
		{"G01", "Know it, don't recite it. Never begin with 'I see you bought'."},
		{"G02", "You have not met. Introduce yourself and ask what brings her in; let her explain, even what the card already says. This visit may take longer and that is fine."},
		{"G03", "{name} is in again on {day}. Offer to book with {name} before you offer a product."},
		{"G04", "{name} is with a client until about {time}. Offer: wait, you, or an appointment."},
		{"G05", "Background only. Use it to choose what you show, not what you say."},
		{"G06", "Wait until she raises it; otherwise ask an open question."},
		{"G07", "She may be in company: no gifts, no past purchases, no prices."},
		{"G08", "She is at home when she shops online. Treat it as private."},
		{"G09", "Do not approach. Stay in sight. She will ask."},
		{"G10", "Sizes and fittings only in the fitting room, only if asked."},
		{"G11", "Thank her for nothing; explain nothing about the system unless she asks, then show her the page."},
		{"G12", "Last time it felt like too much. Fewer suggestions, more listening."},
	}
}

// A Situation is what a card's guidance depends on besides its items.
type Situation struct {
	Relation    Relation
	CoverAbsent bool // her preferred associate is not in
	CoverBusy   bool // her preferred associate is with somebody
	Browsing    bool // she wants to look around
	InCompany   bool // she is not alone
	FirstVisit  bool // her first with consent
	TooMuch     bool // she said so of the last visit
}

// Advise returns the lines of a card before those of its items.
func Advise(s Situation) Lines {
	l := G01
	add := func(when bool, g Lines) {
		if when {
			l |= g
		}
	}
	sub := s.Relation == RelationSubstitute
	add(sub, G02)
	add(sub && s.CoverAbsent, G03)
	add(sub && s.CoverBusy && !s.CoverAbsent, G04)
	add(s.InCompany, G07)
	add(s.Browsing, G09)
	add(s.FirstVisit, G11)
	add(s.TooMuch, G12)
	return l
}
