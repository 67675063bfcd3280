package report_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/netip"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"foyer/radio/report"
)

// plain is a report as encoding/json reads it.
type plain struct {
	AP     string       `json:"ap"`
	Client string       `json:"client"`
	RSSI   float64      `json:"rssi"`
	At     time.Time    `json:"at"`
	AtErr  float64      `json:"at_err"`
	Kind   string       `json:"kind"`
	Freq   int          `json:"freq"`
	IP     []netip.Addr `json:"ip"`
	Agg    string       `json:"agg"`
	N      int          `json:"n"`
	Assoc  *bool        `json:"assoc"`
	Seq    uint64       `json:"seq"`
}

// FuzzDecode holds the scanner to encoding/json: whatever it accepts, the
// standard decoder accepts with the same values, and what it accepts survives
// being written and read again.
func FuzzDecode(f *testing.F) {
	f.Add([]byte(`{"ap":"ap-03","client":"02:00:5e:10:00:01","rssi":-61.5,"at":"2026-11-22T10:00:00.2Z","kind":"uplink_assoc","freq":5180,"ip":["10.0.3.7"]}`))
	f.Add([]byte(`{"ap":"a","client":"02005e100001","rssi":-1e1,"at_err":0.5,"agg":"mean","n":3,"assoc":false,"seq":7,"ip":["::1","1.2.3.4"]}` + "\n{}\n\n"))
	f.Add([]byte(`{"ap":"a","client":"c3-00-5e-10-00-01","rssi":-1,"kind":"ble_adv"}` + "\r\n"))
	f.Add([]byte(`{"ap":"a","client":"02005e100001","kind":"serving"}` + "\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		lines := bytes.SplitAfter(data, []byte("\n"))
		d := report.NewDecoder(bytes.NewReader(data))
		for {
			var got report.Report
			err := d.Decode(&got)
			var bad *report.LineError
			switch {
			case errors.As(err, &bad):
				if bad.Line < 1 || bad.Line > len(lines) {
					t.Fatalf("line %d of %d", bad.Line, len(lines))
				}
				continue
			case errors.Is(err, io.EOF):
				return
			case err != nil:
				t.Fatal(err)
			}
			again(t, got)
			agree(t, lines, got)
		}
	})
}

// agree finds a line of which encoding/json makes the same report.
func agree(t *testing.T, lines [][]byte, got report.Report) {
	for _, line := range lines {
		var want plain
		if json.Unmarshal(line, &want) != nil || want.AP != got.AP || want.RSSI != float64(got.RSSI) {
			continue
		}
		client, err := report.ParseBLEAddr(want.Client)
		assoc := want.Assoc != nil && *want.Assoc == (got.Assoc == report.AssocYes) || want.Assoc == nil && got.Assoc == report.AssocUnknown
		agg := want.Agg == got.Agg.String() || want.Agg == "" && got.Agg == report.Raw
		if err == nil && client == got.Client && want.At.Equal(got.At) && time.Duration(want.AtErr*1e9+0.5) == got.AtErr && want.Freq == got.Freq &&
			cmp.Equal(want.IP, got.IP, opts) && want.N == got.N && want.Seq == got.Seq && assoc && agg {
			return
		}
	}
	t.Fatalf("encoding/json reads no line as %+v", got)
}

func again(t *testing.T, got report.Report) {
	line, err := report.Append(nil, &got)
	if err != nil {
		t.Fatalf("accepted but not written: %v", err)
	}
	var back report.Report
	if err := report.NewDecoder(bytes.NewReader(line)).Decode(&back); err != nil {
		t.Fatalf("%s: %v", line, err)
	}
	if diff := cmp.Diff(got, back, opts); diff != "" {
		t.Fatal(diff)
	}
}
