package main_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	neturl "net/url"
	"time"
)

// person is somebody with a browser that has no eyes: HTTPS, cookies, and an
// address of her own to dial from.
type person struct {
	s      *shop
	base   string
	client *http.Client
	heard  *said // everything she was answered
}

// newPerson returns somebody at a listener of the box.
func (s *shop) newPerson(name, listener, from string) *person {
	jar, err := cookiejar.New(nil)
	must(s.T, err)
	d := &net.Dialer{Timeout: 20 * time.Second, LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}}
	tr := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: s.roots, MinVersion: tls.VersionTLS13},
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return d.DialContext(ctx, network, listener)
		}}
	s.Cleanup(tr.CloseIdleConnections)
	return &person{s: s, base: pageURL(name, listener, ""), client: &http.Client{Jar: jar, Transport: tr}, heard: &said{}}
}

func (s *shop) newGuest(from string) *person { return s.newPerson("here.localhost", s.guest, from) }
func (s *shop) newStaff() *person            { return s.newPerson("staff.localhost", s.staff, "127.0.0.1") }

// send sends one request and returns the answer's status and body.
func (p *person) send(ctx context.Context, method, path, kind string, body []byte) (int, []byte) {
	p.s.Helper()
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, p.base+path, bytes.NewReader(body))
	must(p.s.T, err)
	if kind != "" {
		req.Header.Set("Content-Type", kind)
	}
	res, err := p.client.Do(req)
	must(p.s.T, err)
	defer res.Body.Close()
	data, err := io.ReadAll(io.LimitReader(res.Body, 4<<20))
	must(p.s.T, err)
	fmt.Fprintln(p.heard, res.Status, res.Header, string(data))
	return res.StatusCode, data
}

// do sends JSON, wants success, and reads the answer into out if there is one.
func (p *person) do(method, path string, in, out any) {
	p.s.Helper()
	body, err := json.Marshal(in)
	must(p.s.T, err)
	status, data := p.send(p.s.Context(), method, path, "application/json", body)
	if status/100 != 2 {
		p.s.Fatalf("%s %s: %d %s", method, path, status, data)
	}
	if out != nil {
		must(p.s.T, json.Unmarshal(data, out))
	}
}

// signOn pairs her device with a code and signs on.
func (p *person) signOn(associate string) {
	p.s.Helper()
	code, _ := p.s.pair(associate)
	form := neturl.Values{"code": {code}, "pin": {pin}, "again": {pin}}.Encode()
	if status, data := p.send(p.s.Context(), "POST", "/staff/pair", "application/x-www-form-urlencoded", []byte(form)); status != 200 {
		p.s.Fatalf("pair: %d %s", status, data)
	}
	p.do("POST", "/v1/associate/session", map[string]string{"associate": associate, "pin": pin}, nil)
}

// listen keeps a stream open until the test ends; what comes is heard.
func (p *person) listen(path string) {
	p.s.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	req, err := http.NewRequestWithContext(ctx, "GET", p.base+path, nil)
	must(p.s.T, err)
	res, err := p.client.Do(req)
	if err != nil || res.StatusCode != 200 {
		cancel()
		p.s.Fatalf("listen to %s: %v %v", path, res, err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_, _ = io.Copy(p.heard, res.Body) // ends with the stream
	}()
	p.s.Cleanup(func() { cancel(); res.Body.Close(); <-done })
}

// arrives signs a customer in and waits until the store has seen her come.
func (p *person) arrives(code string) {
	p.s.Helper()
	p.do("POST", "/v1/me/session", map[string]string{"code": code}, nil)
	eventually(p.s.T, "she is located, and has arrived", func() error {
		var me struct{ Stage, Ask, Notice string }
		p.do("GET", "/v1/me", nil, &me)
		if me.Stage != "awaiting" || me.Ask != "Ana" {
			return fmt.Errorf("%+v", me)
		}
		return nil
	})
}

// offered waits for an offer and returns its identifier.
func (p *person) offered() (id string) {
	p.s.Helper()
	eventually(p.s.T, "an offer", func() error {
		var offers []struct{ ID string }
		p.do("GET", "/v1/associate/offers", nil, &offers)
		if len(offers) == 0 {
			return errNotYet
		}
		id = offers[0].ID
		return nil
	})
	return id
}
