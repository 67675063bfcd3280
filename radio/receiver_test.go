package radio

import (
	"context"
	"crypto/sha256"
	"errors"
	"net"
	"strings"
	"testing"
	"time"

	paho "github.com/eclipse/paho.mqtt.golang"

	"foyer/floor"
)

func receivers() []Sensor {
	token := sha256.Sum256([]byte(token1))
	return []Sensor{
		{ID: "esp", TokenSHA256: token, Format: "espresense", Node: "aisle_3"},
		{ID: "own", TokenSHA256: sha256.Sum256([]byte(token2))},
		{ID: "tg", TokenSHA256: sha256.Sum256([]byte("theengs-token")), Format: "theengs", Node: "TheengsGateway"},
		{ID: "hb", TokenSHA256: sha256.Sum256([]byte("bubbles-token")), Format: "happybubbles", Node: "aisle-3"},
	}
}

// receiverBroker serves the receivers, with TLS or without.
func receiverBroker(t testing.TB, b *bench, plain bool) string {
	return listen(t, b, nil, func(o ListenOptions) (Source, error) {
		o.Sensors, o.Plain = receivers(), plain
		if plain {
			o.TLS = nil
		}
		return NewMQTT(o)
	})
}

func tcp(addr string) func(*paho.ClientOptions) {
	return func(o *paho.ClientOptions) { o.Servers = nil; o.AddBroker("tcp://" + addr) }
}

// messages returns the topics and payloads of a sample.
func messages(t testing.TB, name string) (out [][2]string) {
	t.Helper()
	for line := range strings.Lines(sample(t, name)) {
		if topic, payload, ok := strings.Cut(strings.TrimSpace(line), " "); ok {
			out = append(out, [2]string{topic, payload})
		}
	}
	return out
}

func TestReceivers(t *testing.T) {
	for _, c := range []struct{ id, token, file, ap string }{
		{"esp", token1, "espresense.txt", "aisle_3"}, {"tg", "theengs-token", "theengs.txt", "TheengsGateway"}, {"hb", "bubbles-token", "happybubbles.txt", "aisle-3"},
	} {
		b := vendorBench(t, testPlan(c.ap), IntakeOptions{})
		p := b.leaseAddr(t, "c8:d0:83:00:00:07")
		client := connect(t, receiverBroker(t, b, false), c.id, c.token)
		own := 0
		for _, m := range messages(t, c.file) {
			done(t, client.Publish(m[0], 0, false, m[1]))
			own++
		}
		if own == 0 {
			t.Fatal("no messages")
		}
		got := b.first(t, func(floor.Report) bool { return true })
		if got.AP != "ap-02" || got.Phone != p || got.Kind != floor.BLE {
			t.Errorf("%s: %+v", c.id, got)
		}
		// A message that stays for whoever comes later is none of ours.
		eventually(t, "all are read", func() bool { return int(b.guests.Stats().Deliveries+b.guests.Stats().Refused) >= own })
		before := b.guests.Stats()
		m := messages(t, c.file)[0]
		done(t, client.Publish(m[0], 0, true, m[1]))
		done(t, client.Publish(m[0], 1, false, m[1])) // after it, in order
		eventually(t, "the next is read", func() bool { return b.guests.Stats().Deliveries == before.Deliveries+1 })
	}
}

