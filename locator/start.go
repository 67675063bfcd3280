package locator

import (
	"math"
	"slices"
)

// Where a survey walked, people walk; elsewhere a fix without a past believes a
// tenth as much.
const offSurvey = 0.1

// fewPlaces is how many places a survey has at least that says where people
// walk.
const fewPlaces = 5

// weighStart sets the belief before any reading from the survey's places: cells
// within 1.2 times the places' usual spacing (at least 2 m) count in full.
func (g *grid) weighStart(m *Map, s *site) {
	if len(m.Places) < fewPlaces {
		return
	}
	near := nearSurvey(g, m, s)
	var sum float32
	for i, w := range g.walk {
		g.start[i] = 0
		if w {
			g.start[i] = offSurvey
			if near[i] {
				g.start[i] = 1
			}
			sum += g.start[i]
		}
	}
	for i := range g.start {
		g.start[i] /= sum
	}
}

func nearSurvey(g *grid, m *Map, s *site) []bool {
	near := make([]bool, g.n)
	reach := max(2, 1.2*usualSpacing(m.Places))
	for _, p := range m.Places {
		i, ok := s.levels[p.Level]
		if !ok {
			continue
		}
		l := &g.levels[i]
		x, y, r := (float64(p.At.X)-l.x0)/g.cell, (float64(p.At.Y)-l.y0)/g.cell, reach/g.cell
		for cy := max(0, int(y-r)); cy < min(l.h, int(y+r)+1); cy++ {
			for cx := max(0, int(x-r)); cx < min(l.w, int(x+r)+1); cx++ {
				if math.Hypot(float64(cx)+0.5-x, float64(cy)+0.5-y) <= r {
					near[l.at+cy*l.w+cx] = true
				}
			}
		}
	}
	return near
}

// usualSpacing returns the median distance (m) of places to their nearest
// neighbour, of at most 200 places.
func usualSpacing(places []Place) float64 {
	var gaps []float64
	step := 1 + len(places)/200
	for i := 0; i < len(places); i += step {
		best := math.Inf(1)
		for j := range places {
			if d := distance(places[i].At, places[j].At); j != i && places[i].Level == places[j].Level && d > 0.1 {
				best = min(best, d)
			}
		}
		if !math.IsInf(best, 1) {
			gaps = append(gaps, best)
		}
	}
	if len(gaps) == 0 {
		return 5
	}
	slices.Sort(gaps)
	return gaps[len(gaps)/2]
}
