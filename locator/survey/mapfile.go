package survey

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"foyer/locator"
)

// MapSchema is the schema a radio map file names in its first field.
const MapSchema = "foyer.radio-map/1"

// ErrMapFile means that a radio map file is not usable.
var ErrMapFile = errors.New("radio map file")

type mapFile struct {
	Schema string       `json:"schema"`
	Map    *locator.Map `json:"map"`
}

// WriteMap writes a fitted radio map: what ReadMap reads back equal.
func WriteMap(w io.Writer, m *locator.Map) error {
	if err := json.NewEncoder(w).Encode(mapFile{MapSchema, m}); err != nil {
		return fmt.Errorf("%w: %w", ErrMapFile, err)
	}
	return nil
}

// ReadMap reads a radio map strictly: unknown fields and trailing data are
// refused with ErrMapFile. Whether the numbers are possible, locator.New says.
func ReadMap(r io.Reader) (*locator.Map, error) {
	dec := json.NewDecoder(r)
	dec.DisallowUnknownFields()
	var f mapFile
	if err := dec.Decode(&f); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrMapFile, err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%w: trailing data", ErrMapFile)
	}
	if f.Schema != MapSchema || f.Map == nil {
		return nil, fmt.Errorf("%w: schema %q, want %q; fit the survey again", ErrMapFile, f.Schema, MapSchema)
	}
	return f.Map, nil
}
