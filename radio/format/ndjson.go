package format

import (
	"bytes"
	"errors"
	"io"

	"foyer/radio/report"
)

// ndjson reads canonical reports, as many good ones as there are: such a line
// costs nothing but its bytes.
func ndjson(p *Payload, w *rows) error {
	d := report.NewDecoder(bytes.NewReader(p.Body))
	defer d.Reset(nil)
	var r report.Report
	for !w.over {
		var line *report.LineError
		switch err := d.Decode(&r); {
		case err == nil:
			w.sink.Report(&r)
		case errors.As(err, &line):
			w.bad(line)
		case errors.Is(err, io.EOF):
			return nil
		default:
			return ErrSyntax
		}
	}
	return nil
}
