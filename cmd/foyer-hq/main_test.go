package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"foyer/floor"
	"foyer/sync/hq"
	"foyer/sync/office"
	"foyer/sync/wire"
	"foyer/sync/wire/line/linetest"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreTopFunction("github.com/eclipse/paho%2emqtt%2egolang.(*client).Publish"))
}

// hqCommand runs foyer-hq in one folder and returns what it prints.
func hqCommand(t *testing.T, dir string, args ...string) (string, error) {
	t.Helper()
	var out bytes.Buffer
	err := run(t.Context(), append([]string{"--dir", dir}, args...), &out, &out)
	return out.String(), err
}

func must(t *testing.T, out string, err error) string {
	t.Helper()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return out
}

func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for range 3000 { // half a minute
		if ok() {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("never: %s", what)
}

func file(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// background runs a command until the test ends.
func background(t *testing.T, out *safe, args ...string) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- run(ctx, args, out, out) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("%v: %v", args, err)
		}
	})
}

type safe struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *safe) Write(p []byte) (int, error) { s.mu.Lock(); defer s.mu.Unlock(); return s.b.Write(p) }
func (s *safe) String() string              { s.mu.Lock(); defer s.mu.Unlock(); return s.b.String() }

// TestWholeWay goes the way of --help, with a real Mosquitto and a box's link:
// certificates, configuration, serve, push, invite, events.
func TestWholeWay(t *testing.T) {
	h := newHeadquarters(t)
	do, dir := h.do, h.dir
	do("ca", "init")
	do("ca", "broker", "127.0.0.1", "localhost")
	bundle := strings.TrimSpace(do("ca", "store", "--chain", "northwind", "--store", "014"))
	h.serve(t)
	var tail safe
	background(t, &tail, "--dir", dir, "events", "tail")

	applied := make(chan wire.Kind, 64)
	id, err := wire.LoadIdentity(bundle)
	must(t, "", err)
	link, err := hq.Open(hq.Options{Dir: t.TempDir(), Identity: id, Broker: h.broker, Now: time.Now, Version: "test"})
	must(t, "", err)
	shares := make(chan string, 64)
	link.Handle(wire.DownKeyshare, func(b []byte) (func() error, error) {
		w, err := wire.Decode[wire.Keyshare](b)
		return func() error { shares <- string(w.Share); return nil }, err
	})
	for _, k := range []wire.Kind{wire.DownRoster, wire.DownPolicy, wire.DownPlan, wire.DownNotice, wire.DownProfile, wire.DownInvitation, wire.DownShadow} {
		link.Handle(k, func([]byte) (func() error, error) { return func() error { applied <- k; return nil }, nil })
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- link.Run(ctx) }()
	t.Cleanup(func() { cancel(); <-done; link.Close() })

	roster, err := json.Marshal(wire.Roster{Associates: []wire.Associate{{ID: "a-1", Name: "Ana", Role: floor.RoleManager, Tier: floor.TierStandard}}})
	must(t, "", err)
	do("push", "roster", file(t, "roster.json", string(roster)), "--store", "014")
	do("push", "policy", "--store", "014")
	do("push", "notice", file(t, "notice.json", `{"language":"en","version":"3","text":"We …","purposes":[{"purpose":"presence","text":"That you are here","covers":["2"]}]}`), "--store", "014")
	if _, err := hqCommand(t, dir, "push", "notice", file(t, "bad.json", `{"language":"en","version":"3","text":"We …","purposes":[{"purpose":"flattery","text":"x"}]}`), "--store", "014"); err == nil || !strings.Contains(err.Error(), "purposes[0].purpose") {
		t.Errorf("a notice of no purpose: %v", err)
	}
	do("profiles", "push", file(t, "p.ndjson", `{"customer":"c-1","rev":1,"audience":{}}`+"\n\n"+`{"customer":"c-2","rev":1,"audience":{}}`+"\n"), "--store", "014")
	invitation := do("invite", "--store", "014", "--customer", "c-1", "--link", "https://here.example.com/")
	if !regexp.MustCompile(`^([A-Z2-7]{26})\nhttps://here.example.com/here\?code=[A-Z2-7]{26}\n$`).MatchString(invitation) {
		t.Errorf("invitation: %q", invitation)
	}
	pass, err := id.Pass(strings.TrimSpace(do("token", "--store", "014", "--customer", "c-1")), time.Now())
	if must(t, "", err); pass.Customer != "c-1" {
		t.Errorf("a pass of %q", pass.Customer)
	}
	got := map[wire.Kind]int{}
	for range 6 {
		select {
		case k := <-applied:
			got[k]++
		case <-time.After(30 * time.Second):
			t.Fatalf("the box has only %v", got)
		}
	}
	if got[wire.DownProfile] != 2 || got[wire.DownInvitation] != 1 {
		t.Errorf("%v", got)
	}
	select {
	case <-shares:
	case <-time.After(30 * time.Second):
		t.Error("the box has no key share")
	}
	do("keyshare", "--store", "014", "--withhold")
	for len(shares) > 0 {
		<-shares
	}
	do("keyshare", "--store", "014", "--give")
	select {
	case <-shares:
	case <-time.After(30 * time.Second):
		t.Error("the box is not given its key share again")
	}
	if _, err := hqCommand(t, dir, "keyshare", "--store", "014"); err == nil {
		t.Error("keyshare does not ask what to do")
	}
	drew(t, link, applied, do)
	trial(t, link, applied, do)
	must(t, "", link.Record(wire.UpVisit, wire.VisitOpened{Visit: "v-1", Customer: "c-1", Quarter: wire.QuarterOf(time.Now())}))
	eventually(t, "the visit in the tail", func() bool { return strings.Contains(tail.String(), `"v-1"`) })
	if list := do("events", "list", "--store", "014"); strings.Count(list, `"v-1"`) != 1 {
		t.Errorf("events: %s", list)
	}
	eventually(t, "the table", func() bool {
		return regexp.MustCompile(`(?m)^014 +up +test .* 0 +0 +0 +0$`).MatchString(do("status"))
	})
	var all []office.StoreStatus
	must(t, "", json.Unmarshal([]byte(do("status", "--json")), &all))
	if len(all) != 1 || all[0].Pending != 0 {
		t.Errorf("status %+v", all)
	}
}

