package main_test

import (
	"context"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"foyer/sync/wire/line/linetest"
	"foyer/web/admin"
)

// console is what foyer setup shows at a new box's console.
type console struct{ url, code, fingerprint string }

// newShop is a headquarters with its door, and a box that was just plugged in: it
// has no configuration and no keys, and waits for a technician.
func newShop(t *testing.T, p programs, at site) *shop {
	t.Helper()
	dir, err := os.MkdirTemp("", "e2e") // a socket's path is short
	must(t, err)
	t.Cleanup(func() { os.RemoveAll(dir) })
	s := &shop{T: t, programs: p, site: at, dir: dir, host: loopback, office: filepath.Join(dir, "hq"), identity: filepath.Join(dir, "data", "identity")}
	for _, a := range []*string{&s.guest, &s.staff, &s.sensors, &s.door} {
		*a = fmt.Sprintf("%s:%d", loopback, linetest.Port(t))
	}
	s.broker = linetest.NewMosquitto(t, func(_ string, port int) string {
		s.hqDo("ca", "init", "--chain", "example")
		s.hqDo("ca", "broker", "127.0.0.1", "localhost", "--url", fmt.Sprintf("tls://127.0.0.1:%d", port))
		s.hqDo("ca", "door", "127.0.0.1")
		return s.hqDo("ca", "mosquitto", "--port", fmt.Sprint(port))
	})
	s.headquarters = start(t, p.hq, "--dir", s.office, "serve", "--door", s.door)
	s.write("set-up", s.staff)
	s.env = []string{"FOYER_DATA_DIR=" + filepath.Join(dir, "data"), "FOYER_RUNTIME=" + filepath.Join(dir, "run"), "FOYER_LISTEN_SENSORS=" + s.sensors,
		"FOYER_NAMES_GUEST=here.localhost", "FOYER_NAMES_STAFF=staff.localhost", "FOYER_MDNS_ENABLED=false"}
	s.box = startIn(t, s.env, s.foyer, "run", "--config", s.config())
	return s
}

// console reads what is shown at the box's console.
func (s *shop) console() (c console) {
	s.Helper()
	out := call(s.T, s.foyer, "setup", "--wait", "30s", "--runtime", filepath.Join(s.dir, "run"))
	for _, f := range []struct {
		to   *string
		find string
	}{{&c.url, `or +(https://127\S+)`}, {&c.code, `code +(\S{26})\n`}, {&c.fingerprint, `((?:[0-9A-F]{2}:){15}[0-9A-F]{2}\s+(?:[0-9A-F]{2}:){15}[0-9A-F]{2})`}} {
		m := regexp.MustCompile(f.find).FindStringSubmatch(out)
		if m == nil {
			s.Fatalf("foyer setup does not show %s:\n%s", f.find, out)
		}
		*f.to = m[1]
	}
	return c
}

// line is what headquarters prints for the new box.
func (s *shop) line() string {
	s.Helper()
	return strings.TrimSpace(s.hqDo("enroll-code", storeID, "--at", "https://"+s.door))
}

// reports is the part of a configuration by which the tests' radio may report.
func reports() string {
	sum := sha256.Sum256([]byte(sensorToken("controller")))
	return "sensors:\n  - {id: controller, token_sha256: " + hex.EncodeToString(sum[:]) + "}"
}

// unpacks follows a technician from the console to a box that has joined: what is
// trusted, a line copied wrongly, the right one, and on to the store's own pages.
func (s *shop) unpacks(tech *window) {
	s.Helper()
	eventually(s.T, "headquarters serves", func() error {
		c, err := net.Dial("tcp", s.door)
		if err == nil {
			err = c.Close()
		}
		return err
	})
	at := s.console()
	nobody := s.passerBy(at)
	for _, path := range []string{"/staff", "/staff/setup", "/staff/pair", "/here", "/v1/me", "/v1/plan", "/v1/reports", "/.well-known/security.txt"} {
		if status, body := nobody.send(s.Context(), "GET", path, "", nil); status != 404 {
			s.Errorf("a box that is nobody's answers %s: %d %s", path, status, body)
		}
	}
	for _, address := range []string{s.guest, s.sensors} {
		if c, err := net.Dial("tcp", address); err == nil {
			c.Close()
			s.Errorf("a box that is nobody's listens at %s", address)
		}
	}
	tech.open(at.url)
	tech.reads("h1", "This box is nobody’s yet.")
	tech.picture("setup-code")
	must(s.T, tech.do(chromedp.SendKeys(chromedp.CSS("#code"), at.code)))
	tech.press("button.go", "Begin")
	tech.reads("h1", "Power and network")
	for _, half := range strings.Fields(at.fingerprint) {
		tech.reads("#fingerprint", half)
	}
	tech.picture("setup-trust")
	tech.press("#go", "It is the same")

	line := s.line()
	fill := func(id, text string) {
		tech.asks("#"+id+" is filled in", "document.querySelector(selector).value = want; return '';", "#"+id, text)
	}
	wrong := regexp.MustCompile(`sha256:\S{8}`).ReplaceAllString(line, "sha256:00000000")
	for id, text := range map[string]string{"guest": s.guest, "staff": s.staff, "zone": "Europe/Vienna", "more": reports()} {
		fill(id, text)
	}
	fill("door", wrong)
	tech.press("#join", "Join headquarters")
	tech.reads("main .say", "Not the headquarters that the fingerprint names")
	tech.picture("setup-join-refused")
	fill("door", line)
	fill("code", "")
	fill("pin", "")
	tech.press("#join", "Join headquarters")
	tech.reads("main .lead", "This is the box of store "+storeID+" of example.")
	tech.picture("setup-joined")
	tech.press("#on", "Go on")
	eventually(s.T, "the box opens", func() error {
		_, err := admin.Get(s.Context(), s.socket(), "/status")
		return err
	})
	s.replays(at)
	pem, err := os.ReadFile(filepath.Join(s.office, "ca.pem"))
	must(s.T, err)
	s.roots = x509.NewCertPool()
	s.roots.AppendCertsFromPEM(pem)
}

// passerBy is somebody on the network, who takes any certificate.
func (s *shop) passerBy(at console) *person {
	p := s.newPerson("", s.staff, loopback)
	p.base = strings.TrimSuffix(at.url, "/setup")
	p.client.Transport.(*http.Transport).TLSClientConfig.InsecureSkipVerify = true
	return p
}

// replays: nothing of the time before opens anything after it.
func (s *shop) replays(at console) {
	s.Helper()
	crook := s.passerBy(at)
	for _, path := range []string{"/setup", "/setup/code", "/setup/join"} {
		if status, body := crook.send(context.Background(), "POST", path, "application/x-www-form-urlencoded", []byte("code="+at.code)); status != 404 {
			s.Errorf("%s answers after the box has joined: %d %s", path, status, body)
		}
	}
	if out, err := exec.Command(s.foyer, "setup", "--runtime", filepath.Join(s.dir, "run")).CombinedOutput(); err == nil || strings.Contains(string(out), at.code) {
		s.Errorf("foyer setup still shows a code: %v %s", err, out)
	}
	if left, err := filepath.Glob(filepath.Join(s.dir, "data", "set-up*")); err != nil || len(left) > 0 {
		s.Errorf("of the set-up %v is left, %v", left, err)
	}
}
