// Package recording reads and writes recorded folders: what access points
// heard, where the phone truly was, and where the access points hang. It hides
// the files' syntax; it keeps nothing in memory but the row at hand, never
// mends a broken row and never guesses a missing one.
//
// A folder holds scans.csv.gz (one row per reading), aps.csv (one row per
// access point, absent where no place is known) and, optionally, plan.json and
// links.csv (how strongly access points hear one another).
// Lengths are metres in the frame of the recording, times are seconds since the
// start of a point or track, strengths are dBm.
package recording

import (
	"errors"

	"foyer/floor"
)

// The names of a recorded folder's files.
const (
	ScansFile = "scans.csv.gz"
	APsFile   = "aps.csv"
	PlanFile  = "plan.json"
	LinksFile = "links.csv"
)

// ErrFormat means that a file of the folder breaks the format; the message
// names the file and the line.
var ErrFormat = errors.New("recording")

// A Split says what a row may be used for.
type Split string

// The splits: Train is the site survey, TestStatic a phone standing still,
// TestTrack a phone moving.
const (
	Train      Split = "train"
	TestStatic Split = "test_static"
	TestTrack  Split = "test_track"
)

// A Row is one reading: one access point heard the device once.
type Row struct {
	Split  Split
	Scan   string // the rows that together make one fix
	T      float64
	Timed  bool        // false where the source has no times; T is then 0
	Point  string      // surveyed point, or track
	Device string      // empty if not given
	At     floor.Point // the truth
	Level  floor.LevelID
	AP     floor.APID
	RSSI   floor.DBm
}

// An AP is one access point of the recording. Placed says whether At is known,
// HasHeight whether Height (metres over the floor) is; Freq is in MHz, 0 if
// not given. Level is empty if not given, as in a recording of one floor.
type AP struct {
	ID        floor.APID
	At        floor.Point
	Placed    bool
	Height    floor.Metre
	HasHeight bool
	Level     floor.LevelID
	Freq      int
}
