package linetest

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/eclipse/paho.mqtt.golang/packets"
)

// Faults are what a Chaos does to what passes it. The zero value does nothing.
type Faults struct {
	// CutBeforeAck breaks the connection whenever so many messages of the client's
	// have reached the broker, before the client is told so.
	CutBeforeAck int
	// Duplicate has every message arrive twice, in both directions.
	Duplicate bool
	// Reorder has every second message overtake the one before it, in both
	// directions.
	Reorder bool
	// Reset breaks the connection when it is so old.
	Reset time.Duration
	// Rate bounds each direction, in bytes a second.
	Rate int
	// Silent lets nothing pass, and breaks nothing.
	Silent bool
}

// A Chaos stands between a client and a real broker and hurts what passes. It
// ends TLS on both sides, with the broker's certificate towards the client and
// the client's towards the broker, so that it can read MQTT.
type Chaos struct {
	port   int
	to     string
	client *tls.Config
	faults atomic.Pointer[Faults]
	count  atomic.Int64 // messages of the client's that reached the broker
	Cuts   atomic.Int64 // connections that were broken on purpose

	mu    sync.Mutex
	conns map[net.Conn]bool
	ended bool
	all   sync.WaitGroup
}

// NewChaos starts a proxy to the broker at to. BrokerDir holds ca.pem,
// broker.pem and broker.key, clientDir the client's box.pem and box.key.
func NewChaos(t testing.TB, to, brokerDir, clientDir string, f Faults) *Chaos {
	t.Helper()
	u, err := url.Parse(to)
	if err != nil {
		t.Fatal(err)
	}
	c := &Chaos{port: Port(t), to: u.Host, conns: map[net.Conn]bool{}}
	c.faults.Store(&f)
	server, pool := pair(t, brokerDir, "broker"), x509.NewCertPool()
	ca, err := os.ReadFile(filepath.Join(brokerDir, "ca.pem"))
	if err != nil {
		t.Fatal(err)
	}
	pool.AppendCertsFromPEM(ca)
	c.client = &tls.Config{MinVersion: tls.VersionTLS13, RootCAs: pool, Certificates: []tls.Certificate{pair(t, clientDir, "box")}, ServerName: u.Hostname()}
	l, err := tls.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", c.port), &tls.Config{MinVersion: tls.VersionTLS13, Certificates: []tls.Certificate{server},
		ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: pool})
	if err != nil {
		t.Fatal(err)
	}
	c.all.Go(func() { c.serve(l) })
	t.Cleanup(func() { l.Close(); c.end(); c.all.Wait() })
	return c
}

func pair(t testing.TB, dir, name string) tls.Certificate {
	p, err := tls.LoadX509KeyPair(filepath.Join(dir, name+".pem"), filepath.Join(dir, name+".key"))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// URL is where a client connects.
func (c *Chaos) URL() string { return fmt.Sprintf("tls://127.0.0.1:%d", c.port) }

// Set changes what is done, also to connections that are there.
func (c *Chaos) Set(f Faults) { c.faults.Store(&f) }

func (c *Chaos) end() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ended = true
	for conn := range c.conns {
		conn.Close() // its error would be that it is closed
	}
}

// hold remembers a connection until it is closed.
func (c *Chaos) hold(conn net.Conn) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.conns[conn] = true
	return !c.ended
}

func (c *Chaos) drop(conn net.Conn) {
	conn.Close() // its error would be that it is closed
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.conns, conn)
}

func (c *Chaos) serve(l net.Listener) {
	for {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		c.all.Go(func() { c.pass(conn) })
	}
}

// pass carries one connection until it ends or is broken.
func (c *Chaos) pass(client net.Conn) {
	defer c.drop(client)
	if !c.hold(client) {
		return
	}
	broker, err := tls.DialWithDialer(&net.Dialer{Timeout: 10 * time.Second}, "tcp", c.to, c.client)
	if err != nil {
		return // the broker is away: so is this
	}
	defer c.drop(broker)
	if !c.hold(broker) {
		return
	}
	if age := c.faults.Load().Reset; age > 0 {
		defer time.AfterFunc(age, func() { c.Cuts.Add(1); client.Close() }).Stop()
	}
	var both sync.WaitGroup
	both.Go(func() { defer broker.Close(); c.carry(client, broker, true) })
	both.Go(func() { defer client.Close(); c.carry(broker, client, false) })
	both.Wait()
}

// carry moves packets one way.
func (c *Chaos) carry(from, to net.Conn, up bool) {
	var late packets.ControlPacket // a message that the next one overtakes
	for {
		p, err := packets.ReadPacket(from)
		if err != nil {
			return
		}
		f := c.faults.Load()
		for c.faults.Load().Silent {
			if c.over() {
				return
			}
			time.Sleep(10 * time.Millisecond)
		}
		publish, isMessage := p.(*packets.PublishPacket)
		switch {
		case f.Reorder && isMessage && late == nil:
			late = p
			continue // should nothing follow, the sender sends it again
		case f.Reorder && isMessage:
			err = errors.Join(c.send(to, p, f), c.send(to, late, f))
			late = nil
		case f.Duplicate && isMessage:
			err = c.send(to, publish, f)
			publish.Dup = true
			err = errors.Join(err, c.send(to, publish, f))
		default:
			err = c.send(to, p, f)
		}
		if err != nil {
			return
		}
		if up && isMessage && f.CutBeforeAck > 0 && c.count.Add(1)%int64(f.CutBeforeAck) == 0 {
			c.Cuts.Add(1)
			time.Sleep(20 * time.Millisecond) // the broker has it
			return
		}
	}
}

func (c *Chaos) over() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.ended
}

// send writes a packet, as fast as it may.
func (c *Chaos) send(to net.Conn, p packets.ControlPacket, f *Faults) error {
	if f.Rate == 0 {
		return p.Write(to)
	}
	return p.Write(slow{to, f.Rate, c})
}

// slow writes so many bytes a second.
type slow struct {
	to   io.Writer
	rate int
	c    *Chaos
}

// Write takes as long as the rate says.
func (s slow) Write(b []byte) (n int, err error) {
	const step = 50 * time.Millisecond
	for some := max(1, s.rate*int(step)/int(time.Second)); len(b) > 0; {
		if s.c.over() {
			return n, net.ErrClosed
		}
		some = min(some, len(b))
		m, err := s.to.Write(b[:some])
		if n += m; err != nil {
			return n, err
		}
		b = b[some:]
		time.Sleep(step)
	}
	return n, nil
}
