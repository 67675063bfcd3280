package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"foyer/radio"
	"foyer/radio/nl80211"
)

// site is a box on a real port and the files of an agent beside it.
type site struct {
	*box
	dir, port, pin string
}

func newSite(t *testing.T, now func() time.Time) site {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(l.Addr().String())
	cert, _ := certificate()
	sum := sha256.Sum256(cert.Certificate[0])
	s := site{newBoxOn(t, l, now, radio.IntakeOptions{}), t.TempDir(), port, hex.EncodeToString(sum[:])}
	write(t, s.dir, "ca.pem", string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert.Certificate[0]})))
	write(t, s.dir, "token", goodToken+"\n")
	write(t, s.dir, "bad-token", "another\n")
	return s
}

// args are good ones, with more after them.
func (s site) args(more ...string) []string {
	return append([]string{"--box", "https://127.0.0.1:" + s.port, "--token-file", filepath.Join(s.dir, "token"),
		"--ca", filepath.Join(s.dir, "ca.pem"), "--hostapd", "off"}, more...)
}

// TestProgram runs the whole program on this machine's own kernel, by a file,
// until it is told to stop.
func TestProgram(t *testing.T) {
	s := newSite(t, time.Now)
	file := write(t, s.dir, "conf", fmt.Sprintf("# of the tests\n\nBOX=https://127.0.0.1:%s\nTOKEN_FILE = %q\nFINGERPRINT='%s'\nHOSTAPD=off\nAP=wlan0=ap-03, wlan1=ap-04\n",
		s.port, filepath.Join(s.dir, "token"), strings.ToUpper(s.pin)))
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	var out, errs bytes.Buffer
	if err := run(ctx, []string{"--config", file}, &out, &errs); err != nil || out.Len() != 0 {
		t.Errorf("%v %s", err, &out)
	}
	if n := strings.Count(errs.String(), "\n"); n > 1 { // what it thinks of this machine's radio
		t.Errorf("%s", &errs)
	}
}

// TestTrust: the box is known by its authority, its fingerprint or both, and
// nobody else is told anything.
func TestTrust(t *testing.T) {
	s := newSite(t, time.Now)
	other := strings.Repeat("00", 32)
	for name, tt := range map[string]struct {
		args []string
		want string
	}{
		"authority":          {s.args(), ""},
		"by name":            {s.args("--name", "box.example"), ""},
		"both":               {s.args("--fingerprint", s.pin), ""},
		"fingerprint":        {s.args("--ca", "", "--fingerprint", s.pin), ""},
		"with colons":        {s.args("--ca", "", "--fingerprint", s.pin[:2]+":"+s.pin[2:]), ""},
		"fingerprint, name":  {s.args("--ca", "", "--fingerprint", s.pin, "--name", "whatever.example"), ""},
		"wrong name":         {s.args("--name", "other.example"), "certificate for another name"},
		"other fingerprint":  {s.args("--ca", "", "--fingerprint", other), "is another one"},
		"both, one is wrong": {s.args("--fingerprint", other), "is another one"},
	} {
		o, err := readOptions(append(tt.args, "--config", write(t, s.dir, "empty", "")), &bytes.Buffer{})
		if err != nil {
			t.Fatal(err)
		}
		set, err := o.settle()
		if err != nil {
			t.Fatal(err)
		}
		d := newDoor(set)
		a := d.post(t.Context(), nil)
		d.close()
		if state, _ := verdict(a); tt.want == "" && a.status != 204 || tt.want != "" && !strings.Contains(state, tt.want) {
			t.Errorf("%s: %d %v: %s", name, a.status, a.err, state)
		}
	}
	if n := s.guests.Stats(); n.Unauthorized+n.Refused != 0 || n.Deliveries != 6 {
		t.Errorf("stats %+v", n)
	}
}

