package door

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"foyer/sync/office"
	"foyer/sync/wire"
	"foyer/web/gate"
)

// secret returns the key that a request brings: as a bearer token, or as the
// password of a browser that was asked for one.
func secret(r *http.Request) string {
	if s, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		return s
	}
	_, s, _ := r.BasicAuth()
	return s
}

// add puts a route into the table for whoever has a key of a scope. Whoever has
// none is told so; a key of other scopes finds nothing, as if the route were not
// there.
func (d *Door) add(method, path string, scope office.Scope, h http.HandlerFunc) {
	d.routes.Add(method, path, string(scope), func(w http.ResponseWriter, r *http.Request) {
		k, ok := d.o.Office.KeyOf(secret(r))
		if !ok {
			if wait := d.peers.Wait(gate.PeerKey(r), d.o.Now()); wait > 0 {
				gate.TooMany(w, wait, "Too many tries without a key that holds.")
				return
			}
			w.Header().Set("WWW-Authenticate", `Basic realm="foyer headquarters", charset="UTF-8"`)
			gate.Problem(w, http.StatusUnauthorized, "Send Authorization: Bearer and a key that foyer-hq keys add made.")
			return
		}
		if wait := d.keys.Wait(k.Name, d.o.Now()); wait > 0 {
			gate.TooMany(w, wait, "Too many requests with this key.")
			return
		}
		if !k.May(scope) {
			gate.Problem(w, http.StatusNotFound, gate.Nothing)
			return
		}
		h(w, r)
	})
}

// answer makes a handler of what takes one JSON object and gives another.
func answer[In, Out any](d *Door, status int, do func(context.Context, In) (Out, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var in In
		if err := gate.Read(r, &in); err != nil {
			gate.Problem(w, http.StatusBadRequest, err.Error())
			return
		}
		out, err := do(r.Context(), in)
		if err != nil {
			d.fail(w, err)
			return
		}
		gate.JSON(w, status, out)
	}
}

// fail says what is wrong with a request; what is wrong here goes to the log.
func (d *Door) fail(w http.ResponseWriter, err error) {
	var mistake mistake
	switch {
	case errors.Is(err, office.ErrNobody):
		gate.Problem(w, http.StatusNotFound, gate.Nothing)
	case errors.Is(err, office.ErrStore):
		gate.Problem(w, http.StatusUnprocessableEntity, "store: there is none of that name.")
	case errors.Is(err, wire.ErrPayload), errors.Is(err, office.ErrName), errors.As(err, &mistake):
		gate.Problem(w, http.StatusUnprocessableEntity, err.Error())
	default:
		d.o.Log.Error("a request failed", "cause", err)
		gate.Problem(w, http.StatusInternalServerError, "Headquarters could not do it; its log says why.")
	}
}

// A mistake is in what was asked; its words go back to who asked.
type mistake string

func (m mistake) Error() string { return string(m) }
