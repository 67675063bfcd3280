package box_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"foyer/box"
	"foyer/config"
	"foyer/floor"
	"foyer/sync/office"
	"foyer/systemd"
	"foyer/web/admin"
)

// run starts a box with a configuration's further lines and returns its admin
// socket, its reload channel and a function that stops it.
func run(t *testing.T, dir string, more ...string) (socket string, reload chan box.Reload, stop func()) {
	t.Helper()
	reload = make(chan box.Reload)
	ready := make(chan box.Addresses, 1)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	in := box.Inputs{Config: parse(t, dir, more...), Version: "test", Reload: reload, Tick: 10 * time.Millisecond,
		Watch: box.Watch{Ready: func(a box.Addresses) { ready <- a }}}
	go func() { done <- box.Run(ctx, in) }()
	stop = func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("the box ends with %v", err)
		}
	}
	select {
	case a := <-ready:
		return a.Admin, reload, stop
	case err := <-done:
		cancel()
		t.Fatalf("the box does not begin: %v", err)
	case <-time.After(60 * time.Second):
		cancel()
		t.Fatal("the box does not get ready")
	}
	return "", nil, nil
}

func parse(t *testing.T, dir string, more ...string) *config.Config {
	t.Helper()
	c, err := config.Parse([]byte(strings.Join(append([]string{
		"store: {chain: test, id: shop, timezone: UTC}",
		"data: " + filepath.Join(dir, "data"), "runtime: " + filepath.Join(dir, "run"), "identity: " + identity(t, dir),
		`listen: {guest: "127.0.0.1:0", staff: "127.0.0.1:0", sensors: "127.0.0.1:0"}`,
		"names: {guest: here.localhost, staff: staff.localhost}", "mdns: {enabled: false}",
	}, more...), "\n")), []string{"FOYER_LISTEN_SENSORS_MQTT_PLAIN=" + os.Getenv("FOYER_LISTEN_SENSORS_MQTT_PLAIN"),
		"FOYER_LISTEN_RADIUS=" + os.Getenv("FOYER_LISTEN_RADIUS")})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// identity is the folder headquarters issues.
func identity(t *testing.T, dir string) string {
	t.Helper()
	hq := filepath.Join(dir, "hq")
	if at := filepath.Join(hq, "identity"); exists(at) {
		data, _ := os.ReadFile(at)
		return string(data)
	}
	now := time.Now().Add(-time.Hour)
	if err := office.InitCA(hq, now); err != nil {
		t.Fatal(err)
	}
	if err := office.SetBroker(hq, "tls://127.0.0.1:1"); err != nil {
		t.Fatal(err)
	}
	id, err := office.IssueStore(hq, "test", "shop", []string{"localhost", "127.0.0.1"}, now)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(hq, "identity"), []byte(id), 0o600); err != nil {
		t.Fatal(err)
	}
	return id
}

func exists(path string) bool { _, err := os.Stat(path); return err == nil }

func status(t *testing.T, socket string) box.Status {
	t.Helper()
	data, err := admin.Get(t.Context(), socket, "/status")
	if err != nil {
		t.Fatal(err)
	}
	var s box.Status
	if err := json.Unmarshal(data, &s); err != nil {
		t.Fatal(err)
	}
	return s
}

func warned(s box.Status, code string) bool {
	for _, w := range s.Warnings {
		if string(w.Code) == code && w.Cure != "" {
			return true
		}
	}
	return false
}

func TestWithoutAPlanItStillListens(t *testing.T) {
	defer goleak.VerifyNone(t)
	socket, _, stop := run(t, t.TempDir())
	defer stop()
	if s := status(t, socket); !warned(s, "plan-missing") || s.HQ.Configured {
		t.Errorf("status %+v", s)
	}
}

func TestAgainOnTheSameFiles(t *testing.T) {
	dir := t.TempDir()
	plan := filepath.Join(dir, "plan.json")
	data, err := floor.Example().JSON()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(plan, data, 0o600); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		socket, _, stop := run(t, dir, "plan: "+plan, `hq: {broker: "tls://127.0.0.1:1"}`)
		if s := status(t, socket); warned(s, "plan-missing") || !warned(s, "survey-missing") || !s.HQ.Configured || s.HQ.Up {
			t.Errorf("status %+v", s)
		}
		stop()
	}
}

func TestReload(t *testing.T) {
	dir := t.TempDir()
	socket, reload, stop := run(t, dir)
	defer stop()
	eventually := func(what string, ok func(box.Status) bool) {
		t.Helper()
		for range 3000 {
			if ok(status(t, socket)) {
				return
			}
			time.Sleep(10 * time.Millisecond)
		}
		t.Errorf("%s: %+v", what, status(t, socket))
	}
	reload <- box.Reload{Config: parse(t, dir, "log: {level: debug}")}
	eventually("a change that needs a restart is not refused", func(s box.Status) bool { return warned(s, "config-refused") })
	reload <- box.Reload{Config: parse(t, dir, "offer: {timeout: 30s}")}
	eventually("a good change is not taken over", func(s box.Status) bool { return !warned(s, "config-refused") && fmt.Sprint(s.OfferTimeout) == "30s" })
	reload <- box.Reload{Err: config.ErrInvalid}
	eventually("a file that cannot be used is not said", func(s box.Status) bool { return warned(s, "config-refused") })
}

// Whoever holds the ports hands them over by their names.
func TestPortsAreHandedOver(t *testing.T) {
	var mu sync.Mutex
	asked := map[string]string{}
	in := box.Inputs{Config: parse(t, t.TempDir()), Listen: func(name, address string) (net.Listener, error) {
		mu.Lock()
		defer mu.Unlock()
		asked[name] = address
		return net.Listen("tcp", address)
	}}
	ctx, stop := context.WithCancel(context.Background())
	in.Ready = stop
	if err := box.Run(ctx, in); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{systemd.GuestSocket, systemd.StaffSocket, systemd.SensorsSocket} {
		if asked[name] == "" {
			t.Errorf("the box opened %s itself", name)
		}
	}
}
