package web

import (
	"net/http"
	"strings"
)

// A Hook is a place on the customers' listener where machines post: it has the
// publicly trusted certificate that vendors' clouds demand. What is behind it
// is nothing that a page knows.
type Hook struct {
	Prefix  string // the path, and what lies below it
	Handler http.Handler
}

// hooked returns the handler of the hook that a request is for, nil if it is
// for none.
func hooked(hooks []Hook, r *http.Request) http.Handler {
	for _, h := range hooks {
		if rest, ok := strings.CutPrefix(r.URL.Path, h.Prefix); ok && (rest == "" || rest[0] == '/') {
			return h.Handler
		}
	}
	return nil
}

// posted serves the hooks, and next the rest.
func posted(hooks []Hook, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if h := hooked(hooks, r); h != nil {
			h.ServeHTTP(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}
