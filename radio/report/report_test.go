package report_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/netip"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"foyer/floor"
	"foyer/radio/report"
)

var opts = cmp.Options{cmpopts.EquateComparable(report.Addr{}, netip.Addr{}), cmpopts.EquateEmpty()}

func addr(t testing.TB, s string) report.Addr {
	t.Helper()
	a, err := report.ParseBLEAddr(s)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// decode returns copies of all good reports and the reasons of the bad lines.
func decode(t testing.TB, r io.Reader) (good []report.Report, bad []string, err error) {
	t.Helper()
	d := report.NewDecoder(r)
	for {
		var rep report.Report
		err := d.Decode(&rep)
		var line *report.LineError
		switch {
		case errors.As(err, &line):
			bad = append(bad, err.Error())
		case errors.Is(err, io.EOF):
			return good, bad, nil
		case err != nil:
			return good, bad, err
		default:
			rep.IP = append([]netip.Addr(nil), rep.IP...)
			good = append(good, rep)
		}
	}
}

func TestDecode(t *testing.T) {
	client := addr(t, "02:00:5e:10:00:01")
	at := time.Date(2026, 11, 22, 10, 0, 0, 200e6, time.UTC)
	tests := []struct {
		name, in string
		want     report.Report
	}{
		{"the contract's example",
			`{"ap":"ap-03","client":"02:00:5e:10:00:01","rssi":-61.5,"at":"2026-11-22T10:00:00.2Z","kind":"uplink_assoc","freq":5180,"ip":["10.0.3.7"]}`,
			report.Report{AP: "ap-03", Client: client, RSSI: -61.5, Kind: floor.UplinkAssoc, At: at, Freq: 5180, IP: []netip.Addr{netip.MustParseAddr("10.0.3.7")}}},
		{"the least", `{"client":"02-00-5E-10-00-01","ap":"a","rssi":-1e1}`,
			report.Report{AP: "a", Client: client, RSSI: -10}},
		{"everything, spaced",
			` { "ap" : "x y#1" , "client":"0200.5e10.0001","rssi":-0.5,"at":"2026-11-22T12:00:00.2+02:00","at_err":0.25,"kind":"vendor_avg","ip":[ "fe80::1" , "::ffff:10.0.0.1" ],"agg":"median","n":12,"assoc":true,"seq":18446744073709551615 } ` + "\r",
			report.Report{AP: "x y#1", Client: client, RSSI: -0.5, Kind: floor.VendorAverage, At: at, AtErr: 250 * time.Millisecond,
				IP:  []netip.Addr{netip.MustParseAddr("fe80::1"), netip.MustParseAddr("::ffff:10.0.0.1")},
				Agg: report.Median, N: 12, Assoc: report.AssocYes, Seq: 1<<64 - 1}},
		{"an association of unknown strength", `{"ap":"a","client":"02:00:5e:10:00:01","kind":"serving"}`,
			report.Report{AP: "a", Client: client, Kind: floor.Serving}},
		{"and of a known one", `{"kind":"serving","ap":"a","client":"02:00:5e:10:00:01","rssi":-70}`,
			report.Report{AP: "a", Client: client, RSSI: -70, Kind: floor.Serving}},
		{"Bluetooth keeps its random bits", `{"ap":"a","client":"c30000000001","rssi":-80,"kind":"ble_adv","assoc":false,"ip":[]}`,
			report.Report{AP: "a", Client: addr(t, "c3:00:00:00:00:01"), RSSI: -80, Kind: floor.BLE, Assoc: report.AssocNo}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			good, bad, err := decode(t, strings.NewReader(tt.in))
			if err != nil || bad != nil {
				t.Fatalf("refused: %v %v", bad, err)
			}
			if diff := cmp.Diff([]report.Report{tt.want}, good, opts); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestDecodeRefuses(t *testing.T) {
	with := func(field string) string { return `{"ap":"a","client":"02:00:5e:10:00:01","rssi":-60,` + field + `}` }
	client := func(c string) string { return `{"ap":"a","rssi":-60,"client":` + c + `}` }
	rssi := func(v string) string { return `{"ap":"a","client":"02005e100001","rssi":` + v + `}` }
	ap := func(v string) string { return `{"ap":` + v + `,"client":"02005e100001","rssi":-6}` }
	tests := []struct {
		want error
		in   []string
	}{
		{report.ErrSyntax, []string{`x`, `[]`, `null`, `{`, `{}x`, `{"ap"}`, `{"ap":"a",}`, `{,}`, `{"ap":"a" "rssi":-1}`, "\u00a0{}", "\ufeff{}", "\v{}",
			`{"a\u0070":"a"}`, rssi("-60") + "{}", rssi("-60NaN"), rssi("-0x1p5"), with(`"seq":1.5`), with(`"freq":1e3`)}},
		{report.ErrField, []string{`{"AP":"a"}`, `{"x":1}`, `{"client_hash":"00"}`, `{"":0}`}},
		{report.ErrTwice, []string{with(`"rssi":-61`), `{"ap":"a","ap":"a"}`}},
		{report.ErrMissing, []string{`{}`, `{"ap":"a","rssi":-60}`, `{"client":"02005e100001","rssi":-60}`, `{"ap":"a","client":"02005e100001"}`}},
		{report.ErrAP, []string{ap(`""`), ap(`1`), ap(`null`), ap(`"` + strings.Repeat("a", 65) + `"`), ap(`"ä"`), ap(`"a\n"`), ap("\"a\x00\"")}},
		{report.ErrAddr, []string{client(`""`), client(`1`), client(`null`), client(`"00:00:00:00:00:00"`), client(`"ff-ff-ff-ff-ff-ff"`),
			client(`"01:00:5e:00:00:01"`), client(`"33:33:00:00:00:01"`), client(`"02:00:5e:10:00:0"`), client(`"02:00:5e:10:00:0g"`),
			client(`"02:00-5e:10:00:01"`), client(`"02 00 5e 10 00 01"`), client(`"02005e1000012"`), client(`":02005e100001"`), client(`"02:00:5e:10:00:01:02"`)}},
		{report.ErrRSSI, []string{rssi("0"), rssi("-0.0"), rssi("1"), rssi("127"), rssi("255"), rssi("-127"), rssi("-128"), rssi("4294967235"), rssi("-1e999"),
			rssi("NaN"), rssi("-Infinity"), rssi("-inf"), rssi(`"-60"`), rssi("null"), rssi("-"), rssi("-1."), rssi("-.5"), rssi("-1e"),
			rssi("-60." + strings.Repeat("0", 40)), rssi("+6")}},
		{report.ErrKind, []string{with(`"kind":"uplink"`), with(`"kind":0`), with(`"kind":""`)}},
		{report.ErrTime, []string{with(`"at":"2026-11-22 10:00:00Z"`), with(`"at":1700000000`), with(`"at":"0001-01-01T00:00:00Z"`), with(`"at":"2026-02-30T10:00:00Z"`),
			with(`"at":"2026-11-22T10:00:00"`), with(`"at_err":-1`), with(`"at_err":601`), with(`"at_err":"1"`)}},
		{report.ErrFreq, []string{with(`"freq":-1`), with(`"freq":100001`), with(`"freq":5180.5`), with(`"freq":"5180"`)}},
		{report.ErrIP, []string{with(`"ip":"10.0.0.1"`), with(`"ip":["10.0.0.256"]`), with(`"ip":["10.0.0"]`), with(`"ip":["10.0.0.01"]`), with(`"ip":["10.0.0.1.2"]`), with(`"ip":["fe80::1%eth0"]`),
			with(`"ip":["10.0.0.1",]`), with(`"ip":[,]`), with(`"ip":["10.0.0.1"`), with(`"ip":[""]`), with(`"ip":[1]`), with(`"ip":["host/10.0.0.1"]`),
			with(`"ip":["::1"` + strings.Repeat(`,"::1"`, 64) + `]`)}},
		{report.ErrAgg, []string{with(`"agg":"avg"`), with(`"n":0`), with(`"n":65536`), with(`"n":-1`)}},
		{report.ErrAssoc, []string{with(`"assoc":1`), with(`"assoc":"yes"`), with(`"assoc":tru`)}},
		{report.ErrSeq, []string{with(`"seq":-1`), with(`"seq":18446744073709551616`)}},
		{report.ErrLong, []string{strings.Repeat(" ", report.MaxLine) + "{}", strings.Repeat("9", 3*report.MaxLine)}},
	}
	// A number that ends early leaves the rest to the object's syntax.
	early := map[string]bool{with(`"seq":1.5`): true, with(`"freq":1e3`): true}
	for _, tt := range tests {
		for _, in := range tt.in {
			good, bad, err := decode(t, strings.NewReader("\n"+in+"\n"+rssi("-60")+"\n"))
			if err != nil || len(good) != 1 || len(bad) != 1 {
				t.Errorf("%.80s: %d good, refused %v, %v; want the line after it read", in, len(good), bad, err)
				continue
			}
			want := tt.want
			if early[in] {
				continue
			}
			if got := bad[0]; got != "line 2: "+want.Error() {
				t.Errorf("%.80s: %q, want %q", in, got, want)
			}
		}
	}
}

func TestDecodeStream(t *testing.T) {
	var in []byte
	rep := report.Report{AP: "ap-01", Client: addr(t, "020000000001"), RSSI: -50}
	const n = 2000
	for i := range n {
		rep.Seq = uint64(i)
		line, err := report.Append(nil, &rep)
		if err != nil {
			t.Fatal(err)
		}
		in = append(in, line...)
	}
	in = in[:len(in)-1] // the last line has no end
	for _, r := range []io.Reader{bytes.NewReader(in), iotest.HalfReader(bytes.NewReader(in)), iotest.DataErrReader(bytes.NewReader(in)), iotest.OneByteReader(bytes.NewReader(in))} {
		good, bad, err := decode(t, r)
		if err != nil || bad != nil || len(good) != n {
			t.Fatalf("%T: %d good, %v, %v", r, len(good), bad, err)
		}
		for i, g := range good {
			if g.Seq != uint64(i) {
				t.Fatalf("%T: line %d has seq %d", r, i, g.Seq)
			}
		}
	}
	broken := io.MultiReader(bytes.NewReader(in), iotest.ErrReader(io.ErrUnexpectedEOF))
	if good, bad, err := decode(t, broken); len(good) != n-1 || bad != nil || !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("broken connection: %d good, %v, %v; half a line is no line", len(good), bad, err)
	}
	if _, _, err := decode(t, lazy{}); !errors.Is(err, io.ErrNoProgress) {
		t.Errorf("a reader that gives nothing: %v", err)
	}
}

type lazy struct{}

func (lazy) Read([]byte) (int, error) { return 0, nil }

func TestAppendRefuses(t *testing.T) {
	good := func() report.Report {
		return report.Report{AP: "ap-01", Client: addr(t, "020000000001"), RSSI: -50}
	}
	tests := []struct {
		want   error
		change func(*report.Report)
	}{
		{report.ErrAP, func(r *report.Report) { r.AP = `a"b` }},
		{report.ErrAddr, func(r *report.Report) { r.Client = report.Addr{} }},
		{report.ErrAddr, func(r *report.Report) { r.Client = addr(t, "030000000001") }},
		{report.ErrRSSI, func(r *report.Report) { r.RSSI = 0 }},
		{report.ErrKind, func(r *report.Report) { r.Kind = 99 }},
		{report.ErrTime, func(r *report.Report) { r.AtErr = time.Hour }},
		{report.ErrTime, func(r *report.Report) { r.At = time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC) }},
		{report.ErrFreq, func(r *report.Report) { r.Freq = -1 }},
		{report.ErrIP, func(r *report.Report) { r.IP = []netip.Addr{{}} }},
		{report.ErrIP, func(r *report.Report) { r.IP = []netip.Addr{netip.MustParseAddr("fe80::1%lo")} }},
		{report.ErrAgg, func(r *report.Report) { r.Agg = 99 }},
		{report.ErrAssoc, func(r *report.Report) { r.Assoc = 99 }},
	}
	for _, tt := range tests {
		r := good()
		tt.change(&r)
		if got, err := report.Append([]byte("x"), &r); !errors.Is(err, tt.want) || string(got) != "x" {
			t.Errorf("%v: got %q, %v", tt.want, got, err)
		}
	}
}

func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		want := draw(rt)
		line, err := report.Append(nil, &want)
		if err != nil {
			rt.Fatal(err)
		}
		if !json.Valid(line) {
			rt.Fatalf("not JSON: %s", line)
		}
		good, bad, err := decode(t, bytes.NewReader(line))
		if err != nil || bad != nil {
			rt.Fatalf("%s: %v %v", line, bad, err)
		}
		if diff := cmp.Diff([]report.Report{want}, good, opts); diff != "" {
			rt.Fatal(diff)
		}
	})
}