// A headquarters has a folder of its own and a real Mosquitto.
type headquarters struct {
	do     func(args ...string) string // a command that must succeed
	dir    string
	broker string // once it serves
}

func newHeadquarters(t *testing.T) *headquarters {
	t.Helper()
	dir, err := os.MkdirTemp("", "hq") // a socket's path is short
	must(t, "", err)
	t.Cleanup(func() { os.RemoveAll(dir) })
	return &headquarters{dir: dir, do: func(args ...string) string {
		t.Helper()
		out, err := hqCommand(t, dir, args...)
		return must(t, out, err)
	}}
}

// serve starts the broker, whose certificate there is, and headquarters.
func (h *headquarters) serve(t *testing.T) {
	t.Helper()
	h.broker = linetest.NewMosquitto(t, func(_ string, port int) string {
		out := h.do("ca", "mosquitto", "--port", itoa(port))
		return out[:strings.Index(out, "wrote ")]
	}).URL()
	h.open(t)
}

// open starts headquarters with the broker it is to have.
func (h *headquarters) open(t *testing.T) {
	t.Helper()
	background(t, &safe{}, "--dir", h.dir, "serve", "--broker", h.broker)
	eventually(t, "serving", func() bool { _, err := hqCommand(t, h.dir, "status"); return err == nil })
}

// openHeadquarters is one that serves.
func openHeadquarters(t *testing.T) *headquarters {
	t.Helper()
	h := newHeadquarters(t)
	h.do("ca", "init", "--chain", "northwind")
	h.do("ca", "broker", "127.0.0.1", "localhost")
	h.serve(t)
	return h
}

func itoa(n int) string { b, _ := json.Marshal(n); return string(b) }

