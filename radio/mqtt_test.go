package radio

import (
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	paho "github.com/eclipse/paho.mqtt.golang"
	"github.com/google/go-cmp/cmp"

	"foyer/floor"
)

// client returns a paho client of the sensor's, not yet connected.
func client(t testing.TB, addr, id, token string, change ...func(*paho.ClientOptions)) paho.Client {
	t.Helper()
	o := paho.NewClientOptions().AddBroker("tls://" + addr).SetTLSConfig(clientTLS()).SetClientID("any").
		SetUsername(id).SetPassword(token).SetAutoReconnect(false).SetConnectTimeout(30 * time.Second).SetProtocolVersion(4)
	for _, f := range change {
		f(o)
	}
	return paho.NewClient(o)
}

func connect(t testing.TB, addr, id, token string, change ...func(*paho.ClientOptions)) paho.Client {
	t.Helper()
	c := client(t, addr, id, token, change...)
	done(t, c.Connect())
	t.Cleanup(func() { c.Disconnect(0) })
	return c
}

func done(t testing.TB, token paho.Token) {
	t.Helper()
	if !token.WaitTimeout(30 * time.Second) {
		t.Fatal("no answer from the broker")
	}
	if err := token.Error(); err != nil {
		t.Fatal(err)
	}
}

func TestMQTT(t *testing.T) {
	b := newBench(t, IntakeOptions{})
	p := b.lease(t, 1)
	addr := listen(t, b, nil, newMQTT)
	c := connect(t, addr, "s1", token1)
	for qos := range byte(3) {
		at := time.Duration(qos) * time.Second
		done(t, c.Publish("foyer-sensor/v1/s1", qos, qos == 1, line(t, "ap-01", 1, at)+line(t, "ap-02", 2, at)))
		want := floor.Batch{Received: opening, Alive: []floor.APID{"ap-01", "ap-02"}, Reports: []floor.Report{
			{AP: "ap-01", Phone: p, RSSI: -60, Kind: floor.UplinkAssoc, Freq: 5180, At: opening.Add(at)},
		}}
		if diff := cmp.Diff(want, b.next(t), compareBatches); diff != "" {
			t.Errorf("QoS %d: %s", qos, diff)
		}
	}
	// A message sent twice, as QoS 1 may, counts once.
	done(t, c.Publish("foyer-sensor/v1/s1", 1, false, line(t, "ap-01", 1, time.Second)))
	if got := b.next(t); len(got.Reports) != 0 {
		t.Errorf("a duplicate gives %d reports", len(got.Reports))
	}
	done(t, c.Publish("foyer-sensor/v1/s1", 1, false, strings.Repeat(" ", maxMessage)+line(t, "ap-01", 1, 9*time.Second)))
	if s := b.guests.Stats(); s.Refused != 1 || len(b.out) != 0 {
		t.Errorf("a payload too large: %+v", s)
	}
}

// A credential opens its own topic for writing and nothing else.
func TestMQTTAccess(t *testing.T) {
	b := newBench(t, IntakeOptions{})
	addr := listen(t, b, nil, newMQTT)
	for name, c := range map[string]paho.Client{
		"another's token": client(t, addr, "s1", token2),
		"no token":        client(t, addr, "s1", ""),
		"nobody's":        client(t, addr, "s3", token1),
		"anonymous":       client(t, addr, "", ""),
	} {
		if tok := c.Connect(); !tok.WaitTimeout(30*time.Second) || tok.Error() == nil {
			t.Errorf("%s: let in", name)
		}
	}
	if s := b.guests.Stats(); s.Unauthorized != 4 {
		t.Errorf("unauthorized %d", s.Unauthorized)
	}
	for _, topic := range []string{"foyer-sensor/v1/s2", "foyer-sensor/v1/s1/x", "foyer/v1/chain/store/down/config", "s1"} {
		c := connect(t, addr, "s1", token1)
		c.Publish(topic, 1, false, line(t, "ap-01", 1, 0)).WaitTimeout(30 * time.Second)
		for deadline := time.Now().Add(30 * time.Second); c.IsConnectionOpen(); time.Sleep(time.Millisecond) {
			if time.Now().After(deadline) {
				t.Errorf("%s: the client stays connected", topic)
				break
			}
		}
	}
	// The broker drops what is published to its own topics without an answer.
	connect(t, addr, "s1", token1).Publish("$SYS/broker/version", 0, true, line(t, "ap-01", 1, 0)).WaitTimeout(30 * time.Second)
	if s := b.guests.Stats(); s.Refused != 4 || s.Deliveries != 0 || len(b.out) != 0 {
		t.Errorf("stats %+v", s)
	}
}

