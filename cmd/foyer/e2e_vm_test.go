package main_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"foyer/floor"
	"foyer/scripts/vm/medium"
)

// airPlan is a long room with three access points; the second has no name but
// its radio's address.
const airPlan = `{"schema":"foyer.plan/1","name":"Rathausplatz","levels":[{"id":"ground","name":"Ground floor","height":3,
"outline":[[0,0],[60,0],[60,12],[0,12]],
"zones":[{"id":"women","name":"Women","outline":[[0,0],[30,0],[30,12],[0,12]]},{"id":"men","name":"Men","outline":[[30,0],[60,0],[60,12],[30,12]]}],
"entrances":[{"id":"main","at":[30,0],"width":2}],
"access_points":[{"id":"ap-01","at":[8,6],"height":2.8,"aliases":["02:00:00:00:00:00"]},
{"id":"ap-02","at":[52,6],"height":2.8,"aliases":["02-00-00-00-01-00"]},{"id":"ap-03","at":[30,6],"height":2.8}]}]}`

// TestRadios is run in a virtual machine by scripts/vm: the built programs on
// real nl80211, with phones that go over the air. Lines with a ≈ are figures.
func TestRadios(t *testing.T) {
	if from := os.Getenv("FOYER_RELAY_FROM"); from != "" { // no test, but a process of one
		relay(t, from, os.Getenv("FOYER_RELAY_TO"))
	}
	dir := os.Getenv("FOYER_GUEST")
	if dir == "" {
		t.Skip("SKIPPED: it needs a machine with simulated radios; make vm-test makes one")
	}
	begun := time.Now()
	openAir(t)
	t.Logf("≈ %.1f s to three access points", time.Since(begun).Seconds())
	plan := filepath.Join(t.TempDir(), "plan.json")
	must(t, os.WriteFile(plan, []byte(airPlan), 0o600))
	begun = time.Now()
	s := openShopOn(t, programs{filepath.Join(dir, "foyer"), filepath.Join(dir, "foyer-hq")}, site{plan: plan}, "info", lan+"1")
	people := cast()
	s.tell(people)
	t.Logf("≈ %.1f s to a box with all its documents", time.Since(begun).Seconds())
	ana := s.newStaff()
	ana.signOn("ana")
	ana.listen("/v1/associate/stream")
	rec := newRecorder(t, herPhone)
	s.agents(rec)

	took := join(t, herPhone, ownAP)
	t.Logf("≈ %.1f s to associate", took.Seconds())
	code, _ := s.invite(people.Customers[0])
	guest := s.newGuest("")
	guest.client.Transport.(*http.Transport).DialContext = overAir(t, herPhone, s.guest)
	begun = time.Now()
	guest.do("POST", "/v1/me/session", map[string]string{"code": code}, nil)
	t.Logf("≈ %.1f s from her code to a lease, over the air", time.Since(begun).Seconds())
	if r := s.status().Radio; r.Leases != 1 || r.BoundByNeighbour != 1 || r.Waiting != 0 {
		t.Fatalf("no lease by the neighbour table: %+v", r)
	}
	talk(t, herPhone)
	s.ownRadio(rec)
	s.stranger()
	s.walksOn(rec)
	s.medium(rec, guest, ana)
	s.goes()
}

// agents starts foyer-ap on every access point twice: for the recorder and for
// the box. On the box's own it adds the probe requests to what its radio says.
func (s *shop) agents(rec *recorder) {
	s.Helper()
	anything := s.write("token-any", "any")
	for radio, id := range []string{"controller", "controller", "spy"} {
		s.agent(radio, fmt.Sprintf("BOX=https://%s\nTOKEN_FILE=%s\nFINGERPRINT=%s\nAP=wlan%d=ap-%02d",
			rec.server.Listener.Addr(), anything, rec.pin(), radio, radio+1))
		conf := fmt.Sprintf("BOX=https://%s\nTOKEN_FILE=%s\nCA=%s", s.sensors, s.write("token-"+id, sensorToken(id)), filepath.Join(s.identity, "ca.pem"))
		if radio == thirdAP { // the others are called by their addresses, which the plan has as aliases
			conf += "\nAP=wlan2=ap-03"
		}
		s.agent(radio, conf)
	}
}

// admitted is how many readings of her phone the box has let in.
func (s *shop) admitted() uint64 { s.Helper(); return s.status().Radio.Admitted }

// ownRadio: the box reads its own access point, and the level follows.
func (s *shop) ownRadio(rec *recorder) {
	s.Helper()
	before := s.admitted()
	for _, want := range []int{-35, -62, -80, -48} {
		begun := time.Now()
		weaken(s.T, herPhone, want)
		took := rec.reports(s.T, "ap-01", floor.DBm(want))
		s.Logf("≈ set %d dBm, foyer-ap tells %d dBm after %.1f s", want, want, time.Since(begun).Seconds())
		if took > 10*time.Second {
			s.Errorf("%v to follow", took)
		}
	}
	eventually(s.T, "the box's own radio is read", func() error {
		if got := s.admitted(); got < before+3 {
			return fmt.Errorf("%d readings admitted, were %d", got, before)
		}
		return nil
	})
	for _, x := range s.status().Sensors {
		if x.ID == "own-radio" && x.Reports >= 3 {
			s.Logf("≈ own radio: %d readings", x.Reports)
			return
		}
	}
	s.Errorf("too few readings of the own radio: %+v", s.status().Sensors)
}

// stranger: a phone that nobody opted in is heard, and dropped.
func (s *shop) stranger() {
	s.Helper()
	before := s.status().Radio.Dropped
	join(s.T, strangersPhone, secondAP)
	eventually(s.T, "the stranger is heard and dropped", func() error {
		if got := s.status().Radio; got.Dropped < before+2 || got.Leases != 1 {
			return fmt.Errorf("%+v", got)
		}
		return nil
	})
}

