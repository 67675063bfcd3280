package radio

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"iter"
	"time"

	"foyer/radio/format"
	"foyer/radio/report"
)

// DecodeOptions say what a file of a vendor's payloads does not.
type DecodeOptions struct {
	From string    // who sent it, for formats that do not name the access point
	At   time.Time // when it arrived; zero means with the newest reading in it
	Now  time.Time // when it arrived if no reading in it has a time
}

// Decoded counts what a file of payloads held.
type Decoded struct {
	Reports   int
	Hints     int   // positions that the vendor computed
	Malformed int   // rows that are no readings
	Refused   int   // payloads that were not read to their end
	First     error // why the first of those was refused or is malformed
}

// ErrFormatName means that there is no format of that name.
var ErrFormatName = errors.New("no such source format")

// Formats yields the name of every source format and a line about it.
func Formats() iter.Seq2[string, string] {
	return func(yield func(string, string) bool) {
		for _, f := range format.All() {
			if !yield(f.Name, f.About) {
				return
			}
		}
	}
}

// Decode reads a file in a vendor's format and writes its readings to out as
// canonical lines. A file of MQTT messages holds one a line, "topic payload"; a
// binary payload may be written as hexadecimal digits. A secret in a payload is
// not checked. It is for looking at one's own recordings: the lines hold the
// addresses of whoever is in the file.
//
// A name may be a maker's or a family's (aruba, openwrt, hostapd), or auto: then
// the format is used that makes the most of the file.
func Decode(name string, file []byte, o DecodeOptions, out io.Writer) (Decoded, error) {
	f, err := likeliest(name, file, o)
	if err != nil {
		return Decoded{}, err
	}
	if o.At.IsZero() {
		first := transcript{out: io.Discard}
		if err := first.decode(f, file, o); err != nil {
			return first.n, err
		}
		if o.At = first.newest; o.At.IsZero() {
			o.At = o.Now
		}
	}
	t := transcript{out: out}
	err = t.decode(f, file, o)
	return t.n, err
}

// A transcript is a sink that writes canonical lines.
type transcript struct {
	n      Decoded
	out    io.Writer
	line   []byte
	newest time.Time
	err    error // of out
}

// decode reads every payload of file. One of several that is refused is counted;
// the only one is an error.
func (t *transcript) decode(f format.Format, file []byte, o DecodeOptions) error {
	list := payloads(f, file)
	for _, p := range list {
		p.Received, p.Secret = o.At, func([]byte) bool { return true }
		if p.From == "" {
			p.From = o.From
		}
		switch err := f.Decode(p, t); {
		case err != nil && len(list) == 1:
			return fmt.Errorf("decode %s: %w", f.Name, err)
		case err != nil:
			t.n.Refused++
			t.note(err)
		}
		if t.err != nil {
			return fmt.Errorf("write reports: %w", t.err)
		}
	}
	return nil
}

// payloads splits a file into the payloads that it holds.
func payloads(f format.Format, file []byte) (out []format.Payload) {
	switch {
	case f.Topic:
		for line := range bytes.Lines(file) {
			topic, body, ok := bytes.Cut(bytes.TrimSpace(line), []byte(" "))
			if ok {
				out = append(out, format.Payload{From: string(topic), Body: body})
			}
		}
		return out
	case f.Binary:
		if b, err := hex.DecodeString(string(bytes.Join(bytes.Fields(file), nil))); err == nil && len(b) > 0 {
			file = b
		}
	case f.Name == "ndjson":
		for len(file) > f.Max {
			n := bytes.LastIndexByte(file[:f.Max], '\n') + 1
			if n == 0 {
				break // no line is that long: it is refused
			}
			out = append(out, format.Payload{Body: file[:n]})
			file = file[n:]
		}
	}
	return append(out, format.Payload{Body: file})
}

// Report writes one reading.
func (t *transcript) Report(r *report.Report) {
	t.n.Reports++
	t.seen(r.At)
	if t.err != nil {
		return
	}
	if t.line, t.err = report.Append(t.line[:0], r); t.err == nil {
		_, t.err = t.out.Write(t.line)
	}
}

// Hint counts a position.
func (t *transcript) Hint(h *format.Hint) {
	t.n.Hints++
	t.seen(h.At)
}

// Malformed counts a row.
func (t *transcript) Malformed(err error) {
	t.n.Malformed++
	t.note(err)
}

func (t *transcript) note(err error) {
	if t.n.First == nil {
		t.n.First = err
	}
}

func (t *transcript) seen(at time.Time) {
	if at.After(t.newest) {
		t.newest = at
	}
}
