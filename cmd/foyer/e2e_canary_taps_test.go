package main_test

import (
	"crypto/tls"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"

	paho "github.com/eclipse/paho.mqtt.golang"

	"foyer/rehearsal"
	"foyer/web/admin"
)

// tap is somebody who listens to a broker.
type tap struct {
	client paho.Client
	n      atomic.Int64
	heard  said
}

// listenTo connects and subscribes to topic. Whether the broker grants it is
// not asked: what matters is what comes.
func (s *shop) listenTo(o *paho.ClientOptions, topic string) *tap {
	s.Helper()
	t := &tap{}
	o.SetDefaultPublishHandler(func(_ paho.Client, m paho.Message) {
		t.n.Add(1)
		fmt.Fprintln(&t.heard, m.Topic(), string(m.Payload()))
	})
	t.client = s.connect(o)
	t.client.Subscribe(topic, 1, nil).WaitTimeout(patience)
	return t
}

func (s *shop) connect(o *paho.ClientOptions) paho.Client {
	s.Helper()
	o.SetAutoReconnect(false).SetConnectTimeout(patience)
	c := paho.NewClient(o)
	if done := c.Connect(); !done.WaitTimeout(patience) || done.Error() != nil {
		s.Fatalf("connect to %v: %v", o.Servers, done.Error())
	}
	s.Cleanup(func() { c.Disconnect(0) })
	return c
}

// onBox are the options of a sensor at the box's own broker.
func (s *shop) onBox(sensor string) *paho.ClientOptions {
	return paho.NewClientOptions().AddBroker("tls://" + s.sensed).SetClientID(sensor).SetUsername(sensor).
		SetPassword(sensorToken(sensor)).SetTLSConfig(&tls.Config{RootCAs: s.roots, MinVersion: tls.VersionTLS13})
}

func (s *shop) mqtt(sensor string) paho.Client { return s.connect(s.onBox(sensor)) }

// taps are another sensor at the box's broker, and, at headquarters' broker,
// somebody with the store's own rights and somebody with headquarters'.
func (s *shop) taps() map[string]*tap {
	s.Helper()
	onHQ := func(dir, name, id string) *paho.ClientOptions {
		pair, err := tls.LoadX509KeyPair(filepath.Join(dir, name+".pem"), filepath.Join(dir, name+".key"))
		must(s.T, err)
		return paho.NewClientOptions().AddBroker(s.broker.URL()).SetClientID(id).
			SetTLSConfig(&tls.Config{RootCAs: s.roots, Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS13})
	}
	return map[string]*tap{
		spy:                              s.listenTo(s.onBox("spy"), "#"),
		"what comes down from the chain": s.listenTo(onHQ(s.identity, "box", "tap-down"), "#"),
		"what goes up to the chain":      s.listenTo(onHQ(s.office, "hq", "tap-up"), "#"),
	}
}

// serve lets one customer come and be served, so that everything that can
// speak does, and returns her visit.
func (s *shop) serve(who rehearsal.Customer, associate, guest *person) (visit string) {
	s.Helper()
	code, _ := s.invite(who)
	eventually(s.T, "her code has come", s.settled)
	guest.arrives(code)
	guest.do("POST", "/v1/me/visit/announce", map[string]string{"style": "approach_me"}, nil)
	var card struct{ Visit string }
	associate.do("POST", "/v1/offers/"+associate.offered()+"/accept", struct{}{}, &card)
	eventually(s.T, "headquarters has the visit", func() error { return s.once(who) })
	return card.Visit
}

// browse asks for every route there is on somebody's listener, as the faces'
// own tables have them, whether she may or not.
func (s *shop) browse(p *person, visit string) {
	s.Helper()
	face := "guest"
	if strings.Contains(p.base, "staff") {
		face = "staff"
	}
	source, err := os.ReadFile(filepath.Join(root, "web", face, face+".go"))
	must(s.T, err)
	routes := regexp.MustCompile(`"GET", "(/[^"]*)"`).FindAllSubmatch(source, -1)
	if len(routes) < 5 {
		s.Fatalf("only %d routes of %s: the search looks in the wrong place", len(routes), face)
	}
	for _, r := range routes {
		path := strings.NewReplacer("{$}", "", "{id}", visit).Replace(string(r[1]))
		if !strings.HasSuffix(path, "/stream") { // listened to all along
			p.send(s.Context(), "GET", path, "", nil)
		}
	}
}

// admin keeps what the box tells its operator and those who measure it.
func (s *shop) admin(e evidence) {
	s.Helper()
	for _, route := range []string{"/status", "/metrics"} {
		data, err := admin.Get(s.Context(), s.socket(), route)
		must(s.T, err)
		e.keep(route).Write(data)
	}
	e.keep("foyer status").WriteString(call(s.T, s.foyer, "status", "--socket", s.socket()))
	holds := call(s.T, s.foyer, "ledger", "verify", "--socket", s.socket())
	if !strings.Contains(holds, "The ledger holds. Row 1 has the hash ") {
		s.Errorf("the ledger after one card: %s", holds)
	}
	e.keep("foyer ledger verify").WriteString(holds)
	e.keep("foyer-hq status").WriteString(s.hqDo("status"))
	e.keep("foyer-hq events list").WriteString(s.hqDo("events", "list"))
}

// files keeps every file below dir.
func (e evidence) files(t *testing.T, dir string) {
	t.Helper()
	must(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		data, err := os.ReadFile(path)
		e.keep("file " + strings.TrimPrefix(path, dir)).Write(data)
		return err
	}))
	for _, name := range []string{"/data/desk.db", "/data/outbox.db", "/hq/events.ndjson"} {
		if e["file "+name] == nil {
			t.Errorf("no file %s: the search looks in the wrong place", name)
		}
	}
}