// walksOn: she walks to the second access point, whose agent takes over; the
// box's own radio has lost her, which ends nothing.
func (s *shop) walksOn(rec *recorder) {
	s.Helper()
	leave(s.T, herPhone)
	took := join(s.T, herPhone, secondAP)
	weaken(s.T, herPhone, -55)
	after := rec.reports(s.T, "ap-02", -55)
	s.Logf("≈ %.1f s to the second access point, %.1f s more until foyer-ap tells -55 dBm", took.Seconds(), after.Seconds())
	before := s.admitted()
	eventually(s.T, "the box has readings of the second access point", func() error {
		if got := s.admitted(); got < before+3 {
			return fmt.Errorf("%d readings admitted, were %d", got, before)
		}
		return nil
	})
}

// medium: with an air of its own, each access point hears her with a level of
// its own: the one that serves her by her frames, the others when she looks for
// networks. So the box knows where she is, and Ana where to go.
func (s *shop) medium(rec *recorder, guest, ana *person) {
	s.Helper()
	m, err := medium.Open(strangersPhone + 1)
	must(s.T, err)
	ctx, cancel := context.WithCancel(context.Background())
	var all sync.WaitGroup
	all.Go(func() {
		if err := m.Run(ctx); err != nil {
			s.Error(err)
		}
	})
	defer func() { cancel(); all.Wait(); must(s.T, m.Close()) }()
	opened := time.Now()
	for _, levels := range [][3]int{{-71, -47, -58}, {-52, -66, -77}, levelsAt(50, 5)} {
		s.hears(m, rec, levels)
	}
	begun := time.Now()
	eventually(s.T, "she has been located, and has arrived", func() error {
		var me struct{ Stage, Ask string }
		guest.do("GET", "/v1/me", nil, &me)
		if me.Stage != "awaiting" || me.Ask != "Ana" {
			return errors.Join(fmt.Errorf("%+v, %+v", me, s.status().Locator), look(s.T, herPhone))
		}
		return nil
	})
	located := s.status().Locator
	s.Logf("≈ %.1f s more until her page asks whether Ana shall be told; %d fixes of %d readings", time.Since(begun).Seconds(), located.Fixes, located.Readings)
	guest.do("POST", "/v1/me/visit/announce", map[string]string{"style": "approach_me"}, nil)
	var card struct{ Visit, Zone string }
	ana.do("POST", "/v1/offers/"+ana.offered()+"/accept", struct{}{}, &card)
	for _, place := range []struct {
		zone string
		x, y float64
	}{{"men", 50, 5}, {"women", 9, 8}} {
		s.hears(m, rec, levelsAt(place.x, place.y))
		begun := time.Now()
		eventually(s.T, "Ana's card has the zone "+place.zone, func() error {
			card.Zone = "" // null leaves it
			ana.do("GET", "/v1/visits/"+card.Visit+"/card", nil, &card)
			if card.Zone != place.zone {
				return errors.Join(fmt.Errorf("it has %q; %+v", card.Zone, s.status().Locator), look(s.T, herPhone))
			}
			return nil
		})
		s.Logf("≈ she stands at %v, %v: Ana's card has %s after %.1f s more", place.x, place.y, card.Zone, time.Since(begun).Seconds())
	}
	s.Logf("≈ %d frames through the medium in %.0f s", m.Frames(), time.Since(opened).Seconds())
}

// hears gives each access point a level of her phone, and waits until each
// agent tells its own.
func (s *shop) hears(m *medium.Medium, rec *recorder, levels [3]int) {
	s.Helper()
	for ap, level := range levels {
		m.Set(herPhone, ap, level)
	}
	begun := time.Now()
	eventually(s.T, fmt.Sprintf("each access point tells its own of %v dBm", levels), func() error {
		one, _ := rec.level("ap-01 probe")
		two, _ := rec.level("ap-02")
		three, _ := rec.level("ap-03 probe")
		if got := [3]int{int(one), int(two), int(three)}; got != levels {
			return errors.Join(fmt.Errorf("they tell %v", got), look(s.T, herPhone))
		}
		return nil
	})
	s.Logf("≈ three levels set %v dBm, told so after %.1f s", levels, time.Since(begun).Seconds())
}

// levelsAt is what the access points of airPlan hear of a phone at a place: a
// plain path loss, in dBm.
func levelsAt(x, y float64) (levels [3]int) {
	for ap, at := range [3][2]float64{{8, 6}, {52, 6}, {30, 6}} {
		d := math.Hypot(math.Hypot(x-at[0], y-at[1]), 1.6) // metres, with the height between them
		levels[ap] = int(-40 - 28*math.Log10(d))
	}
	return levels
}

// goes: she leaves the network, and a minute later her lease is over.
func (s *shop) goes() {
	s.Helper()
	if r := s.status().Radio; r.Leases != 1 {
		s.Fatalf("she walked on, and her lease is gone: %+v", r)
	}
	leave(s.T, herPhone)
	begun := time.Now()
	end := begun.Add(100 * time.Second)
	for s.status().Radio.Leases != 0 {
		if time.Now().After(end) {
			s.Fatalf("still leased: %+v", s.status().Radio)
		}
		time.Sleep(250 * time.Millisecond)
	}
	took := time.Since(begun)
	s.Logf("≈ %.1f s from leaving the network to the end of her lease", took.Seconds())
	if r := s.status().Radio; took < 55*time.Second || r.Left == 0 {
		s.Error(errors.New("it did not end because she left"), r)
	}
}
