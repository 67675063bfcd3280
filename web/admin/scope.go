package admin

import (
	"context"
	"errors"
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
func scoped(mux *table, do func(Scope) (any, error)) {
	if do == nil {
		return
	}
	tell(mux, "GET /breach-scope", func(r *http.Request) (any, error) {
		q := Scope{Subjects: r.URL.Query().Get("subjects") != ""}
		if s := r.URL.Query().Get("since"); s != "" {
			var err error
			if q.Since, err = time.Parse(time.RFC3339, s); err != nil {
				return nil, errors.New("since: want a time like 2026-11-22T10:00:00Z")
			}
		}
		return do(q)
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