// Nothing comes out of the broker: not to another credential's subscription
// to everything, not retained, not as a will, not of the broker itself.
func TestMQTTIsSilent(t *testing.T) {
	b := newBench(t, IntakeOptions{})
	addr := listen(t, b, nil, newMQTT)
	got := make(chan string, 100)
	spyOptions := func(o *paho.ClientOptions) {
		o.SetDefaultPublishHandler(func(_ paho.Client, m paho.Message) { got <- m.Topic() })
	}
	filters := map[string]byte{"#": 1, "+/+/+": 1, "foyer-sensor/v1/s1": 2, "foyer-sensor/v1/s2": 0, "$SYS/#": 1, "$share/x/#": 1}
	spy := func(id, token string) {
		c := connect(t, addr, id, token, spyOptions)
		for f := range filters {
			tok := c.Subscribe(f, 1, nil)
			if !tok.WaitTimeout(30 * time.Second) {
				t.Fatal("no answer")
			}
			for _, granted := range tok.(*paho.SubscribeToken).Result() {
				if granted < 0x80 {
					t.Errorf("%s may subscribe to %s", id, f)
				}
			}
		}
	}
	spy("s2", token2)
	c := connect(t, addr, "s1", token1, spyOptions, func(o *paho.ClientOptions) {
		o.SetWill("foyer-sensor/v1/s1", "will", 1, true)
		o.SetCleanSession(false)
	})
	for f := range filters {
		c.Subscribe(f, 1, nil).WaitTimeout(30 * time.Second)
	}
	for i := range 20 {
		done(t, c.Publish("foyer-sensor/v1/s1", byte(i%3), true, line(t, "ap-01", i, 0)))
		b.next(t)
	}
	// A new session of the same credential takes the connection over, which
	// breaks off the first without a word: that is when a will would speak.
	spy("s1", token1)
	for end := time.Now().Add(30 * time.Second); c.IsConnectionOpen(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("one credential holds two connections")
		}
	}
	time.Sleep(200 * time.Millisecond) // for what should not come
	for len(got) > 0 {
		t.Errorf("a message came out on %s", <-got)
	}
}

// A client that connects and says nothing, or nonsense, harms nobody.
func TestMQTTNonsense(t *testing.T) {
	b := newBench(t, IntakeOptions{})
	addr := listen(t, b, nil, newMQTT)
	for i, bytes := range []string{"", "GET / HTTP/1.1\r\n\r\n", "\x10\xff\xff\xff\x7f", "\x10\x00", "\x30\x02\x00\x05", "\x10\x0c\x00\x04MQTT\x04\xff\x00\x00\x00\x00", strings.Repeat("\x00", 1000)} {
		conn, err := tls.Dial("tcp", addr, clientTLS())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		fmt.Fprint(conn, bytes)
		if err := conn.CloseWrite(); err != nil {
			t.Fatal(err)
		}
		conn.SetReadDeadline(time.Now().Add(30 * time.Second))
		if _, err := io.ReadAll(conn); err != nil && strings.Contains(err.Error(), "timeout") {
			t.Errorf("nonsense %d is kept connected", i)
		}
	}
	eventually(t, "the packet too large is counted", func() bool { return b.guests.Stats().Refused == 1 })
	if s := b.guests.Stats(); s.Panics != 0 {
		t.Errorf("stats %+v", s)
	}
	connect(t, addr, "s1", token1)
}

// short is a listener of a process that has no file to spare for a while.
type short struct {
	net.Listener
	left atomic.Int32
}

func (l *short) Accept() (net.Conn, error) {
	if l.left.Add(-1) >= 0 {
		return nil, &net.OpError{Op: "accept", Net: "tcp", Err: os.NewSyscallError("accept4", syscall.EMFILE)}
	}
	return l.Listener.Accept()
}

// That the box has no file to spare for a connection does not end a listening
// source, and with it the box.
func TestNoFileToSpare(t *testing.T) {
	for _, make := range []func(ListenOptions) (Source, error){newMQTT, newHTTP} {
		b := newBench(t, IntakeOptions{})
		addr := listen(t, b, nil, func(o ListenOptions) (Source, error) {
			l := &short{Listener: o.Listener}
			l.left.Store(2)
			o.Listener = l
			return make(o)
		})
		c, err := tls.Dial("tcp", addr, clientTLS())
		if err != nil {
			t.Fatalf("nobody answers any more: %v", err)
		}
		c.Close()
	}
}
