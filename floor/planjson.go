package floor

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
)

// PlanSchema is the schema a plan file names in its first field.
const PlanSchema = "foyer.plan/1"

type (
	rawPlan struct {
		Schema    string        `json:"schema"`
		Name      string        `json:"name"`
		Levels    []rawLevel    `json:"levels"`
		Reference *rawReference `json:"georeference,omitempty"`
	}
	rawLevel struct {
		ID           string        `json:"id"`
		Name         string        `json:"name"`
		Height       float64       `json:"height"`
		Outline      [][]float64   `json:"outline"`
		Walls        []rawWall     `json:"walls,omitempty"`
		Zones        []rawZone     `json:"zones,omitempty"`
		Entrances    []rawEntrance `json:"entrances,omitempty"`
		AccessPoints []rawAP       `json:"access_points"`
		Frames       []rawFrame    `json:"frames,omitempty"`
	}
	rawFrame struct {
		ID    string    `json:"id"`
		At    []float64 `json:"at"`
		Turn  float64   `json:"turn,omitempty"`
		Up    bool      `json:"up,omitempty"`
		Scale *float64  `json:"scale,omitempty"`
	}
	rawWall struct {
		From []float64 `json:"from"`
		To   []float64 `json:"to"`
		Loss float64   `json:"loss_db"`
	}
	rawZone struct {
		ID      string      `json:"id"`
		Name    string      `json:"name"`
		Outline [][]float64 `json:"outline"`
		Private bool        `json:"private,omitempty"`
	}
	rawEntrance struct {
		ID    string    `json:"id"`
		At    []float64 `json:"at"`
		Width float64   `json:"width"`
	}
	rawAP struct {
		ID      string    `json:"id"`
		At      []float64 `json:"at"`
		Height  float64   `json:"height"`
		Aliases []string  `json:"aliases,omitempty"`
	}
	rawReference struct {
		Latitude  float64 `json:"latitude"`
		Longitude float64 `json:"longitude"`
		Bearing   float64 `json:"bearing"`
	}
)

// ParsePlan reads a plan from JSON (coordinates in metres) and checks it
// whole. Unknown fields, trailing data and impossible geometry are refused
// with ErrPlan and the place, such as levels[0].zones[3] "shoes".outline[2].
func ParsePlan(data []byte) (*Plan, error) {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	var raw rawPlan
	if err := dec.Decode(&raw); err != nil {
		return nil, fmt.Errorf("%w: %s%w", ErrPlan, where(data, dec.InputOffset(), err), err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%w: %strailing data after the plan", ErrPlan, where(data, dec.InputOffset(), nil))
	}
	c := &checker{ids: map[string]string{}}
	plan := c.plan(raw)
	if len(c.faults) > 0 {
		return nil, &PlanError{Faults: c.faults}
	}
	return plan, nil
}

// JSON returns the plan as a file that ParsePlan reads back equal.
func (p *Plan) JSON() ([]byte, error) {
	raw := rawPlan{Schema: PlanSchema, Name: p.Name}
	for _, l := range p.Levels {
		raw.Levels = append(raw.Levels, l.raw())
	}
	if r := p.Reference; r != nil {
		raw.Reference = &rawReference{r.Latitude, r.Longitude, r.Bearing}
	}
	data, err := json.MarshalIndent(raw, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("write plan %q: %w", p.Name, err)
	}
	data = pairs.ReplaceAll(data, []byte("[$1, $2]")) // a corner stands on one line
	return append(data, '\n'), nil
}

var pairs = regexp.MustCompile(`\[\s+(-?[0-9.e+-]+),\s+(-?[0-9.e+-]+)\s+\]`)

func (l Level) raw() rawLevel {
	r := rawLevel{ID: string(l.ID), Name: l.Name, Height: float64(l.Height), Outline: corners(l.Outline)}
	for _, w := range l.Walls {
		r.Walls = append(r.Walls, rawWall{pair(w.From), pair(w.To), w.Loss})
	}
	for _, z := range l.Zones {
		r.Zones = append(r.Zones, rawZone{string(z.ID), z.Name, corners(z.Outline), z.Private})
	}
	for _, e := range l.Entrances {
		r.Entrances = append(r.Entrances, rawEntrance{e.ID, pair(e.At), float64(e.Width)})
	}
	for _, a := range l.AccessPoints {
		r.AccessPoints = append(r.AccessPoints, rawAP{string(a.ID), pair(a.At), float64(a.Height), a.Aliases})
	}
	for _, f := range l.Frames {
		r.Frames = append(r.Frames, rawFrame{f.ID, pair(f.At), float64(f.Turn), f.Up, &f.Scale})
	}
	return r
}

func pair(p Point) []float64 { return []float64{float64(p.X), float64(p.Y)} }

func corners(g Polygon) [][]float64 {
	out := make([][]float64, len(g))
	for i, p := range g {
		out[i] = pair(p)
	}
	return out
}

// where names the line and column of an error in a JSON text.
func where(data []byte, offset int64, err error) string {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		offset = syntax.Offset
	case errors.As(err, &kind):
		offset = kind.Offset
	case err != nil: // encoding/json names an unknown field but not its place
		if _, name, ok := strings.Cut(err.Error(), "unknown field "); ok {
			offset = int64(bytes.Index(data, []byte(name)) + 1)
		}
	}
	before := data[:min(max(offset, 0), int64(len(data)))]
	line := bytes.Count(before, []byte("\n")) + 1
	col := len(before) - bytes.LastIndexByte(before, '\n')
	return fmt.Sprintf("line %d, column %d: ", line, col)
}
