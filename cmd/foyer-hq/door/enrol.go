package door

import (
	"encoding/json"
	"errors"
	"net/http"

	"foyer/sync/office"
	"foyer/sync/wire/enrol"
	"foyer/web/gate"
)

// enrol makes a new box a store's box. Its code is its right to ask; codes are
// long, and who guesses is slowed down.
func (d *Door) enrol(w http.ResponseWriter, r *http.Request) {
	if wait := d.peers.Wait(gate.PeerKey(r), d.o.Now()); wait > 0 {
		gate.TooMany(w, wait, "Too many tries from this address.")
		return
	}
	var q enrol.Request
	if err := json.NewDecoder(r.Body).Decode(&q); err != nil { // a newer box's fields are passed over
		gate.Problem(w, http.StatusBadRequest, "The request is not JSON of a box.")
		return
	}
	checked, err := q.Check()
	var a enrol.Answer
	if err == nil {
		a, err = d.o.Office.Enrol(checked)
	}
	switch {
	case err == nil:
		if l := a.Lost; l != nil {
			d.o.Log.Info("a box is replaced", "store", a.About.Store, "version", q.Version, "lost", l.Backlog, "last heard", l.Contact, "revoked", l.Certificates)
		} else {
			d.o.Log.Info("a box is enrolled", "store", a.About.Store, "version", q.Version)
		}
		gate.JSON(w, http.StatusOK, a)
	case errors.Is(err, office.ErrCode):
		gate.Problem(w, http.StatusForbidden, office.ErrCode.Error())
	case errors.Is(err, office.ErrCodeFor):
		gate.Problem(w, http.StatusConflict, err.Error())
	case errors.Is(err, enrol.ErrRequest):
		gate.Problem(w, http.StatusUnprocessableEntity, err.Error())
	default:
		d.o.Log.Error("a box is not enrolled", "cause", err)
		gate.Problem(w, http.StatusInternalServerError, "Headquarters could not do it; its log says why.")
	}
}
