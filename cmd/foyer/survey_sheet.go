package main

import (
	"fmt"
	"io"
	"math"
	"strings"
	"text/tabwriter"
	"time"

	"foyer/floor"
	"foyer/floor/recording"
	"foyer/radio"
)

const (
	scanSpan = time.Second // of readings that make one scan
	fewScans = 5           // under it a point says little
)

// A sheet is a survey under way: what was heard at each marked point.
type sheet struct {
	stands      []stand
	first       map[string]time.Time // when each point was first begun
	stats       radio.CaptureStats
	between     int // readings while the device stood at no point
	early, late time.Time
}

// A stand is one mark and its readings.
type stand struct {
	mark
	rows  []recording.Row
	scans map[string]bool
	aps   map[floor.APID]bool
}

func newSheet(marks []mark) *sheet {
	s := &sheet{first: map[string]time.Time{}}
	for _, m := range marks {
		if at, ok := s.first[m.point]; !ok || m.from.Before(at) {
			s.first[m.point] = m.from
		}
		s.stands = append(s.stands, stand{mark: m, scans: map[string]bool{}, aps: map[floor.APID]bool{}})
	}
	return s
}

// add puts a reading where the device stood then.
func (s *sheet) add(h radio.Heard) error {
	if s.early.IsZero() || h.At.Before(s.early) {
		s.early = h.At
	}
	if h.At.After(s.late) {
		s.late = h.At
	}
	for i := range s.stands {
		d := &s.stands[i]
		if h.At.Before(d.from) || !h.At.Before(d.to) {
			continue
		}
		since := h.At.Sub(s.first[d.point])
		scan := fmt.Sprintf("%s_%03d", d.point, since/scanSpan)
		d.scans[scan], d.aps[h.AP] = true, true
		d.rows = append(d.rows, recording.Row{Split: recording.Train, Scan: scan, Point: d.point, Device: "survey", Timed: true,
			T: math.Round(since.Seconds()*1000) / 1000, At: d.at, Level: d.level, AP: h.AP, RSSI: h.RSSI})
		return nil
	}
	s.between++
	return nil
}

func (s *sheet) rows() (n int) {
	for i := range s.stands {
		n += len(s.stands[i].rows)
	}
	return n
}

// nothing says why no reading came together with a point.
func (s *sheet) nothing() error {
	switch {
	case s.between > 0:
		return fmt.Errorf("survey record: the device was heard %d times, from %s to %s, and never at a marked time (%s to %s): do the clocks agree?",
			s.between, clock(s.early), clock(s.late), clock(s.stands[0].from), clock(s.stands[len(s.stands)-1].to))
	case s.stats.Untimed > 0:
		return fmt.Errorf("survey record: the sensors gave no times (%d reports): they cannot be matched to points", s.stats.Untimed)
	case s.stats.Strange > 0:
		return fmt.Errorf("survey record: the device was heard %d times, by access points that the plan does not have: are they on it, or among its aliases?", s.stats.Strange)
	case s.stats.Others > 0:
		return fmt.Errorf("survey record: none of %d reports is of the device: is --client the address it uses on this network? Phones make one up for each", s.stats.Others)
	}
	return fmt.Errorf("survey record: no report at all (%d lines were none): does the tap run, and does it write canonical reports?", s.stats.Refused)
}

func clock(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05Z") }

// print lists the points, and names those that are worth another visit.
func (s *sheet) print(w io.Writer, plan *floor.Plan) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "point\tplace\tscans\taccess points\t")
	heard := map[floor.APID]bool{}
	scans := 0
	for i := range s.stands {
		d := &s.stands[i]
		scans += len(d.scans)
		for ap := range d.aps {
			heard[ap] = true
		}
		fmt.Fprintf(t, "%s\t(%.1f, %.1f) %s\t%d\t%d\t%s\n", d.point, d.at.X, d.at.Y, d.level, len(d.scans), len(d.aps), d.remark())
	}
	if err := t.Flush(); err != nil {
		return err
	}
	fmt.Fprintf(w, "\n%d points, %d scans, %d readings; %d between points, %d reports of other devices skipped\n",
		len(s.first), scans, s.rows(), s.between, s.stats.Others)
	var never []string
	for _, l := range plan.Levels {
		for _, a := range l.AccessPoints {
			if !heard[a.ID] {
				never = append(never, fmt.Sprintf("%s (%.1f, %.1f)", a.ID, a.At.X, a.At.Y))
			}
		}
	}
	if len(never) > 0 {
		fmt.Fprintf(w, "heard nowhere: %s: walk near them, or see whether they are on\n", strings.Join(never, ", "))
	}
	if n := s.stats.Strange + s.stats.Untimed; n > 0 {
		fmt.Fprintf(w, "left out: %d readings by access points that the plan does not have, %d without a time\n", s.stats.Strange, s.stats.Untimed)
	}
	return nil
}

// remark says what is wrong with a point, if anything.
func (d *stand) remark() string {
	if len(d.scans) < fewScans {
		return fmt.Sprintf("too few scans, want %d: stand there again", fewScans)
	}
	return ""
}
