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
	birds = 10_000
	some  = 2_000 // for a test that looks whether they are noticed
	spy   = "what another sensor hears"
)

// testStrangers lets ten thousand strangers be heard, in every format there is,
// and finds none of them.
func testStrangers(t *testing.T, p programs, at site) {
	for _, f := range hear(t, p, at, birds) {
		t.Error(f)
	}
}

// testLeak is the same with a build that lets strangers through on purpose:
// were they not found in it, the test above could not fail.
func testLeak(t *testing.T, at site) {
	found := hear(t, build(t, "foyer_leaky"), at, some)
	for _, where := range []string{"log of the box", "memory of the box", "bundle foyer/"} {
		if !slices.ContainsFunc(found, func(f string) bool { return strings.HasPrefix(f, where) }) {
			t.Errorf("a build that logs, keeps and packs people is not noticed by the %s: %q", where, found)
		}
	}
}

// hear opens a store and sends it n strangers while one customer is served: a
// fifth of them as a sensor of foyer's own, by both of its ways in, the others in
// every vendor's format. It returns where a stranger's address turns up.
func hear(t *testing.T, p programs, at site, n int) (found []string) {
	c, e := newChoir(t), evidence{}
	s, people := openShop(t, p, at, "debug", c.join, forgetful), cast()
	taps := s.taps()
	s.tell(people)
	ana, vera, guest, nobody := s.newStaff(), s.newStaff(), s.newGuest("127.1.0.4"), s.newGuest("127.1.0.5")
	ana.signOn("ana")
	ana.listen("/v1/associate/stream")
	vera.signOn("vera")
	vera.listen("/v1/associate/stream")

	leave := s.walks(walks, "walk_2", "02:00:5e:10:00:03", "127.1.0.4")
	all := canaries(n)
	own, each := n/5, (n-n/5)/len(repertoire())
	s.sing(e, all[:own/2])
	for i, song := range repertoire() {
		c.carry(s, e, song.format, song.payloads(t, all[own+i*each:own+(i+1)*each]))
	}
	visit := s.serve(people.Customers[0], ana, guest)
	guest.listen("/v1/me/stream")
	s.sing(e, all[own/2:own])
	heard := map[string]*said{"what Ana was answered": ana.heard, "what Vera was answered": vera.heard,
		"what the customer was answered": guest.heard, "what a stranger was answered": nobody.heard}
	for _, who := range []*person{ana, vera, guest, nobody} {
		s.browse(who, visit)
	}
	eventually(t, "the strangers are all heard", func() error { return c.heard(s, each) })
	if b := s.status(); b.Visits.Arrived != 1 || b.Radio.Panics > 0 {
		t.Errorf("something is wrong with the box: %+v %+v", b.Radio, b.Visits)
	}
	s.admin(e)
	found = s.bundle(e, people, "127.1.0.4", "127.1.0.5")
	eventually(t, "headquarters has everything", s.calm)
	for name, tap := range taps {
		tap.client.Disconnect(100)
		heard[name] = &tap.heard
		if tap.n.Load() == 0 && tap != taps[spy] {
			t.Errorf("%s: nothing at all: the search looks in the wrong place", name)
		}
	}
	leave()
	found = append(found, s.forgets(all)...)
	s.box.dump()
	must(t, s.headquarters.stop())
	heard["log of the box"], heard["log of headquarters"] = &s.box.out, &s.headquarters.out
	for name, h := range heard {
		e.keep(name).WriteString(h.String())
	}
	e.files(t, s.dir)
	hers := [6]byte{0x02, 0x00, 0x5e, 0x10, 0x00, 0x03} // she is known; her radio's address is nobody's business either
	return append(found, e.search(t, newSieve(append(all, hers)))...)
}

// forgetful has the box overwrite what it frees, and free it soon, so that what
// is found in its memory is what it keeps.
func forgetful(s *shop) { s.env = []string{"GODEBUG=clobberfree=1", "GOGC=5"} }

// fewLeft is how many strangers may be left in the memory of a box, of however
// many: of the last delivery of each source an address or two stay on a stack, and
// in what a library keeps.
const fewLeft = 25

// forgets lets the box collect its garbage and looks into its memory.
func (s *shop) forgets(all [][6]byte) (found []string) {
	s.Helper()
	for range 200 {
		_, err := s.figures()
		must(s.T, err)
	}
	n, size, err := s.box.remembered(all)
	if err != nil {
		s.Logf("SKIPPED: the box's memory cannot be read, which needs root: %v", err)
		return nil
	}
	s.Logf("figure: %d of %d strangers in %d MB of the box's memory", n, len(all), size>>20)
	if n > fewLeft {
		found = append(found, fmt.Sprintf("memory of the box: %d of %d strangers", n, len(all)))
	}
	return found
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
	t.Logf("figure: %d places, %d bytes searched", len(e), size)
	return found
}