func draw(t *rapid.T) report.Report {
	b := rapid.SliceOfN(rapid.Byte(), 6, 6).Draw(t, "addr")
	b[0] = b[0]&^1 | 2
	a, err := report.AddrFrom(b)
	if err != nil {
		t.Fatal(err)
	}
	r := report.Report{
		AP:     rapid.StringMatching(`[ !#-\[\]-~]{1,64}`).Draw(t, "ap"),
		Client: a,
		RSSI:   floor.DBm(rapid.Float64Range(-126.999, -1e-9).Draw(t, "rssi")),
		Kind:   floor.Kind(rapid.IntRange(0, 5).Draw(t, "kind")),
		Freq:   rapid.IntRange(0, 100000).Draw(t, "freq"),
		AtErr:  time.Duration(rapid.Int64Range(0, int64(10*time.Minute)).Draw(t, "at_err")),
		Agg:    report.Agg(rapid.IntRange(0, 4).Draw(t, "agg")),
		N:      rapid.IntRange(0, 65535).Draw(t, "n"),
		Assoc:  report.Assoc(rapid.IntRange(0, 2).Draw(t, "assoc")),
		Seq:    rapid.Uint64().Draw(t, "seq"),
	}
	if rapid.Bool().Draw(t, "clock") {
		r.At = time.Unix(rapid.Int64Range(0, 1<<37).Draw(t, "s"), rapid.Int64Range(0, 999999999).Draw(t, "ns")).UTC()
	}
	for range rapid.IntRange(0, 5).Draw(t, "ips") {
		if rapid.Bool().Draw(t, "v4") {
			r.IP = append(r.IP, netip.AddrFrom4([4]byte(rapid.SliceOfN(rapid.Byte(), 4, 4).Draw(t, "v4"))))
		} else {
			r.IP = append(r.IP, netip.AddrFrom16([16]byte(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "v6"))))
		}
	}
	return r
}

