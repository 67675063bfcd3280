package guest

import (
	"fmt"
	"net/http"
	"slices"

	"foyer/concierge"
	"foyer/web/gate"
	"foyer/web/look"
)

// errKind means that a feed was asked for that there is not.
var errKind = fmt.Errorf("%w: kind: want new_arrival, event or trend, or nothing for all", gate.ErrBody)

// feedKinds are the kinds of things to read, with their titles.
func feedKinds() []kindView {
	return []kindView{{"", "All", false}, {"new_arrival", "New", false}, {"event", "Events", false}, {"trend", "Trends", false}}
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
	if !slices.ContainsFunc(feedKinds(), func(k kindView) bool { return k.Kind == kind }) {
		return nil, errKind
	}
	return slices.DeleteFunc(slices.Clone(feed), func(x concierge.FeedItem) bool { return kind != "" && kind != x.Kind }), nil
}

func (f *Face) getFeed(w http.ResponseWriter, r *http.Request) {
	h, c, _, err := f.moment(r)
	kind := r.URL.Query().Get("kind")
	var feed []concierge.FeedItem
	if err == nil {
		feed, err = feedOf(h.Feed, kind)
	}
	if err != nil {
		f.sorry(w, r, err)
		return
	}
	v := feedPage{Page: f.base("In the store", false), Switch: switchOf(h, c.Valid()), Kinds: feedKinds(), Feed: feedViews(feed), Personal: h.Personal}
	for i := range v.Kinds {
		v.Kinds[i].Chosen = v.Kinds[i].Kind == kind
	}
	f.show(w, http.StatusOK, "feed-page", v)
}

func (f *Face) jsonFeed(w http.ResponseWriter, r *http.Request) {
	h, _, _, err := f.moment(r)
	var feed []concierge.FeedItem
	if err == nil {
		feed, err = feedOf(h.Feed, r.URL.Query().Get("kind"))
	}
	if err != nil {
		f.answer(w, r, err)
		return
	}
	out := make([]feedJSON, 0, len(feed))
	for _, x := range feed {
		out = append(out, feedJSON(x))
	}
	gate.JSON(w, http.StatusOK, out)
}

// feedViews puts a feed into words.
func feedViews(feed []concierge.FeedItem) (out []feedView) {
	for i, x := range feed {
		label := x.When
		if x.Place != "" && label != "" {
			label += ", "
		}
		label += x.Place
		if label == "" {
			label = feedLabel(x.Kind)
		}
		out = append(out, feedView{Kind: x.Kind, Label: label, Title: x.Title, Text: x.Text, Big: i == 0 && x.Kind == "new_arrival"})
	}
	return out
}
