package rehearsal

import (
	"bytes"
	"errors"
	"io"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"foyer/floor"
	"foyer/radio/report"
)

// decode reads lines with the box's own decoder, and counts the refused ones.
func decode(tb testing.TB, lines []byte) (good []report.Report, refused int) {
	tb.Helper()
	d := report.NewDecoder(bytes.NewReader(lines))
	for {
		var r report.Report
		err := d.Decode(&r)
		var bad *report.LineError
		switch {
		case errors.Is(err, io.EOF):
			return good, refused
		case errors.As(err, &bad):
			refused++
		case err != nil:
			tb.Fatal(err)
		default:
			r.IP = slices.Clone(r.IP)
			good = append(good, r)
		}
	}
}

func TestAssociatedPhone(t *testing.T) {
	w, wy := firstStore()
	p := w.NewPhone(still{wy, Spot{Point: floor.Point{X: 20, Y: 20}}}, PhoneOptions{Number: 300})
	var air Air
	air.Add(p)
	var lines []byte
	air.AppendLines(nil, monday)
	for i := range 120 {
		lines = air.AppendLines(lines, monday.Add(time.Duration(i+1)*time.Second))
	}
	got, refused := decode(t, lines)
	if refused != 0 {
		t.Errorf("%d lines are refused", refused)
	}
	perAP, clients, serving := map[string]int{}, map[report.Addr]bool{}, map[string]int{}
	for _, r := range got {
		perAP[r.AP]++
		clients[r.Client] = true
		if r.Kind == floor.UplinkAssoc {
			serving[r.AP]++
			if len(r.IP) != 1 || r.IP[0] != netip.MustParseAddr("127.1.1.47") {
				t.Fatalf("the serving access point's client table: %v", r.IP)
			}
		} else if len(r.IP) != 0 || r.Kind != floor.UplinkProbe {
			t.Fatalf("a neighbour says %v, %v", r.Kind, r.IP)
		}
		if r.At.Before(monday.Add(-2*time.Second)) || r.At.After(monday.Add(121*time.Second)) {
			t.Fatalf("heard at %v", r.At)
		}
	}
	if len(clients) != 1 || len(serving) != 1 || serving["ap-09"] == 0 && serving["ap-07"] == 0 {
		t.Errorf("%d addresses, served by %v", len(clients), serving)
	}
	for ap := range serving {
		if n := perAP[ap]; n < 95 || n > 120 {
			t.Errorf("%d readings of the serving access point in 120 s, want about 108", n)
		}
	}
	if len(perAP) < 4 {
		t.Errorf("only %v hear the phone", perAP)
	}
	air.Remove(p)
	if more := air.AppendLines(nil, monday.Add(time.Hour)); len(more) != 0 {
		t.Errorf("a phone that was removed still says %d bytes", len(more))
	}
}

func TestProbingPhoneChangesItsAddress(t *testing.T) {
	w, wy := firstStore()
	p := w.NewPhone(still{wy, Spot{Point: floor.Point{X: 20, Y: 20}}}, PhoneOptions{Number: 1, Probing: true})
	p.appendLines(nil, monday)
	got, _ := decode(t, p.appendLines(nil, monday.Add(20*time.Minute)))
	clients := map[report.Addr]bool{}
	for _, r := range got {
		clients[r.Client] = true
		if r.Kind != floor.UplinkProbe || len(r.IP) != 0 || !r.Client.Random() {
			t.Fatalf("a probing phone: kind %v, addresses %v", r.Kind, r.IP)
		}
	}
	if len(clients) < 12 || len(clients) > 80 {
		t.Errorf("%d addresses in 20 minutes, want one every 15 to 75 s", len(clients))
	}
}

