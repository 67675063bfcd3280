package rehearsal

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/netip"
	"net/url"
	"strings"
	"time"
)

// errStatus means that a page answered otherwise than hoped.
var errStatus = errors.New("answered")

// browser is what a made-up person uses: HTTPS to the public routes, a cookie
// jar, and an address of her own to dial from.
type browser struct {
	base   string
	client *http.Client
}

// newBrowser returns a browser for the pages at base. A valid from is the
// address it dials from.
func newBrowser(base string, roots *x509.CertPool, from netip.Addr) (*browser, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	d := &net.Dialer{Timeout: 5 * time.Second}
	if from.IsValid() {
		d.LocalAddr = net.TCPAddrFromAddrPort(netip.AddrPortFrom(from, 0))
	}
	return &browser{base: base, client: &http.Client{Jar: jar, Transport: &http.Transport{
		DialContext: d.DialContext, TLSClientConfig: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS13},
		MaxIdleConnsPerHost: 2, IdleConnTimeout: 30 * time.Second}}}, nil
}

func (b *browser) close() { b.client.CloseIdleConnections() }

// do sends one JSON request; out may be nil.
func (b *browser) do(ctx context.Context, method, path string, in, out any) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, method, b.base+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := b.client.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	data, err := io.ReadAll(io.LimitReader(res.Body, 1<<20))
	if err != nil {
		return err
	}
	if res.StatusCode/100 != 2 {
		return fmt.Errorf("%s %s: %w %s: %.200s", method, path, errStatus, res.Status, data)
	}
	if out == nil {
		return nil
	}
	return json.Unmarshal(data, out)
}

// form posts a form as a page would.
func (b *browser) form(ctx context.Context, path string, values url.Values) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, b.base+path, strings.NewReader(values.Encode()))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	res, err := b.client.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if _, err := io.Copy(io.Discard, io.LimitReader(res.Body, 1<<20)); err != nil {
		return err
	}
	if res.StatusCode/100 != 2 {
		return fmt.Errorf("POST %s: %w %s", path, errStatus, res.Status)
	}
	return nil
}

// follow reads a stream of events until it ends or ctx does, and calls hear
// with each one's name and identifier.
func (b *browser) follow(ctx context.Context, path string, hear func(event, id string)) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, b.base+path, nil)
	if err != nil {
		return err
	}
	res, err := b.client.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("GET %s: %w %s", path, errStatus, res.Status)
	}
	event := ""
	lines := bufio.NewScanner(res.Body)
	for lines.Scan() {
		switch name, value, _ := strings.Cut(lines.Text(), ": "); name {
		case "event":
			event = value
		case "data":
			var data struct{ ID string }
			if err := json.Unmarshal([]byte(value), &data); err == nil {
				hear(event, data.ID)
			}
		}
	}
	return lines.Err()
}
