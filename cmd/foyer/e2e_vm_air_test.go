package main_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"foyer/floor"
	"foyer/radio/report"
)

// The machine's radios, by number: three access points, her phone, and that of
// somebody whom nobody opted in. Each but the box's own is in a network
// namespace of its own, as it would be in a machine of its own.
const (
	ownAP = iota
	secondAP
	thirdAP
	herPhone
	strangersPhone
)

const lan = "192.168.77."

func room(radio int) string { return fmt.Sprintf("room%d", radio) }

// radioAddr is what mac80211_hwsim calls a radio.
func radioAddr(radio int) string { return fmt.Sprintf("02:00:00:00:%02x:00", radio) }

// do runs a program of the machine.
func do(t *testing.T, words ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	out, err := exec.CommandContext(ctx, words[0], words[1:]...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v %s", strings.Join(words, " "), err, out)
	}
	return string(out)
}

// in runs a line in a radio's room.
func in(t *testing.T, radio int, line string) string {
	t.Helper()
	return do(t, append([]string{"ip", "netns", "exec", room(radio)}, strings.Fields(line)...)...)
}

// openAir makes the LAN, the access points on it, and the phones.
func openAir(t *testing.T) {
	t.Helper()
	all := func(lines ...string) {
		t.Helper()
		for _, l := range lines {
			do(t, strings.Fields(l)...)
		}
	}
	all("ip link add br0 type bridge", "ip addr add "+lan+"1/24 dev br0", "ip link set br0 up")
	for radio := secondAP; radio <= strangersPhone; radio++ {
		r := room(radio)
		all("ip netns add "+r, fmt.Sprintf("iw phy phy%d set netns name %s", radio, r), "ip -n "+r+" link set lo up")
	}
	for radio := secondAP; radio <= thirdAP; radio++ {
		r := room(radio)
		all(fmt.Sprintf("ip link add cable%d type veth peer name eth0 netns %s", radio, r),
			fmt.Sprintf("ip link set cable%d master br0 up", radio),
			"ip -n "+r+" link add br0 type bridge", "ip -n "+r+" link set eth0 master br0 up",
			fmt.Sprintf("ip -n %s addr add %s%d/24 dev br0", r, lan, 1+radio), "ip -n "+r+" link set br0 up")
	}
	for radio := ownAP; radio <= thirdAP; radio++ {
		openAP(t, radio)
	}
	for radio := herPhone; radio <= strangersPhone; radio++ {
		all(fmt.Sprintf("ip -n %s link set wlan%d up", room(radio), radio),
			fmt.Sprintf("ip -n %s addr add %s%d/24 dev wlan%d", room(radio), lan, 50+radio, radio))
	}
}

// look lets a phone look for networks on one channel, and says why it cannot
// just now. It does not wait for what the phone finds.
func look(t *testing.T, phone int) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	out, err := exec.CommandContext(ctx, "ip", "netns", "exec", room(phone),
		"iw", "dev", fmt.Sprintf("wlan%d", phone), "scan", "trigger", "freq", "2412", "flush", "ssid", "foyer").CombinedOutput()
	if err != nil {
		return fmt.Errorf("scan: %w: %s", err, out)
	}
	return nil
}

// controls is the folder of an access point's control socket.
func controls(radio int) string { return fmt.Sprintf("/run/hostapd-%d", radio) }

// openAP starts Debian's hostapd on a radio. All have one network and one
// channel.
func openAP(t *testing.T, radio int) {
	t.Helper()
	conf := filepath.Join(t.TempDir(), "hostapd.conf")
	text := fmt.Sprintf("interface=wlan%d\nbridge=br0\ndriver=nl80211\nssid=foyer\nhw_mode=g\nchannel=1\nctrl_interface=%s\n", radio, controls(radio))
	must(t, os.WriteFile(conf, []byte(text), 0o600))
	if radio == ownAP {
		do(t, "hostapd", "-B", conf)
		return
	}
	in(t, radio, "hostapd -B "+conf)
}

// join takes a phone to an access point, and returns how long it took until it
// was associated. Like a phone, it tries again when nothing has answered: the
// machine's one try may fall into a moment when it is too slow.
func join(t *testing.T, phone, ap int) time.Duration {
	t.Helper()
	const perTry = 5 * time.Second
	begin, tries := time.Now(), 0
	var tried time.Time
	eventually(t, "the phone is associated", func() error {
		link := in(t, phone, fmt.Sprintf("iw dev wlan%d link", phone))
		if strings.Contains(link, "Connected to "+radioAddr(ap)) {
			return nil
		}
		var refused error
		if time.Since(tried) > perTry {
			tries, tried = tries+1, time.Now()
			refused = exec.CommandContext(t.Context(), "ip", "netns", "exec", room(phone), // busy with the try before, perhaps
				"iw", "dev", fmt.Sprintf("wlan%d", phone), "connect", "foyer", "2412", radioAddr(ap)).Run()
		}
		return errors.Join(fmt.Errorf("%d tries: %s", tries, link), refused)
	})
	took := time.Since(begin)
	if tries > 1 {
		t.Logf("≈ %d tries to associate", tries)
	}
	in(t, phone, "ping -c 1 -W 10 "+lan+"1")
	return took
}

