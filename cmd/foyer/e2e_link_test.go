package main_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"foyer/sync/office"
	"foyer/sync/wire"
)

// TestLink is the line to headquarters with the built programs and a real
// Mosquitto: what cuts it is taken back, and what kills the box loses nothing.
func TestLink(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIPPED: builds and runs everything; go test without -short")
	}
	t.Parallel() // with what waits, too
	p := build(t, "")
	t.Run("trial", func(t *testing.T) { t.Parallel(); testTrial(t, p) })
	t.Run("state", func(t *testing.T) { t.Parallel(); testState(t, p) })
	t.Run("killed", func(t *testing.T) { t.Parallel(); testKilled(t, p) })
}

// configured is what headquarters knows of the last configuration it pushed.
func (s *shop) configured() (d office.DocumentStatus) {
	s.Helper()
	var all []office.StoreStatus
	must(s.T, json.Unmarshal([]byte(s.hqDo("status", "--json")), &all))
	for _, st := range all {
		for _, doc := range st.Documents {
			if doc.Kind == wire.DownConfig {
				d = doc
			}
		}
	}
	return d
}

// pushConfig pushes settings and waits until headquarters knows what became of
// them.
func (s *shop) pushConfig(doc string, after ...func()) (d office.DocumentStatus) {
	s.Helper()
	s.hqDo("push", "config", s.write("config.json", doc), "--store", storeID)
	for _, do := range after {
		do()
	}
	eventually(s.T, "headquarters knows what became of "+doc, func() error {
		if d = s.configured(); d.Outcome == "" || d.Outcome == office.OnTrial {
			return errNotYet
		}
		return nil
	})
	return d
}

// kill ends the box as a power cut would.
func (s *shop) kill() {
	s.Helper()
	must(s.T, syscall.Kill(s.box.cmd.Process.Pid, syscall.SIGKILL))
	<-s.box.done
	s.box.err = nil // it was meant
}

// testTrial: a good change is in force, a bad one refused, and one that cuts the
// box off is taken back, though the box dies in the middle.
func testTrial(t *testing.T, p programs) {
	s := openShop(t, p, site{}, "info", func(s *shop) {
		text := strings.Replace(s.yaml("info"), "hq: {broker: "+s.broker.URL()+"}", "hq: {broker: "+s.broker.URL()+", trial: 8s}", 1)
		s.write("foyer.yaml", text)
	})
	timeout := func() string { return s.status().OfferTimeout.String() }

	if d := s.pushConfig(`{"offer":{"timeout":"33s"}}`); d.Outcome != "applied" || timeout() != "33s" {
		t.Fatalf("a good change: %+v, %s", d, timeout())
	}
	if d := s.pushConfig(`{"offer":{"timeout":"1s"}}`); d.Outcome != "rejected" || !strings.Contains(d.Reason, "offer.timeout") || timeout() != "33s" {
		t.Errorf("a bad change: %+v, %s", d, timeout())
	}
	for what, doc := range map[string]string{
		"a wrong broker": `{"hq":{"broker":"tls://127.0.0.1:9"},"offer":{"timeout":"44s"}}`,
		// The broker's certificate is not made for this name.
		"a wrong certificate": strings.Replace(`{"hq":{"broker":"BROKER"},"offer":{"timeout":"44s"}}`, "BROKER", strings.Replace(s.broker.URL(), "127.0.0.1", "127.0.0.2", 1), 1),
	} {
		d := s.pushConfig(doc, func() {
			eventually(t, what+" is on trial", func() error {
				if got := timeout(); got != "44s" {
					return fmt.Errorf("offer timeout %s", got)
				}
				return nil
			})
			s.kill()
			s.startBox()
			if got := timeout(); got != "44s" {
				t.Errorf("%s: a restart ended the trial: %s", what, got)
			}
		})
		if d.Outcome != "rejected" || !strings.Contains(d.Reason, "taken back") || timeout() != "33s" {
			t.Errorf("%s: %+v, %s", what, d, timeout())
		}
		t.Logf("%s: headquarters is told: %s", what, d.Reason)
	}
	if d := s.pushConfig(strings.Replace(`{"hq":{"broker":"BROKER"}}`, "BROKER", strings.Replace(s.broker.URL(), "127.0.0.1", "localhost", 1), 1)); d.Outcome != "applied" {
		t.Errorf("a good way: %+v", d)
	}
	eventually(t, "the line is up", s.settledConfig)
}

func (s *shop) settledConfig() error {
	if d := s.configured(); d.Outcome != "applied" || !s.status().HQ.Up {
		return fmt.Errorf("%+v", d)
	}
	return nil
}

// word is one thing that a customer said and the box confirmed, or did not live
// to confirm.
type word struct {
	yes, confirmed bool
}

