package format_test

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"foyer/radio/format"
	"foyer/radio/report"
)

// A judge is a sink that holds a decoder to its promises.
type judge struct {
	t    *testing.T
	rows int
	line []byte
}

func (j *judge) Report(r *report.Report) {
	j.rows++
	if !r.Client.Valid() || !r.RSSI.Valid() && r.RSSI != 0 {
		j.t.Fatal("a report of nobody, or of no strength")
	}
	var err error
	if j.line, err = report.Append(j.line[:0], r); err != nil {
		j.t.Fatalf("a report that cannot be written: %v", err)
	}
	var back report.Report
	if err := report.NewDecoder(bytes.NewReader(j.line)).Decode(&back); err != nil {
		j.t.Fatalf("a report that cannot be read back: %v", err)
	}
}

func (j *judge) Hint(h *format.Hint) {
	j.rows++
	for _, v := range []float64{h.X, h.Y, h.SD} {
		if math.IsNaN(v) || math.Abs(v) > 100_000 {
			j.t.Fatalf("a hint at %v", v)
		}
	}
	if !h.Client.Valid() || h.SD < 0 || len(h.AP) > 64 || len(h.Map) > 128 || len(h.IP) > 64 {
		j.t.Fatal("a hint of nobody, or of no size")
	}
}

func (j *judge) Malformed(err error) {
	j.rows++
	j.fixed(err)
}

// fixed demands that an error is one of the sentences that are known beforehand.
func (j *judge) fixed(err error) {
	var line *report.LineError
	if errors.As(err, &line) && err.Error() == fmt.Sprintf("line %d: %v", line.Line, line.Err) {
		err = line.Err
	}
	if !slices.Contains(sentences(), err) {
		j.t.Fatalf("%q may hold a part of the payload", err)
	}
}

func sentences() []error {
	return []error{
		format.ErrSize, format.ErrSyntax, format.ErrDepth, format.ErrSecret, format.ErrVersion, format.ErrSource, format.ErrDenied,
		format.ErrRow, format.ErrRows, format.ErrTopic,
		report.ErrSyntax, report.ErrLong, report.ErrField, report.ErrTwice, report.ErrMissing, report.ErrAP, report.ErrAddr,
		report.ErrRSSI, report.ErrKind, report.ErrTime, report.ErrFreq, report.ErrIP, report.ErrAgg, report.ErrAssoc, report.ErrSeq,
	}
}

// hold decodes a payload whatever it is.
func hold(t *testing.T, f format.Format, body []byte, from string) {
	before := bytes.Clone(body)
	for _, p := range []format.Payload{
		{Received: rx(), Sent: rx().Add(-time.Minute), Every: time.Hour},
		{},
	} {
		j := judge{t: t}
		p.Body, p.From, p.Secret = body, from, func([]byte) bool { return true }
		if err := f.Decode(p, &j); err != nil {
			j.fixed(err)
		}
		if j.rows > 8192+1 && f.Name != "ndjson" {
			t.Fatalf("%d rows", j.rows)
		}
	}
	if !bytes.Equal(before, body) {
		t.Fatal("the payload was written to") // a signature is checked over it
	}
}

// fuzz tries a format with its samples and pitfalls, and what grows from them.
func fuzz(f *testing.F, name string) {
	of, ok := format.Named(name)
	if !ok {
		f.Fatalf("no format %s", name)
	}
	for file, other := range samples() {
		if other == name {
			for _, p := range open(f, file, of) {
				f.Add(p.Body, p.From)
			}
		}
	}
	for _, p := range pitfalls() {
		if p.format == name && len(p.body) < 4096 {
			f.Add([]byte(p.body), "home/gw/BTtoMQTT/C8D083000007")
		}
	}
	f.Fuzz(func(t *testing.T, body []byte, from string) { hold(t, of, body, from) })
}

