package admin

import (
	"context"
	"net/http"
	"net/url"
	"time"
)

// A Scope is a question about a copy of the disk: taken when, zero for now, and
// whether the customers are to be named by their pseudonyms.
type Scope struct {
	Since    time.Time
	Subjects bool
}

// scoped answers what a copy of the disk would open.
func scoped(mux *http.ServeMux, do func(Scope) (any, error)) {
	if do == nil {
		return
	}
	mux.HandleFunc("GET /breach-scope", func(w http.ResponseWriter, r *http.Request) {
		q := Scope{Subjects: r.URL.Query().Get("subjects") != ""}
		if s := r.URL.Query().Get("since"); s != "" {
			var err error
			if q.Since, err = time.Parse(time.RFC3339, s); err != nil {
				http.Error(w, "since: want a time like 2026-11-22T10:00:00Z", http.StatusUnprocessableEntity)
				return
			}
		}
		v, err := do(q)
		if err != nil {
			http.Error(w, err.Error(), http.StatusUnprocessableEntity)
			return
		}
		reply(w, v)
	})
}

// AskScope asks the daemon on the socket at path what a copy of its disk would
// open.
func AskScope(ctx context.Context, path string, q Scope) ([]byte, error) {
	v := url.Values{}
	if !q.Since.IsZero() {
		v.Set("since", q.Since.Format(time.RFC3339))
	}
	if q.Subjects {
		v.Set("subjects", "1")
	}
	return ask(ctx, path, http.MethodGet, "/breach-scope?"+v.Encode())
}
