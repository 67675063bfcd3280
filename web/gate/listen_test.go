package gate

import (
	"net"
	"testing"
)

// made is a listener whose connections come from addresses that are made up.
type made struct {
	net.Listener
	from chan string
}

func (m made) Accept() (net.Conn, error) {
	a, err := net.ResolveTCPAddr("tcp", <-m.from)
	if err != nil {
		return nil, err
	}
	here, there := net.Pipe()
	return from{here, there, a}, nil
}

type from struct {
	net.Conn
	other net.Conn
	addr  net.Addr
}

func (f from) RemoteAddr() net.Addr { return f.addr }
func (f from) Close() error         { f.other.Close(); return f.Conn.Close() }

// One phone with all the connections it can open leaves room for every other.
func TestOnePhoneShutsNobodyOut(t *testing.T) {
	m := made{from: make(chan string, 3)}
	l := Limit(m)
	var open []net.Conn
	accept := func(next ...string) string {
		t.Helper()
		for _, n := range next {
			m.from <- n
		}
		c, err := l.Accept()
		if err != nil {
			t.Fatal(err)
		}
		open = append(open, c)
		return c.RemoteAddr().String()
	}
	for range ofOnePeer {
		accept("10.0.0.7:1")
	}
	for range ofOnePeer {
		accept("[2001:db8:1:2::3]:1")
	}
	if got := accept("10.0.0.7:2", "[2001:db8:1:2:ffff::4]:2", "10.0.0.8:1"); got != "10.0.0.8:1" {
		t.Errorf("%s is let in", got)
	}
	open[0].Close()
	open[0].Close() // twice is once
	accept("10.0.0.7:3")
	if got := accept("10.0.0.7:4", "10.0.0.9:1"); got != "10.0.0.9:1" {
		t.Errorf("%s is let in", got)
	}
	for i := len(open); i <= connections; i++ { // one has left
		accept((&net.TCPAddr{IP: net.IPv4(10, 1, byte(i>>8), byte(i)), Port: 1}).String())
	}
	if l := l.(*limited); l.enter("somebody else") || l.all != connections {
		t.Errorf("%d connections", l.all)
	}
}
