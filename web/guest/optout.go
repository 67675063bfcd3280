package guest

import (
	"net/http"

	"foyer/concierge"
	"foyer/web/gate"
)

// postOptOut is the sign's "don't notice me", for anybody: it needs no session
// and tells nothing but what became of the phone that asks.
func (f *Face) postOptOut(w http.ResponseWriter, r *http.Request) {
	was, err := f.Phones.Unnotice(r.Context(), gate.Peer(r))
	if err != nil {
		f.sorry(w, r, err)
		return
	}
	l := f.speech(r)
	v := doneView{Page: f.base(l, l.T("Done"), false), Done: true, Title: l.T("There is nothing to undo."),
		Switch: l.switchOf(concierge.Here{Visibility: concierge.AskEachVisit, Stage: concierge.Hidden}, false),
		Text:   l.T("This phone was not noticed, not counted and not remembered.")}
	if was {
		v.Title = l.T("Done. This phone is not noticed.")
		v.Text = l.T("Nobody is told today. To end it for good, sign in on this page and allow nothing any more.")
	}
	f.show(w, l, http.StatusOK, "done", v)
}

func (f *Face) jsonOptOut(w http.ResponseWriter, r *http.Request) {
	was, err := f.Phones.Unnotice(r.Context(), gate.Peer(r))
	if err != nil {
		f.answer(w, r, err)
		return
	}
	gate.JSON(w, http.StatusOK, struct {
		WasNoticed bool `json:"was_noticed"`
	}{was})
}
