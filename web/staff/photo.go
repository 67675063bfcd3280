package staff

import (
	"net/http"
	"time"

	"foyer/concierge"
	"foyer/floor"
)

// getPhoto is the picture on a card. Its address is of this visit, holds for
// whoever may open the card, and nobody keeps what it answers.
func (f *Face) getPhoto(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	var jpeg []byte
	err := f.do(r, func(d *concierge.Desk, now time.Time) (err error) {
		jpeg, err = d.Photo(a, floor.VisitID(r.PathValue("id")), now)
		return err
	})
	if err != nil {
		f.answer(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "image/jpeg")
	_, _ = w.Write(jpeg) // the reader went away: nobody is left to tell
}
