package look

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"foyer/floor"
)

// The contrasts of the design, computed from the sheet by the formula of WCAG
// 2.2 (1.4.3, 1.4.11).
func TestContrast(t *testing.T) {
	sheet, err := Sheet("staff", "card", "staff")
	if err != nil {
		t.Fatal(err)
	}
	light, dark := tokens(string(sheet.body))
	for _, tt := range []struct {
		over, under string
		least       float64
	}{
		{"ink", "paper", 4.5}, {"ink", "sheet", 4.5}, {"ink", "sunk", 4.5}, {"ink2", "paper", 4.5}, {"ink2", "sheet", 4.5}, {"ink2", "sunk", 4.5},
		{"accent", "paper", 4.5}, {"on-accent", "accent", 4.5}, {"ink2", "accent-soft", 4.5}, {"wait", "wait-soft", 4.5}, {"alert", "paper", 4.5},
		{"edge", "paper", 3}, {"edge", "sheet", 3}, {"edge", "sunk", 3}, {"accent", "line", 3}, {"accent", "plan-zone", 3}, {"plan-wall", "plan-floor", 3},
	} {
		for name, scheme := range map[string]map[string]string{"light": light, "dark": dark} {
			a, b := scheme[tt.over], scheme[tt.under]
			if a == "" || b == "" {
				t.Fatalf("%s: no --%s or --%s in the sheet", name, tt.over, tt.under)
			}
			if c := contrast(a, b); c < tt.least {
				t.Errorf("%s: %s on %s: %.1f, want %v", name, tt.over, tt.under, c, tt.least)
			}
		}
	}
}

func tokens(sheet string) (light, dark map[string]string) {
	light, dark = map[string]string{}, map[string]string{}
	for _, block := range regexp.MustCompile(`(@media \(prefers-color-scheme:dark\)\{)?:root\{([^}]*)\}`).FindAllStringSubmatch(sheet, -1) {
		into := light
		if block[1] != "" {
			into = dark
		}
		for _, m := range regexp.MustCompile(`--([a-z0-9-]+):#([0-9A-F]{6})`).FindAllStringSubmatch(block[2], -1) {
			into[m[1]] = m[2]
		}
	}
	return light, dark
}

func contrast(a, b string) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + .05) / (min(x, y) + .05)
}

func luminance(hex string) (l float64) {
	for i, weight := range []float64{.2126, .7152, .0722} {
		n, _ := strconv.ParseUint(hex[2*i:2*i+2], 16, 8)
		c := float64(n) / 255
		if c <= .04045 {
			c /= 12.92
		} else {
			c = math.Pow((c+.055)/1.055, 2.4)
		}
		l += weight * c
	}
	return l
}

func TestAPlanShowsZonesOnly(t *testing.T) {
	l := floor.Example().Levels[0]
	private := floor.ZoneID("restrooms")
	for _, tt := range []struct {
		name string
		d    Drawing
		here int
		ask  int
	}{
		{"nobody", Drawing{}, 0, 0},
		{"one zone", Drawing{Here: "shoes"}, 1, 0},
		{"a private zone", Drawing{Here: private, Asking: map[floor.ZoneID]string{private: "3 min"}, Names: true}, 0, 0},
		{"waiting", Drawing{Asking: map[floor.ZoneID]string{"shoes": "3 min", "women": "1 min"}, Names: true}, 0, 2},
		{"a zone of another plan", Drawing{Here: "moon"}, 0, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			svg := string(Plan(l, tt.d))
			if n := strings.Count(svg, `"zone here"`); n != tt.here {
				t.Errorf("%d zones filled, want %d", n, tt.here)
			}
			if n := strings.Count(svg, `"zone ask"`); n != tt.ask || strings.Count(svg, " min</text>") != tt.ask {
				t.Errorf("%d zones waiting, want %d", n, tt.ask)
			}
			if strings.Contains(svg, "<circle") {
				t.Error("something on the plan is a point")
			}
			wellFormed(t, svg)
		})
	}
}

func TestAPlanQuotesItsNames(t *testing.T) {
	l := floor.Example().Levels[0]
	l.Zones[2].Name = `<script>"&`
	svg := string(Plan(l, Drawing{Names: true, Label: `"><script>`}))
	if strings.Contains(svg, "<script") {
		t.Error("a name became markup")
	}
	wellFormed(t, svg)
}

func wellFormed(t *testing.T, svg string) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(svg))
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Fatalf("%v in %s", err, svg)
		}
	}
}

func TestNamesStandClearOfWalls(t *testing.T) {
	l := floor.Example().Levels[0]
	for _, z := range l.Zones {
		x, y := spot(l, z)
		p := floor.Point{X: floor.Metre(x / perMetre), Y: floor.Metre(y / perMetre)}
		if !z.Outline.Contains(p) || !z.Private && walled(l, p) {
			t.Errorf("the name of %s stands in a wall or outside at %v", z.ID, p)
		}
	}
}

func TestAssets(t *testing.T) {
	a, err := Script("x", []byte("// why\n  const a = 1; // kept\n"))
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(a.body), "// why") || !strings.HasSuffix(string(a.body), "const a = 1; // kept\n") {
		t.Errorf("%s", a.body)
	}
	b, _ := Script("x", []byte("const a = 2;\n"))
	if a.Path == b.Path {
		t.Error("two contents, one address")
	}
	if _, err := Sheet("x", "nowhere"); err == nil {
		t.Error("a part that is not there")
	}
	for _, name := range []string{"guest", "staff"} {
		s, err := Sheet(name, "card", name)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Count(string(s.body), "{") != strings.Count(string(s.body), "}") {
			t.Errorf("%s: braces do not match", name)
		}
		fmt.Fprintf(t.Output(), "%s.css %d bytes\n", name, s.Size())
	}
}

func BenchmarkPlan(b *testing.B) {
	l := floor.Example().Levels[0]
	b.ReportAllocs()
	for b.Loop() {
		Plan(l, Drawing{Here: "shoes"})
	}
}
