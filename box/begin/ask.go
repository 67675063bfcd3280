package begin

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"foyer/config"
	"foyer/sync/wire"
	"foyer/sync/wire/enrol"
)

// LANNames are how this box is reached on the store's network.
func LANNames(c *config.Config) (names []string) {
	names = append(names, c.Names.Staff, c.Names.Guest)
	for _, address := range []string{c.Listen.Staff, c.Listen.Guest, c.Listen.Sensors, c.Listen.SensorsMQTT} {
		host, _, err := net.SplitHostPort(address)
		if ip := net.ParseIP(host); err == nil && ip != nil && (ip.IsPrivate() || ip.IsLoopback() || ip.IsLinkLocalUnicast()) {
			names = append(names, ip.String())
		}
	}
	slices.Sort(names)
	return slices.DeleteFunc(slices.Compact(names), func(n string) bool { return n == "" })
}

// A Place is headquarters' door: where it is, by what it is known, and the proxy
// on the way, if any.
type Place struct{ Door, Pin, Proxy string }

// Enrol asks the door once, and makes the identity folder by its answer. It says
// how far it is.
func Enrol(ctx context.Context, at Place, identity string, names []string, q enrol.Request, say func(string)) (wire.Identity, *enrol.Lost, error) {
	u, err := url.Parse(at.Door)
	if err != nil || u.Scheme != "https" || u.Host == "" {
		return wire.Identity{}, nil, fmt.Errorf("%q: want headquarters' door, https://host:8443", at.Door)
	}
	at.Door = u.JoinPath(enrol.Path).String()
	p, err := enrol.Prepare(identity)
	if err != nil {
		return wire.Identity{}, nil, err
	}
	if q, err = p.Request(q, names); err != nil {
		return wire.Identity{}, nil, err
	}
	say("The box has made its keys. They never leave it.")
	a, err := askDoor(ctx, at, q)
	if err != nil {
		return wire.Identity{}, nil, err
	}
	say("Headquarters has answered.")
	id, err := p.Finish(a, at.Pin, time.Now())
	return id, a.Lost, err
}

func askDoor(ctx context.Context, at Place, q enrol.Request) (enrol.Answer, error) {
	var a enrol.Answer
	body, err := json.Marshal(q)
	if err != nil {
		return a, err
	}
	t := http.DefaultTransport.(*http.Transport).Clone() // with the proxy of the environment
	t.TLSClientConfig, t.DisableKeepAlives = enrol.TLS(at.Pin, time.Now), true
	if at.Proxy != "" {
		u, err := url.Parse(at.Proxy)
		if err != nil {
			return a, fmt.Errorf("proxy: %w", err)
		}
		t.Proxy = http.ProxyURL(u)
	}
	client := &http.Client{Timeout: time.Minute, Transport: t, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, at.Door, bytes.NewReader(body))
	if err != nil {
		return a, err
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := client.Do(req)
	if errors.Is(err, enrol.ErrFingerprint) {
		if u := (*url.Error)(nil); errors.As(err, &u) {
			err = u.Err
		}
		return a, fmt.Errorf("%w: either the fingerprint was copied wrongly, or something on the way answers in headquarters' place; the code was not sent", err)
	}
	var invalid x509.CertificateInvalidError
	if errors.As(err, &invalid) && invalid.Reason == x509.Expired {
		return a, fmt.Errorf("this box's clock says %s, and headquarters' certificate does not hold then: set the clock; the code was not sent", time.Now().Format(time.DateTime))
	}
	if err != nil {
		return a, fmt.Errorf("headquarters' door does not answer: %w", err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(io.LimitReader(res.Body, enrol.MaxBody))
	if err != nil {
		return a, fmt.Errorf("headquarters' answer was cut short; run the same command again: %w", err)
	}
	if res.StatusCode != http.StatusOK {
		return a, refusal(res.StatusCode, text)
	}
	return a, json.Unmarshal(text, &a)
}

// refusal reads what the door says when it refuses (RFC 9457).
func refusal(status int, text []byte) error {
	var p struct{ Detail string }
	if json.Unmarshal(text, &p) != nil || p.Detail == "" {
		p.Detail = fmt.Sprintf("status %d; is this headquarters' door?", status)
	}
	return fmt.Errorf("headquarters refuses: %s", strings.TrimPrefix(p.Detail, "enrol: "))
}
