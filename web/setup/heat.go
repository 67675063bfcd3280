package setup

import (
	"fmt"
	"html/template"
	"strings"

	"foyer/floor"
	"foyer/web/look"
)

// steps are where the heat map's classes end, m; the last has no end.
func steps() []float64 { return []float64{2, 2.5, 3, 4} }

func legend() []string { return []string{"under 2 m", "2 to 2.5", "2.5 to 3", "3 to 4", "over 4 m"} }

// class is the number of an error's step, from 1.
func class(m float64) int {
	for i, s := range steps() {
		if m < s {
			return i + 1
		}
	}
	return len(steps()) + 1
}

// drawSurvey draws a level with what the walk says of it: the forecast as a
// heat map, or how far off each place is, and the places themselves. Private
// zones are left out.
func drawSurvey(l *floor.Level, v *surveyView) template.HTML {
	var b strings.Builder
	if !v.Measured {
		half := v.Side / 2
		for _, c := range v.Forecast {
			if c.Level == l.ID {
				x, y := float64(c.At.X)-half, float64(c.At.Y)-half
				fmt.Fprintf(&b, `<rect class="k%d" x="%.1f" y="%.1f" width="%.1f" height="%.1f"/>`, class(c.Error), x*10, y*10, v.Side*10+.2, v.Side*10+.2)
			}
		}
	}
	under := b.String()
	b.Reset()
	var line []string
	for _, p := range v.Places {
		if p.Level == l.ID {
			line = append(line, fmt.Sprintf("%.1f %.1f", p.At.X*10, p.At.Y*10))
		}
	}
	if len(line) > 1 {
		fmt.Fprintf(&b, `<path class="walk" d="M%s"/>`, strings.Join(line, "L"))
	}
	off := map[string]float64{}
	for _, m := range v.Misses {
		off[m.Point] = m.Error
	}
	for _, p := range v.Places {
		if p.Level != l.ID {
			continue
		}
		kind := "pt"
		if p.Few {
			kind = "pt few"
		}
		if e, ok := off[p.Point]; ok && v.Measured {
			kind = fmt.Sprintf("pt big k%d", class(e))
		}
		fmt.Fprintf(&b, `<circle class="%s" cx="%.1f" cy="%.1f" r="%d"><title>%s</title></circle>`, kind, p.At.X*10, p.At.Y*10, radius(kind), template.HTMLEscapeString(p.Point))
	}
	for i, s := range v.Next {
		if s.Level == l.ID && v.Here == nil && !v.Measured && !v.Testing {
			fmt.Fprintf(&b, `<circle class="mark" cx="%.1f" cy="%.1f" r="8"/><text class="markt" x="%.1f" y="%.1f">%d</text>`, s.At.X*10, s.At.Y*10, s.At.X*10, s.At.Y*10+2.6, i+1)
		}
	}
	for i, s := range v.Taps {
		if s.Level == l.ID {
			fmt.Fprintf(&b, `<circle class="mark" cx="%.1f" cy="%.1f" r="8"/><text class="markt" x="%.1f" y="%.1f">%d</text>`, s.At.X*10, s.At.Y*10, s.At.X*10, s.At.Y*10+2.6, i+1)
		}
	}
	if h := v.Here; h != nil && h.Level == l.ID {
		fmt.Fprintf(&b, `<circle class="now" cx="%.1f" cy="%.1f" r="7"/>`, h.At.X*10, h.At.Y*10)
	}
	return look.Layered(*l, look.Drawing{Names: true, Label: label(v)}, template.HTML(under), template.HTML(b.String()))
}

func radius(kind string) int {
	if strings.Contains(kind, "big") {
		return 6
	}
	return 3
}

func label(v *surveyView) string {
	if v.Measured {
		return "Plan with the places that were walked, darker where they are found worse"
	}
	return "Heat map of the expected error of a position"
}

// strip draws how far off each place is along a line in metres.
func strip(misses []Miss) template.HTML {
	const wide, most = 680.0, 8.0
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="plan strip" viewBox="0 0 700 60" role="img" aria-label="How far off each place of the walk is found"><path class="wall" d="M10 44H690"/>`)
	taken := map[int]int{}
	for _, m := range misses {
		x := 10 + min(m.Error, most)/most*wide
		col := int(x / 14)
		fmt.Fprintf(&b, `<circle class="pt k%d" cx="%.1f" cy="%d" r="6"/>`, class(m.Error), x, 36-13*min(taken[col], 2))
		taken[col]++
	}
	for m := 0.0; m <= most; m += 2 {
		fmt.Fprintf(&b, `<text x="%.0f" y="57">%g m</text>`, 10+m/most*wide, m)
	}
	b.WriteString(`</svg>`)
	return template.HTML(b.String())
}
