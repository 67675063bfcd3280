package line

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"time"

	mqtt "github.com/eclipse/paho.mqtt.golang"
)

// ErrProxy means that the proxy does not let the line through.
var ErrProxy = errors.New("the proxy does not connect to the broker")

// dialer returns how to reach the broker.
func (o Options) dialer() (func(context.Context) (net.Conn, error), error) {
	if o.Dial != nil {
		return o.Dial, nil
	}
	u, err := url.Parse(o.Broker)
	if err != nil {
		return nil, err
	}
	proxy, err := o.proxy(u.Host)
	if err != nil {
		return nil, err
	}
	switch u.Scheme {
	case "tls", "ssl", "mqtts":
		return within(func(ctx context.Context) (net.Conn, error) { return secure(ctx, u.Host, proxy, o.TLS) }), nil
	case "tcp":
		return within(func(ctx context.Context) (net.Conn, error) { return plain(ctx, u.Host, proxy) }), nil
	}
	return func(context.Context) (net.Conn, error) { // ws, wss
		ws := &mqtt.WebsocketOptions{Proxy: http.ProxyURL(proxy)} // nil: none
		return mqtt.NewWebsocket(o.Broker, o.TLS, connectTimeout, nil, ws)
	}, nil
}

// proxy is the one that was named, or the one that the environment names for
// whatever goes by TLS (HTTPS_PROXY, NO_PROXY).
func (o Options) proxy(host string) (*url.URL, error) {
	if o.Proxy == "" {
		return http.ProxyFromEnvironment(&http.Request{URL: &url.URL{Scheme: "https", Host: host}})
	}
	u, err := url.Parse(o.Proxy)
	if err != nil || u.Host == "" {
		return nil, fmt.Errorf("proxy %q: not an address such as http://proxy:3128", o.Proxy)
	}
	return u, nil
}

// within bounds the time of dialling.
func within(dial func(context.Context) (net.Conn, error)) func(context.Context) (net.Conn, error) {
	return func(ctx context.Context) (net.Conn, error) {
		ctx, stop := context.WithTimeout(ctx, connectTimeout)
		defer stop()
		return dial(ctx)
	}
}

func secure(ctx context.Context, host string, proxy *url.URL, c *tls.Config) (net.Conn, error) {
	conn, err := plain(ctx, host, proxy)
	if err != nil {
		return nil, err
	}
	if c = c.Clone(); c == nil {
		c = &tls.Config{MinVersion: tls.VersionTLS13}
	}
	if name, _, err := net.SplitHostPort(host); err == nil && c.ServerName == "" {
		c.ServerName = name
	}
	out := tls.Client(conn, c)
	if err := out.HandshakeContext(ctx); err != nil {
		conn.Close() // of no more use
		return nil, err
	}
	return out, nil
}

// plain opens a connection to host, through the proxy if there is one.
func plain(ctx context.Context, host string, proxy *url.URL) (net.Conn, error) {
	d := &net.Dialer{Timeout: connectTimeout, KeepAlive: keepAlive}
	if proxy == nil {
		return d.DialContext(ctx, "tcp", host)
	}
	conn, err := d.DialContext(ctx, "tcp", proxy.Host)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrProxy, err)
	}
	stop := context.AfterFunc(ctx, func() { conn.SetDeadline(time.Unix(1, 0)) }) // wakes what reads
	err = tunnel(conn, host)
	if !stop() || err != nil {
		conn.Close() // of no more use
		return nil, errors.Join(ctx.Err(), err)
	}
	return conn, nil
}

// tunnel asks a proxy to connect to host (RFC 9110, section 9.3.6). What follows
// its answer is the broker's, which says nothing before it is spoken to.
func tunnel(conn net.Conn, host string) error {
	r := &http.Request{Method: http.MethodConnect, URL: &url.URL{Opaque: host}, Host: host, Header: http.Header{}}
	if err := r.Write(conn); err != nil {
		return fmt.Errorf("%w: %w", ErrProxy, err)
	}
	in := bufio.NewReaderSize(conn, 4096)
	answer, err := http.ReadResponse(in, r)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrProxy, err)
	}
	answer.Body.Close() // a tunnel's answer has none
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("%w: it answers %s", ErrProxy, answer.Status)
	}
	if in.Buffered() > 0 {
		return fmt.Errorf("%w: it says more than an answer", ErrProxy)
	}
	return nil
}
