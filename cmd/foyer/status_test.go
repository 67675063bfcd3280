package main

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"foyer/box"
	"foyer/firmware"
	"foyer/firmware/spool"
)

func TestPrintSensors(t *testing.T) {
	now := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	ahead := -42.5
	var out bytes.Buffer
	printSensors(&out, box.Status{At: now,
		Sensors: []box.SensorStatus{
			{ID: "air", Last: now.Add(-3 * time.Second), Reports: 600, PerMinute: 59.6, Clock: &ahead, Throttled: 7},
			{ID: "floor", Fails: "it does not answer in time"},
		},
		AccessPoints: []box.APStatus{{ID: "ap-01"}, {ID: "ap-02", Last: now.Add(-time.Minute), Clock: 1.25}},
		UnknownAPs:   []box.UnknownAP{{Name: "10.14.0.12#hostapd.phy1-ap0", Sensor: "air", Last: now}},
	})
	for _, want := range []string{
		"air     3s ago  60          -42.5 s  600", "floor   never", "floor fails: it does not answer in time", "ap-01         never", "ap-02         1m0s ago  +1.2 s",
		`  "aliases":["10.14.0.12#hostapd.phy1-ap0"]   (from air, 0s ago)`,
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, out.String())
		}
	}
}

func TestPrintUpdate(t *testing.T) {
	for want, f := range map[string]*spool.Status{
		"update        to 1.1.0: downloading, 5 of 10 bytes\n":    {State: firmware.Downloading, Running: "1.0.0", Wanted: "1.1.0", Got: 5, Size: 10},
		"update        to 1.1.0: rolled-back (crashed it fell)\n": {State: firmware.RolledBack, Running: "1.0.0", Wanted: "1.1.0", Reason: firmware.Crashed, Detail: "it fell"},
	} {
		var out bytes.Buffer
		if printStatus(&out, box.Status{Firmware: f}); !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, &out)
		}
	}
	for _, f := range []*spool.Status{nil, {State: firmware.Confirmed, Running: "1.0.0", Wanted: "1.0.0"}} {
		var out bytes.Buffer
		if printStatus(&out, box.Status{Firmware: f}); strings.Contains(out.String(), "update") {
			t.Errorf("an update that is none:\n%s", &out)
		}
	}
}
