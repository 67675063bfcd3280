package main_test

import (
	"fmt"
	"testing"
	"time"
)

// TestKilledInMidOffer pulls the plug of a box while somebody is being asked:
// kill -9 of the built binary, and the same files again. A build that keeps
// nothing of it is caught.
func TestKilledInMidOffer(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIPPED: the end-to-end tests build and run everything; go test without -short")
	}
	t.Parallel() // with what waits, too
	at := surveyed(t, walks)
	t.Run("kept", func(t *testing.T) {
		for _, f := range killed(t, build(t, ""), at) {
			t.Error(f)
		}
	})
	t.Run("forgotten", func(t *testing.T) {
		if len(killed(t, build(t, "foyer_forgets_tasks"), at)) == 0 {
			t.Error("a build that forgets every task passes")
		}
	})
}

// killed lets a customer ask for help, kills the box while Ana is asked, and
// returns what of it is lost or done twice afterwards.
func killed(t *testing.T, p programs, at site) (faults []string) {
	s, people := openShop(t, p, at, "info"), cast()
	s.tell(people)
	code, _ := s.invite(people.Customers[0])
	ana, marc := s.newStaff(), s.newStaff()
	ana.signOn("ana")
	marc.signOn("marc")
	ana.listen("/v1/associate/stream")
	marc.listen("/v1/associate/stream")
	eventually(t, "the code has come", s.settled)
	her := s.comes(code, "walk_1", "02:00:5e:10:00:01", "127.1.0.6")
	her.do("POST", "/v1/me/help", struct{}{}, nil)
	offer := ana.offered()
	s.killBox()

	ana.listen("/v1/associate/stream")
	marc.listen("/v1/associate/stream")
	if err := ana.has("/v1/associate/offers", 200, offer); err != nil {
		faults = append(faults, fmt.Sprintf("what Ana was asked is lost: %v", err))
	}
	for end := time.Now().Add(3 * time.Second); time.Now().Before(end); time.Sleep(300 * time.Millisecond) {
		if err := marc.has("/v1/associate/offers", 200, "[]"); err != nil {
			faults = append(faults, fmt.Sprintf("Marc is asked besides: %v", err))
			break
		}
	}
	var me struct {
		Stage, Coming string
		Asking        bool
	}
	if her.do("GET", "/v1/me", nil, &me); !me.Asking {
		faults = append(faults, fmt.Sprintf("her request is lost: %+v", me))
	}
	if len(faults) > 0 {
		return faults
	}
	ana.do("POST", "/v1/offers/"+offer+"/accept", struct{}{}, nil)
	if her.do("GET", "/v1/me", nil, &me); me.Stage != "serving" || me.Coming != "Ana" {
		faults = append(faults, fmt.Sprintf("after Ana's yes her page says %+v", me))
	}
	return faults
}

// killBox kills the box as a power cut does, and starts it again. What sensors
// post meanwhile is lost, and no fault.
func (s *shop) killBox(meanwhile ...func()) {
	s.Helper()
	s.killed.Add(1)
	s.box.kill()
	for _, do := range meanwhile {
		do()
	}
	s.startBox()
	s.killed.Add(1)
}
