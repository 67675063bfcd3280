package main

import (
	"cmp"
	"context"
	"math"
	"runtime"
	"slices"
	"time"

	"foyer/floor"
	"foyer/floor/recording"
	"foyer/locator"
)

// fixes measures the locator on walks its map has not seen, beside the
// textbook's weighted nearest neighbours on the same map and machine.
func (b *bench) fixes(_ context.Context, site *benchSite) error {
	loc, err := locator.New(site.plan, site.radio, locator.Options{Margin: benchMargin})
	if err != nil {
		return err
	}
	var micros, allocs, errs, touched []float64
	start := time.Unix(1_700_000_000, 0)
	for round := range b.rounds + 1 { // the first one warms up
		start = start.Add(24 * time.Hour)
		before, mallocs, began := loc.Stats(), mallocs(), cpuTime()
		found := site.locate(loc, start)
		spent, made := cpuTime()-began, countMallocs(mallocs)
		after := loc.Stats()
		fixes := float64(after.Fixes - before.Fixes)
		if round > 0 {
			micros = append(micros, float64(spent.Microseconds())/fixes)
			allocs = append(allocs, made/fixes)
			touched = append(touched, float64(after.Touched-before.Touched)/fixes)
			errs = found
		}
	}
	knn := newNeighbours(site.radio, nearest)
	const times = 50
	began := cpuTime()
	var theirs []float64
	for range times {
		theirs = theirs[:0]
		for _, scan := range site.walks {
			theirs = append(theirs, float64(knn.fix(scan.rows).Distance(scan.truth)))
		}
	}
	each := float64((cpuTime() - began).Microseconds()) / float64(times*len(site.walks))
	const peer = "weighted 5 nearest neighbours, scan by scan, same map, here"
	const how = "made-up walks through ten access points, map fitted from the made-up survey, cells of 0.5 m and a margin of 3 m as a box has them; processor time"
	b.add(figure{What: "a fix", Value: median(micros), Unit: "us", Peer: amount(each) + " us", Source: peer, How: how})
	b.add(figure{What: "a fix, find3", Value: median(micros) / 1000, Unit: "ms", Peer: "31-38 ms", Source: "find3, classification, processor time"})
	b.roofline(median(micros), median(touched))
	b.add(figure{What: "allocations a fix", Value: median(allocs), Unit: "", How: "mean of a walk, new phones included"})
	b.add(figure{What: "error of a fix, median", Value: median(errs), Unit: "m", Peer: amount(median(theirs)) + " m",
		Source: peer, How: "the made-up store only: of real ones tells foyer survey evaluate"})
	return nil
}

// locate tells the walks to a locator, a phone for each, and returns the
// errors in metres.
func (s *benchSite) locate(loc *locator.Locator, start time.Time) (errs []float64) {
	r := floor.Report{Kind: floor.UplinkAssoc}
	var at floor.Position
	keep := func(p floor.Position) { at = p }
	last := ""
	for i := range s.walks {
		scan := &s.walks[i]
		if scan.point != last {
			loc.Forget(r.Phone)
			r.Phone, last, start = floor.NewPhone(), scan.point, start.Add(time.Hour)
		}
		r.At = start.Add(time.Duration(scan.t * float64(time.Second)))
		for _, row := range scan.rows {
			r.AP, r.RSSI = row.AP, row.RSSI
			if p, ok := loc.Observe(r); ok {
				at = p
			}
		}
		loc.Sweep(r.At.Add(10*time.Second), keep)
		errs = append(errs, float64(at.Point.Distance(scan.truth)))
	}
	return errs
}

func mallocs() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.Mallocs
}

func countMallocs(before uint64) float64 { return float64(mallocs() - before) }

// The peer's parameters, dBm for what is not heard: the best on the survey
// itself by leave-one-place-out, among 3 to 12 neighbours and -80 to -110 dBm.
const (
	silence = -85
	nearest = 5
)

// neighbours is the peer of this machine: k nearest fingerprints in signal
// space, weighted by 1/distance (RADAR, INFOCOM 2000).
type neighbours struct {
	k      int
	column map[floor.APID]int
	prints [][]float64 // by place, dBm by column
	places []floor.Point
	heard  []float64
	near   []neighbour
}

type neighbour struct {
	square float64 // of the distance in signal space, dB2
	at     floor.Point
}

func newNeighbours(m *locator.Map, k int) *neighbours {
	n := &neighbours{k: k, column: map[floor.APID]int{}, heard: make([]float64, len(m.APs))}
	for _, p := range m.Places {
		n.places = append(n.places, p.At)
		n.prints = append(n.prints, slices.Repeat([]float64{silence}, len(m.APs)))
	}
	for i, ap := range m.APs {
		n.column[ap.ID] = i
		for _, r := range ap.Readings {
			n.prints[r.Place][i] = r.Mean
		}
	}
	return n
}

func (n *neighbours) fix(rows []recording.Row) floor.Point {
	for i := range n.heard {
		n.heard[i] = silence
	}
	for _, row := range rows {
		if i, ok := n.column[row.AP]; ok {
			n.heard[i] = float64(row.RSSI)
		}
	}
	n.near = n.near[:0]
	for i, print := range n.prints {
		square := 0.0
		for j, v := range print {
			square += (v - n.heard[j]) * (v - n.heard[j])
		}
		if len(n.near) == n.k && square >= n.near[n.k-1].square {
			continue
		}
		at, _ := slices.BinarySearchFunc(n.near, square, func(x neighbour, s float64) int { return cmp.Compare(x.square, s) })
		n.near = slices.Insert(n.near[:min(len(n.near), n.k-1)], min(at, n.k-1), neighbour{square, n.places[i]})
	}
	var x, y, sum float64
	for _, p := range n.near {
		w := 1 / (math.Sqrt(p.square) + 0.1)
		x, y, sum = x+w*float64(p.at.X), y+w*float64(p.at.Y), sum+w
	}
	return floor.Point{X: floor.Metre(x / sum), Y: floor.Metre(y / sum)}
}
