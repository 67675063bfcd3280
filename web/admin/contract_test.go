package admin

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"

	"foyer/web/contract"
)

// The document has exactly the routes of the socket.
func TestContractHasEveryRoute(t *testing.T) {
	document, err := contract.Document(contract.Admin)
	if err != nil {
		t.Fatal(err)
	}
	var c struct{ Paths map[string]map[string]any }
	if err := yaml.Unmarshal(document, &c); err != nil {
		t.Fatal(err)
	}
	var got []string
	for path, ops := range c.Paths {
		for method := range ops {
			got = append(got, strings.ToUpper(method)+" "+path)
		}
	}
	one := func(context.Context, string) (any, error) { return nil, nil }
	want := routes(Handlers{Status: func() any { return nil }, Metrics: http.NotFoundHandler(),
		Pair: func(context.Context, string) (string, error) { return "", nil }, Technician: func(context.Context) (string, error) { return "", nil },
		Verify: func(uint64) (any, error) { return nil, nil }, Record: func() (any, error) { return nil, nil }, Scope: func(Scope) (any, error) { return nil, nil },
		Erase: one, Export: one, Tasks: func(context.Context) (any, error) { return nil, nil }, Task: one, Shadow: func(context.Context) (any, error) { return nil, nil },
		Survey: func(context.Context, string, func([]byte) error) error { return nil }}).patterns
	slices.Sort(got)
	slices.Sort(want)
	if diff := cmp.Diff(want, got); diff != "" || len(want) < 13 {
		t.Error(diff)
	}
}
