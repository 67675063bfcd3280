package guest

import (
	"fmt"
	"net/http"
	"slices"
	"time"

	"foyer/concierge"
	"foyer/web/gate"
	"foyer/web/look"
)

// errKind means that a feed was asked for that there is not.
var errKind = fmt.Errorf("%w: kind: want new_arrival, event or trend, or nothing for all", gate.ErrBody)

// feedKinds are the kinds of things to read, with their titles.
func (l speech) feedKinds() []kindView {
	return []kindView{{"", l.T("All"), false}, {"new_arrival", l.T("New"), false}, {"event", l.T("Events"), false}, {"trend", l.T("Trends"), false}}
}

type kindView struct {
	Kind, Name string
	Chosen     bool
}

// feedPage is what there is to read, of one kind or of all.
type feedPage struct {
	look.Page
	Switch   switchView
	Kinds    []kindView
	Feed     []feedView
	Personal bool // ranked by her interests
}

// feedOf takes one kind out of a feed, in its order; "" takes all.
func feedOf(feed []concierge.FeedItem, kind string) ([]concierge.FeedItem, error) {
	if !slices.Contains([]string{"", "new_arrival", "event", "trend"}, kind) {
		return nil, errKind
	}
	return slices.DeleteFunc(slices.Clone(feed), func(x concierge.FeedItem) bool { return kind != "" && kind != x.Kind }), nil
}

func (f *Face) getFeed(w http.ResponseWriter, r *http.Request) {
	m, err := f.moment(r)
	kind := r.URL.Query().Get("kind")
	var feed []concierge.FeedItem
	if err == nil {
		feed, err = feedOf(m.Feed, kind)
	}
	if err != nil {
		f.sorry(w, r, err)
		return
	}
	l := m.l
	v := feedPage{Page: f.base(l, l.T("In the store"), false), Switch: l.switchOf(m.Here, m.who.Valid()), Kinds: l.feedKinds(), Feed: l.feedViews(feed, f.foreign(l), m.now), Personal: m.Personal}
	for i := range v.Kinds {
		v.Kinds[i].Chosen = v.Kinds[i].Kind == kind
	}
	f.show(w, l, http.StatusOK, "feed-page", v)
}

func (f *Face) jsonFeed(w http.ResponseWriter, r *http.Request) {
	m, err := f.moment(r)
	var feed []concierge.FeedItem
	if err == nil {
		feed, err = feedOf(m.Feed, r.URL.Query().Get("kind"))
	}
	if err != nil {
		f.answer(w, r, err)
		return
	}
	out := make([]feedJSON, 0, len(feed))
	for _, x := range feed {
		out = append(out, feedJSON{x.ID, x.Kind, x.Title, x.Text, m.l.begins(x, m.now), x.Place})
	}
	gate.JSON(w, http.StatusOK, out)
}

// begins says when something begins, "" if it has no time.
func (l speech) begins(x concierge.FeedItem, now time.Time) string {
	if x.Begins.IsZero() {
		return x.When
	}
	return l.soon(x.Begins.In(now.Location()), now) + ", " + l.Clock(x.Begins.In(now.Location()))
}

// feedViews puts a feed into words; what it says itself is in the language lang,
// "" if that is the page's.
func (l speech) feedViews(feed []concierge.FeedItem, lang string, now time.Time) (out []feedView) {
	for i, x := range feed {
		label := l.begins(x, now)
		if x.Place != "" && label != "" {
			label += ", "
		}
		label += x.Place
		if label == "" {
			label = l.feedLabel(x.Kind)
		}
		out = append(out, feedView{Kind: x.Kind, Label: label, Title: x.Title, Text: x.Text, Lang: lang, Big: i == 0 && x.Kind == "new_arrival"})
	}
	return out
}
