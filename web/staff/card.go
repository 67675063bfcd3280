package staff

import (
	"html/template"
	"strings"

	"foyer/concierge"
	"foyer/floor"
	"foyer/web/look"
)

// cardView is a card as it is read: in groups of what may be said.
type cardView struct {
	look.Page
	Visit    floor.VisitID
	Label    string // whom she covers for
	Name     string
	Say      string
	Spoken   string // languages, in words
	Note     string // the line to remember
	NoteMore string
	Groups   []groupView
	Lines    []string // for this visit
	Closing  string
	Photo    bool
	Mine     bool // she is with her, or on the way
	Browsed  bool // she had asked to look around alone
	Greeted  bool
	MayWrite bool // she takes messages
	Where    placeView
}

type groupView struct {
	Class, Icon, Name string
	Rows              []rowView
}

type rowView struct {
	Caption string
	Items   []string
	General bool
}

// placeView is the part of a page that follows the client's zone: empty where
// none is to be shown.
type placeView struct {
	Zone string
	Plan template.HTML
}

// speakLevels are the groups in their order on every card.
func speakLevels() []groupView {
	return []groupView{
		{Class: "may", Icon: "may", Name: "May mention"},
		{Class: "bg", Icon: "eye", Name: "Background"},
		{Class: "ask", Icon: "ask", Name: "Ask first"},
	}
}

func cardOf(p look.Page, c concierge.CardView) cardView {
	v := cardView{Page: p, Visit: c.Visit, Name: named(c.Name), Say: c.Say, Note: c.First, Closing: c.Closing, Greeted: c.Greeted, Photo: c.Photo}
	v.Spoken = spoken(c.Languages)
	if c.Covering != "" {
		v.Label = "You cover for " + c.Covering
	}
	v.Groups = groupsOf(c.Sections)
	v.guide(c)
	return v
}

// spoken says which languages somebody speaks.
func spoken(languages []string) string {
	var names []string
	for _, l := range languages {
		names = append(names, language(l))
	}
	if len(names) == 0 {
		return ""
	}
	return strings.Join(names, ", ") + "."
}

// groupsOf puts sections in the groups of what may be said.
func groupsOf(sections []concierge.Section) (out []groupView) {
	for i, speak := range []string{"may_mention", "background", "ask_first"} {
		g := speakLevels()[i]
		for _, s := range sections {
			if s.Speak == speak && len(s.Items) > 0 {
				g.Rows = append(g.Rows, rowOf(s))
			}
		}
		if len(g.Rows) > 0 {
			out = append(out, g)
		}
	}
	return out
}

func rowOf(s concierge.Section) rowView {
	r := rowView{Caption: s.Caption, General: s.Disclosure == "hint"}
	for _, it := range s.Items {
		r.Items = append(r.Items, it.Text)
	}
	if r.General {
		r.Items = []string{strings.Join(r.Items, "; ")}
	}
	return r
}

// guide puts the guidance on the card. Who has not met the client reads that
// first, and the line every card has with the others.
func (v *cardView) guide(c concierge.CardView) {
	for _, g := range c.Guidance {
		switch g.ID {
		case "G01": // the same as the first line
		case "G02":
			v.Lines = append([]string{c.First}, v.Lines...)
			v.Note, v.NoteMore = lastSentence(g.Text)
		default:
			v.Lines = append(v.Lines, g.Text)
		}
	}
}

// lastSentence parts a text before its last sentence.
func lastSentence(text string) (before, last string) {
	i := strings.LastIndex(strings.TrimSuffix(text, "."), ". ")
	if i < 0 {
		return text, ""
	}
	return text[:i+1], text[i+2:]
}

// language names a BCP 47 language in English; one that is not on the list
// stands as its tag.
func language(tag string) string {
	primary, _, _ := strings.Cut(strings.ToLower(tag), "-")
	names := map[string]string{"ar": "Arabic", "cs": "Czech", "da": "Danish", "de": "German", "en": "English", "es": "Spanish",
		"fi": "Finnish", "fr": "French", "gsw": "Swiss German", "he": "Hebrew", "hu": "Hungarian", "it": "Italian", "ja": "Japanese",
		"ko": "Korean", "nb": "Norwegian", "nl": "Dutch", "no": "Norwegian", "pl": "Polish", "pt": "Portuguese", "ro": "Romanian",
		"ru": "Russian", "sv": "Swedish", "tr": "Turkish", "uk": "Ukrainian", "zh": "Chinese"}
	if n, ok := names[primary]; ok {
		return n
	}
	return tag
}
