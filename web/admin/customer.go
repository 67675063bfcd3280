package admin

import (
	"context"
	"net/http"
	"net/url"
)

// about answers requests about one customer, if there is somebody to do it.
func about(mux *table, route string, do func(context.Context, string) (any, error)) {
	if do == nil {
		return
	}
	mux.HandleFunc(route, func(w http.ResponseWriter, r *http.Request) {
		v, err := do(r.Context(), r.URL.Query().Get("customer"))
		if err != nil {
			http.Error(w, err.Error(), http.StatusUnprocessableEntity)
			return
		}
		w.Header().Set("Cache-Control", "no-store")
		reply(w, v)
	})
}

// Erase asks the daemon on the socket at path to erase a customer, and returns
// its report.
func Erase(ctx context.Context, path, customer string) ([]byte, error) {
	return ask(ctx, path, http.MethodPost, "/erase?customer="+url.QueryEscape(customer))
}

// Export asks the daemon for everything it holds of a customer.
func Export(ctx context.Context, path, customer string) ([]byte, error) {
	return ask(ctx, path, http.MethodPost, "/export?customer="+url.QueryEscape(customer))
}