func FuzzAruba(f *testing.F)           { fuzz(f, "aruba-aos8") }
func FuzzCMX(f *testing.F)             { fuzz(f, "cmx") }
func FuzzDAWN(f *testing.F)            { fuzz(f, "dawn") }
func FuzzDAWNMap(f *testing.F)         { fuzz(f, "dawn-map") }
func FuzzESPresense(f *testing.F)      { fuzz(f, "espresense") }
func FuzzFortiGate(f *testing.F)       { fuzz(f, "fortigate") }
func FuzzHappyBubbles(f *testing.F)    { fuzz(f, "happybubbles") }
func FuzzHostapdClients(f *testing.F)  { fuzz(f, "hostapd-clients") }
func FuzzHostapdControl(f *testing.F)  { fuzz(f, "hostapd-control") }
func FuzzHostapdEvents(f *testing.F)   { fuzz(f, "hostapd-events") }
func FuzzHostapdStations(f *testing.F) { fuzz(f, "hostapd-stations") }
func FuzzIWStations(f *testing.F)      { fuzz(f, "iw-stations") }
func FuzzMeraki(f *testing.F)          { fuzz(f, "meraki") }
func FuzzMist(f *testing.F)            { fuzz(f, "mist") }
func FuzzNDJSON(f *testing.F)          { fuzz(f, "ndjson") }
func FuzzTheengs(f *testing.F)         { fuzz(f, "theengs") }
func FuzzUniFi(f *testing.F)           { fuzz(f, "unifi") }
func FuzzUniFiV1(f *testing.F)         { fuzz(f, "unifi-v1") }
func FuzzUsteer(f *testing.F)          { fuzz(f, "usteer") }
func FuzzUsteerClients(f *testing.F)   { fuzz(f, "usteer-clients") }

type nowhere struct{}

func (nowhere) Report(*report.Report) {}
func (nowhere) Hint(*format.Hint)     {}
func (nowhere) Malformed(error)       {}

// A payload as large as allowed, of the smallest rows there are, costs a bounded
// amount of memory, and no format reads a byte more.
func TestPayloadsAreBounded(t *testing.T) {
	row := map[string][3]string{
		"cmx":             {`{"notifications":[{}`, `,{}`, `]}`},
		"dawn":            {`{"method":"clients","data":"{\"clients\":{\"a\":{}`, `,\"a\":0`, `}}"}`},
		"dawn-map":        {`{"":{"":{}`, `,"":{}`, `}}`},
		"fortigate":       {`{"results":[{}`, `,{}`, `]}`},
		"hostapd-clients": {`{"clients":{"a":0`, `,"":0`, `}}`},
		"hostapd-events":  {"\n", "event:probe\ndata:{}\n\n", "\n"},
		"meraki":          {`{"version":"3","data":{"observations":[{"clientMac":"` + phone + `","locations":[{}`, `,{}`, `]}]}}`},
		"mist":            {`{"topic":"wifi-conn-raw","events":[{}`, `,{}`, `]}`},
		"unifi":           {`{"meta":{"rc":"ok"},"data":[{}`, `,{"is_wired":1}`, `]}`},
		"unifi-v1":        {`{"data":[{}`, `,{}`, `]}`},
		"usteer":          {"\x00\x00\x00\x04", "\x00\x00\x00\x04", ""},
		"usteer-clients":  {`{"` + phone + `":{"":0`, `,"":0`, `}}`},
	}
	for _, f := range format.All() {
		parts, ok := row[f.Name]
		if !ok {
			parts = [3]string{"", "x\n", ""}
		}
		n := (f.Max - len(parts[0]) - len(parts[2])) / len(parts[1])
		p := format.Payload{Body: []byte(parts[0] + strings.Repeat(parts[1], n) + parts[2]), Received: rx(), From: from(f), Secret: func([]byte) bool { return true }}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		if err := f.Decode(p, nowhere{}); err != nil && ok && f.Name != "usteer" {
			t.Fatalf("%s: %v", f.Name, err)
		}
		runtime.ReadMemStats(&after)
		if n := after.TotalAlloc - before.TotalAlloc; n > 16<<20 {
			t.Errorf("%s: %d bytes allocated for a payload of %d", f.Name, n, len(p.Body))
		}
		p.Body = make([]byte, f.Max+1)
		if err := f.Decode(p, nowhere{}); !errors.Is(err, format.ErrSize) {
			t.Errorf("%s: %d bytes: %v, want %v", f.Name, len(p.Body), err, format.ErrSize)
		}
	}
}
