package setup

import (
	"fmt"

	"foyer/floor"
)

const (
	stride      = 0.5 // m, between the points at which overlaps are looked for, at least
	muchOverlap = 1.0 // m2
	narrow      = 5.0 // m; radio tells zones this wide apart, and hardly narrower ones
	fewAPs      = 3   // access points of a floor, with which zones can just be told apart
)

// notes are what is worth knowing of a plan that can be used.
func notes(p *floor.Plan) []Note {
	var out []Note
	say := func(well bool, format string, args ...any) {
		out = append(out, Note{well, fmt.Sprintf(format, args...)})
	}
	aps, clashes := 0, 0
	for i := range p.Levels {
		l := &p.Levels[i]
		aps += len(l.AccessPoints)
		for j, a := range l.Zones {
			for _, b := range l.Zones[j+1:] {
				if m2 := overlap(a.Outline, b.Outline); m2 > muchOverlap {
					clashes++
					say(false, "%s and %s overlap by %.0f m²: whoever is there may be in either.", a.Name, b.Name, m2)
				}
			}
		}
	}
	if clashes == 0 {
		out = append([]Note{{true, "All zones closed, none overlap"}}, out...)
	}
	if aps == 1 {
		say(true, "1 access point placed")
	} else {
		say(true, "%d access points placed", aps)
	}
	for i := range p.Levels {
		out = append(out, levelNotes(&p.Levels[i])...)
	}
	return out
}

func levelNotes(l *floor.Level) []Note {
	var out []Note
	say := func(format string, args ...any) { out = append(out, Note{false, fmt.Sprintf(format, args...)}) }
	if n := len(l.AccessPoints); n < fewAPs {
		say("%s has %d of the %d access points that it takes to tell zones apart.", l.Name, n, fewAPs)
	}
	for _, a := range l.AccessPoints {
		if !l.Outline.Contains(a.At) {
			say("Access point %s hangs outside the floor.", a.ID)
		}
	}
	for _, z := range l.Zones {
		lo, hi := z.Outline.Bounds()
		if w := min(hi.X-lo.X, hi.Y-lo.Y); w < narrow && !z.Private {
			say("%s is %.1f m wide: hard to tell from what is beside it.", z.Name, float64(w))
		}
	}
	if len(l.Zones) == 0 {
		say("%s has no zone: people are shown as “in the store” only.", l.Name)
	}
	if len(l.Entrances) == 0 {
		say("%s has no entrance.", l.Name)
	}
	return out
}

// overlap returns about how much of two areas is the same, m2.
func overlap(a, b floor.Polygon) float64 {
	alo, ahi := a.Bounds()
	blo, bhi := b.Bounds()
	lo := floor.Point{X: max(alo.X, blo.X), Y: max(alo.Y, blo.Y)}
	hi := floor.Point{X: min(ahi.X, bhi.X), Y: min(ahi.Y, bhi.Y)}
	n, d := 0, max(stride, (hi.X-lo.X)/100, (hi.Y-lo.Y)/100)
	for x := lo.X + d/2; x < hi.X; x += d {
		for y := lo.Y + d/2; y < hi.Y; y += d {
			if q := (floor.Point{X: x, Y: y}); a.Contains(q) && b.Contains(q) {
				n++
			}
		}
	}
	return float64(n) * float64(d*d)
}
