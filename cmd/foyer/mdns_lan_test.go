package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/miekg/dns"
	"go.uber.org/goleak"
	"golang.org/x/net/ipv4"

	"foyer/config"
)

// The two halves of the LAN test run in network namespaces of their own: this
// test binary, started again by ip netns exec, told by a variable what to be.
const (
	mdnsRole = "FOYER_TEST_MDNS"
	mdnsWant = "FOYER_TEST_MDNS_WANT" // the tablet stops at such an answer
)

// answerWithin is how long an answer is waited for that takes seconds on a
// machine with nothing else to do.
const answerWithin = time.Minute

// TestMDNSBox is the box: it advertises until its standard input ends.
func TestMDNSBox(t *testing.T) {
	file, ok := strings.CutPrefix(os.Getenv(mdnsRole), "box ")
	if !ok {
		t.Skip("only as a part of TestFoundOnTheLAN")
	}
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	waiting := make(chan struct{})
	go func() {
		defer close(waiting)
		_, _ = os.Stdin.Read(make([]byte, 1))
		stop()
	}()
	if err := advertise(ctx, file, slog.New(slog.NewTextHandler(os.Stderr, nil))); err != nil {
		t.Error(err)
	}
	<-waiting
}

// TestMDNSTablet is a device on the LAN: it asks on one interface and prints
// every record it is answered within the time given.
func TestMDNSTablet(t *testing.T) {
	var iface, name, kind string
	var wait time.Duration
	if n, _ := fmt.Sscanf(os.Getenv(mdnsRole), "tablet %s %s %s %d", &iface, &name, &kind, &wait); n != 4 {
		t.Skip("only as a part of TestFoundOnTheLAN")
	}
	i, err := net.InterfaceByName(iface)
	if err != nil {
		t.Fatal(err)
	}
	group := &net.UDPAddr{IP: net.IPv4(224, 0, 0, 251), Port: 5353}
	udp, err := net.ListenMulticastUDP("udp4", i, group)
	if err != nil {
		t.Fatal(err)
	}
	defer udp.Close()
	conn := ipv4.NewPacketConn(udp)
	if err := conn.SetMulticastInterface(i); err != nil {
		t.Fatal(err)
	}
	var q dns.Msg
	q.SetQuestion(name, dns.StringToType[kind])
	q.RecursionDesired = false
	packet, err := q.Pack()
	if err != nil {
		t.Fatal(err)
	}
	if err := udp.SetReadDeadline(time.Now().Add(wait)); err != nil {
		t.Fatal(err)
	}
	for _, b := range [][]byte{[]byte("not DNS at all"), packet[:len(packet)-3], packet} { // the first two must do no harm
		if _, err := conn.WriteTo(b, nil, group); err != nil {
			t.Fatal(err)
		}
	}
	buf := make([]byte, 9000)
	for {
		n, from, err := udp.ReadFromUDP(buf)
		if err != nil {
			return
		}
		var m dns.Msg
		if m.Unpack(buf[:n]) != nil || !m.Response {
			continue
		}
		for _, rr := range append(m.Answer, m.Extra...) {
			answer := strings.Join(strings.Fields(rr.String()), " ")
			fmt.Println("ANSWER", from.IP, answer)
			if want := os.Getenv(mdnsWant); want != "" && strings.Contains(answer, want) {
				return
			}
		}
	}
}

// lan is two namespaces joined by two cables: staff, where the box announces,
// and wan, where it must not.
type lan struct {
	t           *testing.T
	box, tablet string
}

