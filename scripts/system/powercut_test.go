package system

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	neturl "net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"foyer/sync/wire/line/linetest"
)

// In front of the box lies the staff's network, on which the tests are .1.
const (
	boxAddress  = "10.30.0.2"
	hereAddress = "10.30.0.1"
	pin         = "739152"
)

// TestPowerCut enrols a box from its start partition, lets headquarters send
// customers and associates pair devices, and takes the power away in the midst
// of it. Whatever was confirmed to either before is there afterwards, with
// headquarters gone. A build that confirms before the disk has it is caught.
func TestPowerCut(t *testing.T) {
	bootable(t)
	t.Run("kept", func(t *testing.T) {
		lost, confirmed := openOffice(t).powerCut(t, appliance(t))
		if len(lost) > 0 {
			t.Errorf("of %d confirmed, lost: %v", confirmed, lost)
		}
		if confirmed < 12 {
			t.Errorf("only %d were confirmed before the power was cut: that proves little", confirmed)
		}
	})
	t.Run("confirmed too early", func(t *testing.T) {
		lost, confirmed := openOffice(t).powerCut(t, appliance(t, "GOFLAGS=-trimpath -tags=foyer_ackearly"))
		if len(lost) == 0 {
			t.Errorf("a build that does not wait for the disk passes, with %d confirmed", confirmed)
		}
		t.Logf("lost %d of %d: %.200q", len(lost), confirmed, lost)
	})
}

// powerCut returns what a box lost of how much.
func (h *chain) powerCut(t *testing.T, image string) (lost []string, confirmed int) {
	disk, listener := copied(t, image), fmt.Sprintf("127.0.0.1:%d", linetest.Port(t))
	password := fmt.Sprintf("cut-horse-%d", os.Getpid())
	prepared(t, disk, folder(t, password, map[string]string{
		"foyer/foyer.yaml": h.settings(), "enroll": h.do("enroll-code", "014", "--at", "https://"+net.JoinHostPort(hereAddress, h.door)),
	}))
	lan := fmt.Sprintf("user,id=lan,net=10.30.0.0/24,host=%s,hostfwd=tcp:%s-%s:443", hereAddress, listener, boxAddress)
	begin := time.Now()
	c := power(t, disk, lan)
	c.setUp()
	c.login(password)
	c.eventually("runuser -u foyer -- foyer status")
	t.Logf("figure: enrolled and open %.0f s after power on", time.Since(begin).Seconds())
	h.push(t, "roster", `{"associates":[{"id":"ana","name":"Ana","role":"associate","tier":"standard"}]}`)

	now := time.Now().UTC()
	h.push(t, "schedule", fmt.Sprintf(`{"shifts":[{"associate":"ana","from":%q,"to":%q}]}`,
		now.Add(-time.Hour).Format(time.RFC3339), now.Add(3*time.Hour).Format(time.RFC3339)))

	// Customers come in from headquarters all the time, one after the other.
	ctx, stop := context.WithCancel(t.Context())
	customers := make(chan string, 1000)
	go func() {
		defer close(customers)
		for n := 0; ctx.Err() == nil; n++ {
			if who := fmt.Sprintf("c-%d", n); h.profile(ctx, who) {
				customers <- who
			}
		}
	}()
	var devices []*http.Cookie
	for range 8 { // the last is confirmed right before the power goes
		code := strings.Fields(c.must("runuser -u foyer -- foyer pair ana"))[0]
		devices = append(devices, paired(t, listener, code))
	}
	c.cut()
	stop()
	h.close()

	begin = time.Now()
	c = power(t, disk, lan)
	c.login(password)
	if out, ok := c.within(slow, "runuser -u foyer -- foyer status"); !ok {
		c.cut()
		return []string{"the box does not open again: " + out}, len(devices)
	}
	t.Logf("figure: open again %.0f s after power on", time.Since(begin).Seconds())
	for who := range customers {
		confirmed++
		if out, ok := c.run("runuser -u foyer -- foyer export --customer " + who + " --json | grep -q Keller"); !ok {
			lost = append(lost, who+": "+out)
		}
	}
	t.Logf("figure: %d customers and %d devices were confirmed before the power was cut", confirmed, len(devices))
	for n, device := range devices {
		confirmed++
		body, _ := json.Marshal(map[string]string{"associate": "ana", "pin": pin})
		if res := asked(t, listener, "/v1/associate/session", "application/json", body, device); res.StatusCode/100 != 2 {
			lost = append(lost, fmt.Sprintf("device %d: %s", n, res.Status))
		}
	}
	if out, ok := c.run("runuser -u foyer -- foyer ledger verify"); !ok {
		lost = append(lost, "ledger: "+out)
	}
	c.cut()
	return lost, confirmed
}

// paired pairs a device and returns what it is known by.
func paired(t *testing.T, listener, code string) *http.Cookie {
	t.Helper()
	form := neturl.Values{"code": {code}, "pin": {pin}, "again": {pin}}.Encode()
	res := asked(t, listener, "/staff/pair", "application/x-www-form-urlencoded", []byte(form), nil)
	if res.StatusCode != http.StatusSeeOther || len(res.Cookies()) == 0 {
		t.Fatalf("pair: %s %v", res.Status, res.Header)
	}
	return res.Cookies()[0]
}