func leave(t *testing.T, phone int) {
	t.Helper()
	in(t, phone, fmt.Sprintf("iw dev wlan%d disconnect", phone))
}

// talk lets a phone send a frame five times a second until the test ends: the
// kernel knows the level of what was sent, and of nothing else.
func talk(t *testing.T, phone int) {
	t.Helper()
	background(t, exec.Command("/sbin/ip", "netns", "exec", room(phone), "ping", "-q", "-i", "0.2", lan+"1"))
}

// background runs what has no end of its own.
func background(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	must(t, cmd.Start())
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() }) // killed: its exit status says nothing
}

// weaken makes everybody hear a phone with a level, in dBm. The kernel adds the
// 20 dBm it sends with, and reads the number unsigned.
func weaken(t *testing.T, phone, level int) {
	t.Helper()
	file := fmt.Sprintf("/sys/kernel/debug/ieee80211/phy%d/hwsim/rx_rssi", phone)
	must(t, os.WriteFile(file, fmt.Appendf(nil, "%d", uint64(int64(level-20))), 0))
}

// relay carries connections from a file to an address. It runs in a phone's
// room, so that a browser outside goes over the air.
func relay(t *testing.T, from, to string) {
	l, err := net.Listen("unix", from)
	must(t, err)
	for {
		c, err := l.Accept()
		must(t, err)
		go func() {
			defer c.Close()
			out, err := net.Dial("tcp", to)
			if err != nil {
				return
			}
			defer out.Close()
			go func() { defer c.Close(); _, _ = io.Copy(c, out) }() // ends with the connections
			_, _ = io.Copy(out, c)
		}()
	}
}

// overAir returns a dialer for which every connection leaves from a phone.
func overAir(t *testing.T, phone int, to string) func(ctx context.Context, network, addr string) (net.Conn, error) {
	t.Helper()
	file := filepath.Join(os.TempDir(), room(phone)+".sock")
	cmd := exec.Command("/sbin/ip", "netns", "exec", room(phone), os.Args[0], "-test.run", "^TestRadios$")
	cmd.Env = append(os.Environ(), "FOYER_RELAY_FROM="+file, "FOYER_RELAY_TO="+to)
	background(t, cmd)
	eventually(t, "the relay listens", func() error { _, err := os.Stat(file); return err })
	return func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "unix", file)
	}
}

// A recorder is a box that only writes down what agents tell it of one phone.
type recorder struct {
	server *httptest.Server
	client report.Addr

	mu   sync.Mutex
	last map[string]report.Report // by access point and kind
}

func newRecorder(t *testing.T, phone int) *recorder {
	t.Helper()
	addr, err := report.ParseAddr(radioAddr(phone))
	must(t, err)
	r := &recorder{client: addr, last: map[string]report.Report{}}
	l, err := net.Listen("tcp", lan+"1:0")
	must(t, err)
	r.server = httptest.NewUnstartedServer(r)
	r.server.Listener.Close()
	r.server.Listener = l
	r.server.StartTLS()
	t.Cleanup(r.server.Close)
	return r
}

// ServeHTTP takes one delivery.
func (r *recorder) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	d := report.NewDecoder(req.Body)
	for {
		var line report.Report
		if err := d.Decode(&line); err != nil {
			break
		}
		if line.Client != r.client {
			continue
		}
		r.mu.Lock()
		r.last[line.AP+kindSuffix(line.Kind)] = line
		r.mu.Unlock()
	}
	w.WriteHeader(http.StatusNoContent)
}

func kindSuffix(k floor.Kind) string {
	if k == floor.UplinkProbe {
		return " probe"
	}
	return ""
}

// level is what an access point told last of the phone.
func (r *recorder) level(what string) (rssi floor.DBm, ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	line, ok := r.last[what]
	return line.RSSI, ok
}

// pin is the fingerprint of its certificate.
func (r *recorder) pin() string {
	sum := sha256.Sum256(r.server.Certificate().Raw)
	return hex.EncodeToString(sum[:])
}

// reports waits until an access point tells a level, and returns how long it
// took.
func (r *recorder) reports(t *testing.T, what string, want floor.DBm) time.Duration {
	t.Helper()
	begin := time.Now()
	eventually(t, fmt.Sprintf("%s tells %v dBm", what, want), func() error {
		if got, _ := r.level(what); got != want {
			return fmt.Errorf("it tells %v dBm", got)
		}
		return nil
	})
	return time.Since(begin)
}

// agent starts foyer-ap on an access point.
func (s *shop) agent(radio int, conf string) {
	s.Helper()
	bin := filepath.Join(os.Getenv("FOYER_GUEST"), "foyer-ap")
	file := s.write(fmt.Sprintf("ap-%d-%d.conf", radio, time.Now().UnixNano()), conf+"\nHOSTAPD="+controls(radio)+"\n")
	words := []string{bin, "--config", file}
	if radio != ownAP {
		words = append([]string{"/sbin/ip", "netns", "exec", room(radio)}, words...)
	}
	cmd := exec.Command(words[0], append(words[1:], "--check")...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		s.Errorf("foyer-ap check: %v", err)
	}
	lines := bufio.NewScanner(bytes.NewReader(out))
	for lines.Scan() {
		s.Log(lines.Text())
	}
	start(s.T, words[0], words[1:]...)
}