// An address prints as nothing, by whatever way somebody tries.
func TestAddrIsSilent(t *testing.T) {
	a := addr(t, "02:ab:cd:ef:98:76")
	rep := report.Report{AP: "ap-01", Client: a, RSSI: -50}
	var out bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%o", "%b", "%c", "%T %[1]p"} {
		fmt.Fprintf(&out, verb+"\n", a)
		fmt.Fprintf(&out, verb+"\n", rep)
		fmt.Fprintf(&out, verb+"\n", []any{&rep, []report.Addr{a}, map[report.Addr]int{a: 1}})
	}
	fmt.Fprintln(&out, a, &a, rep)
	if err := json.NewEncoder(&out).Encode(map[string]any{"a": a, "r": rep, "m": map[report.Addr]int{a: 1}}); err != nil {
		t.Fatal(err)
	}
	slog.New(slog.NewJSONHandler(&out, nil)).Info("x", "a", a, "r", rep)
	slog.New(slog.NewTextHandler(&out, nil)).Info("x", "a", a, "r", rep)
	got := strings.ToLower(out.String())
	for _, leak := range []string{"abcdef", "ab:cd", "ab cd", "171 205", "171, 205", "0xab, 0xcd", "253 315", "10101011"} {
		if strings.Contains(got, leak) {
			t.Errorf("%q in\n%s", leak, got)
		}
	}
	if !strings.Contains(got, "an address") {
		t.Error("the output shows no sign of the address at all: the test looks in the wrong place")
	}
}