func asked(t *testing.T, listener, path, kind string, body []byte, device *http.Cookie) *http.Response {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), "POST", "https://foyer-014.local"+path, bytes.NewReader(body))
	(&machine{t: t}).must(err)
	req.Header.Set("Content-Type", kind)
	if device != nil {
		req.AddCookie(device)
	}
	var d net.Dialer
	tr := &http.Transport{
		// Whom a browser trusts is another test's business.
		TLSClientConfig:   &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS13},
		DialContext:       func(ctx context.Context, _, _ string) (net.Conn, error) { return d.DialContext(ctx, "tcp", listener) },
		DisableKeepAlives: true,
	}
	res, err := tr.RoundTrip(req)
	(&machine{t: t}).must(err)
	_ = res.Body.Close()
	return res
}

// chain is headquarters with its door and a real broker, on this machine.
type chain struct {
	t            *testing.T
	hq, dir, out string
	door         string // its port
	broker       *linetest.Mosquitto
	brokerURL    string
	serve        *exec.Cmd
}

func openOffice(t *testing.T) *chain {
	t.Helper()
	dir, err := os.MkdirTemp("", "hq") // a socket's path is short
	m := &machine{t: t}
	m.must(err)
	t.Cleanup(func() { os.RemoveAll(dir) })
	h := &chain{t: t, hq: filepath.Join(dir, "foyer-hq"), dir: filepath.Join(dir, "d"), out: dir, door: fmt.Sprint(linetest.Port(t))}
	if out, err := exec.Command("go", "build", "-trimpath", "-o", h.hq, "foyer/cmd/foyer-hq").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	h.do("ca", "init", "--chain", "northwind")
	h.do("ca", "door", hereAddress)
	h.broker = linetest.NewMosquitto(t, func(_ string, port int) string {
		h.brokerURL = fmt.Sprintf("tls://%s:%d", hereAddress, port)
		h.do("ca", "broker", hereAddress, "127.0.0.1", "--url", h.brokerURL)
		return h.do("ca", "mosquitto", "--port", fmt.Sprint(port)) + "\n"
	})
	h.serve = exec.Command(h.hq, "--dir", h.dir, "serve", "--door", "127.0.0.1:"+h.door, "--broker", h.broker.URL())
	log, err := os.Create(filepath.Join(dir, "log"))
	m.must(err)
	h.serve.Stdout, h.serve.Stderr = log, log
	h.serve.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	m.must(h.serve.Start())
	t.Cleanup(h.close)
	m.until("headquarters serves", func() bool { return exec.Command(h.hq, "--dir", h.dir, "status").Run() == nil })
	return h
}

// close ends headquarters for good: what a box lost it cannot have from there.
func (h *chain) close() {
	if h.serve.ProcessState == nil {
		_ = h.serve.Process.Kill()
		_ = h.serve.Wait()
		h.broker.Stop(h.t)
	}
}

func (h *chain) do(args ...string) string {
	h.t.Helper()
	var said bytes.Buffer
	cmd := exec.Command(h.hq, append(args, "--dir", h.dir)...)
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		h.t.Fatalf("foyer-hq %v: %v\n%s", args, err, &said)
	}
	return strings.TrimSpace(string(out))
}

func (h *chain) settings() string {
	return `store: {chain: northwind, id: "014", timezone: Europe/Zurich}
listen: {guest: "10.20.0.2:443", staff: "10.30.0.2:443"}
hq: {broker: "` + h.brokerURL + `"}
mdns: {enabled: false}
`
}

// push sends a document and waits until it is in force.
func (h *chain) push(t *testing.T, kind, text string) {
	t.Helper()
	file := filepath.Join(h.out, kind+".json")
	(&machine{t: t}).must(os.WriteFile(file, []byte(text), 0o600))
	h.do("push", kind, file, "--store", "014", "--wait", "2m")
}

// profile sends a customer and reports whether the box confirmed her.
func (h *chain) profile(ctx context.Context, who string) bool {
	file := filepath.Join(h.out, "customer.ndjson")
	line := fmt.Sprintf(`{"customer":%q,"rev":1,"form":"Ms. Keller","audience":{}}`+"\n", who)
	if os.WriteFile(file, []byte(line), 0o600) != nil {
		return false
	}
	if exec.CommandContext(ctx, h.hq, "--dir", h.dir, "profiles", "push", file, "--store", "014").Run() != nil {
		return false
	}
	for ctx.Err() == nil {
		var all []struct {
			Pending int
		}
		out, err := exec.CommandContext(ctx, h.hq, "--dir", h.dir, "status", "--json").Output()
		if err == nil && json.Unmarshal(out, &all) == nil && len(all) == 1 && all[0].Pending == 0 {
			return true
		}
		time.Sleep(20 * time.Millisecond)
	}
	return false
}
