package main

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

	"github.com/spf13/cobra"

	"foyer/box"
	"foyer/config"
	"foyer/sync/wire"
	"foyer/sync/wire/enrol"
)

func enrollCommand() *cobra.Command {
	var file, code, fingerprint string
	var names []string
	var replace bool
	cmd := &cobra.Command{
		Use:   "enroll URL --code CODE --fingerprint SHA256",
		Short: "Make a new box a store's box, with a code and a fingerprint from headquarters",
		Long: `Make a new box a store's box. The box makes its keys, which never leave it, and
asks headquarters' door for certificates. Headquarters prints the whole command
(foyer-hq enroll-code STORE); the code works once, and the fingerprint decides
whom the box believes, so bring both here by a way that nobody on the network can
change.

If the answer is lost on the way, the same command again gets the same answer:
the keys wait beside the identity folder. Run it as the user the box runs as
(sudo -u foyer). With --replace the box takes the place of a lost or broken one
of the same store, and what was lost with that is said.

Names are the box's host names and addresses on the store's network, for its
certificate there; without any, those of the configuration.`,
		Example: `  foyer enroll https://hq.example.com:8443 --code 7Q… --fingerprint sha256:9f86…
  foyer enroll https://hq.example.com:8443 --code 7Q… --fingerprint sha256:9f86… --replace`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := config.Load(file)
			if err != nil {
				return explain(err)
			}
			if err := box.Ours(c); err != nil {
				return fmt.Errorf("enroll: %w", err)
			}
			pin, err := enrol.ParseFingerprint(fingerprint)
			if err != nil {
				return err
			}
			if len(names) == 0 {
				names = lanNames(c)
			}
			q := enrol.Request{Code: code, Chain: c.Store.Chain, Store: c.Store.ID, Replace: replace, Version: version}
			id, lost, err := enroll(cmd.Context(), place{args[0], pin, c.HQ.Proxy}, c.Identity, names, q)
			if err != nil {
				return fmt.Errorf("enroll: %w", err)
			}
			tellEnrolled(cmd.OutOrStdout(), c, id, lost)
			if c.HQ.Broker != id.Broker {
				cmd.Printf("Write this into %s:\n\nhq:\n  broker: %s\n", file, id.Broker)
			}
			return nil
		},
	}
	fl := cmd.Flags()
	fl.StringVar(&file, "config", defaultConfig, "the box's configuration `file`")
	fl.StringVar(&code, "code", "", "the single-use code from headquarters")
	fl.StringVar(&fingerprint, "fingerprint", "", "of headquarters' CA: `sha256`: and 64 digits")
	fl.StringSliceVar(&names, "name", nil, "a host name or address of this box on the store's network")
	fl.BoolVar(&replace, "replace", false, "this box takes the place of the one the store had")
	cmd.MarkFlagsRequiredTogether("code", "fingerprint")
	cmd.MarkFlagsOneRequired("code")
	return cmd
}

// lanNames are how this box is reached on the store's network.
func lanNames(c *config.Config) (names []string) {
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

// A place is headquarters' door: where it is, by what it is known, and the proxy
// on the way, if any.
type place struct{ door, pin, proxy string }

// enroll asks the door once, and makes the identity folder by its answer.
func enroll(ctx context.Context, at place, identity string, names []string, q enrol.Request) (wire.Identity, *enrol.Lost, error) {
	u, err := url.Parse(at.door)
	if err != nil || u.Scheme != "https" || u.Host == "" {
		return wire.Identity{}, nil, fmt.Errorf("%q: want headquarters' door, https://host:8443", at.door)
	}
	at.door = u.JoinPath(enrol.Path).String()
	p, err := enrol.Prepare(identity)
	if err != nil {
		return wire.Identity{}, nil, err
	}
	if q, err = p.Request(q, names); err != nil {
		return wire.Identity{}, nil, err
	}
	a, err := askDoor(ctx, at, q)
	if err != nil {
		return wire.Identity{}, nil, err
	}
	id, err := p.Finish(a, at.pin, time.Now())
	return id, a.Lost, err
}

func askDoor(ctx context.Context, at place, q enrol.Request) (enrol.Answer, error) {
	var a enrol.Answer
	body, err := json.Marshal(q)
	if err != nil {
		return a, err
	}
	t := http.DefaultTransport.(*http.Transport).Clone() // with the proxy of the environment
	t.TLSClientConfig, t.DisableKeepAlives = enrol.TLS(at.pin, time.Now), true
	if at.proxy != "" {
		u, err := url.Parse(at.proxy)
		if err != nil {
			return a, fmt.Errorf("proxy: %w", err)
		}
		t.Proxy = http.ProxyURL(u)
	}
	client := &http.Client{Timeout: time.Minute, Transport: t, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, at.door, bytes.NewReader(body))
	if err != nil {
		return a, err
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := client.Do(req)
	if errors.Is(err, enrol.ErrFingerprint) {
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

// tellEnrolled says what the box is now, and what went with the one that it
// replaces.
func tellEnrolled(out io.Writer, c *config.Config, id wire.Identity, l *enrol.Lost) {
	fmt.Fprintf(out, "This is the box of store %s of %s now; its identity is in %s.\n", id.Address.Store, id.Address.Chain, c.Identity)
	if l == nil {
		return
	}
	heard := "was never heard"
	if !l.Contact.IsZero() {
		heard = "was last heard at " + l.Contact.Local().Format(time.DateTime)
	}
	fmt.Fprintf(out, "It replaces one that %s; %d of its certificates are revoked.\n", heard, len(l.Certificates))
	fmt.Fprintf(out, `What is lost with the old box:
  - %d events that it held then and headquarters never got, and any it recorded since
  - its ledger of who saw what (%d rows), but for what was reported of it
  - notes, photos and choices that were on it alone; PINs and paired devices:
    associates pair and choose a PIN again
Headquarters sends the rest by itself: documents, staff, profiles and consents.
`, l.Backlog, l.Ledger)
	if l.Dropped > 0 {
		fmt.Fprintf(out, "Before, it had already given up %d events for want of room.\n", l.Dropped)
	}
}