// testKilled kills the box while customers change their minds. Whatever was
// confirmed to them reaches headquarters, in their order, once.
func testKilled(t *testing.T, p programs) {
	rounds := 5
	if os.Getenv("FOYER_LONG") != "" {
		rounds = 200
	}
	s := openShop(t, p, site{}, "error")
	people := cast()
	s.push(people.Customers)
	eventually(t, "the box knows them", s.settled)
	said := make([][]word, len(people.Customers))
	stop := make(chan struct{})
	var talking sync.WaitGroup
	for i, who := range people.Customers {
		her := s.newGuest(fmt.Sprintf("127.3.0.%d", i+1))
		code, _ := s.invite(who)
		eventually(t, "her code has come", s.settled)
		her.do("POST", "/v1/me/session", map[string]string{"code": code}, nil)
		talking.Go(func() { said[i] = her.talks(stop) })
	}
	died := s.dies(rounds)
	close(stop)
	talking.Wait()
	eventually(t, "headquarters has all of it", s.calm)
	confirmed := 0
	for i, who := range people.Customers {
		heard := s.heard(who.Profile.Customer)
		for _, w := range said[i] {
			if w.confirmed {
				confirmed++
			}
		}
		if err := inOrder(said[i], heard); err != nil {
			t.Errorf("customer %d: %v", i+1, err)
		}
	}
	if confirmed < rounds {
		t.Fatalf("only %d words were confirmed in %d lives", confirmed, died)
	}
	t.Logf("figure: killed %d times while %d words were confirmed: 0 lost, 0 double in effect", died, confirmed)
}

// dies kills the box again and again, and leaves it running.
func (s *shop) dies(rounds int) (n int) {
	s.Helper()
	for range rounds {
		time.Sleep(time.Duration(100+rand.IntN(700)) * time.Millisecond)
		s.kill()
		s.startBox()
		n++
	}
	return n
}

// talks changes her mind about pictures until told to stop.
func (p *person) talks(stop chan struct{}) (all []word) {
	for yes := true; ; yes = !yes {
		select {
		case <-stop:
			return all
		case <-time.After(time.Duration(20+rand.IntN(60)) * time.Millisecond):
		}
		method := http.MethodDelete
		if yes {
			method = http.MethodPut
		}
		status, err := p.tries(method, "/v1/me/consents/photo")
		if err == nil && status == http.StatusTooManyRequests {
			yes = !yes // not said at all
			continue
		}
		all = append(all, word{yes, err == nil && status/100 == 2})
	}
}

// tries sends a request to a box that may be dead, or die of it.
func (p *person) tries(method, path string) (status int, err error) {
	ctx, cancel := context.WithTimeout(p.s.Context(), 5*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, p.base+path, strings.NewReader("{}"))
	if err != nil {
		return 0, err
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := p.client.Do(req)
	if err != nil {
		return 0, err
	}
	return res.StatusCode, res.Body.Close()
}

// heard is what headquarters was told that a customer said of pictures, by the
// time she said it. A word that the box was killed over may come as two events; by
// its stamp it is one, and merges as one.
func (s *shop) heard(customer string) (all []wire.Consent) {
	s.Helper()
	dec := json.NewDecoder(strings.NewReader(s.hqDo("events", "list", "--store", storeID)))
	for dec.More() {
		var e office.Event
		must(s.T, dec.Decode(&e))
		if e.Kind != wire.UpConsent {
			continue
		}
		c, err := wire.Decode[wire.ConsentChange](e.Payload)
		must(s.T, err)
		if c.Customer == customer && c.Purpose == "photo" {
			all = append(all, c.Consent)
		}
	}
	slices.SortFunc(all, func(a, b wire.Consent) int {
		if a.Wall != b.Wall {
			return int(a.Wall - b.Wall)
		}
		return int(a.Count) - int(b.Count)
	})
	return slices.Compact(all)
}

// inOrder says what is wrong unless headquarters heard every word that was
// confirmed, in the order they were said, none twice, and otherwise only words
// whose confirmation died with the box.
func inOrder(said []word, heard []wire.Consent) error {
	for i := 1; i < len(heard); i++ {
		if heard[i].Wall == heard[i-1].Wall && heard[i].Count == heard[i-1].Count {
			return fmt.Errorf("two words of %s", time.UnixMilli(heard[i].Wall))
		}
	}
	// can[j]: after the words so far, headquarters may have heard j.
	can := map[int]bool{0: true}
	for i, w := range said {
		next := map[int]bool{}
		for j := range can {
			if j < len(heard) && heard[j].Granted == w.yes {
				next[j+1] = true
			}
			if !w.confirmed {
				next[j] = true
			}
		}
		if can = next; len(can) == 0 {
			return fmt.Errorf("word %d of %d (%+v) is lost", i+1, len(said), w)
		}
	}
	if !can[len(heard)] {
		return fmt.Errorf("headquarters heard %d words, she said %d", len(heard), len(said))
	}
	return nil
}