func newLAN(t *testing.T) lan {
	t.Helper()
	ip, err := exec.LookPath("ip")
	if err != nil {
		t.Skip("SKIP: ip is not installed (apt-get install iproute2); mDNS is not tried on a real LAN")
	}
	if os.Getuid() != 0 {
		t.Skip("SKIP: network namespaces need root; mDNS is not tried on a real LAN")
	}
	id := fmt.Sprintf("foyer%d", os.Getpid())
	l := lan{t, id + "box", id + "tab"}
	run := func(args ...string) {
		t.Helper()
		if out, err := exec.Command(ip, args...).CombinedOutput(); err != nil {
			t.Skipf("SKIP: ip %s: %v: %s; mDNS is not tried on a real LAN", strings.Join(args, " "), err, out)
		}
	}
	for _, ns := range []string{l.box, l.tablet} {
		run("netns", "add", ns)
		t.Cleanup(func() { _ = exec.Command(ip, "netns", "del", ns).Run() })
		run("-n", ns, "link", "set", "lo", "up")
	}
	for n, cable := range []string{"staff", "wan"} {
		run("link", "add", cable, "netns", l.box, "type", "veth", "peer", "name", cable, "netns", l.tablet)
		for host, ns := range []string{l.box, l.tablet} {
			run("-n", ns, "addr", "add", fmt.Sprintf("10.99.%d.%d/24", n, host+1), "dev", cable)
			run("-n", ns, "addr", "add", fmt.Sprintf("fd99:%d::%d/64", n, host+1), "dev", cable, "nodad")
			run("-n", ns, "link", "set", cable, "up")
		}
	}
	return l
}

// command runs this binary in a namespace.
func (l lan) command(ns, role, test string) *exec.Cmd {
	cmd := exec.Command("ip", "netns", "exec", ns, os.Args[0], "-test.run=^"+test+"$", "-test.v")
	cmd.Env = append(os.Environ(), mdnsRole+"="+role)
	return cmd
}

// ask asks once and returns the records answered in a second, or until want.
func (l lan) ask(iface, name, kind, want string) []string {
	l.t.Helper()
	role := fmt.Sprintf("tablet %s %s %s %d", iface, name, kind, time.Second)
	cmd := l.command(l.tablet, role, "TestMDNSTablet")
	cmd.Env = append(cmd.Env, mdnsWant+"="+want)
	out, err := cmd.CombinedOutput()
	if err != nil {
		l.t.Fatalf("tablet: %v: %s", err, out)
	}
	var answers []string
	for line := range strings.Lines(string(out)) {
		if a, ok := strings.CutPrefix(strings.TrimSpace(line), "ANSWER "); ok {
			answers = append(answers, a)
		}
	}
	return answers
}

// until asks again until an answer holds want.
func (l lan) until(within time.Duration, iface, name, kind, want string) {
	l.t.Helper()
	end := time.Now().Add(within)
	var last []string
	for time.Now().Before(end) {
		last = l.ask(iface, name, kind, want)
		if slices.ContainsFunc(last, func(a string) bool { return strings.Contains(a, want) }) {
			return
		}
	}
	l.t.Errorf("%s %s on %s: %q in %s, want %q", kind, name, iface, last, within, want)
}

// gone asks again until nobody answers for name any more. What is heard
// besides, such as an announcement of the new name or a goodbye (a time to
// live of 0), is no answer.
func (l lan) gone(within time.Duration, iface, name, kind string) {
	l.t.Helper()
	end := time.Now().Add(within)
	for {
		heard := l.ask(iface, name, kind, "")
		i := slices.IndexFunc(heard, func(a string) bool {
			f := strings.Fields(a) // sender, owner, time to live, …
			return strings.EqualFold(f[1], name) && f[2] != "0"
		})
		if i < 0 {
			return
		}
		if time.Now().After(end) {
			l.t.Errorf("%s %s on %s: %q after %s, want no answer", kind, name, iface, heard[i], within)
			return
		}
	}
}

// silent checks that nothing at all is heard.
func (l lan) silent(iface, name, kind string) {
	l.t.Helper()
	if got := l.ask(iface, name, kind, ""); len(got) > 0 {
		l.t.Errorf("%s %s on %s: %q, want silence", kind, name, iface, got)
	}
}

