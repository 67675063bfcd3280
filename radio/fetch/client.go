package fetch

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"time"

	"foyer/radio/wipe"
)

// maxBody is the largest answer in bytes.
const maxBody = 1 << 20

// Options say whom a client asks.
type Options struct {
	// URL is https://host[:port][/path]. It holds no user and no query.
	URL string
	// CAs are who may have signed the certificate; nil means the system's.
	CAs *x509.CertPool
	// Fingerprint is the SHA-256 of the one certificate that is right, whoever
	// signed it and whatever name it has; zero means that none is pinned.
	Fingerprint [32]byte
	// Insecure allows http: whoever is on the way reads the password.
	Insecure bool
	Timeout  time.Duration // of a request; 0 means 10 s
	Cookies  bool          // keep the source's cookies, for a session
}

// An Answer is what came back with a status of success. Whoever has read the body
// overwrites it.
type Answer struct {
	Body   []byte
	Date   time.Time // the source's clock, zero if it did not say
	Header http.Header
}

// A Client asks one source. It may be used from several goroutines.
type Client struct {
	base    *url.URL
	http    *http.Client
	timeout time.Duration
}

// New returns a client that has not asked anything yet.
func New(o Options) (*Client, error) {
	u, err := url.Parse(o.URL)
	switch {
	case err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return nil, fmt.Errorf("%w: the address is not https://host[:port][/path]", ErrOptions)
	case u.Scheme == "http" && !o.Insecure:
		return nil, fmt.Errorf("%w: the address is http and insecure is not set", ErrOptions)
	case u.Scheme != "http" && u.Scheme != "https":
		return nil, fmt.Errorf("%w: the address is neither https nor http", ErrOptions)
	}
	c := &Client{base: u, timeout: o.Timeout, http: &http.Client{
		Transport:     transport(o),
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
	if c.timeout <= 0 {
		c.timeout = 10 * time.Second
	}
	if o.Cookies {
		if c.http.Jar, err = cookiejar.New(nil); err != nil {
			return nil, fmt.Errorf("%w: %w", ErrOptions, err)
		}
	}
	return c, nil
}

func transport(o Options) *http.Transport {
	dialer, conf := &net.Dialer{Timeout: 5 * time.Second}, o.tls()
	dial := func(ctx context.Context, network, address string) (net.Conn, error) {
		c, err := dialer.DialContext(ctx, network, address)
		if err != nil {
			return nil, err
		}
		return wipe.Conn(c), nil
	}
	return &http.Transport{
		// No Proxy: the source stands in the same network, and a variable of
		// the environment is not to send its password elsewhere.
		DialContext: dial,
		DialTLSContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			c, err := dialer.DialContext(ctx, network, address)
			if err != nil {
				return nil, err
			}
			ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
			defer cancel()
			return wipe.Client(ctx, c, named(conf, address))
		},
		ResponseHeaderTimeout:  10 * time.Second,
		IdleConnTimeout:        90 * time.Second,
		MaxIdleConnsPerHost:    4,
		MaxResponseHeaderBytes: 64 << 10,
		DisableCompression:     true,
	}
}

// named returns a configuration for the host of an address.
func named(conf *tls.Config, address string) *tls.Config {
	c := conf.Clone()
	c.ServerName, _, _ = net.SplitHostPort(address)
	return c
}

// errPin means that another certificate than the pinned one was shown.
var errPin = errors.New("another certificate than the pinned one")

// tls returns how the source is told from an impostor. TLS 1.2 is allowed:
// many an access point has nothing newer.
func (o Options) tls() *tls.Config {
	c := &tls.Config{RootCAs: o.CAs, MinVersion: tls.VersionTLS12}
	if o.Fingerprint == [32]byte{} {
		return c
	}
	c.InsecureSkipVerify = true // the pin below is stricter than any name
	c.VerifyConnection = func(s tls.ConnectionState) error {
		sum := sha256.Sum256(s.PeerCertificates[0].Raw)
		if subtle.ConstantTimeCompare(sum[:], o.Fingerprint[:]) != 1 {
			return errPin
		}
		return nil
	}
	return c
}

// Host returns the source's host as its address has it.
func (c *Client) Host() string { return c.base.Hostname() }

// Path returns the path of the source's address, "" if it has none.
func (c *Client) Path() string { return strings.TrimSuffix(c.base.Path, "/") }

// Root returns a client of the same host, session included, without the path.
func (c *Client) Root() *Client {
	root := *c.base
	root.Path = ""
	return &Client{base: &root, http: c.http, timeout: c.timeout}
}

// Close gives up connections that are kept for the next request.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// Do asks for path, which is added to the address and may hold a query. An
// answer without success is an error.
func (c *Client) Do(ctx context.Context, method, path string, header http.Header, body []byte) (Answer, error) {
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	resp, err := c.send(ctx, method, path, header, body)
	if err != nil {
		return Answer{}, err
	}
	defer resp.Body.Close()
	if err := status(resp.StatusCode); err != nil {
		return Answer{}, err
	}
	data, err := wipe.All(io.LimitReader(resp.Body, maxBody+1), resp.ContentLength)
	switch {
	case err != nil:
		return Answer{}, plain(ctx, err)
	case len(data) > maxBody:
		clear(data)
		return Answer{}, ErrLarge
	}
	date, _ := http.ParseTime(resp.Header.Get("Date"))
	return Answer{data, date, resp.Header}, nil
}

func (c *Client) send(ctx context.Context, method, path string, header http.Header, body []byte) (*http.Response, error) {
	target := strings.TrimSuffix(c.base.String(), "/") + path
	req, err := http.NewRequestWithContext(ctx, method, target, bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("%w: the address and the path make no URL", ErrOptions)
	}
	for k, v := range header {
		req.Header[k] = v
	}
	if len(body) > 0 && req.Header.Get("Content-Type") == "" {
		req.Header.Set("Content-Type", "application/json")
	}
	req.Header.Set("User-Agent", "foyer")
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, plain(ctx, err)
	}
	return resp, nil
}
