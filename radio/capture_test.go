package radio_test

import (
	"errors"
	"strings"
	"testing"

	"foyer/floor"
	"foyer/radio"
)

func TestCaptureKeepsOneDevice(t *testing.T) {
	plan := floor.Example()
	plan.Levels[0].AccessPoints[0].Aliases = []string{"02:aa:00:00:00:01"}
	const lines = `{"ap":"ap-02","client":"02:00:5e:10:00:01","rssi":-61,"at":"2026-11-22T10:00:00.2Z"}
{"ap":"02:AA:00:00:00:01","client":"02-00-5E-10-00-01","rssi":-50.5,"at":"2026-11-22T10:00:01Z","ip":["10.0.3.7"]}
{"ap":"ap-02","client":"02:00:5e:10:00:02","rssi":-61,"at":"2026-11-22T10:00:00.2Z"}
{"ap":"ap-77","client":"02:00:5e:10:00:01","rssi":-61,"at":"2026-11-22T10:00:00.2Z"}
{"ap":"ap-02","client":"02:00:5e:10:00:01","rssi":-61}
not a report
`
	var got []radio.Heard
	s, err := radio.Capture(strings.NewReader(lines), "02:00:5e:10:00:01", plan, func(h radio.Heard) error { got = append(got, h); return nil })
	if err != nil {
		t.Fatal(err)
	}
	if s != (radio.CaptureStats{Heard: 2, Others: 1, Strange: 1, Untimed: 1, Refused: 1}) {
		t.Errorf("%+v", s)
	}
	if len(got) != 2 || got[0].AP != "ap-02" || got[1].AP != "ap-01" || got[1].RSSI != -50.5 || got[1].At.Second() != 1 {
		t.Errorf("%+v", got)
	}
	stop := errors.New("enough")
	if _, err := radio.Capture(strings.NewReader(lines), "02:00:5e:10:00:01", plan, func(radio.Heard) error { return stop }); !errors.Is(err, stop) {
		t.Error(err)
	}
	const secret = "02:00:5e:10:00:zz"
	if _, err := radio.Capture(strings.NewReader(lines), secret, plan, nil); !errors.Is(err, radio.ErrDevice) || strings.Contains(err.Error(), secret) {
		t.Errorf("%v", err)
	}
}
