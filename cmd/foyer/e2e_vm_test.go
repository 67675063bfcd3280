package main_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"foyer/floor"
	"foyer/scripts/vm/medium"
)

// airPlan is a room with three access points; the second has no name but its
// radio's address.
const airPlan = `{"schema":"foyer.plan/1","name":"Rathausplatz","levels":[{"id":"ground","name":"Ground floor","height":3,
"outline":[[0,0],[20,0],[20,12],[0,12]],
"zones":[{"id":"women","name":"Women","outline":[[0,0],[10,0],[10,12],[0,12]]},{"id":"men","name":"Men","outline":[[10,0],[20,0],[20,12],[10,12]]}],
"entrances":[{"id":"main","at":[10,0],"width":2}],
"access_points":[{"id":"ap-01","at":[2,2],"height":2.8,"aliases":["02:00:00:00:00:00"]},
{"id":"ap-02","at":[18,2],"height":2.8,"aliases":["02-00-00-00-01-00"]},{"id":"ap-03","at":[10,11],"height":2.8}]}]}`

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
	s.medium(rec, guest)
	s.goes()
}

// agents starts foyer-ap on every access point: to the recorder on all three,
// to the box on those that are not its own.
func (s *shop) agents(rec *recorder) {
	s.Helper()
	for radio, ap := range []string{"ap-01", "", "ap-03"} {
		conf := fmt.Sprintf("BOX=https://%s\nTOKEN_FILE=%s\nFINGERPRINT=%s\nAP=wlan%d=ap-%02d", rec.server.Listener.Addr(), s.write("any-token", "any"), rec.pin(), radio, radio+1)
		s.agent(radio, conf)
		if radio == ownAP {
			continue
		}
		id := []string{"", "controller", "spy"}[radio]
		token := s.write("token-"+id, sensorToken(id))
		conf = fmt.Sprintf("BOX=https://%s\nTOKEN_FILE=%s\nCA=%s", s.sensors, token, filepath.Join(s.identity, "ca.pem"))
		if ap != "" {
			conf += fmt.Sprintf("\nAP=wlan%d=%s", radio, ap)
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
		if x.ID == "own-radio" && x.Reports > 0 {
			s.Logf("≈ own radio: %d readings", x.Reports)
			return
		}
	}
	s.Errorf("no readings of the own radio: %+v", s.status().Sensors)
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

// medium: with an air of its own, each access point hears her with a
// level of its own: the one that serves her by her frames, the others when she
// looks for networks.
func (s *shop) medium(rec *recorder, guest *person) {
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
	for _, levels := range [][3]int{{-71, -47, -58}, {-52, -66, -77}, {-70, -51, -67}} { // the last: beside the second
		for ap, level := range levels {
			m.Set(herPhone, ap, level)
		}
		begun := time.Now()
		eventually(s.T, fmt.Sprintf("each access point tells its own of %v dBm", levels), func() error {
			if err := look(s.T, herPhone); err != nil {
				return err
			}
			one, _ := rec.level("ap-01 probe")
			two, _ := rec.level("ap-02")
			three, _ := rec.level("ap-03 probe")
			if got := [3]int{int(one), int(two), int(three)}; got != levels {
				return fmt.Errorf("they tell %v", got)
			}
			return nil
		})
		s.Logf("≈ three levels set %v dBm, told so after %.1f s", levels, time.Since(begun).Seconds())
	}
	begun := time.Now()
	eventually(s.T, "she has been located, and has arrived", func() error {
		if err := look(s.T, herPhone); err != nil {
			return err
		}
		var me struct{ Stage string }
		guest.do("GET", "/v1/me", nil, &me)
		if me.Stage != "awaiting" {
			return fmt.Errorf("%+v, %+v", me, s.status().Locator)
		}
		return nil
	})
	located := s.status().Locator
	s.Logf("≈ %.1f s more until her page knows that she has come; %d fixes of %d readings", time.Since(begun).Seconds(), located.Fixes, located.Readings)
	s.Logf("≈ %d frames through the medium in %.0f s", m.Frames(), time.Since(opened).Seconds())
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
