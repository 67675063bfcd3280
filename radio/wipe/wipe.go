// Package wipe keeps what was delivered from staying in the buffers of libraries.
// It hides the one way to reach those: whoever reads may be given any content in
// the space he reads into (io.Reader), so that space is overwritten before more is
// waited for. A bufio.Reader and a TLS connection that have handed on all they had
// give all of their buffer as that space. It changes nothing of what is read.
package wipe

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
)

// Reader returns r, with what it is given to read into overwritten first.
func Reader(r io.Reader) io.Reader { return reader{r} }

type reader struct{ io.Reader }

// Read overwrites p and reads into it.
func (r reader) Read(p []byte) (int, error) {
	clear(p)
	return r.Reader.Read(p)
}

// Conn returns c, with what it is given to read into overwritten first.
func Conn(c net.Conn) net.Conn { return conn{c} }

type conn struct{ net.Conn }

// Read overwrites p and reads into it.
func (c conn) Read(p []byte) (int, error) {
	clear(p)
	return c.Conn.Read(p)
}

// Server returns the server's side of a TLS connection over c, which leaves
// nothing of what was read in the buffers of TLS itself nor in its reader's.
func Server(c net.Conn, conf *tls.Config) net.Conn { return secure{tls.Server(Conn(c), conf)} }

// Client is Server for the other side; it returns once they have agreed.
func Client(ctx context.Context, c net.Conn, conf *tls.Config) (net.Conn, error) {
	s := tls.Client(Conn(c), conf)
	if err := s.HandshakeContext(ctx); err != nil {
		return nil, errors.Join(err, c.Close())
	}
	return secure{s}, nil
}

type secure struct{ *tls.Conn }

// Read overwrites p and reads into it. Who speaks HTTP to a port for HTTPS is told
// so, as net/http does.
func (s secure) Read(p []byte) (int, error) {
	clear(p)
	n, err := s.Conn.Read(p)
	var header tls.RecordHeaderError
	if errors.As(err, &header) && header.Conn != nil && plain(header.RecordHeader) {
		_, _ = io.WriteString(header.Conn, "HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n") // it ends anyway
	}
	return n, err
}

func plain(header [5]byte) bool {
	switch string(header[:]) {
	case "GET /", "HEAD ", "POST ", "PUT /", "OPTIO":
		return true
	}
	return false
}

// All reads all of r, of which size bytes are expected, and leaves no part of it
// anywhere but in what it returns.
func All(r io.Reader, size int64) ([]byte, error) {
	const least, most = 512, 1 << 20 // bytes to begin with, whatever is announced
	out := make([]byte, 0, min(max(size+1, least), most))
	for {
		if len(out) == cap(out) {
			more := append(make([]byte, 0, 2*cap(out)), out...)
			clear(out)
			out = more
		}
		n, err := r.Read(out[len(out):cap(out)])
		out = out[:len(out)+n]
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			clear(out)
			return nil, err
		}
	}
}
