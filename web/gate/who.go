package gate

import (
	"context"
	"net/http"

	"foyer/floor"
)

type whoKey struct{}

// As returns the request as one that was found to be of an associate's, for a
// handler of another face.
func As(r *http.Request, a floor.AssociateID) *http.Request {
	return r.WithContext(context.WithValue(r.Context(), whoKey{}, a))
}

// Who returns whose request it was found to be; invalid where nobody looked.
func Who(r *http.Request) floor.AssociateID {
	a, _ := r.Context().Value(whoKey{}).(floor.AssociateID)
	return a
}
