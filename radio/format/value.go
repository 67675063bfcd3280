package format

import (
	"bytes"
	"encoding/json"
	"math"
	"strconv"
	"time"

	"foyer/floor"
	"foyer/radio/report"
)

// A number is a JSON number, or a string that holds one: sources write either.
// Whatever else stands there, it is not set.
type number struct {
	v   float64
	set bool
}

// UnmarshalJSON never fails.
func (n *number) UnmarshalJSON(b []byte) error {
	*n = number{}
	b = bytes.Trim(b, `"`)
	if len(b) > 32 || len(bytes.Trim(b, "0123456789+-.eE")) > 0 {
		return nil // ParseFloat reads more than numbers
	}
	v, err := strconv.ParseFloat(string(b), 64)
	if err == nil && !math.IsInf(v, 0) && !math.IsNaN(v) {
		*n = number{v, true}
	}
	return nil
}

// whole returns the number if it is a whole one of lo to hi, and lo-1 if not.
func (n number) whole(lo, hi int) int {
	if !n.set || n.v != math.Trunc(n.v) || n.v < float64(lo) || n.v > float64(hi) {
		return lo - 1
	}
	return int(n.v)
}

// seconds takes the number as seconds since 1970.
func (n number) seconds() time.Time { return n.since(1e3) }

// millis takes the number as milliseconds since 1970.
func (n number) millis() time.Time { return n.since(1) }

func (n number) since(unit float64) time.Time {
	ms := n.v * unit
	if !n.set || ms <= 0 || ms > 1e14 { // the year 5138
		return time.Time{}
	}
	return time.UnixMilli(int64(math.Round(ms))).UTC()
}

// length takes the number as so many units, 0 if it is negative.
func (n number) length(unit time.Duration) time.Duration {
	if !n.set || n.v < 0 {
		return 0
	}
	return time.Duration(min(n.v*float64(unit), float64(maxLength)))
}

const maxLength = 365 * 24 * time.Hour // an age that no arithmetic of times minds

// A level is a strength in dBm as sources write it: missing, or one of the
// usual sentinels, or a negative number that went through 32 unsigned bits.
type level struct{ number }

// dBm returns the strength; known is false where the source has none to tell,
// and an error is a number that no radio measured.
func (l level) dBm() (s floor.DBm, known bool, err error) {
	if !l.set {
		return 0, false, nil
	}
	v := l.v
	if v >= 1<<31 && v < 1<<32 {
		v -= 1 << 32
	}
	switch v {
	case 0, 127, 255, -127, -128, -255:
		return 0, false, nil
	}
	if s = floor.DBm(v); !s.Valid() {
		return 0, false, report.ErrRSSI
	}
	return s, true, nil
}

// A text is a JSON string; a number there is taken as it is written, and
// whatever else is "".
type text string

// UnmarshalJSON never fails.
func (t *text) UnmarshalJSON(b []byte) error {
	*t = ""
	switch {
	case len(b) > 1 && b[0] == '"':
		var s string
		if json.Unmarshal(b, &s) == nil {
			*t = text(s)
		}
	case len(b) > 0 && (b[0] == '-' || b[0] >= '0' && b[0] <= '9'):
		*t = text(b)
	}
	return nil
}

// A flag is a JSON boolean, or 0 or 1, or a string that holds one of them.
// Whatever else stands there is AssocUnknown.
type flag struct{ report.Assoc }

// UnmarshalJSON never fails.
func (f *flag) UnmarshalJSON(b []byte) error {
	switch string(bytes.Trim(b, `"`)) {
	case "true", "1":
		f.Assoc = report.AssocYes
	case "false", "0":
		f.Assoc = report.AssocNo
	default:
		f.Assoc = report.AssocUnknown
	}
	return nil
}

func (f flag) yes() bool { return f.Assoc == report.AssocYes }