func TestMalformedLinesAreRefusedAndCarryTheAddress(t *testing.T) {
	w, wy := firstStore()
	p := w.NewPhone(still{wy, Spot{Point: floor.Point{X: 20, Y: 20}}}, PhoneOptions{Malformed: 1})
	p.appendLines(nil, monday)
	lines := p.appendLines(nil, monday.Add(200*time.Second))
	_, refused := decode(t, lines)
	if refused < 150 {
		t.Errorf("%d lines refused of 200 broken ones", refused)
	}
	short := p.addr.text[:14] // one kind of line lacks a digit
	for line := range strings.Lines(string(lines)) {
		if !strings.Contains(line, short) {
			t.Fatalf("a line without the address: %s", line)
		}
	}
	quiet := w.NewPhone(still{wy, Spot{Point: floor.Point{X: 20, Y: 20}}}, PhoneOptions{})
	quiet.appendLines(nil, monday)
	if _, refused := decode(t, quiet.appendLines(nil, monday.Add(200*time.Second))); refused != 0 {
		t.Errorf("%d lines are broken without being asked for", refused)
	}
}

func TestPhoneAwaySaysNothing(t *testing.T) {
	w, wy := firstStore()
	k, err := wy.Walk(Outing{Starts: monday, Stay: 5 * time.Minute}, 1)
	if err != nil {
		t.Fatal(err)
	}
	p := w.NewPhone(k, PhoneOptions{})
	if b := p.appendLines(nil, monday.Add(-time.Second)); len(b) > 0 {
		t.Error("heard before the walk")
	}
	if b := p.appendLines(nil, k.Ends()); len(b) == 0 {
		t.Error("not heard during the walk")
	}
	if b := p.appendLines(nil, k.Ends().Add(time.Minute)); len(b) > 0 {
		t.Error("heard after the walk")
	}
}

func TestPhoneRoams(t *testing.T) {
	w, wy := firstStore()
	k, err := wy.Walk(Outing{Starts: monday, Zones: []floor.ZoneID{"beauty", "shoes", "alterations"}, Stay: 10 * time.Minute}, 1)
	if err != nil {
		t.Fatal(err)
	}
	p := w.NewPhone(k, PhoneOptions{})
	p.appendLines(nil, monday)
	got, _ := decode(t, p.appendLines(nil, k.Ends()))
	serving := map[string]bool{}
	for _, r := range got {
		if r.Kind == floor.UplinkAssoc {
			serving[r.AP] = true
		}
	}
	if len(serving) < 2 {
		t.Errorf("served by %v on a walk through the whole store", serving)
	}
}

func TestStrangers(t *testing.T) {
	w, wy := firstStore()
	phones, err := w.Strangers(wy, StrangerOptions{First: 1000, N: 200, From: monday, Over: 10 * time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	probing, came := 0, 0
	for _, p := range phones {
		if p.opts.Probing {
			probing++
		}
		for at := monday; at.Before(monday.Add(40 * time.Minute)); at = at.Add(5 * time.Second) {
			if s, here := p.carrier.At(at); here && s.Inside {
				came++
				break
			}
		}
	}
	if len(phones) != 200 || probing < 130 || probing > 195 || came < 60 || came > 120 {
		t.Errorf("%d strangers, %d probing, %d came in", len(phones), probing, came)
	}
}

// BenchmarkSecond is what one second of one phone costs the world, its lines
// included.
func BenchmarkSecond(b *testing.B) {
	plan := floor.Example()
	w, wy := NewWorld(plan, 1), ways(b, plan)
	var air Air
	const phones = 60
	for i := range phones {
		k, err := wy.Walk(Outing{Starts: monday, Stay: 24 * time.Hour}, uint64(i))
		if err != nil {
			b.Fatal(err)
		}
		air.Add(w.NewPhone(k, PhoneOptions{Number: i}))
	}
	now := monday.Add(time.Minute)
	lines := air.AppendLines(nil, now)
	b.ReportAllocs()
	b.ResetTimer()
	for range b.N {
		now = now.Add(time.Second)
		lines = air.AppendLines(lines[:0], now)
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*phones), "us/phone-second")
	b.ReportMetric(float64(len(lines))/phones, "B/phone-second")
}

func BenchmarkNewWorld(b *testing.B) {
	plan := floor.Example()
	b.ReportAllocs()
	for i := range b.N {
		NewWorld(plan, uint64(i))
	}
}

func BenchmarkWalk(b *testing.B) {
	wy := ways(b, floor.Example())
	b.ReportAllocs()
	for i := range b.N {
		if _, err := wy.Walk(Outing{Starts: monday}, uint64(i)); err != nil {
			b.Fatal(err)
		}
	}
}
