package wipe_test

import (
	"bufio"
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"math/big"
	"net"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"foyer/radio/wipe"
)

const secret = "02:00:5e:10:be:ef"

// A spy looks at the space that it is given to read into.
type spy struct {
	net.Conn
	r    io.Reader
	seen bool // there was something of the secret in it
}

func (s *spy) Read(p []byte) (int, error) {
	s.seen = s.seen || bytes.Contains(p, []byte(secret))
	return s.r.Read(p)
}

// Nothing of a line stays in a reader's buffer while it waits for the next.
func TestReader(t *testing.T) {
	text := strings.Repeat(secret+"\n", 50)
	for name, with := range map[string]func(io.Reader) io.Reader{
		"reader":  wipe.Reader,
		"conn":    func(r io.Reader) io.Reader { return wipe.Conn(&spyConn{r: r}) },
		"nothing": func(r io.Reader) io.Reader { return r },
	} {
		s := &spy{r: iotest.OneByteReader(strings.NewReader(text))}
		all, err := "", error(nil)
		for in := bufio.NewReaderSize(with(s), 64); err == nil; {
			var line string
			line, err = in.ReadString('\n')
			all += line
		}
		if !errors.Is(err, io.EOF) || all != text {
			t.Errorf("%s: it reads something else: %v", name, err)
		}
		if s.seen != (name == "nothing") {
			t.Errorf("%s: the buffer holds what was read: %t", name, s.seen)
		}
	}
}

// spyConn makes a connection of a reader.
type spyConn struct {
	net.Conn
	r io.Reader
}

func (c *spyConn) Read(p []byte) (int, error) { return c.r.Read(p) }

// Nothing of a record stays in TLS's buffers while it waits for the next, on
// either side.
func TestTLS(t *testing.T) {
	conf := certified(t)
	for name, talk := range map[string]func(a, b net.Conn) (from, to net.Conn, err error){
		"server": func(a, b net.Conn) (net.Conn, net.Conn, error) {
			return tls.Client(a, conf), wipe.Server(b, conf), nil
		},
		"client": func(a, b net.Conn) (net.Conn, net.Conn, error) {
			from := tls.Server(a, conf)
			go from.Handshake() // Client waits for it
			to, err := wipe.Client(t.Context(), b, conf)
			return from, to, err
		},
		"nothing": func(a, b net.Conn) (net.Conn, net.Conn, error) {
			return tls.Client(a, conf), tls.Server(b, conf), nil
		},
	} {
		a, b := net.Pipe()
		below := &spy{Conn: b, r: b}
		from, to, err := talk(a, below)
		if err != nil {
			t.Fatal(err)
		}
		go func() {
			for range 3 {
				_, _ = io.WriteString(from, secret+"\n") // the reader says what is missing
			}
			from.Close()
		}()
		all, err := io.ReadAll(to)
		if err != nil || string(all) != strings.Repeat(secret+"\n", 3) {
			t.Errorf("%s: %q %v", name, all, err)
		}
		if below.seen != (name == "nothing") {
			t.Errorf("%s: the buffer of TLS holds what was read: %t", name, below.seen)
		}
		to.Close()
	}
}

// Who speaks HTTP where TLS is spoken is told so.
func TestPlainHTTP(t *testing.T) {
	a, b := net.Pipe()
	go func() {
		c := wipe.Server(b, certified(t))
		_, _ = c.Read(make([]byte, 1)) // it is no TLS
		c.Close()
	}()
	if _, err := io.WriteString(a, "GET / HTTP/1.1\r\n"[:5]); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(a).ReadString('\n')
	if err != nil || !strings.Contains(line, "400 Bad Request") {
		t.Errorf("%q %v", line, err)
	}
}

func TestAll(t *testing.T) {
	text := strings.Repeat(secret, 1000)
	for _, size := range []int64{-1, 0, 10, int64(len(text)), 1 << 40} {
		got, err := wipe.All(strings.NewReader(text), size)
		if err != nil || string(got) != text {
			t.Errorf("announced %d: %d bytes, %v", size, len(got), err)
		}
	}
	broken := errors.New("broken")
	keep := &keeper{r: io.MultiReader(strings.NewReader(text), iotest.ErrReader(broken))}
	if got, err := wipe.All(keep, 0); !errors.Is(err, broken) || got != nil {
		t.Errorf("%d bytes, %v", len(got), err)
	}
	if len(keep.all) < 2 {
		t.Fatalf("%d buffers: it did not grow", len(keep.all))
	}
	for i, p := range keep.all {
		if bytes.Contains(p, []byte(secret)) {
			t.Errorf("buffer %d of %d holds what was read", i, len(keep.all))
		}
	}
}

// keeper keeps the space it was given to read into.
type keeper struct {
	r   io.Reader
	all [][]byte
}

func (k *keeper) Read(p []byte) (int, error) {
	k.all = append(k.all, p)
	return k.r.Read(p)
}

func certified(t *testing.T) *tls.Config {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{"box"}, NotBefore: time.Unix(0, 0), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, c, c, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(leaf)
	return &tls.Config{ServerName: "box", RootCAs: roots, Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}, MinVersion: tls.VersionTLS13}
}
