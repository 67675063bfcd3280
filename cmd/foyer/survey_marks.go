package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"foyer/floor"
)

// A mark says that the survey device stood at a point for some time.
type mark struct {
	from, to time.Time
	point    string
	at       floor.Point
	level    floor.LevelID
}

func markColumns() []string {
	return []string{"time_start", "time_end", "point", "x", "y", "floor"}
}

// readMarks reads a marks file; an error names the line.
func readMarks(name string, plan *floor.Plan) ([]mark, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("read the marks: %w", err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.FieldsPerRecord = len(markColumns())
	r.TrimLeadingSpace = true
	head, err := r.Read()
	if err != nil || !slices.Equal(head, markColumns()) {
		return nil, fmt.Errorf("read the marks %s: the first line must be %s", name, strings.Join(markColumns(), ","))
	}
	var out []mark
	for {
		rec, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		line, _ := r.FieldPos(0)
		if err == nil {
			var m mark
			if m, err = parseMark(rec, plan); err == nil {
				out = append(out, m)
				continue
			}
			err = fmt.Errorf("line %d: %w", line, err)
		}
		return nil, fmt.Errorf("read the marks %s: %w", name, err)
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("read the marks %s: no point", name)
	}
	return out, checkMarks(out)
}

func parseMark(rec []string, plan *floor.Plan) (m mark, err error) {
	if m.from, err = time.Parse(time.RFC3339Nano, rec[0]); err != nil {
		return m, fmt.Errorf("time_start %q: want the form 2026-11-22T10:00:00Z", rec[0])
	}
	if m.to, err = time.Parse(time.RFC3339Nano, rec[1]); err != nil || !m.to.After(m.from) {
		return m, fmt.Errorf("time_end %q: want the form 2026-11-22T10:00:30Z, later than time_start", rec[1])
	}
	if m.point = rec[2]; m.point == "" {
		return m, errors.New("point: want a name")
	}
	return m, m.stand(plan, rec[3], rec[4], rec[5])
}

// stand sets the mark's place, which must be on the plan.
func (m *mark) stand(plan *floor.Plan, x, y, level string) error {
	vx, errX := strconv.ParseFloat(x, 64)
	vy, errY := strconv.ParseFloat(y, 64)
	m.at = floor.Point{X: floor.Metre(vx), Y: floor.Metre(vy)}
	if errX != nil || errY != nil || !m.at.Finite() {
		return fmt.Errorf("(%s, %s): want x and y in metres of the plan", x, y)
	}
	if level == "" && len(plan.Levels) == 1 {
		level = string(plan.Levels[0].ID)
	}
	var names []string
	for _, l := range plan.Levels {
		names = append(names, string(l.ID))
		if string(l.ID) != level {
			continue
		}
		m.level = l.ID
		if !l.Outline.Contains(m.at) {
			lo, hi := l.Outline.Bounds()
			return fmt.Errorf("(%s, %s) is outside the outline of floor %s, which reaches from (%g, %g) to (%g, %g) metres", x, y, level, lo.X, lo.Y, hi.X, hi.Y)
		}
	}
	if m.level == "" {
		return fmt.Errorf("floor %q: want one of %s", level, strings.Join(names, ", "))
	}
	return nil
}

// checkMarks refuses a device at two places at once, and a point at two places.
func checkMarks(marks []mark) error {
	sorted := slices.SortedFunc(slices.Values(marks), func(a, b mark) int { return a.from.Compare(b.from) })
	places := map[string]mark{}
	for i, m := range sorted {
		if i > 0 && m.from.Before(sorted[i-1].to) {
			return fmt.Errorf("marks %q and %q: one begins before the other ends", sorted[i-1].point, m.point)
		}
		if o, ok := places[m.point]; ok && (o.at != m.at || o.level != m.level) {
			return fmt.Errorf("mark %q: is at two places: give each its own name", m.point)
		}
		places[m.point] = m
	}
	return nil
}

// writeMarks writes what readMarks reads.
func writeMarks(w io.Writer, marks []mark) error {
	c := csv.NewWriter(w)
	rows := [][]string{markColumns()}
	for _, m := range marks {
		rows = append(rows, []string{m.from.UTC().Format(time.RFC3339Nano), m.to.UTC().Format(time.RFC3339Nano), m.point,
			strconv.FormatFloat(float64(m.at.X), 'f', -1, 64), strconv.FormatFloat(float64(m.at.Y), 'f', -1, 64), string(m.level)})
	}
	return c.WriteAll(rows)
}
