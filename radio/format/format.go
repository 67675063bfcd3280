package format

import (
	"fmt"
	"io"
	"log/slog"
	"net/netip"
	"time"

	"foyer/radio/report"
)

// The largest payloads in bytes.
const (
	maxMessage = 64 << 10 // a datagram, an MQTT or WebSocket message
	maxBody    = 1 << 20  // an HTTP body
)

// A Payload is what a transport received in one piece.
type Payload struct {
	Body []byte
	// Received is when, store time. Zero means unknown: then nothing is
	// stale, and what has no time of its own has none in its report.
	Received time.Time
	// Sent is the sender's own clock as it sent, such as the Date of an HTTP
	// answer; zero if unknown. It sets right what the sender stamped.
	Sent time.Time
	// Every is how often the source reads or sends, 0 if unknown: readings
	// without a time of their own may be that old.
	Every time.Duration
	// From says who sent it, as the transport knows it: an address
	// "10.14.0.12", an interface "10.14.0.12#hostapd.phy1-ap0", an MQTT topic.
	// Formats that do not name the access point take it from here.
	From string
	// Secret says whether what the payload shows as its secret is the right
	// one, and compares in constant time. It is asked before the first row,
	// with nothing if none is shown; a format with a secret refuses the
	// payload if Secret is nil. It keeps no part of what it is shown.
	Secret func(shown []byte) bool
}

// A Sink takes what a payload held, row by row.
type Sink interface {
	// Report takes one reading, which package report can write and read
	// back. The sink keeps no part of it.
	Report(*report.Report)
	// Hint takes a position that the vendor computed, and keeps no part.
	Hint(*Hint)
	// Malformed takes why a row is no reading: a fixed sentence, for a
	// counter. The rows after it may be good.
	Malformed(error)
}

// A Hint is a position that a vendor computed, in the vendor's own frame. What
// it was computed from comes as reports, if at all.
type Hint struct {
	AP     string        // the access point the vendor names with it, "" if none; at most 64 bytes
	Client report.Addr   // whose position
	Map    string        // the vendor's name of the floor plan, "" if none; at most 128 bytes
	X, Y   float64       // metres, in the frame of Map
	SD     float64       // metres, standard deviation along each axis; 0 if unknown
	At     time.Time     // when; zero if unknown
	AtErr  time.Duration // how far At may be off, either way
	IP     []netip.Addr  // the client's addresses, if the source knows them
}

// Format writes a text that identifies nobody, for every verb.
func (Hint) Format(s fmt.State, _ rune) { io.WriteString(s, "a hint") }

// LogValue returns a text that identifies nobody.
func (Hint) LogValue() slog.Value { return slog.StringValue("a hint") }

// Format writes a text that holds nothing of the payload, for every verb.
func (Payload) Format(s fmt.State, _ rune) { io.WriteString(s, "a payload") }

// LogValue returns a text that holds nothing of the payload.
func (Payload) LogValue() slog.Value { return slog.StringValue("a payload") }

// A Format is one way in which readings are written.
type Format struct {
	Name   string // a to z, 0 to 9 and '-'
	About  string // one line: whose, by which way, and what AP names it gives
	Max    int    // bytes of the largest payload; a larger one is refused
	Topic  bool   // Payload.From is an MQTT topic
	Binary bool   // the payload is not text
	Secret bool   // the payload shows a secret: Payload.Secret must be there

	decode func(*Payload, *rows) error
}

// Decode reads p and gives s what it holds. An error refuses the whole payload:
// nothing of it was given, or what was given came before the error and is good.
func (f Format) Decode(p Payload, s Sink) error {
	switch {
	case f.decode == nil:
		return ErrFormat
	case len(p.Body) > f.Max:
		return ErrSize
	case f.Secret && p.Secret == nil:
		return ErrSecret
	}
	return f.decode(&p, &rows{p: &p, sink: s})
}

// Named returns the format called name.
func Named(name string) (Format, bool) {
	for _, f := range All() {
		if f.Name == name {
			return f, true
		}
	}
	return Format{}, false
}
