package intake_test

import (
	"bytes"
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

const bought = "customer;id;at;store;seller;category;text;colour;sensitivity;hidden\n"

// What each customer bought comes into her profile, whatever the order of either
// file, beside what the profile brings itself.
func TestPurchases(t *testing.T) {
	path := file(t, "p.csv", "\xef\xbb\xbf"+bought+
		"c-2;p-1;2026-11-20;014;ana;coats;\"Wool coat; navy\nlined\";navy;ordinary;\r\n"+
		"\r\nc-1;p-9;2026-11-21T10:00:00+01:00;;;scarves;Scarf;;gift;yes\r\n"+
		"c-2;p-2;2026-11-22;015;;shoes;Boots;;personal;no")
	day := func(d int) time.Time { return time.Date(2026, 11, d, 0, 0, 0, 0, time.UTC) }
	coat := wire.Purchase{ID: "p-1", At: day(20), Store: "014", Seller: "ana", Category: "coats", Text: "Wool coat; navy\nlined", Colour: "navy", Sensitivity: "ordinary"}
	boots := wire.Purchase{ID: "p-2", At: day(22), Store: "015", Category: "shoes", Text: "Boots", Sensitivity: "personal"}
	scarf := wire.Purchase{ID: "p-9", At: day(21).Add(9 * time.Hour), Category: "scarves", Text: "Scarf", Sensitivity: "gift", Hidden: true}
	old := wire.Purchase{ID: "p-0", At: day(1), Category: "hats", Text: "Hat", Sensitivity: "ordinary"}
	lines := ""
	for _, p := range []wire.Profile{{Customer: "c-1"}, {Customer: "c-2", Purchases: []wire.Purchase{old}}, {Customer: "c-3"}} {
		b, err := json.Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		lines += string(b) + "\n"
	}
	for name, text := range map[string]string{"x.csv": "customer\nc-1\nc-2\nc-3\n", "x.ndjson": lines} {
		var done, total int64
		got, err := read(t, file(t, name, text), intake.Options{Purchases: path, Progress: func(d, n int64) { done, total = d, n }})
		if err != nil || len(got) != 3 {
			t.Fatalf("%s: %d profiles, %v", name, len(got), err)
		}
		hers := []wire.Purchase{coat, boots}
		if name == "x.ndjson" {
			hers = append([]wire.Purchase{old}, hers...)
		}
		same := cmp.Comparer(func(a, b time.Time) bool { return a.Equal(b) })
		if d := cmp.Diff([][]wire.Purchase{{scarf}, hers, nil}, [][]wire.Purchase{got[0].Purchases, got[1].Purchases, got[2].Purchases}, same); d != "" {
			t.Errorf("%s: %s", name, d)
		}
		info, err := os.Stat(path)
		if err != nil || done != total || total != info.Size()+int64(len(text)) {
			t.Errorf("%s: progress says %d of %d (%v)", name, done, total, err)
		}
	}
}

// Every fault of a purchase is told with its file and line, and repeats nothing.
func TestPurchaseFaults(t *testing.T) {
	const good = "c-1;p-1;2026-11-20;014;ana;coats;Coat;navy;ordinary;\n"
	for _, c := range []struct {
		text string
		want []string
	}{
		{bought + good + "c-1;p-2;secret;014;;coats;Coat;;ordinary;\nc-1;p-3;2026-11-20;014;;coats;;;ordinary;\nc-1;p-4;2026-11-20;014;;coats;Coat;;secret;",
			[]string{":3: at: want a date", ":4: text: missing", ":5: sensitivity: want one of"}},
		{bought + good + "c-1;p-2;2026-11-20;014;;coats;\"Coat\nlong\";;ordinary;\n" + good, []string{":5: the same id for the same customer as in line 2"}},
		{bought + "secret;p-2;2026-11-20;014;;coats;Coat;;ordinary;\n" + good, []string{":2: a customer who is not in "}},
		{bought + good + ";p-2;2026-11-20;014;;coats;Coat;;ordinary;\nc-1;p-3;2026-11-20;014;;coats;Coat;;ordinary;secret", []string{":3: customer: missing", ":4: hidden: want yes or no"}},
		{bought + good + "c-1;p-2", []string{":3: wrong number of fields; what follows was not read"}},
		{"customer,id,at,price\n", []string{":1: column 4: unknown"}},
		{"customer,id,at,category,text\n", []string{":1: no column sensitivity"}},
	} {
		path := file(t, "p.csv", c.text)
		_, err := read(t, file(t, "x.csv", "customer\nc-1\n"), intake.Options{Purchases: path})
		var f *intake.Faults
		if !errors.As(err, &f) || len(f.Lines) != len(c.want) {
			t.Errorf("%q: %v, want %q", c.text, err, c.want)
			continue
		}
		for i, w := range c.want {
			if !strings.HasPrefix(f.Lines[i], path+w) || strings.Contains(f.Lines[i], "ecret") {
				t.Errorf("%q, want %q", f.Lines[i], w)
			}
		}
	}
	if _, err := read(t, file(t, "x.csv", "customer\nc-1\n"), intake.Options{Purchases: filepath.Join(t.TempDir(), "none.csv")}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a table that is not there: %v", err)
	}
	// A fault of the profiles is not drowned in purchases of those who were not read.
	var f *intake.Faults
	if _, err := read(t, file(t, "x.csv", "customer,rev\nc-1,x\n"), intake.Options{Purchases: file(t, "p.csv", bought+good)}); !errors.As(err, &f) || len(f.Lines) != 1 {
		t.Errorf("a fault of the profile: %v", err)
	}
}

// Rows of many customers, mixed, come each to her own.
func TestManyPurchases(t *testing.T) {
	const people, each = 40, 12
	var profiles, rows bytes.Buffer
	profiles.WriteString("customer\n")
	rows.WriteString(bought)
	for i := range people {
		fmt.Fprintf(&profiles, "c-%d\n", i)
	}
	for j := range each {
		for i := range people {
			fmt.Fprintf(&rows, "c-%d;p-%d;2026-11-20;014;ana;coats;hers c-%d;navy;ordinary;\n", i, j, i)
		}
	}
	n := 0
	path := file(t, "p.csv", rows.String())
	err := intake.Each(file(t, "x.csv", profiles.String()), intake.Options{Now: noon, Purchases: path}, func(_ int, data json.RawMessage) error {
		p, err := wire.Decode[wire.Profile](data)
		if err != nil || len(p.Purchases) != each {
			return fmt.Errorf("%s has %d purchases: %w", p.Customer, len(p.Purchases), err)
		}
		for j, b := range p.Purchases {
			if b.Text != fmt.Sprintf("hers %s", p.Customer) || b.ID != fmt.Sprintf("p-%d", j) {
				t.Fatalf("%s has %+v at place %d", p.Customer, b, j)
			}
		}
		n++
		return nil
	})
	if err != nil || n != people {
		t.Errorf("%d customers, %v", n, err)
	}
}
