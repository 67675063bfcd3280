package visit_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"foyer/floor"
	"foyer/visit"
)

var update = flag.Bool("update", false, "rewrite what the walks are expected to give")

const ruler = "----------\n"

func clock(t testing.TB, hms string) time.Time {
	t.Helper()
	at, err := time.Parse("2006-01-02 15:04:05", "2026-11-23 "+hms)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func phone(t testing.TB, name string) floor.Phone {
	t.Helper()
	p, err := floor.ParsePhone(name)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func book(t testing.TB) *visit.Book {
	t.Helper()
	b, err := visit.New(floor.Example(), visit.Defaults())
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// position reads "in=0.9 shoes=0.8 unknown"; zones stand in the plan's order,
// the ones that are not named have no probability.
func position(t *testing.T, words []string) floor.Position {
	t.Helper()
	p := floor.Position{}
	for _, l := range floor.Example().Levels {
		p.Level = l.ID
		for _, z := range l.Zones {
			p.Zones = append(p.Zones, floor.ZoneProb{Zone: z.ID})
		}
	}
	for _, w := range words {
		if w == "unknown" {
			p.Unknown = true
			continue
		}
		name, number, _ := strings.Cut(w, "=")
		v, err := strconv.ParseFloat(number, 64)
		if err != nil {
			t.Fatalf("%q: %v", w, err)
		}
		found := name == "in"
		if found {
			p.Inside = v
		}
		for i := range p.Zones {
			if p.Zones[i].Zone == floor.ZoneID(name) {
				p.Zones[i].P, found = v, true
			}
		}
		if !found {
			t.Fatalf("no zone %q on the plan", name)
		}
	}
	return p
}

// walker writes down what a book says; a second visit of a phone is "another".
type walker struct {
	b     *visit.Book
	first map[string]floor.VisitID
	out   strings.Builder
}

func (w *walker) say(at string, v floor.Visit) {
	name := v.Phone.Ref()
	zone := v.Zone
	if zone == "" {
		zone = "-"
	}
	fmt.Fprintf(&w.out, "%s %s %s %s began %s", at, name, v.State, zone, v.Began.Format("15:04:05"))
	if w.b.Quiet(v.Phone) && v.State == floor.Present {
		w.out.WriteString(" quiet")
	}
	if w.first[name] == "" {
		w.first[name] = v.ID
	} else if w.first[name] != v.ID && v.State == floor.Present {
		w.out.WriteString(" another")
		w.first[name] = v.ID
	}
	w.out.WriteByte('\n')
}

func TestWalks(t *testing.T) {
	files, err := filepath.Glob("testdata/walks/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no walks: %v", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			steps, want, ok := strings.Cut(string(data), ruler)
			if !ok {
				t.Fatal("no rule between the steps and what they give")
			}
			w := &walker{b: book(t), first: map[string]floor.VisitID{}}
			for line := range strings.Lines(steps) {
				words := strings.Fields(line)
				if len(words) == 0 || words[0] == "#" {
					continue
				}
				w.step(t, words)
			}
			if *update {
				if err := os.WriteFile(file, []byte(steps+ruler+w.out.String()), 0o644); err != nil {
					t.Fatal(err)
				}
			} else if d := cmp.Diff(want, w.out.String()); d != "" {
				t.Error(d)
			}
		})
	}
}

func (w *walker) step(t *testing.T, words []string) {
	t.Helper()
	at := clock(t, words[0])
	switch words[1] {
	case "sweep":
		for _, v := range w.b.Sweep(at) {
			w.say(words[0], v)
		}
	case "forget":
		w.b.Forget(phone(t, words[2]))
	default:
		p := position(t, words[2:])
		p.Phone, p.At = phone(t, words[1]), at
		if v, ok := w.b.Observe(p); ok {
			w.say(words[0], v)
		}
	}
}
