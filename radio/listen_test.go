package radio

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"math/big"
	"net"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"foyer/floor"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	token1 = "correct-horse-battery-staple-one"
	token2 = "correct-horse-battery-staple-two"
)

func twoSensors() []Sensor {
	return []Sensor{{ID: "s1", TokenSHA256: sha256.Sum256([]byte(token1))}, {ID: "s2", TokenSHA256: sha256.Sum256([]byte(token2))}}
}

// certificate is one for 127.0.0.1, and the pool that trusts it.
var certificate = sync.OnceValues(func() (tls.Certificate, *x509.CertPool) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		panic(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		panic(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(leaf)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pool
})

func serverTLS() *tls.Config {
	c, _ := certificate()
	return &tls.Config{Certificates: []tls.Certificate{c}}
}

func clientTLS() *tls.Config {
	_, pool := certificate()
	return &tls.Config{RootCAs: pool}
}

// listen runs a source on a real listener until the test ends, and returns its
// address. It demands that Run then returns nil.
func listen(t testing.TB, b *bench, hosts []string, make func(ListenOptions) (Source, error)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	src, err := make(ListenOptions{Listener: l, TLS: serverTLS(), Sensors: twoSensors(), Intake: b.intake, Hosts: hosts})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := start(func() error { return src.Run(ctx, b.out) })
	t.Cleanup(func() {
		cancel()
		select {
		case err := <-done:
			if err != nil {
				t.Errorf("%s: %v", src.Name(), err)
			}
		case <-time.After(30 * time.Second):
			t.Errorf("%s does not end", src.Name())
		}
	})
	return l.Addr().String()
}

func start(f func() error) <-chan error {
	done := make(chan error, 1)
	go func() { done <- f() }()
	return done
}

func newHTTP(o ListenOptions) (Source, error) { return NewHTTP(o) }
func newMQTT(o ListenOptions) (Source, error) { return NewMQTT(o) }

// next returns the next batch.
func (b *bench) next(t testing.TB) floor.Batch {
	t.Helper()
	select {
	case got := <-b.out:
		return got
	case <-time.After(30 * time.Second):
		t.Fatal("no batch")
		return floor.Batch{}
	}
}

func TestListenOptions(t *testing.T) {
	b := newBench(t, IntakeOptions{})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	for name, spoil := range map[string]func(*ListenOptions){
		"no listener":    func(o *ListenOptions) { o.Listener = nil },
		"no intake":      func(o *ListenOptions) { o.Intake = nil },
		"no TLS":         func(o *ListenOptions) { o.TLS = nil },
		"no certificate": func(o *ListenOptions) { o.TLS = &tls.Config{} },
		"bad id":         func(o *ListenOptions) { o.Sensors[0].ID = "S1/#" },
		"same id":        func(o *ListenOptions) { o.Sensors[0].ID = "s2" },
		"same token":     func(o *ListenOptions) { o.Sensors[0].TokenSHA256 = o.Sensors[1].TokenSHA256 },
		"no token":       func(o *ListenOptions) { o.Sensors[0].TokenSHA256 = [32]byte{} },
		"empty token":    func(o *ListenOptions) { o.Sensors[0].TokenSHA256 = sha256.Sum256(nil) },
	} {
		o := ListenOptions{Listener: l, TLS: serverTLS(), Sensors: twoSensors(), Intake: b.intake}
		spoil(&o)
		if _, err := NewHTTP(o); !errors.Is(err, ErrListen) {
			t.Errorf("%s: HTTP: %v", name, err)
		}
		if _, err := NewMQTT(o); !errors.Is(err, ErrListen) {
			t.Errorf("%s: MQTT: %v", name, err)
		}
	}
}

// A source whose listener breaks says so; it does not pretend to have ended.
func TestListenerBreaks(t *testing.T) {
	for _, make := range []func(ListenOptions) (Source, error){newHTTP, newMQTT} {
		b := newBench(t, IntakeOptions{})
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		src, err := make(ListenOptions{Listener: l, TLS: serverTLS(), Sensors: twoSensors(), Intake: b.intake})
		if err != nil {
			t.Fatal(err)
		}
		l.Close()
		if err := src.Run(t.Context(), b.out); !errors.Is(err, net.ErrClosed) {
			t.Errorf("%s: %v", src.Name(), err)
		}
	}
}

// No address holds more than its share of connections, and what it gives back
// it may take again.
func TestGuardedListener(t *testing.T) {
	inner, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer inner.Close()
	l := guard(inner)
	accepted := make(chan net.Conn, 100)
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				close(accepted)
				return
			}
			accepted <- c
		}
	}()
	var clients []net.Conn
	dial := func() {
		c, err := net.Dial("tcp", inner.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		clients = append(clients, c)
	}
	for range maxConnsOfOne + 3 {
		dial()
	}
	var served []net.Conn
	for range maxConnsOfOne {
		served = append(served, <-accepted)
	}
	for _, c := range clients[maxConnsOfOne:] {
		c.SetReadDeadline(time.Now().Add(30 * time.Second))
		if _, err := c.Read(make([]byte, 1)); err == nil || errors.Is(err, context.DeadlineExceeded) {
			t.Error("a connection too many is kept")
		}
	}
	served[0].Close()
	served[0].Close()
	dial()
	served = append(served, <-accepted)
	inner.Close()
	if c, ok := <-accepted; ok {
		t.Error("one more was accepted", c.RemoteAddr())
	}
	for _, c := range append(served, clients...) {
		c.Close()
	}
	if l.all != 0 || len(l.of) != 0 {
		t.Errorf("%d connections of %d addresses are still counted", l.all, len(l.of))
	}
}
