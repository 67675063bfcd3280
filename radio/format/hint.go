package format

import (
	"math"
	"slices"

	"foyer/radio/report"
)

// Limits of a hint.
const (
	maxMetres = 100_000 // no floor plan is larger
	maxPlan   = 128     // bytes of a floor plan's name
	maxAP     = 64      // bytes of an access point's, as in a report
)

// hint gives a position of the client of r, if it is one.
func (w *rows) hint(r *report.Report, plan string, x, y number, sd float64) {
	switch {
	case !x.set || !y.set:
		return
	case math.Abs(x.v) > maxMetres, math.Abs(y.v) > maxMetres, len(plan) > maxPlan, len(r.AP) > maxAP:
		w.bad(ErrRow)
		return
	case !w.spend():
		return
	}
	w.sink.Hint(&Hint{
		AP: r.AP, Client: r.Client, Map: plan, X: x.v, Y: y.v, SD: sd,
		At: r.At, AtErr: r.AtErr, IP: slices.Clone(r.IP),
	})
}

// metres returns n as a length, 0 if it is none.
func metres(n number) float64 {
	if !n.set || n.v < 0 || n.v > maxMetres {
		return 0
	}
	return n.v
}
