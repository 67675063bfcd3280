package imdf

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path"

	"foyer/floor"
)

// ErrDrawing means that a file is no drawing that can be read; the message
// names the place.
var ErrDrawing = errors.New("drawing")

// mostUnpacked bounds, in bytes, what one file of an archive may unpack to.
const mostUnpacked = 16 << 20

// Read makes a plan of an IMDF archive or of a GeoJSON file. The plan has no
// access points, and nothing of it is checked: floor.ParsePlan does that once
// somebody has finished it.
//
// Of an archive it takes levels, named units (as zones) and openings on the
// outline (as entrances). Of a GeoJSON file it takes polygons, each a zone by
// the property "name", the largest, or the one of "kind": "outline", as the
// outline; lines are walls, or entrances with "kind": "entrance".
func Read(data []byte) (*floor.Plan, error) {
	var f *features
	var err error
	if bytes.HasPrefix(data, []byte("PK\x03\x04")) {
		f, err = unpack(data)
	} else {
		f, err = single(data)
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDrawing, err)
	}
	p, err := f.plan()
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDrawing, err)
	}
	return p, nil
}

// features is what was drawn, in degrees.
type features struct {
	levels, units, openings, walls []feature
}

type collection struct {
	Type     string    `json:"type"`
	Features []feature `json:"features"`
}

type feature struct {
	ID         any        `json:"id"`
	Geometry   *geometry  `json:"geometry"`
	Properties properties `json:"properties"`
}

type geometry struct {
	Type        string          `json:"type"`
	Coordinates json.RawMessage `json:"coordinates"`
}

type properties struct {
	Name     label   `json:"name"`
	Category string  `json:"category"`
	Kind     string  `json:"kind"`
	Level    string  `json:"level_id"`
	Ordinal  float64 `json:"ordinal"`
	Private  bool    `json:"private"`
}

// A label is a name: a text, or, as IMDF has it, one by language.
type label string

// UnmarshalJSON reads either form; of several languages English, else the
// first in the alphabet.
func (l *label) UnmarshalJSON(data []byte) error {
	var text string
	if json.Unmarshal(data, &text) == nil {
		*l = label(text)
		return nil
	}
	var by map[string]string
	if err := json.Unmarshal(data, &by); err != nil {
		return fmt.Errorf("name: want a text, or texts by language: %w", err)
	}
	best := ""
	for lang, text := range by {
		if lang == "en" {
			*l = label(text)
			return nil
		}
		if best == "" || lang < best {
			best, *l = lang, label(text)
		}
	}
	return nil
}

func unpack(data []byte) (*features, error) {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, fmt.Errorf("open the archive: %w", err)
	}
	var f features
	want := map[string]*[]feature{"level.geojson": &f.levels, "unit.geojson": &f.units, "opening.geojson": &f.openings}
	for _, file := range z.File {
		to := want[path.Base(file.Name)]
		if to == nil {
			continue
		}
		r, err := file.Open()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file.Name, err)
		}
		text, err := io.ReadAll(io.LimitReader(r, mostUnpacked+1))
		err = errors.Join(err, r.Close())
		if err == nil && len(text) > mostUnpacked {
			err = fmt.Errorf("more than %d MiB unpacked", mostUnpacked>>20)
		}
		if err == nil {
			*to, err = collect(text)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file.Name, err)
		}
	}
	if len(f.levels) == 0 {
		return nil, errors.New("no level.geojson with a level: is this an IMDF archive?")
	}
	return &f, nil
}

func collect(data []byte) ([]feature, error) {
	var c collection
	if err := json.Unmarshal(data, &c); err != nil {
		return nil, err
	}
	if c.Type != "FeatureCollection" {
		return nil, fmt.Errorf("type %q, want FeatureCollection", c.Type)
	}
	return c.Features, nil
}
