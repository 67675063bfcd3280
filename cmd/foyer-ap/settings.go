package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"strings"

	"foyer/radio/report"
)

// settings are options that can be used.
type settings struct {
	address string // of the box's sensor listener, host:port
	host    string // what it is called there
	dial    func(context.Context) (net.Conn, error)
	tls     *tls.Config
	token   func() (string, error) // read anew each time: a new one needs no restart
	names   names
	hostapd string // folder of control sockets, empty for none
	entries int    // reports that may wait
}

// errPin means that the box has another certificate than was pinned.
var errPin = errors.New("the box's certificate has another fingerprint than the one given")

// settle checks the options and reads the files they name.
func (o *options) settle() (*settings, error) {
	s := &settings{names: o.aps, hostapd: o.hostapd, entries: o.memory << 10 / entrySize}
	if o.hostapd == "off" {
		s.hostapd = ""
	}
	u, err := url.Parse(o.box)
	switch {
	case o.box == "":
		return nil, fmt.Errorf("box %w: not given: --box https://ADDRESS:8443, or BOX in %s", errUsage, defaultFile)
	case err != nil || u.Scheme != "https" || u.Host == "" || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.User != nil:
		return nil, fmt.Errorf("box %w: %q: want https://ADDRESS:8443", errUsage, o.box)
	case o.token == "":
		return nil, fmt.Errorf("token %w: not given: --token-file FILE, with the token the box's operator made for this access point", errUsage)
	case !o.aps.tellable():
		return nil, fmt.Errorf("ap %w: %s: a name has 1 to 64 printable ASCII characters without quotes and backslashes", errUsage, o.aps)
	case o.memory < 16 || o.memory > 64<<10:
		return nil, fmt.Errorf("memory %w: %d KiB: want 16 to 65536", errUsage, o.memory)
	}
	port := u.Port()
	if port == "" {
		port = "443"
	}
	s.address, s.host = net.JoinHostPort(u.Hostname(), port), u.Host
	s.dial = func(ctx context.Context) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "tcp", s.address)
	}
	s.token = func() (string, error) { return readToken(o.token) }
	if _, err := s.token(); err != nil {
		return nil, err
	}
	if s.tls, err = o.trust(); err != nil {
		return nil, err
	}
	if s.tls.ServerName = u.Hostname(); o.name != "" {
		s.tls.ServerName = o.name
	}
	return s, nil
}

// tellable reports whether every name can stand in a report.
func (n names) tellable() bool {
	somebody, _ := report.AddrFrom([]byte{2, 0, 0, 0, 0, 1}) // a good address
	for _, name := range n {
		if _, err := report.Append(nil, &report.Report{AP: name, Client: somebody, RSSI: -1}); err != nil {
			return false
		}
	}
	return true
}

func readToken(file string) (string, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return "", fmt.Errorf("token %w: %w", errUsage, err)
	}
	token := string(bytes.TrimSpace(data))
	if token == "" || strings.ContainsFunc(token, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return "", fmt.Errorf("token %w: %s: want one line of printable characters without spaces", errUsage, file)
	}
	return token, nil
}

// trust makes the TLS configuration that knows the one box. The system's
// authorities count for nothing.
func (o *options) trust() (*tls.Config, error) {
	c := &tls.Config{MinVersion: tls.VersionTLS13}
	if o.ca == "" && o.fingerprint == "" {
		return nil, fmt.Errorf("box %w: nothing says which certificate it has: give --ca FILE or --fingerprint HEX", errUsage)
	}
	if o.ca != "" {
		pem, err := os.ReadFile(o.ca)
		if err != nil {
			return nil, fmt.Errorf("authority %w: %w", errUsage, err)
		}
		c.RootCAs = x509.NewCertPool()
		if !c.RootCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("authority %w: %s holds no certificate in PEM", errUsage, o.ca)
		}
	}
	if o.fingerprint == "" {
		return c, nil
	}
	want, err := hex.DecodeString(strings.NewReplacer(":", "", " ", "").Replace(o.fingerprint))
	if err != nil || len(want) != sha256.Size {
		return nil, fmt.Errorf("fingerprint %w: want the 64 hexadecimal digits of a SHA-256", errUsage)
	}
	c.InsecureSkipVerify = o.ca == "" // the pin below is stricter than any chain
	c.VerifyConnection = func(state tls.ConnectionState) error {
		if got := sha256.Sum256(state.PeerCertificates[0].Raw); !bytes.Equal(got[:], want) {
			return errPin
		}
		return nil
	}
	return c, nil
}
