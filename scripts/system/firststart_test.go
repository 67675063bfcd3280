package system

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// What qemu's own network calls this machine and the one in it.
const (
	outside = "10.0.2.2"
	inside  = "10.0.2.15"
)

// port is one that is free now.
func port(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// headquarters is foyer-hq with its door, as a box in qemu reaches it. It returns
// its folder, and what it prints for the new box of store 014.
func headquarters(t *testing.T) (dir, line string) {
	t.Helper()
	dir = t.TempDir()
	hq, door := filepath.Join(dir, "foyer-hq"), port(t)
	if out, err := exec.Command("go", "build", "-trimpath", "-o", hq, "foyer/cmd/foyer-hq").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	home := filepath.Join(dir, "hq")
	call := func(args ...string) (string, error) {
		out, err := exec.Command(hq, append(args, "--dir", home)...).Output()
		return strings.TrimSpace(string(out)), err
	}
	for _, args := range [][]string{{"ca", "init", "--chain", "northwind"}, {"ca", "broker", outside, "--url", "tls://" + outside + ":8883"}, {"ca", "door", outside}} {
		if out, err := call(args...); err != nil {
			t.Fatalf("foyer-hq %v: %v\n%s", args, err, out)
		}
	}
	ctx, stop := context.WithCancel(context.Background())
	serve := exec.CommandContext(ctx, hq, "--dir", home, "serve", "--door", fmt.Sprintf("127.0.0.1:%d", door))
	if err := serve.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stop(); _ = serve.Wait() })
	for end := time.Now().Add(patience); ; time.Sleep(200 * time.Millisecond) {
		var err error
		if line, err = call("enroll-code", "014", "--at", fmt.Sprintf("https://%s:%d", outside, door)); err == nil {
			return home, line
		}
		if time.Now().After(end) {
			t.Fatalf("enroll-code: %v", err)
		}
	}
}

// technician is somebody with a browser on the box's network.
type technician struct {
	t      *testing.T
	box    *console
	at     int // port of this machine that leads to the box's 443
	cookie *http.Cookie
	shown  [32]byte // SHA-256 of the certificate he was shown last
	roots  *x509.CertPool
}

// ask asks the box, which may be starting: an answer that does not come is status 0.
func (w *technician) ask(method, path string, form url.Values) (int, string) {
	w.t.Helper()
	conf := &tls.Config{ServerName: inside, RootCAs: w.roots, InsecureSkipVerify: w.roots == nil}
	conf.VerifyConnection = func(s tls.ConnectionState) error { w.shown = sha256.Sum256(s.PeerCertificates[0].Raw); return nil }
	tr := &http.Transport{TLSClientConfig: conf, DisableKeepAlives: true, DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "tcp", fmt.Sprintf("127.0.0.1:%d", w.at))
	}}
	ctx, cancel := context.WithTimeout(w.t.Context(), 20*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, "https://"+inside+path, strings.NewReader(form.Encode()))
	if err != nil {
		w.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if w.cookie != nil {
		req.AddCookie(w.cookie)
	}
	res, err := tr.RoundTrip(req)
	if err != nil {
		return 0, err.Error()
	}
	defer res.Body.Close()
	for _, c := range res.Cookies() {
		w.cookie = c
	}
	body, _ := io.ReadAll(res.Body) // cut short: what is missing is missed
	return res.StatusCode, string(body)
}

// until asks for a page until it says so, and returns it.
func (w *technician) until(path string, status int, words string) string {
	w.t.Helper()
	for over := w.box.deadline(); ; time.Sleep(500 * time.Millisecond) {
		got, body := w.ask("GET", path, nil)
		if got == status && strings.Contains(body, words) {
			return body
		}
		if over() {
			w.t.Fatalf("%s: not within %s of the box's own time: %d %q; it is %d %s", path, slow, status, words, got, body)
		}
	}
}

// consolePassword is what a technician sets before the box is somebody's.
const consolePassword = "cut-horse-of-014"

