// Package report is the canonical sensor report: one reading of one radio by
// one access point, as one line of NDJSON. It hides the line's syntax and how
// a hardware address is written. It keeps nothing between deliveries, and its
// errors hold a line number and a fixed sentence, never a byte of the line.
//
// A line has the fields ap, client and rssi (dBm, above -127 and below 0; a line
// of kind serving may lack it), and may have: at (RFC 3339, when the radio heard it), at_err (s, how far at may
// be off), kind, freq (MHz), ip (the client's addresses, where the source has
// a client table), agg (how n samples became one), n, assoc and seq. Names are
// exact, each at most once, no others; strings are printable ASCII without
// escapes. A line is at most MaxLine bytes. A line of kind serving with assoc
// false says that the access point serves the client no longer.
//
// Only the room that opens reports and the programs that write them may
// import this package; a client's address goes no further.
package report

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/netip"
	"strconv"
	"time"

	"foyer/floor"
)

// MaxLine is the longest line in bytes, its line end included.
const MaxLine = 64 << 10

// Limits of the fields.
const (
	maxName  = 64               // characters of an access point's name, as in a plan
	maxIPs   = 64               // a router's line must still be seen as a router's
	maxFreq  = 100_000          // MHz, above the 60 GHz band
	maxAtErr = 10 * time.Minute // beyond it a time says nothing
	maxN     = 65_535
)

// A Report is one reading as a sensor tells it.
type Report struct {
	AP     string        // as the sensor calls it: an identifier or an alias of the plan
	Client Addr          // the radio that was heard
	RSSI   floor.DBm     // a Valid one; or 0, unknown, where Kind is Serving
	Kind   floor.Kind    // how it came about
	At     time.Time     // UTC, when the radio heard it; zero if the sensor has no clock
	AtErr  time.Duration // how far At may be off, either way
	Freq   int           // MHz, 0 if unknown
	IP     []netip.Addr  // the client's addresses, if the sensor knows them
	Agg    Agg           // how N samples became this one
	N      int           // samples, 0 if unknown
	Assoc  Assoc         // whether the client is associated
	Seq    uint64        // the sensor's own count, 0 if it has none
}

// Format writes a text that identifies nobody, for every verb: a report holds
// a client's addresses.
func (Report) Format(s fmt.State, _ rune) { io.WriteString(s, "a report") }

// LogValue returns a text that identifies nobody.
func (Report) LogValue() slog.Value { return slog.StringValue("a report") }

// Agg says how several samples became one reading.
type Agg uint8

// The ways to make one reading of several.
const (
	Raw Agg = iota
	Mean
	Median
	Max
	Smoothed
)

// Assoc says whether a client is associated with the access point.
type Assoc uint8

// What is known of an association.
const (
	AssocUnknown Assoc = iota
	AssocNo
	AssocYes
)

// The errors of a line, each wrapped in a LineError by Decoder and returned
// bare by Append.
var (
	// ErrSyntax means the line is not one flat JSON object of plain values.
	ErrSyntax = errors.New("not a JSON object of plain values")
	// ErrLong means the line is longer than MaxLine.
	ErrLong = errors.New("longer than " + strconv.Itoa(MaxLine) + " bytes")
	// ErrField means a name that is not a field of a report.
	ErrField = errors.New("a field that a report does not have")
	// ErrTwice means a field that occurs more than once.
	ErrTwice = errors.New("a field twice")
	// ErrMissing means that ap, client or rssi is not there; a report of kind
	// serving needs no rssi.
	ErrMissing = errors.New("ap, client or rssi is missing")
	// ErrAP means a name of an access point that no plan can hold.
	ErrAP = errors.New("ap: want 1 to 64 printable ASCII characters without quotes and backslashes")
	// ErrAddr means a text or number that is no single radio's address.
	ErrAddr = errors.New("client: not the hardware address of one radio")
	// ErrRSSI means a strength that no radio measured, such as a sentinel.
	ErrRSSI = errors.New("rssi: want a number of dBm above -127 and below 0")
	// ErrKind means a kind that is not known.
	ErrKind = errors.New("kind: want uplink_assoc, uplink_probe, uplink_unknown, downlink_rcpi, ble_adv, vendor_avg or serving")
	// ErrTime means an at or at_err that cannot be used.
	ErrTime = errors.New("at: want RFC 3339; at_err: want seconds from 0 to 600")
	// ErrFreq means a frequency outside every band.
	ErrFreq = errors.New("freq: want whole MHz from 0 to 100000")
	// ErrIP means a list with something else than plain IP addresses in it.
	ErrIP = errors.New("ip: want a list of at most 64 IP addresses without zones")
	// ErrAgg means an agg or n that is not known.
	ErrAgg = errors.New("agg: want raw, mean, median, max or smoothed; n: want 1 to 65535")
	// ErrAssoc means an assoc that is neither true nor false.
	ErrAssoc = errors.New("assoc: want true or false")
	// ErrSeq means a seq that is no whole number of 64 bits.
	ErrSeq = errors.New("seq: want a whole number below 2^64")
)

// A LineError is a line that was refused; the lines after it are still good.
type LineError struct {
	Line int // from 1 within the delivery
	Err  error
}

// Error returns the line's number and the reason.
func (e *LineError) Error() string { return "line " + strconv.Itoa(e.Line) + ": " + e.Err.Error() }

// Unwrap returns the reason, one of this package's errors.
func (e *LineError) Unwrap() error { return e.Err }

// check refuses what the fields cannot show one by one.
func (r *Report) check() error {
	switch {
	case !r.RSSI.Valid() && !r.strengthless():
		return ErrRSSI
	case !r.Client.Valid(), r.Client.group() && r.Kind != floor.BLE:
		return ErrAddr
	}
	return nil
}

// Gone reports whether r says that its access point serves the client no longer.
func (r *Report) Gone() bool { return r.Kind == floor.Serving && r.Assoc == AssocNo }

// strengthless reports whether this is an association whose strength is unknown.
func (r *Report) strengthless() bool { return r.Kind == floor.Serving && r.RSSI == 0 }

func kindName(k floor.Kind) string {
	switch k {
	case floor.UplinkUnknown:
		return "uplink_unknown"
	case floor.UplinkAssoc:
		return "uplink_assoc"
	case floor.UplinkProbe:
		return "uplink_probe"
	case floor.Downlink:
		return "downlink_rcpi"
	case floor.BLE:
		return "ble_adv"
	case floor.VendorAverage:
		return "vendor_avg"
	case floor.Serving:
		return "serving"
	}
	return ""
}

func parseKind(b []byte) (floor.Kind, error) {
	for k := floor.UplinkUnknown; k <= floor.Serving; k++ {
		if string(b) == kindName(k) {
			return k, nil
		}
	}
	return 0, ErrKind
}

// String returns the name on the wire.
func (a Agg) String() string {
	switch a {
	case Raw:
		return "raw"
	case Mean:
		return "mean"
	case Median:
		return "median"
	case Max:
		return "max"
	case Smoothed:
		return "smoothed"
	}
	return ""
}

func parseAgg(b []byte) (Agg, error) {
	for a := Raw; a <= Smoothed; a++ {
		if string(b) == a.String() {
			return a, nil
		}
	}
	return 0, ErrAgg
}
