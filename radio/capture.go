package radio

import (
	"errors"
	"fmt"
	"io"
	"time"

	"foyer/floor"
	"foyer/radio/report"
)

// A Heard is one reading of a survey device: an access point of the plan, and
// when by the sensor's clock.
type Heard struct {
	AP   floor.APID
	RSSI floor.DBm
	At   time.Time
}

// CaptureStats counts the lines of a capture by what became of them.
type CaptureStats struct {
	Heard   int // of the survey device
	Others  int // of other devices: not looked at any further
	Strange int // by access points that the plan does not have
	Untimed int // without a time of their own
	Refused int // no canonical reports
}

// ErrDevice means that a text is not the hardware address of a survey device.
var ErrDevice = errors.New("survey device: not the hardware address of one radio: want twelve hexadecimal digits, in pairs with colons")

// Capture reads canonical reports, as sensors deliver them, and calls each with
// those of one survey device. What was heard of anybody else's is skipped here,
// and no address goes further.
func Capture(r io.Reader, client string, plan *floor.Plan, each func(Heard) error) (CaptureStats, error) {
	var s CaptureStats
	device, err := report.ParseAddr(client)
	if err != nil {
		if device, err = report.ParseBLEAddr(client); err != nil {
			return s, ErrDevice
		}
	}
	names, err := NewAliases(plan)
	if err != nil {
		return s, err
	}
	d := report.NewDecoder(r)
	defer d.Reset(nil)
	var line report.Report
	for {
		var bad *report.LineError
		switch err := d.Decode(&line); {
		case errors.Is(err, io.EOF):
			return s, nil
		case errors.As(err, &bad):
			s.Refused++
			continue
		case err != nil:
			return s, fmt.Errorf("read the capture: %w", err)
		}
		ap, known := names.Resolve(line.AP)
		switch {
		case line.Client != device:
			s.Others++
		case !known:
			s.Strange++
		case line.At.IsZero():
			s.Untimed++
		default:
			s.Heard++
			if err := each(Heard{ap, line.RSSI, line.At}); err != nil {
				return s, err
			}
		}
	}
}