// A receiver may write for its own node and read nothing.
func TestReceiverAccess(t *testing.T) {
	b := vendorBench(t, testPlan("aisle_3", "till_1"), IntakeOptions{})
	addr := receiverBroker(t, b, false)
	c := connect(t, addr, "esp", token1, func(o *paho.ClientOptions) {
		o.SetBinaryWill("espresense/rooms/aisle_3/status", []byte("offline"), 0, true)
	})
	for _, topic := range []string{"espresense/devices/irk:1/till_1", "espresense/rooms/till_1/telemetry", "foyer-sensor/v1/esp", "foyer-sensor/v1/own", "espresense/devices/a/b/aisle_3", "home/aisle_3/BTtoMQTT/x"} {
		before := b.guests.Stats().Refused
		done(t, c.Publish(topic, 0, false, `{"mac":"c8d083000007","rssi":-60}`))
		eventually(t, topic+" is refused", func() bool { return b.guests.Stats().Refused == before+1 })
	}
	heard := make(chan struct{}, 1)
	c.Subscribe("espresense/#", 0, func(paho.Client, paho.Message) { heard <- struct{}{} }).WaitTimeout(20 * time.Second)
	done(t, c.Publish("espresense/devices/known:c8d083000007/aisle_3", 0, true, `{"mac":"c8d083000007","rssi":-60}`))
	done(t, c.Publish("espresense/devices/known:c8d083000007/aisle_3", 1, false, `{"mac":"c8d083000007","rssi":-60}`))
	eventually(t, "one is read", func() bool { return b.guests.Stats().Deliveries == 1 })
	select {
	case <-heard:
		t.Error("a receiver hears what is published")
	case <-time.After(100 * time.Millisecond):
	}
	if s := b.guests.Stats(); s.Reports != 1 {
		t.Errorf("%+v", s)
	}
}

// Without TLS only receivers are let in; a sensor's own token is refused there.
func TestPlainMQTT(t *testing.T) {
	b := vendorBench(t, testPlan("aisle_3"), IntakeOptions{})
	p := b.leaseAddr(t, "c8:d0:83:00:00:07")
	addr := receiverBroker(t, b, true)
	own := client(t, addr, "own", token2, tcp(addr))
	if token := own.Connect(); token.WaitTimeout(20*time.Second) && token.Error() == nil {
		t.Error("a sensor of foyer's own is let in without TLS")
	}
	c := connect(t, addr, "esp", token1, tcp(addr))
	m := messages(t, "espresense.txt")[0]
	done(t, c.Publish(m[0], 0, false, m[1]))
	if got := b.first(t, func(floor.Report) bool { return true }); got.Phone != p || got.AP != "ap-02" {
		t.Errorf("%+v", got)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	src, err := NewMQTT(ListenOptions{Listener: l, Plain: true, Intake: b.intake})
	if err != nil || src.Name() != "mqtt-plain" {
		t.Errorf("%v %v", src, err)
	}
	if _, err := NewHTTP(ListenOptions{Listener: l, Plain: true, Intake: b.intake}); !errors.Is(err, ErrListen) {
		t.Errorf("HTTP without TLS: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := src.Run(ctx, b.out); err != nil {
		t.Error(err)
	}
}

// A receiver's password, which may have been sent in the clear, opens nothing
// by HTTPS.
func TestReceiverPostsNothing(t *testing.T) {
	b := newBench(t, IntakeOptions{})
	addr := listen(t, b, nil, func(o ListenOptions) (Source, error) { o.Sensors = receivers(); return NewHTTP(o) })
	for token, want := range map[string]int{token1: 401, token2: 204} {
		if resp, _ := post(t, newClient(t), "https://"+addr+"/v1/reports", token, line(t, "ap-01", 1, 0)); resp.StatusCode != want {
			t.Errorf("%s: %s", token, resp.Status)
		}
	}
}

func TestMatches(t *testing.T) {
	for _, c := range []struct {
		pattern, topic string
		want           bool
	}{
		{"a/+/c", "a/b/c", true}, {"a/+/c", "a//c", false}, {"a/+/c", "a/b/c/d", false}, {"a/+/c", "a/b", false},
		{"a/#", "a/b/c", true}, {"a/#", "a", false}, {"a/#", "ab", false}, {"a", "a", true}, {"a/b", "a/b", true}, {"a/b", "a/B", false},
	} {
		if got := matches(c.pattern, c.topic); got != c.want {
			t.Errorf("%s %s: %v", c.pattern, c.topic, got)
		}
	}
}
