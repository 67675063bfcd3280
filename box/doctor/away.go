package doctor

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"syscall"
	"time"

	"foyer/config"
	"foyer/sync/wire"
)

// unsynchronised is STA_UNSYNC of adjtimex(2): nobody disciplines the clock.
const unsynchronised = 0x40

// clock says whether somebody keeps this box's clock right.
func clock(context.Context, *config.Config) []Finding {
	var t syscall.Timex
	if _, err := syscall.Adjtimex(&t); err != nil {
		return one("clock", Unknown, fmt.Sprintf("The kernel does not say how its clock is kept: %v.", err), "")
	}
	if t.Status&unsynchronised != 0 {
		return one("clock", Watch, "No time server keeps this box's clock.",
			"Start systemd-timesyncd or chrony, and let UDP 123 out, or name the store's own time server; certificates, shifts and retention go by this clock.")
	}
	return one("clock", Good, "A time server keeps this box's clock.", "")
}

// headquarters says whether the way to headquarters' broker is open, step by
// step, so that the first step that fails is the one to mend.
func headquarters(ctx context.Context, c *config.Config) []Finding {
	if c.HQ.Broker == "" {
		return one("headquarters", Watch, "No broker is configured; the store works alone.", "Write hq.broker, and enroll the box.")
	}
	u, err := url.Parse(c.HQ.Broker)
	if err != nil {
		return one("headquarters", Bad, "The broker's address is none.", "Write hq.broker as tls://host:8883 or wss://host:443.")
	}
	target := u.Host // with its port, as the configuration wants it
	var out []Finding
	proxy, _ := http.ProxyFromEnvironment(&http.Request{URL: &url.URL{Scheme: "https", Host: target}})
	if c.HQ.Proxy != "" {
		proxy, _ = url.Parse(c.HQ.Proxy) // the configuration was checked
	}
	if proxy != nil {
		out = append(out, Finding{"proxy", Good, fmt.Sprintf("The way out is by the proxy %s.", proxy.Host), ""})
		target = proxy.Host
	} else {
		found, err := net.DefaultResolver.LookupNetIP(ctx, "ip", u.Hostname())
		if err != nil {
			return append(out, Finding{"headquarters' name", Bad, fmt.Sprintf("%s is not found: %v.", u.Hostname(), plain(err)), "Give the box a DNS server that knows it."})
		}
		out = append(out, Finding{"headquarters' name", Good, fmt.Sprintf("%s is %v.", u.Hostname(), found), ""})
	}
	began := time.Now()
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", target)
	if err != nil {
		return append(out, Finding{"headquarters' port", Bad, fmt.Sprintf("%s does not answer: %v.", target, plain(err)), door(err)})
	}
	defer conn.Close()
	out = append(out, Finding{"headquarters' port", Good, fmt.Sprintf("%s answers in %d ms.", target, time.Since(began).Milliseconds()), ""})
	if proxy != nil {
		return append(out, Finding{"headquarters", Unknown, "What lies behind the proxy is tried by the box itself.", "See foyer status."})
	}
	return append(out, secured(ctx, c, conn, u.Hostname()))
}

// door says what a port that does not answer may mean.
func door(err error) string {
	if errors.Is(err, syscall.ECONNREFUSED) {
		return "The machine is there, the broker is not: ask headquarters, or see whether the port is right."
	}
	return "Let the firewall pass this port outwards, or use wss://host:443, or hq.proxy."
}

// secured says whether both ends know each other.
func secured(ctx context.Context, c *config.Config, conn net.Conn, host string) Finding {
	const name = "headquarters"
	id, err := wire.LoadIdentity(c.Identity)
	if err != nil {
		return Finding{name, Bad, fmt.Sprintf("This box has no identity to show: %v.", err), "Enroll it, or copy headquarters' bundle to the folder under identity."}
	}
	conf := id.TLS(time.Now)
	conf.ServerName = host
	secure := tls.Client(conn, conf)
	err = secure.HandshakeContext(ctx)
	if err == nil { // with TLS 1.3 the other end's refusal comes with the first read
		_ = secure.SetReadDeadline(time.Now().Add(time.Second))
		_, err = secure.Read(make([]byte, 1))
		var slow net.Error
		if errors.As(err, &slow) && slow.Timeout() {
			err = nil // it waits for our first word: it has let us in
		}
	}
	var authority x509.UnknownAuthorityError
	var op *net.OpError
	switch {
	case err == nil:
		return Finding{name, Good, "The broker and this box know each other.", ""}
	case errors.As(err, &authority):
		return Finding{name, Bad, "Who answers is not headquarters' broker.", "Something on the way opens TLS (an inspecting firewall or proxy): let this host through untouched."}
	case errors.As(err, &op) && op.Op == "remote error": // an alert of TLS
		return Finding{name, Bad, fmt.Sprintf("The broker refuses this box's certificate: %v.", plain(err)), "Ask headquarters for a new bundle."}
	}
	return Finding{name, Bad, fmt.Sprintf("The broker and this box do not come to an understanding: %v.", plain(err)), "See the clock, then ask headquarters."}
}

// plain returns the reason of an error without the addresses around it.
func plain(err error) error {
	var op *net.OpError
	for errors.As(err, &op) && op.Err != nil {
		err = op.Err
		op = nil
	}
	var dns *net.DNSError
	if errors.As(err, &dns) {
		return errors.New(dns.Err)
	}
	return err
}