// firstStart: a box that nobody set up shows a code at its console and one page on
// its network; with both it becomes a store's, and starts anew as that by itself.
func firstStart(t *testing.T, image string) {
	begin := time.Now()
	w := &technician{t: t, at: port(t)}
	home, line := headquarters(t)
	c := power(t, copied(t, image), fmt.Sprintf("user,id=lan,hostfwd=tcp:127.0.0.1:%d-:443", w.at))
	w.box = c
	defer func() {
		if t.Failed() {
			t.Logf("console:\n%s", c.said.String())
		}
	}()
	c.until("it says that it is nobody's", "foyer set-up: this box is nobody's yet")
	said := c.until("the picture", "█\x1b[0m")
	code := regexp.MustCompile(`code +([A-Z2-7]{26})\s`).FindStringSubmatch(said)
	prints := regexp.MustCompile(`(?:[0-9A-F]{2}:){15}[0-9A-F]{2}`).FindAllString(said, 2)
	if code == nil || len(prints) != 2 || !strings.Contains(said, "https://"+inside+"/setup") {
		t.Fatalf("the console shows\n%s", said)
	}
	t.Logf("a box that nobody set up: its code is on the console %.0f s after power on", time.Since(begin).Seconds())
	w.until("/setup", 200, "nobody’s yet")
	if shown := strings.ReplaceAll(fmt.Sprintf("% X", w.shown[:]), " ", ":"); shown != prints[0]+":"+prints[1] {
		t.Errorf("the page's certificate is %s, the console shows %s", shown, prints)
	}
	for _, path := range []string{"/staff", "/here", "/v1/me"} {
		if status, body := w.ask("GET", path, nil); status != 404 {
			t.Errorf("%s: %d %s", path, status, body)
		}
	}
	c.shell()
	c.must(fmt.Sprintf("printf '%%s\\n' %s %s | /usr/lib/foyer-image/password", consolePassword, consolePassword))
	if id := c.must("cat /etc/machine-id"); len(id) != 32 {
		t.Errorf("its machine id is %q", id)
	}
	if out := c.must("nft list table inet foyer"); !strings.Contains(out, "policy drop") || !strings.Contains(out, "tcp dport 443 accept") || strings.Contains(out, "8443") {
		t.Errorf("before its set-up it lets in\n%s", out)
	}
	if status, body := w.ask("POST", "/setup/code", url.Values{"code": {code[1]}}); status != 303 {
		t.Fatalf("the code on the console opens nothing: %d %s", status, body)
	}
	w.ask("POST", "/setup/join", url.Values{"door": {line}, "zone": {"Europe/Zurich"}, "guest": {inside + ":444"}, "staff": {inside}})
	page := w.until("/setup", 200, "This is the box of store 014 of northwind.")
	on := regexp.MustCompile(`href="https://` + inside + `(/staff/technician)\?code=([A-Z2-7]{26})"`).FindStringSubmatch(page)
	if on == nil {
		t.Fatalf("the page leads nowhere:\n%s", page)
	}
	joined(t, c, w, home)
	if status, body := w.ask("POST", on[1], url.Values{"code": {on[2]}}); status != 303 {
		t.Errorf("the technician cannot go on: %d %s", status, body)
	}
	w.until("/staff/setup", 200, "Draw the floor")
	t.Logf("it is store 014's box, and open, %.0f s after power on", time.Since(begin).Seconds())
	c.cut()
}

// joined: the box has started anew as the store's, and nothing is left of before.
func joined(t *testing.T, c *console, w *technician, home string) {
	t.Helper()
	c.login(consolePassword) // whoever was root without one is so no more
	c.eventually("runuser -u foyer -- foyer status")
	pem, err := os.ReadFile(filepath.Join(home, "ca.pem"))
	if err != nil {
		t.Fatal(err)
	}
	w.roots = x509.NewCertPool()
	w.roots.AppendCertsFromPEM(pem)
	w.cookie = nil
	w.until("/staff", 200, "")
	if status, body := w.ask("GET", "/setup", nil); status != 404 {
		t.Errorf("the set-up page still answers: %d %s", status, body)
	}
	if out := c.must("nft list table inet foyer"); !strings.Contains(out, "ip daddr "+inside+" tcp dport 443 accept") {
		t.Errorf("the network may reach\n%s", out)
	}
	c.must("test ! -e /etc/foyer/set-up && test ! -e /var/lib/foyer/set-up && test ! -e /run/foyer/setup.json")
	if out := c.must("stat -c '%U:%G %a' /etc/foyer/foyer.yaml"); out != "root:foyer 640" {
		t.Errorf("the configuration is %s", out)
	}
	if out := c.must("systemctl --failed --plain --no-legend"); out != "" {
		t.Errorf("failed: %s", out)
	}
	if out := c.must("systemctl show --value -p NRestarts foyer"); out != "0" {
		t.Errorf("it was restarted %s times", out)
	}
}
