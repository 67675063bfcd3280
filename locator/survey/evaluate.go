package survey

import (
	"fmt"
	"math"
	"path/filepath"
	"slices"

	"foyer/floor"
	"foyer/floor/recording"
	"foyer/locator"
)

// Options says how a recording is evaluated.
type Options struct {
	Survey     Mode    // full if empty
	OtherPhone float64 // dB added to the test rows; those under the survey's weakest are dropped
	DropAP     string  // an access point that is dead, and the locator is not told
	Locator    locator.Options
	Progress   func(done, total int) // may be nil
	Note       func(text string)     // hears what looks wrong with the recording; may be nil
	Trace      *Trace                // keeps every fix for a drawing; may be nil
}

// A Result scores one split. Errors are metres, areas m2; coverage is the share
// of fixes whose truth lies in the 50 % and the 90 % region.
type Result struct {
	Set            string   `json:"set"`
	Split          string   `json:"split"`
	Survey         string   `json:"survey"`
	N              int      `json:"n"`
	Unknown        int      `json:"unknown"`
	Mean           float64  `json:"mean"`
	MeanUnfiltered float64  `json:"mean_unfiltered"`
	Median         float64  `json:"median"`
	P75            float64  `json:"p75"`
	P90            float64  `json:"p90"`
	P95            float64  `json:"p95"`
	Coverage50     float64  `json:"coverage50"`
	Coverage90     float64  `json:"coverage90"`
	Area50         float64  `json:"area50"`
	Area90         float64  `json:"area90"`
	Circle90       float64  `json:"-"` // of one size for every fix, that holds the truth as often as the 90 % regions
	MicrosPerFix   float64  `json:"us_per_fix"`
	AllocsPerFix   float64  `json:"allocs_per_fix"`
	FloorHit       *float64 `json:"floor_hit,omitempty"`
}

// Evaluate fits the survey of a recorded folder and scores the locator on each
// of its test splits, test_track last.
func Evaluate(dir string, o Options) ([]Result, error) {
	o.Survey = Mode(orText(string(o.Survey), string(Full)))
	s, err := load(dir)
	if err != nil {
		return nil, err
	}
	if err := o.check(s); err != nil {
		return nil, err
	}
	train, plan, err := s.survey(o.Survey)
	if err != nil {
		return nil, err
	}
	m, err := fit(plan, train, s.links, o.Progress)
	if err != nil {
		return nil, err
	}
	if o.Locator.Margin == 0 {
		o.Locator.Margin = margin
	}
	if o.Note != nil {
		s.note(plan, train, o)
	}
	low := weakest(s.scans[recording.Train])
	var out []Result
	for _, split := range []recording.Split{recording.TestStatic, recording.TestTrack} {
		scans := o.alter(s.scans[split], low)
		if len(scans) == 0 {
			continue
		}
		o.Trace.begin(plan, m, split, scans)
		r, err := score(plan, m, o, scans, split)
		if err != nil {
			return nil, err
		}
		r.Set, r.Survey = setName(dir), string(o.Survey)
		if len(plan.Levels) == 1 {
			r.FloorHit = nil
		}
		o.Trace.end(r)
		out = append(out, r)
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("%w: %s has no test rows", ErrNoRows, dir)
	}
	return out, nil
}

// margin (m) is the strip outside the outline where a phone may be, as a box's
// configuration has it unless told otherwise: outlines are drawn, and those of
// recordings guessed, no better than that.
const margin = 3

// check refuses alterations that a recording cannot be put to.
func (o Options) check(s *site) error {
	switch {
	case math.IsNaN(o.OtherPhone) || math.Abs(o.OtherPhone) > 60:
		return fmt.Errorf("another phone: %v dB: want at most 60 either way", o.OtherPhone)
	case o.OtherPhone != 0 && len(s.scans[recording.Train]) == 0:
		return fmt.Errorf("another phone: %w: the weakest reading it could be heard with is that of the train rows, and %s has none", ErrNoRows, s.dir)
	case o.DropAP != "" && !s.knows(floor.APID(o.DropAP)):
		return fmt.Errorf("drop access point: %s knows no %q", s.dir, o.DropAP)
	}
	return nil
}

func orText(s, fallback string) string {
	if s == "" {
		return fallback
	}
	return s
}

func setName(dir string) string {
	if abs, err := filepath.Abs(dir); err == nil {
		dir = abs
	}
	return filepath.Base(filepath.Dir(dir)) + "/" + filepath.Base(dir)
}

// alter returns the test scans as another phone, or with an access point dead,
// would have made them. A scan may lose all its rows and is still scored.
func (o Options) alter(scans []scan, low float64) []scan {
	if o.OtherPhone == 0 && o.DropAP == "" {
		return scans
	}
	out := slices.Clone(scans)
	for i := range out {
		var rows []recording.Row
		for _, r := range out[i].rows {
			r.RSSI += floor.DBm(o.OtherPhone)
			if string(r.AP) == o.DropAP || o.OtherPhone != 0 && float64(r.RSSI) < low {
				continue
			}
			rows = append(rows, r)
		}
		out[i].rows = rows
	}
	return out
}
