package report

import (
	"bytes"
	"errors"
	"io"
	"net/netip"
)

// maxNames is how many names a decoder remembers within one delivery, so that
// a line costs no allocation for a name that an earlier line had.
const maxNames = 64

// A Decoder reads reports from one delivery. It reuses its buffers: one
// decoder serves many deliveries, one after the other, by Reset.
type Decoder struct {
	r     io.Reader
	buf   []byte // MaxLine bytes
	lo    int    // start of what is not yet decoded
	hi    int    // end of what is read
	top   int    // the highest that hi has been since Reset
	line  int
	end   error // what the reader said last
	ips   []netip.Addr
	names map[string]string
}

// NewDecoder returns a decoder that reads from r.
func NewDecoder(r io.Reader) *Decoder {
	d := &Decoder{buf: make([]byte, MaxLine), names: make(map[string]string, maxNames)}
	d.Reset(r)
	return d
}

// Reset forgets the delivery so far, overwriting every byte of it that the
// decoder holds, and reads from r. A nil r leaves nothing to read.
func (d *Decoder) Reset(r io.Reader) {
	clear(d.buf[:d.top])
	clear(d.ips[:cap(d.ips)])
	clear(d.names)
	d.r, d.lo, d.hi, d.top, d.line, d.end = r, 0, 0, 0, 0, nil
	if r == nil {
		d.end = io.EOF
	}
}

// Decode reads the next line into r; blank lines are skipped. A *LineError
// means that this line is refused and the next may be read; any other error
// ends the delivery: io.EOF, or the reader's own. After an error r holds
// nothing to rely on. r.IP is valid until the next call.
func (d *Decoder) Decode(r *Report) error {
	for {
		line, err := d.next()
		if err != nil {
			return err
		}
		s := scan{b: line, d: d}
		if s.space(); s.i == len(line) {
			continue
		}
		if err := s.report(r); err != nil {
			return &LineError{Line: d.line, Err: err}
		}
		return nil
	}
}

// next returns the next line with its end. The last one may lack an end.
func (d *Decoder) next() ([]byte, error) {
	from := d.lo
	for {
		if n := bytes.IndexByte(d.buf[from:d.hi], '\n'); n >= 0 {
			line := d.buf[d.lo : from+n+1]
			d.lo = from + n + 1
			d.line++
			return line, nil
		}
		if d.end != nil {
			return d.last()
		}
		if d.lo > 0 {
			copy(d.buf, d.buf[d.lo:d.hi])
			d.lo, d.hi = 0, d.hi-d.lo
		}
		if d.hi == len(d.buf) {
			return nil, d.skip()
		}
		from = d.hi
		d.fill()
	}
}

func (d *Decoder) last() ([]byte, error) {
	if d.lo == d.hi || !errors.Is(d.end, io.EOF) {
		return nil, d.end // half a line before a broken connection is no line
	}
	line := d.buf[d.lo:d.hi]
	d.lo = d.hi
	d.line++
	return line, nil
}

// skip passes over a line that does not fit.
func (d *Decoder) skip() error {
	d.line++
	for {
		if n := bytes.IndexByte(d.buf[:d.hi], '\n'); n >= 0 {
			d.lo = n + 1
			return &LineError{Line: d.line, Err: ErrLong}
		}
		if d.end != nil {
			d.lo = d.hi
			return &LineError{Line: d.line, Err: ErrLong}
		}
		d.lo, d.hi = 0, 0
		d.fill()
	}
}

// fill reads more into the free end of the buffer.
func (d *Decoder) fill() {
	for range 100 {
		n, err := d.r.Read(d.buf[d.hi:])
		d.hi += n
		d.top = max(d.top, d.hi)
		if d.end = err; n > 0 || err != nil {
			return
		}
	}
	d.end = io.ErrNoProgress
}

// name returns b as a string, the same one within a delivery.
func (d *Decoder) name(b []byte) string {
	if s, ok := d.names[string(b)]; ok {
		return s
	}
	s := string(b)
	if len(d.names) < maxNames {
		d.names[s] = s
	}
	return s
}
