package main_test

import (
	"context"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"foyer/box"
	"foyer/locator/survey"
	"foyer/sync/office"
	"foyer/sync/wire"
	"foyer/sync/wire/line/linetest"
	"foyer/web/admin"
)

const (
	storeID  = "rathausplatz"
	loopback = "127.0.0.1"
)

// site is a surveyed floor: the files an operator brings to a box.
type site struct{ plan, radioMap string }

// surveyed fits the survey in a recorded folder.
func surveyed(t *testing.T, recording string) site {
	t.Helper()
	m, plan, err := survey.Fit(recording, survey.Full, nil)
	must(t, err)
	dir := t.TempDir()
	s := site{filepath.Join(dir, "plan.json"), filepath.Join(dir, "map.json")}
	data, err := plan.JSON()
	must(t, err)
	must(t, os.WriteFile(s.plan, data, 0o600))
	f, err := os.Create(s.radioMap)
	must(t, err)
	must(t, errors.Join(survey.WriteMap(f, m), f.Close()))
	return s
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// shop is one store and its headquarters, made of the built programs and a
// real broker.
type shop struct {
	*testing.T
	programs
	site
	dir, office, identity         string
	host                          string   // the box's address
	env                           []string // more of the box's environment
	guest, staff, sensors, sensed string   // addresses of the box's listeners
	door                          string   // headquarters', if it has one
	broker                        *linetest.Mosquitto
	box, headquarters             *process
	killed                        atomic.Int64 // counts what happens to the box: odd while it is down, and what sensors post is lost
	roots                         *x509.CertPool
}

// openShop goes the way of the programs' own help, from nothing to a box that
// is open. The test is skipped, aloud, where there is no broker.
func openShop(t *testing.T, p programs, at site, level string, before ...func(*shop)) *shop {
	t.Helper()
	return openShopOn(t, p, at, level, loopback, before...)
}

// openShopOn opens a shop whose box has an address on a LAN. What is to be done
// before the box starts can be given.
func openShopOn(t *testing.T, p programs, at site, level, host string, before ...func(*shop)) *shop {
	t.Helper()
	dir, err := os.MkdirTemp("", "e2e") // a socket's path is short
	must(t, err)
	t.Cleanup(func() { os.RemoveAll(dir) })
	s := &shop{T: t, programs: p, site: at, dir: dir, host: host, office: filepath.Join(dir, "hq")}
	for _, a := range []*string{&s.guest, &s.staff, &s.sensors, &s.sensed} {
		*a = fmt.Sprintf("%s:%d", host, linetest.Port(t))
	}
	s.broker = linetest.NewMosquitto(t, s.issue)
	s.headquarters = start(t, p.hq, "--dir", s.office, "serve")
	s.write("foyer.yaml", s.yaml(level))
	for _, do := range before {
		do(s)
	}
	call(t, p.foyer, "check", s.config())
	s.startBox()
	t.Cleanup(func() {
		if !t.Failed() {
			return
		}
		data, err := admin.Get(context.Background(), s.socket(), "/status")
		t.Logf("the box says of itself: %s %v", data, err)
	})
	return s
}

func (s *shop) config() string { return filepath.Join(s.dir, "foyer.yaml") }

// startBox starts the box and waits until it is open.
func (s *shop) startBox() {
	s.Helper()
	s.box = startIn(s.T, s.env, s.foyer, "run", "--config", s.config())
	eventually(s.T, "the box opens", func() error {
		_, err := admin.Get(s.Context(), s.socket(), "/status")
		return err
	})
}

// hqDo runs a command of headquarters.
func (s *shop) hqDo(args ...string) string {
	s.Helper()
	return call(s.T, s.hq, append([]string{"--dir", s.office}, args...)...)
}

// issue makes every certificate and returns the broker's configuration. It lets
// go of the one line that binds a client's name to its certificate: the taps
// have the box's certificate and headquarters', and would end their sessions.
func (s *shop) issue(_ string, port int) string {
	s.hqDo("ca", "init")
	s.hqDo("ca", "broker", "127.0.0.1", "localhost", "--url", fmt.Sprintf("tls://127.0.0.1:%d", port))
	s.identity = strings.TrimSpace(s.hqDo("ca", "store", "--chain", "example", "--store", storeID,
		"here.localhost", "staff.localhost", "localhost", s.host))
	pem, err := os.ReadFile(filepath.Join(s.identity, "ca.pem"))
	must(s.T, err)
	s.roots = x509.NewCertPool()
	s.roots.AppendCertsFromPEM(pem)
	const bound = "use_username_as_clientid true\n"
	conf := s.hqDo("ca", "mosquitto", "--port", fmt.Sprint(port))
	if !strings.Contains(conf, bound) {
		s.Fatalf("the broker's configuration has no line %q", bound)
	}
	return strings.Replace(conf, bound, "", 1)
}

// yaml is the box's configuration. Each sensor's token is its name.
func (s *shop) yaml(level string) string {
	lines := []string{
		"store: {chain: example, id: " + storeID + ", name: Rathausplatz, timezone: Europe/Vienna}",
		"data: " + filepath.Join(s.dir, "data"),
		"runtime: " + filepath.Join(s.dir, "run"),
		"plan: " + s.plan,
		fmt.Sprintf("survey: %q", s.radioMap),
		"identity: " + s.identity,
		fmt.Sprintf("listen: {guest: %q, staff: %q, sensors: %q, sensors_mqtt: %q}", s.guest, s.staff, s.sensors, s.sensed),
		"names: {guest: here.localhost, staff: staff.localhost}",
		"hq: {broker: " + s.broker.URL() + "}",
		"log: {level: " + level + "}",
		"mdns: {enabled: false}",
	}
	if s.host != loopback { // a machine of its own, with a radio
		lines = append(lines, "sources:", "  - {name: own-radio, kind: own-radio}")
	}
	lines = append(lines, "sensors:")
	for _, id := range []string{"controller", "spy"} {
		sum := sha256.Sum256([]byte(sensorToken(id)))
		lines = append(lines, fmt.Sprintf("  - {id: %s, token_sha256: %s}", id, hex.EncodeToString(sum[:])))
	}
	return strings.Join(lines, "\n") + "\n"
}

func sensorToken(sensor string) string { return "the-token-of-" + sensor }

func (s *shop) socket() string { return filepath.Join(s.dir, "run", "admin.sock") }

// write puts a file beside the shop's others and returns its path.
func (s *shop) write(name, text string) string {
	s.Helper()
	path := filepath.Join(s.dir, name)
	must(s.T, os.WriteFile(path, []byte(text), 0o600))
	return path
}

// status asks the box how it is, with the operator's own command.
func (s *shop) status() (b box.Status) {
	s.Helper()
	must(s.T, json.Unmarshal([]byte(call(s.T, s.foyer, "status", "--json", "--socket", s.socket())), &b))
	return b
}

// pageURL is the address of a page as people open it.
func pageURL(name, listener, path string) string {
	_, port, _ := net.SplitHostPort(listener)
	return "https://" + net.JoinHostPort(name, port) + path
}

// opened counts the visits that headquarters knows were opened, and the
// events that say so, by customer.
func (s *shop) opened(customer string) (visits map[string]int) {
	s.Helper()
	visits = map[string]int{}
	dec := json.NewDecoder(strings.NewReader(s.hqDo("events", "list", "--store", storeID)))
	for dec.More() {
		var e office.Event
		must(s.T, dec.Decode(&e))
		if e.Kind != wire.UpVisit {
			continue
		}
		var v struct{ Event, Visit, Customer string }
		must(s.T, json.Unmarshal(e.Payload, &v))
		if v.Event == "opened" && v.Customer == customer {
			visits[v.Visit]++
		}
	}
	return visits
}
