package guest

import (
	"errors"
	"net/http"
	"strings"

	"foyer/concierge"
	"foyer/floor"
	"foyer/web/look"
)

// previewView is her own card as somebody would be shown it now, in her language.
type previewView struct {
	look.Page
	Switch    switchView
	Shut      bool // she does not allow that associates know her: no card opens
	As        []onlookerView
	Who       string // as whom she looks, a sentence
	Stranger  bool   // as one who is not named
	Nothing   bool   // they are shown nothing
	Covering  string
	Name, Say string
	Languages string
	Photo     bool
	Groups    []cardGroupView
	First     string
	Lines     []string // how they are told to speak with her
	Closing   string
}

type onlookerView struct {
	ID, Name string
	Chosen   bool
}

type cardGroupView struct {
	Class, Icon, Name string
	Rows              []cardRowView
}

type cardRowView struct {
	Caption string
	Items   []string
	General bool
}

func (f *Face) getPreview(w http.ResponseWriter, r *http.Request, c floor.Customer) {
	var p concierge.Preview
	shut := false
	m, err := f.moment(r, func(d *concierge.Desk, m moment) (err error) {
		p, err = d.Preview(c, r.URL.Query().Get("as"), m.now)
		if shut = errors.Is(err, concierge.ErrConsent); shut {
			return nil
		}
		return err
	})
	if err != nil {
		f.sorry(w, r, err)
		return
	}
	v := m.l.previewOf(p)
	v.Languages = f.languageNames(p.Card.Languages)
	v.Page, v.Switch, v.Shut = f.base(m.l, m.l.T("Your privacy"), false), m.l.switchOf(m.Here, true), shut
	f.show(w, m.l, http.StatusOK, "preview", v)
}

// previewOf puts a card of hers into her words: what it says of her stays as it
// is, what stands around it is in her language and speaks to her.
func (l speech) previewOf(p concierge.Preview) previewView {
	c := p.Card
	v := previewView{Covering: c.Covering, Name: c.Name, Say: c.Say, Photo: c.Photo,
		First: l.T(c.First), Closing: l.T(c.Closing), Nothing: c.Name == "" && len(c.Sections) == 0 && !c.Photo}
	seller := ""
	for _, o := range p.As {
		v.As = append(v.As, onlookerView{o.ID, l.onlooker(o), o.Chosen})
		if o.Chosen {
			v.Who, seller, v.Stranger = l.asWhom(o), o.Name, o.Name == ""
		}
	}
	for _, g := range []struct {
		speak string
		cardGroupView
	}{{"may_mention", cardGroupView{Class: "may", Icon: "may", Name: l.T("May mention")}},
		{"background", cardGroupView{Class: "bg", Icon: "eye", Name: l.T("Background: known, not said")}},
		{"ask_first", cardGroupView{Class: "ask", Icon: "ask", Name: l.T("Ask first: only if you begin")}}} {
		for _, s := range c.Sections {
			if s.Speak == g.speak && len(s.Items) > 0 {
				g.Rows = append(g.Rows, l.cardRow(s, seller))
			}
		}
		if len(g.Rows) > 0 {
			v.Groups = append(v.Groups, g.cardGroupView)
		}
	}
	for _, g := range c.Guidance {
		if g.ID != "G01" { // which is the first line
			v.Lines = append(v.Lines, l.T(g.Text))
		}
	}
	return v
}

// languageNames are languages as they call themselves; one that has no pages stands
// as its tag.
func (f *Face) languageNames(tags []string) string {
	names := make([]string, 0, len(tags))
	for _, tag := range tags {
		primary, _, _ := strings.Cut(tag, "-")
		if l, ok := f.tongues.Of(primary); ok {
			tag = l.Name
		}
		names = append(names, tag)
	}
	return strings.Join(names, ", ")
}

func (l speech) cardRow(s concierge.Section, seller string) cardRowView {
	row := cardRowView{Caption: l.captionOf(s, seller), General: s.Disclosure == "hint"}
	for _, it := range s.Items {
		text := it.Text
		if s.Kind == "wishes" {
			text = l.T(text) // the box's own words
		}
		row.Items = append(row.Items, text)
	}
	if row.General {
		row.Items = []string{strings.Join(row.Items, "; ")}
	}
	return row
}

// captionOf names a section as it is to her.
func (l speech) captionOf(s concierge.Section, seller string) string {
	switch s.Kind {
	case "service_items":
		return l.T("What you came for")
	case "stated", "shared_words":
		return l.T("What you told us")
	case "wishes":
		return l.T("Your wishes")
	case "affinity":
		return l.T("What you like in general")
	case "sold_by_you":
		return l.T("Bought from %s", seller)
	case "store_history":
		return l.T("Bought here")
	case "other_history":
		return l.T("Bought in other stores")
	case "online_history":
		return l.T("Bought online")
	case "notes":
		return l.T("Notes")
	case "handoff":
		return l.T("For whoever stands in")
	}
	return l.T("What you bought")
}

// onlooker is what a choice of hers is called.
func (l speech) onlooker(o concierge.Onlooker) string {
	switch {
	case o.Name != "":
		return o.Name
	case o.Relation == "substitute":
		return l.T("Whoever stands in")
	}
	return l.T("Everybody else")
}

// asWhom says as whom she looks.
func (l speech) asWhom(o concierge.Onlooker) string {
	switch {
	case o.Relation == "preferred":
		return l.T("So %s, whom you named, would see you.", o.Name)
	case o.Relation == "served":
		return l.T("So %s, who has served you before, would see you, once asked to come.", o.Name)
	case o.Relation == "substitute" && o.Name != "":
		return l.T("So %s sees you, who stands in.", o.Name)
	case o.Relation == "substitute":
		return l.T("So a colleague would see you whom you have not met, once asked to come.")
	}
	return l.T("The rest of the team, the manager, and whom you do not want.")
}