func TestFoundOnTheLAN(t *testing.T) {
	t.Parallel() // it mostly waits
	l := newLAN(t)
	file := filepath.Join(t.TempDir(), "announce.json")
	a := config.Announcement{Name: "foyer-store-014", Host: "foyer-store-014.local", Interfaces: []string{"staff"}, Port: 8443, Sensors: 8445, Fingerprint: strings.Repeat("ab", 32)}
	if err := config.WriteAnnouncement(file, a); err != nil {
		t.Fatal(err)
	}
	stop := l.startBox(file)

	l.until(answerWithin, "staff", "foyer-store-014.local.", "A", "foyer-store-014.local. 120 IN A 10.99.0.1")
	l.until(answerWithin, "staff", "FOYER-Store-014.local.", "AAAA", "AAAA fd99::1")
	l.until(answerWithin, "staff", "_foyer._tcp.local.", "PTR", "PTR foyer-store-014._foyer._tcp.local.")
	l.until(answerWithin, "staff", "foyer-store-014._foyer._tcp.local.", "SRV", "SRV 0 0 8443 foyer-store-014.local.")
	l.until(answerWithin, "staff", "foyer-store-014._foyer._tcp.local.", "TXT", `TXT "v=1" "sensors=8445" "fp=abababababababab"`)
	for _, answer := range l.ask("staff", "_foyer._tcp.local.", "PTR", "") {
		if strings.Contains(answer, "10.99.1.1") {
			t.Errorf("the other network's address is told: %s", answer)
		}
	}
	l.silent("wan", "foyer-store-014.local.", "A")
	l.silent("wan", "_foyer._tcp.local.", "PTR")
	l.gone(0, "staff", "foyer-store-015.local.", "A")
	if testing.Short() {
		t.Log("SKIP: -short: the announcement is not changed and withdrawn")
		stop()
		return
	}

	// The daemon writes another one; a broken one changes nothing.
	if err := os.WriteFile(file, []byte(`{"name":`), 0o644); err != nil {
		t.Fatal(err)
	}
	time.Sleep(2 * pollEvery)
	l.until(answerWithin, "staff", "foyer-store-014.local.", "A", "A 10.99.0.1")
	a.Host, a.Port = "other.local", 443
	if err := config.WriteAnnouncement(file, a); err != nil {
		t.Fatal(err)
	}
	l.until(answerWithin, "staff", "other.local.", "A", "A 10.99.0.1")
	l.until(answerWithin, "staff", "foyer-store-014._foyer._tcp.local.", "SRV", "SRV 0 0 443 other.local.")
	l.gone(0, "staff", "foyer-store-014.local.", "A")

	// The daemon stops.
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	l.gone(answerWithin, "staff", "other.local.", "A")
	l.gone(answerWithin, "staff", "_foyer._tcp.local.", "PTR")
	stop()
}

// startBox starts the box and returns what ends it and checks that it ended
// well, with no goroutine left.
func (l lan) startBox(file string) (stop func()) {
	l.t.Helper()
	cmd := l.command(l.box, "box "+file, "TestMDNSBox")
	in, err := cmd.StdinPipe()
	if err != nil {
		l.t.Fatal(err)
	}
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		l.t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- cmd.Wait() }()
	stopped := false
	stop = func() {
		if stopped {
			return
		}
		stopped = true
		in.Close()
		select {
		case err := <-done:
			if err != nil {
				l.t.Errorf("box: %v: %s", err, out.String())
			}
		case <-time.After(30 * time.Second):
			_ = cmd.Process.Kill()
			l.t.Errorf("box: does not end: %s", out.String())
		}
		l.t.Log(out.String())
	}
	l.t.Cleanup(stop)
	return stop
}

// An announcement written by another program must not make the advertiser
// announce everywhere.
func TestNothingIsAnnouncedEverywhere(t *testing.T) {
	file := filepath.Join(t.TempDir(), "announce.json")
	data, err := json.Marshal(config.Announcement{Name: "x", Host: "x.local", Port: 1})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	a := &advertiser{file: file, log: slog.New(slog.NewTextHandler(&log, nil))}
	now := time.Now()
	for range 3 {
		now = now.Add(registerEvery)
		a.follow(now)
	}
	if len(a.live) > 0 || strings.Count(log.String(), "name at least one") != 1 {
		t.Errorf("%d responders; log:\n%s", len(a.live), log.String())
	}
}
