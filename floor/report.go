package floor

import (
	"math"
	"time"
)

// DBm is received signal strength in decibels over one milliwatt.
type DBm float64

// Valid reports whether r is a strength a radio can have measured: finite,
// negative, above -127. The sentinels 0, 127 and 255 are not.
func (r DBm) Valid() bool { return !math.IsNaN(float64(r)) && r < 0 && r > -127 }

// Kind says how a reading came about.
type Kind uint8

// The kinds of readings. Uplink is what an access point heard of a phone;
// Downlink what a phone says it heard of an access point.
const (
	UplinkUnknown Kind = iota
	UplinkAssoc
	UplinkProbe
	Downlink
	BLE
	VendorAverage
	// Serving is from a source that knows only which access point a phone is
	// associated with: that the others are silent means nothing, and RSSI may
	// be 0 for unknown.
	Serving
)

// A Report is one reading of one leased phone by one access point. It has no
// room for a hardware address.
type Report struct {
	AP    APID
	Phone Phone
	RSSI  DBm
	Kind  Kind
	Freq  int           // MHz, 0 if unknown
	At    time.Time     // when the radio heard it
	AtErr time.Duration // how far At may be off, either way
}

// A Batch is what one sensor delivered at once: the readings and positions of
// leased phones, and which access points have proved to be alive by hearing
// anything at all.
type Batch struct {
	Received time.Time
	Alive    []APID
	Reports  []Report
	Hints    []Hint
}

// A Hint is a position of one leased phone that somebody else computed, from
// readings that may come as reports too.
type Hint struct {
	Phone Phone
	Level LevelID
	Point Point         // metres in the level's frame
	SD    Metre         // standard deviation along each axis as claimed, 0 if unknown
	At    time.Time     // when the phone was there
	AtErr time.Duration // how far At may be off, either way
}