func TestParseAddr(t *testing.T) {
	want := addr(t, "02:ab:cd:ef:98:76")
	for _, s := range []string{"02abcdef9876", "02ABCDEF9876", "02-AB-CD-EF-98-76", "02ab.cdef.9876", "02ab-cdef-9876", "02ABCD-EF9876", "02.ab.cd.ef.98.76"} {
		if got, err := report.ParseAddr(s); err != nil || got != want {
			t.Errorf("%s: %v", s, err)
		}
	}
	if !want.Random() || addr(t, "00:1b:c0:00:00:01").Random() {
		t.Error("Random does not tell the locally administered bit")
	}
	for _, b := range [][]byte{nil, make([]byte, 6), make([]byte, 8), {1, 0, 0, 0, 0, 1}, {2, 0, 0, 0, 0}} {
		if _, err := report.AddrFrom(b); !errors.Is(err, report.ErrAddr) {
			t.Errorf("%x: %v", b, err)
		}
	}
}

func BenchmarkDecode(b *testing.B) {
	b.ReportAllocs()
	var in []byte
	for i := range 1000 {
		rep := report.Report{AP: fmt.Sprintf("ap-%02d", i%10), Client: addr(b, fmt.Sprintf("02000000%04x", i)), RSSI: -61.5, Kind: floor.UplinkAssoc,
			At: time.Date(2026, 11, 22, 10, 0, 0, i*1e6, time.UTC), Freq: 5180, IP: []netip.Addr{netip.AddrFrom4([4]byte{10, 0, 3, byte(i)})}}
		in, _ = report.Append(in, &rep)
	}
	r := bytes.NewReader(in)
	d := report.NewDecoder(r)
	var rep report.Report
	b.ResetTimer()
	for range b.N {
		if d.Decode(&rep) != nil {
			r.Reset(in)
			d.Reset(r)
		}
	}
}
