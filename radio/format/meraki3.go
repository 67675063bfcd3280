package format

import (
	"encoding/json"
	"math"
	"time"

	"foyer/radio/report"
)

// A merakiPlace is one point of a client's way. The floor plan is told flat or
// nested, and its older name is spelt otherwise.
type merakiPlace struct {
	Time     text            `json:"time"`
	X        number          `json:"x"`
	Y        number          `json:"y"`
	Variance number          `json:"variance"`
	Unc      number          `json:"unc"`
	PlanID   text            `json:"floorPlanId"` // and floorplanId: names are read in any case
	Plan     merakiPlan      `json:"floorPlan"`
	AP       text            `json:"nearestApMac"`
	Records  json.RawMessage `json:"rssiRecords"`
}

// A merakiPlan is a floor plan with a point on it.
type merakiPlan struct {
	ID text   `json:"id"`
	X  number `json:"x"`
	Y  number `json:"y"`
}

// UnmarshalJSON leaves the plan empty if it is no object.
func (p *merakiPlan) UnmarshalJSON(b []byte) error {
	type plain merakiPlan
	if json.Unmarshal(b, (*plain)(p)) != nil {
		*p = merakiPlan{}
	}
	return nil
}

// meraki3 reads what all access points of a network heard.
func (w *rows) meraki3(raw []byte, ble bool) error {
	var d struct {
		Observations json.RawMessage `json:"observations"`
	}
	if !row(raw, &d) {
		return ErrSyntax
	}
	list, ok := w.elements(d.Observations)
	if !ok {
		return ErrSyntax
	}
	for raw := range list {
		var o struct {
			merakiClient
			Locations json.RawMessage `json:"locations"`
			Latest    json.RawMessage `json:"latestRecord"`
		}
		if !row(raw, &o) {
			w.bad(ErrRow)
			continue
		}
		r, ok := w.meraki(&o.merakiClient, ble)
		if !ok {
			continue
		}
		places, ok := w.elements(o.Locations)
		if !ok {
			w.bad(ErrRow)
		}
		var newest time.Time
		for raw := range places {
			if at := w.merakiPlace(r, raw); at.After(newest) {
				newest = at
			}
		}
		w.merakiLatest(r, o.Latest, newest)
	}
	return nil
}

// merakiPlace gives the readings of one point and the point, and returns when
// that was.
func (w *rows) merakiPlace(r report.Report, raw []byte) time.Time {
	var l merakiPlace
	if !row(raw, &l) {
		w.bad(ErrRow)
		return time.Time{}
	}
	if r.At = w.p.onBox(stamp(time.Time{}, l.Time)); r.At.IsZero() {
		w.bad(report.ErrTime)
		return time.Time{}
	}
	records, ok := w.elements(l.Records)
	if !ok {
		w.bad(ErrRow)
	}
	for raw := range records {
		var e struct {
			AP   text  `json:"apMac"`
			RSSI level `json:"rssi"`
		}
		if !row(raw, &e) {
			w.bad(ErrRow)
			continue
		}
		r.AP = string(e.AP)
		w.heard(&r, merakiLevel(e.RSSI))
	}
	r.AP = string(l.AP)
	plan, x, y := l.PlanID, l.X, l.Y
	if plan == "" {
		plan = l.Plan.ID
	}
	if !x.set || !y.set {
		x, y = l.Plan.X, l.Plan.Y
	}
	w.hint(&r, string(plan), x, y, merakiSD(l.Variance, l.Unc))
	return r.At
}

// merakiSD returns the standard deviation in metres. Whether variance is one,
// or the older unc renamed, is nowhere said: the larger reading is taken.
func merakiSD(variance, unc number) float64 {
	if unc.set {
		return metres(unc)
	}
	v := metres(variance)
	return max(v, math.Sqrt(v))
}

// merakiLatest gives the last reading, unless the points have told of it.
func (w *rows) merakiLatest(r report.Report, raw []byte, newest time.Time) {
	var l struct {
		Time text  `json:"time"`
		AP   text  `json:"nearestApMac"`
		RSSI level `json:"nearestApRssi"`
	}
	if len(raw) == 0 {
		return
	}
	if !row(raw, &l) {
		w.bad(ErrRow)
		return
	}
	r.At, r.AP = w.p.onBox(stamp(time.Time{}, l.Time)), string(l.AP)
	if l.AP == "" || !r.At.After(newest) {
		return
	}
	w.heard(&r, merakiLevel(l.RSSI))
}
