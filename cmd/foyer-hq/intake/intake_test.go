package intake_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"foyer/cmd/foyer-hq/intake"
	"foyer/sync/wire"

	"github.com/google/go-cmp/cmp"
)

var noon = time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)

func file(t testing.TB, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func read(t *testing.T, path string, o intake.Options) (all []wire.Profile, err error) {
	t.Helper()
	o.Now = noon
	err = intake.Each(path, o, func(_ int, data json.RawMessage) error {
		var p wire.Profile
		if err := json.Unmarshal(data, &p); err != nil {
			t.Error(err)
		}
		all = append(all, p)
		return nil
	})
	return all, err
}

// A table and the same in JSON are the same profiles, as spreadsheets of several
// countries write them.
func TestTable(t *testing.T) {
	want := []wire.Profile{
		{Customer: "c-1", Rev: 7, Form: "Ms. Keller", Languages: []string{"de", "en"}, Style: "only_mine", Preferred: []string{"ana"}, Home: "014",
			Consents: []wire.Consent{{Purpose: "presence", Granted: true, Wall: noon.Add(-time.Hour).UnixMilli(), Node: "hq", Notice: "3", Method: "import"},
				{Purpose: "history_store", Granted: true, Wall: noon.Add(-time.Hour).UnixMilli(), Node: "hq", Notice: "3", Method: "import"}}},
		{Customer: "c-2", Rev: uint64(noon.UnixMilli()), Form: "Mr. \"Bo\"\nLi"},
	}
	head := []string{"customer", "rev", "form", "languages", "style", "preferred", "home", "consents", "consents_at", "consents_notice"}
	rows := [][]string{
		{"c-1", "7", "Ms. Keller", "de| en", "only_mine", "ana", "014", "presence|history_store", "2026-11-26T12:00:00+01:00", "3"},
		{"c-2", "", "\"Mr. \"\"Bo\"\"\nLi\"", "", "", "", "", "", "", ""},
	}
	for _, sep := range []string{",", ";"} {
		text := "\xef\xbb\xbf" + strings.Join(head, sep)
		for _, r := range rows {
			text += "\r\n" + strings.Join(r, sep)
		}
		got, err := read(t, file(t, "x.csv", text), intake.Options{})
		if d := cmp.Diff(want, got); err != nil || d != "" {
			t.Errorf("with %s: %v\n%s", sep, err, d)
		}
	}
	var lines strings.Builder
	for _, p := range want {
		b, err := json.Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&lines, "%s\n\n", b)
	}
	got, err := read(t, file(t, "x.ndjson", lines.String()), intake.Options{})
	if d := cmp.Diff(want, got); err != nil || d != "" {
		t.Errorf("as JSON: %v\n%s", err, d)
	}
}

// Every fault is told with its file and line, and none repeats what stood there.
func TestFaults(t *testing.T) {
	const good = `{"customer":"c-1","rev":1,"audience":{}}`
	for _, c := range []struct {
		name, text string
		want       []string
	}{
		{"a.ndjson", good + "\n\n{\"customer\":\"sec ret\"}\nsecret\n" + good, []string{":3: ", ":4: not one JSON", ":5: the same customer as in line 1"}},
		{"a.ndjson", `{"customer":"c-1","style":"secret"}`, []string{":1: bad payload: style: want one of"}},
		{"a.csv", "customer,secret\nc-1,x", []string{":1: column 2: unknown"}},
		{"a.csv", "customer,form,form\n", []string{":1: column 3: form stands twice"}},
		{"a.csv", "form\nsecret", []string{":1: no column customer"}},
		{"a.csv", "customer,rev\nc-1,secret\nc-2,3\n\"c 3\n\",1\nc-1,9\nc-2,1", []string{":2: rev: want a number", ":4: ", ":7: the same customer as in line 3"}},
		{"a.csv", "customer,consents,consents_at\nc-1,secret,\nc-2,presence,secret", []string{":2: bad payload: consents[0].purpose", ":3: consents_at: want a time"}},
		{"a.csv", "customer,form\nc-1\nc-2,x", []string{":2: wrong number of fields"}},
		{"a.csv", "customer,form\nc-1,\"x", []string{": extraneous or missing"}},
		{"a.ndjson", strings.Repeat("x", 2<<20), []string{":1: longer than a profile may be"}},
	} {
		path := file(t, c.name, c.text)
		_, err := read(t, path, intake.Options{})
		var f *intake.Faults
		if !errors.As(err, &f) || len(f.Lines) != len(c.want) {
			t.Errorf("%q: %v, want %q", c.text[:min(40, len(c.text))], err, c.want)
			continue
		}
		for i, w := range c.want {
			if !strings.HasPrefix(f.Lines[i], path) || !strings.Contains(f.Lines[i], w) || strings.Contains(f.Lines[i], "ecret") {
				t.Errorf("%q, want %q", f.Lines[i], w)
			}
		}
	}
	var many *intake.Faults
	if _, err := read(t, file(t, "b.ndjson", strings.Repeat("x\n", 50)), intake.Options{}); !errors.As(err, &many) || len(many.Lines) != 20 || many.More != 30 {
		t.Errorf("fifty faults: %v", err)
	}
	if _, err := read(t, file(t, "b.txt", ""), intake.Options{}); err == nil || !strings.Contains(err.Error(), "--format") {
		t.Errorf("a file of no known kind: %v", err)
	}
}

// The chain's own names need not be what stores take; they must be something.
func TestNames(t *testing.T) {
	path := file(t, "a.csv", "customer,form\n\"Keller, Anna #417\",Ms. Keller")
	if _, err := read(t, path, intake.Options{}); err == nil {
		t.Error("a name goes for a pseudonym")
	}
	got, err := read(t, path, intake.Options{Names: true})
	if err != nil || len(got) != 1 || got[0].Customer != "Keller, Anna #417" {
		t.Errorf("%v, %v", got, err)
	}
	if _, err := read(t, file(t, "b.csv", "customer,form\n,x"), intake.Options{Names: true}); err == nil {
		t.Error("nobody is a customer")
	}
}

func FuzzTable(f *testing.F) {
	f.Add("customer,rev\nc-1,2")
	f.Add("customer;languages\n\"c\"\";1\";de|en")
	f.Fuzz(func(t *testing.T, text string) {
		path := file(t, "x.csv", text)
		err := intake.Each(path, intake.Options{Now: noon}, func(_ int, data json.RawMessage) error {
			return wire.Check(wire.DownProfile, data)
		})
		var faults *intake.Faults
		if err != nil && !errors.As(err, &faults) {
			t.Error(err)
		}
	})
}