func TestOptionsThatCannotBeUsed(t *testing.T) {
	dir := t.TempDir()
	token, empty := write(t, dir, "token", "x"), write(t, dir, "empty", "")
	good := map[string]string{"box": "https://10.0.0.1:8443", "token-file": token, "fingerprint": strings.Repeat("ab", 32), "config": empty}
	for _, tt := range []struct{ flag, value, want string }{
		{"box", "", "not given: --box"},
		{"box", "http://10.0.0.1:8443", "want https://"},
		{"box", "https://10.0.0.1:8443/v1/reports", "want https://"},
		{"token-file", "", "--token-file FILE"},
		{"token-file", empty, "want one line"},
		{"token-file", dir + "/none", "no such file"},
		{"fingerprint", "", "nothing says which certificate"},
		{"fingerprint", "abcd", "64 hexadecimal digits"},
		{"ca", empty, "holds no certificate"},
		{"memory", "1", "want 16 to 65536"},
		{"memory", "lots", "--help says more"},
		{"ap", "wlan0", "want INTERFACE=NAME"},
		{"ap", "wlan0=caf\u00e9", "printable ASCII"},
		{"config", dir + "/none", "no such file"},
		{"config", write(t, dir, "a", "BOX"), "line 1 cannot be used: want KEY=VALUE"},
		{"config", write(t, dir, "b", "\n#\nTOKEN=x"), "line 3 cannot be used: no key \"TOKEN\""},
		{"config", write(t, dir, "c", "box=x"), "no key \"box\""},
		{"config", write(t, dir, "d", "CONFIG=x"), "no key \"CONFIG\""},
		{"config", write(t, dir, "e", "MEMORY=x"), "MEMORY: "},
	} {
		var args []string
		for k, v := range good {
			if k != tt.flag {
				args = append(args, "--"+k, v)
			}
		}
		err := run(t.Context(), append(args, "--"+tt.flag, tt.value), &bytes.Buffer{}, &bytes.Buffer{})
		if !errors.Is(err, errUsage) || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("--%s %q: %v, want %q", tt.flag, tt.value, err, tt.want)
		}
	}
	if err := run(t.Context(), []string{"strange"}, &bytes.Buffer{}, &bytes.Buffer{}); !errors.Is(err, errUsage) {
		t.Error(err)
	}
	var out bytes.Buffer
	if err := run(t.Context(), []string{"--help"}, &out, &bytes.Buffer{}); err != nil || !strings.Contains(out.String(), "foyer-ap check") || !strings.Contains(out.String(), "-token-file FILE") {
		t.Errorf("%v %s", err, &out)
	}
}

// TestCheck: one screen says what is found and what to do; a client is never
// named.
func TestCheck(t *testing.T) {
	s := newSite(t, time.Now)
	sockets := socketDir(t)
	newHostapd(t, sockets, "wlan0")
	newHostapd(t, sockets, "wlan1", denies)
	k := &kernel{}
	k.set(station(t, 1, -50), station(t, 2, -60))
	screen := func(open func() (stations, error), args ...string) (string, error) {
		o, err := readOptions(append(s.args("--config", write(t, s.dir, "empty", "")), args...), &bytes.Buffer{})
		if err != nil {
			t.Fatal(err)
		}
		set, err := o.settle()
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		err = check(t.Context(), &out, set, open)
		if strings.Contains(out.String(), "5e:10") || strings.Contains(out.String(), goodToken) {
			t.Errorf("the screen names a client or the token:\n%s", &out)
		}
		return out.String(), err
	}
	expect := func(text string, wants ...string) {
		t.Helper()
		for _, w := range wants {
			if !strings.Contains(text, w) {
				t.Errorf("no %q on the screen:\n%s", w, text)
			}
		}
	}
	text, err := screen(k.open, "--ap", "wlan0=ap-03")
	expect(text, "wlan0, 2412 MHz, 2 stations; reports as ap-03", "not asked", "the token is accepted", "within 1s of the box's")
	if err != nil || strings.Contains(text, "!") {
		t.Errorf("%v\n%s", err, text)
	}
	text, err = screen(k.open, "--hostapd", sockets, "--token-file", filepath.Join(s.dir, "bad-token"))
	expect(text, "reports as "+bssid, "alias", "wlan0 lets this program listen", "! hostapd  wlan1", "refuses the token (401)", "→ enrol")
	if !errors.Is(err, errFound) {
		t.Error(err)
	}
	text, err = screen(func() (stations, error) { return nil, nl80211.ErrNoRadio }, "--fingerprint", strings.Repeat("00", 32))
	expect(text, "! radio", "turn the Wi-Fi on", "is another one", "not compared")
	if !errors.Is(err, errFound) {
		t.Error(err)
	}
}

// The file that comes with the OpenWrt package is read by the program, with no
// key that it does not know, and names each key there is.
func TestShippedFile(t *testing.T) {
	const shipped = "openwrt/foyer-ap.conf"
	o, err := readOptions([]string{"--config", shipped}, &bytes.Buffer{})
	if err != nil {
		t.Fatal(err)
	}
	if o.box == "" || o.token == "" || o.ca == "" || o.memory != 512 || o.hostapd != "/var/run/hostapd" {
		t.Errorf("%+v", o)
	}
	data, err := os.ReadFile(shipped)
	if err != nil {
		t.Fatal(err)
	}
	all := strings.ReplaceAll(string(data), "\n#", "\n") // with what is commented out
	for _, key := range []string{"BOX", "NAME", "TOKEN_FILE", "CA", "FINGERPRINT", "AP", "HOSTAPD", "MEMORY"} {
		if !strings.Contains(all, "\n"+key+"=") {
			t.Errorf("no %s in %s", key, shipped)
		}
	}
	if out, err := exec.Command("sh", "-n", "openwrt/foyer-ap.init").CombinedOutput(); err != nil {
		t.Errorf("the init script: %v %s", err, out)
	}
}
