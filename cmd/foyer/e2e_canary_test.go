package main_test

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"
)

const (
	birds = 1000
	spy   = "what another sensor hears"
)

// testStrangers lets a thousand strangers be heard and finds none of them.
func testStrangers(t *testing.T, p programs, at site) {
	for _, f := range hear(t, p, at) {
		t.Error(f)
	}
}

// testLeak is the same with a build that lets strangers through on purpose:
// were they not found in it, the test above could not fail.
func testLeak(t *testing.T, at site) {
	found := hear(t, build(t, "foyer_leaky"), at)
	if !slices.ContainsFunc(found, func(f string) bool { return strings.HasPrefix(f, "log of the box") }) {
		t.Errorf("a build that logs every stranger is not noticed: %q", found)
	}
}

// hear opens a store, sends it strangers by both of its ways in while one
// customer is served, and returns where a stranger's address turns up.
func hear(t *testing.T, p programs, at site) (found []string) {
	s, people := openShop(t, p, at, "debug"), cast()
	e := evidence{}
	taps := s.taps()
	s.tell(people)
	ana, vera, guest, nobody := s.newStaff(), s.newStaff(), s.newGuest("127.1.0.4"), s.newGuest("127.1.0.5")
	ana.signOn("ana")
	ana.listen("/v1/associate/stream")
	vera.signOn("vera")
	vera.listen("/v1/associate/stream")

	leave := s.walks(walks, "walk_2", "02:00:5e:10:00:03", "127.1.0.4")
	all := canaries(birds)
	s.sing(e, all[:birds/2])
	visit := s.serve(people.Customers[0], ana, guest)
	guest.listen("/v1/me/stream")
	s.sing(e, all[birds/2:])
	heard := map[string]*said{"what Ana was answered": ana.heard, "what Vera was answered": vera.heard,
		"what the customer was answered": guest.heard, "what a stranger was answered": nobody.heard}
	for _, who := range []*person{ana, vera, guest, nobody} {
		s.browse(who, visit)
	}
	b := s.status()
	if b.Radio.Reports <= birds/2 || b.Radio.Malformed != birds/2 || b.Visits.Arrived != 1 {
		t.Fatalf("the strangers were not all heard: %+v %+v", b.Radio, b.Visits)
	}
	s.admin(e)
	eventually(t, "headquarters has everything", s.calm)
	for name, tap := range taps {
		tap.client.Disconnect(100)
		heard[name] = &tap.heard
		if tap.n.Load() == 0 && tap != taps[spy] {
			t.Errorf("%s: nothing at all: the search looks in the wrong place", name)
		}
	}
	leave()
	must(t, s.box.stop())
	must(t, s.headquarters.stop())
	heard["log of the box"], heard["log of headquarters"] = &s.box.out, &s.headquarters.out
	for name, h := range heard {
		e.keep(name).WriteString(h.String())
	}
	e.files(t, s.dir)
	hers := [6]byte{0x02, 0x00, 0x5e, 0x10, 0x00, 0x03} // she is known; her radio's address is nobody's business either
	return e.search(t, newSieve(append(all, hers)))
}

// sing delivers one line each, in turn by HTTPS and by MQTT.
func (s *shop) sing(e evidence, some [][6]byte) {
	s.Helper()
	post, mqtt := s.sensor("controller"), s.mqtt("controller")
	answers := e.keep("what the sensor was answered")
	for i, a := range some {
		line := song(i, a, time.Now())
		if i%4 < 2 { // a good one and a bad one
			status, text, err := post(context.Background(), []byte(line))
			must(s.T, err)
			fmt.Fprintln(answers, status, text)
			continue
		}
		done := mqtt.Publish("foyer-sensor/v1/controller", 1, i%8 < 4, line)
		if !done.WaitTimeout(patience) || done.Error() != nil {
			s.Fatalf("publish: %v", done.Error())
		}
	}
	mqtt.Disconnect(100)
}

// evidence is all that came out of a store, by where.
type evidence map[string]*bytes.Buffer

func (e evidence) keep(name string) *bytes.Buffer {
	if e[name] == nil {
		e[name] = &bytes.Buffer{}
	}
	return e[name]
}

// search looks through everything and says where it found something.
func (e evidence) search(t *testing.T, s *sieve) (found []string) {
	t.Helper()
	size := 0
	for _, name := range slices.Sorted(maps.Keys(e)) {
		data := e[name].Bytes()
		size += len(data)
		if how := s.in(data); how != "" {
			found = append(found, name+": a stranger "+how)
		}
	}
	t.Logf("%d places, %d bytes searched", len(e), size)
	return found
}