// Mistakes are named with their place and what to do.
func TestMistakes(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "hq")
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"ca", "store", "--chain", "n", "--store", "014"}, "foyer-hq ca init"},
		{[]string{"serve"}, "foyer-hq ca store"},
		{[]string{"ca", "mosquitto"}, "foyer-hq ca store"},
		{[]string{"status"}, "foyer-hq serve"},
		{[]string{"events", "list"}, "foyer-hq serve"},
		{[]string{"push", "gossip", "x", "--store", "014"}, "want one of config, policy"},
		{[]string{"push", "ack", "x", "--store", "014"}, "want one of config, policy"},
		{[]string{"push", "roster", "--store", "014"}, "no file given"},
		{[]string{"push", "roster", file(t, "r", `{"associates":[{"id":"a","name":"A","role":"boss","tier":"standard"}]}`), "--store", "014"}, "associates[0].role"},
		{[]string{"push", "policy", file(t, "p", `{"schema":"foyer.discretion/1","rules":[]}`), "--store", "014"}, "not sent"},
		{[]string{"push", "plan", file(t, "f", `{}`), "--store", "014"}, "not sent"},
		{[]string{"push", "shadow", "x", "--store", "014"}, "foyer-hq shadow push"},
		{[]string{"shadow", "push", file(t, "s", `{"schema":"foyer.discretion/1","hit_policy":"UNIQUE","rules":[{"id":"A","when":{"relation":["none"]},"disclosure":"withhold","speak":"-"}]}`), "--store", "014"}, "not sent: discretion table refused: case relation="},
		{[]string{"shadow", "report", "--store", "014"}, "foyer-hq serve"},
		{[]string{"shadow", "promote", "--store", "014"}, "foyer-hq serve"},
		{[]string{"push", "roster", "x"}, "store"},
		{[]string{"profiles", "push", file(t, "n", `{"customer":"c","audience":{}}`+"\n"+`{"customer":"c d"}`), "--store", "014"}, "line 2"},
		{[]string{"invite", "--store", "014", "--customer", "c d"}, "customer"},
		{[]string{"invite", "--store", "014", "--customer", "c", "--ttl", "0s"}, "--ttl"},
		{[]string{"token", "--store", "014", "--customer", "c d"}, "customer"},
		{[]string{"token", "--store", "014", "--customer", "c", "--ttl", "6m"}, "5m0s"},
		{[]string{"token", "--store", "014", "--customer", "c"}, "foyer-hq serve"},
	} {
		if out, err := hqCommand(t, dir, c.args...); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v: %v, want %q\n%s", c.args, err, c.want, out)
		}
	}
}

// A damaged office.db is not begun anew unless told, and the error says how.
func TestAcceptLoss(t *testing.T) {
	dir := newHeadquarters(t).dir
	for _, args := range [][]string{{"ca", "init"}, {"ca", "broker", "127.0.0.1"}, {"ca", "store", "--chain", "n", "--store", "014"}} {
		out, err := hqCommand(t, dir, args...)
		must(t, out, err)
	}
	must(t, "", os.WriteFile(filepath.Join(dir, "office.db"), make([]byte, 64<<10), 0o600))
	if out, err := hqCommand(t, dir, "serve", "--broker", "tls://127.0.0.1:1"); err == nil || !strings.Contains(err.Error(), "foyer-hq serve --accept-loss") {
		t.Errorf("%v\n%s", err, out)
	}
	background(t, &safe{}, "--dir", dir, "serve", "--broker", "tls://127.0.0.1:1", "--accept-loss")
	eventually(t, "serving", func() bool { _, err := hqCommand(t, dir, "status"); return err == nil })
}

// Help teaches: every command that can be run has a sentence, and the
// beginning shows the whole way.
func TestHelp(t *testing.T) {
	out := must(t, "", nil)
	for _, args := range [][]string{{"--help"}, {"ca", "--help"}, {"push", "--help"}, {"shadow", "--help"}, {"events", "--help"}} {
		text, err := hqCommand(t, "x", args...)
		out += must(t, text, err)
	}
	for _, want := range []string{"foyer-hq ca init", "foyer-hq serve", "foyer-hq push policy --store 014", "mosquitto", "tail", "Kinds: config"} {
		if !strings.Contains(out, want) {
			t.Errorf("help does not say %q", want)
		}
	}
}
