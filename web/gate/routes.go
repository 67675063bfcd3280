package gate

import (
	"net/http"
	"slices"
)

// A Route is one thing a face answers to, and for whom.
type Route struct {
	Method, Path string
	For          string // who may use it, in the face's own words
}

// Routes is a face's table of routes. Everything in it was put there by Add,
// so that a test can ask every route about everybody.
type Routes struct {
	mux   *http.ServeMux
	table []Route
}

// NewRoutes returns an empty table.
func NewRoutes() *Routes { return &Routes{mux: http.NewServeMux()} }

// Add puts one route into the table.
func (t *Routes) Add(method, path, who string, h http.HandlerFunc) {
	t.mux.Handle(method+" "+path, h)
	t.table = append(t.table, Route{Method: method, Path: path, For: who})
}

// Table returns a copy of the table.
func (t *Routes) Table() []Route { return slices.Clone(t.table) }

// ServeHTTP serves a route of the table; everything else is nothing to show.
func (t *Routes) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if _, pattern := t.mux.Handler(r); pattern == "" {
		Problem(w, http.StatusNotFound, Nothing)
		return
	}
	t.mux.ServeHTTP(w, r)
}
