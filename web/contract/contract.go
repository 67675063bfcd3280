// Package contract is what programs may ask of each of the box's listeners, as
// OpenAPI 3.1 documents: the chain's app, the staff's devices, the box's own
// commands. It hides how a document is served.
//
// It names routes, fields and errors and never a person: whoever reaches a
// listener may read what the listener takes. A test holds every route, and
// every answer that the tests of the faces get, to it.
package contract

import (
	"embed"
	"fmt"
	"net/http"
)

//go:embed openapi-*.yaml
var files embed.FS

// The documents, by the listener they describe.
const (
	Guest = "guest"
	Staff = "staff"
	Admin = "admin" // a socket: it is not served there
)

// Path is where a listener serves its document.
const Path = "/openapi.yaml"

// Document returns a listener's document.
func Document(listener string) ([]byte, error) {
	b, err := files.ReadFile("openapi-" + listener + ".yaml")
	if err != nil {
		return nil, fmt.Errorf("contract of the %s listener: %w", listener, err)
	}
	return b, nil
}

// Serve serves a document as it is.
func Serve(document []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/yaml")
		_, _ = w.Write(document) // the reader went away: nobody is left to tell
	}
}
