package main

import (
	"bufio"
	"context"
	"crypto/tls"
	"fmt"
	"time"
)

// exchange bounds one request with its answer, and idle how long a connection
// is trusted to be open still; the box closes it after two minutes.
const (
	exchange = 10 * time.Second
	idle     = time.Minute
)

// A door is the box's sensor listener, behind one connection that is kept open.
// It writes its requests itself, because package net/http would not leave the
// agent small enough for an access point. One goroutine uses it.
type door struct {
	s    *settings
	conn *tls.Conn
	in   *bufio.Reader
	used time.Time
}

func newDoor(s *settings) *door { return &door{s: s} }

// close closes the connection. The next request opens another.
func (d *door) close() {
	if d.conn != nil {
		d.conn.Close()
		d.conn, d.in = nil, nil
	}
}

// post sends lines and returns the answer. A connection that was kept may have
// been closed by the box meanwhile, so that one is tried twice: the box knows
// readings again that it has had.
func (d *door) post(ctx context.Context, lines []byte) answer {
	if d.conn != nil && time.Since(d.used) < idle {
		if a, err := d.try(ctx, lines); err == nil {
			return a
		}
	}
	d.close()
	if err := d.dial(ctx); err != nil {
		return answer{err: err}
	}
	a, err := d.try(ctx, lines)
	if err != nil {
		return answer{err: err}
	}
	return a
}

func (d *door) dial(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, exchange)
	defer cancel()
	c, err := d.s.dial(ctx)
	if err != nil {
		return fmt.Errorf("reach the box: %w", err)
	}
	conn := tls.Client(c, d.s.tls)
	if err := conn.HandshakeContext(ctx); err != nil {
		c.Close()
		return fmt.Errorf("greet the box: %w", err)
	}
	d.conn, d.in = conn, bufio.NewReaderSize(conn, maxHeader)
	return nil
}

// try makes one exchange; after an error the connection is closed.
func (d *door) try(ctx context.Context, lines []byte) (a answer, err error) {
	defer func() {
		if err != nil || a.last {
			d.close()
		}
	}()
	token, err := d.s.token()
	if err != nil {
		return answer{}, err
	}
	conn := d.conn
	if err := conn.SetDeadline(time.Now().Add(exchange)); err != nil {
		return answer{}, fmt.Errorf("tell the box: %w", err)
	}
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	if err := ctx.Err(); err != nil { // it may have ended before the deadline was set
		return answer{}, err
	}
	_, failed := conn.Write(d.head(token, len(lines)))
	if failed == nil && len(lines) > 0 {
		_, failed = conn.Write(lines)
	}
	// A box that refuses may answer before it has read all.
	a, err = readAnswer(d.in)
	switch {
	case err != nil && failed != nil:
		return answer{}, fmt.Errorf("tell the box: %w", failed)
	case err != nil:
		return answer{}, fmt.Errorf("hear the box's answer: %w", err)
	}
	a.last = a.last || failed != nil
	d.used = time.Now()
	return a, nil
}

// head is what goes before the lines.
func (d *door) head(token string, length int) []byte {
	return fmt.Appendf(nil, "POST /v1/reports HTTP/1.1\r\nHost: %s\r\nUser-Agent: foyer-ap/%s\r\nDate: %s\r\n"+
		"Authorization: Bearer %s\r\nContent-Type: application/x-ndjson\r\nContent-Length: %d\r\n\r\n",
		d.s.host, version, time.Now().UTC().Format(httpTime), token, length)
}
