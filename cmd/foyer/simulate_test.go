package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"foyer/rehearsal/rush"
)

func TestSimulate(t *testing.T) {
	plot := filepath.Join(t.TempDir(), "day.svg")
	var out bytes.Buffer
	if err := run(t.Context(), []string{"simulate", "--json", "--plot", plot}, &out, io.Discard); err != nil {
		t.Fatal(err)
	}
	var r rush.Result
	if err := json.Unmarshal(out.Bytes(), &r); err != nil {
		t.Fatal(err)
	}
	if r.Associates != 20 || r.Visits != 400 || len(r.Routers) != 3 || r.Routers[0].Router != "foyer" || r.Routers[0].Requests == 0 {
		t.Errorf("%s", out.String())
	}
	if drawn, err := os.ReadFile(plot); err != nil || !bytes.Contains(drawn, []byte("<svg")) {
		t.Errorf("the drawing: %v", err)
	}
}

// Too few people for the day: the table is printed all the same, and the reason
// is the error.
func TestSimulateMissesTheBar(t *testing.T) {
	var out bytes.Buffer
	err := run(t.Context(), []string{"simulate", "--associates", "6"}, &out, io.Discard)
	if !errors.Is(err, rush.ErrBar) || !strings.Contains(err.Error(), "nobody was free") {
		t.Errorf("six associates for 400 visits: %v", err)
	}
	if !strings.Contains(out.String(), "first to claim") {
		t.Errorf("no table:\n%s", out.String())
	}
}
