package box

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
	"sync"

	"foyer/config"
	"foyer/health"
	"foyer/radio"
	"foyer/radio/fetch"
	"foyer/web"
)

// sources is what a box asks and listens to by itself.
type sources struct {
	list  []radio.Source
	hooks []web.Hook
	aruba *radio.Aruba

	accounting []radio.AccountingClient

	mu    sync.Mutex
	fails map[string]string // why, by source
}

// makeSources makes the sources of the configuration. One that cannot be made
// is said and does not keep the store closed: the others may do.
func (b *store) makeSources(ctx context.Context) {
	b.sources.fails = map[string]string{}
	var calls []radio.ArubaOptions
	for _, s := range b.in.Config.Sources {
		if s.Kind == "radius" { // all of them come by one listener
			secret, err := b.in.Config.Secret(s)
			if err == nil {
				b.sources.accounting = append(b.sources.accounting, radio.AccountingClient{Feed: b.feed(s), From: s.From, Secret: secret, Signed: s.Signed})
			}
			b.sourceState(s.Name, err)
			continue
		}
		if s.Kind == "aruba" {
			secret, err := b.in.Config.Secret(s)
			if err == nil {
				calls = append(calls, radio.ArubaOptions{Feed: b.feed(s), TokenSHA256: sha256.Sum256(secret)})
			}
			b.sourceState(s.Name, err)
			continue
		}
		source, err := b.makeSource(ctx, s)
		if err != nil {
			b.sourceState(s.Name, err)
			continue
		}
		b.sources.list = append(b.sources.list, source)
		if h, ok := source.(*radio.Hook); ok {
			b.sources.hooks = append(b.sources.hooks, web.Hook{Prefix: h.Prefix(), Handler: h})
		}
	}
	if len(calls) == 0 {
		return
	}
	var err error
	if b.sources.aruba, err = radio.NewAruba(calls); err != nil {
		b.sourceState(calls[0].Name, err)
	}
}

func (b *store) feed(s config.Source) radio.Feed {
	return radio.Feed{Name: s.Name, Intake: b.intake, Every: s.Every, State: func(err error) { b.sourceState(s.Name, err) }}
}

// sourceState says once that a source fails, and once that it works again. Its
// errors hold nothing of what it sent.
func (b *store) sourceState(name string, err error) {
	b.sources.mu.Lock()
	was, failed := b.sources.fails[name]
	delete(b.sources.fails, name)
	if err != nil {
		b.sources.fails[name] = err.Error()
	}
	b.sources.mu.Unlock()
	switch {
	case err != nil && was != err.Error():
		b.health.Set(health.SourceFails, name, b.in.Now())
		b.log.Warn("a source fails", "source", name, "err", err)
	case err == nil && failed:
		b.health.Clear(health.SourceFails, name)
		b.log.Info("a source works again", "source", name)
	}
}

// sourceFails returns why a source fails, "" if it works.
func (b *store) sourceFails(name string) string {
	b.sources.mu.Lock()
	defer b.sources.mu.Unlock()
	return b.sources.fails[name]
}

func (b *store) makeSource(ctx context.Context, s config.Source) (radio.Source, error) {
	switch s.Kind {
	case "usteer", "dawn":
		return b.datagrams(ctx, s)
	case "own-radio":
		return radio.NewOwnRadio(radio.OwnRadioOptions{Name: s.Name, Intake: b.intake, Every: s.Every, State: b.feed(s).State}), nil
	case "meraki", "mist", "cmx":
		return b.hook(s)
	}
	client, err := asker(s)
	if err != nil {
		return nil, err
	}
	secret := func() ([]byte, error) { return b.in.Config.Secret(s) }
	poll := radio.PollOptions{Feed: b.feed(s), Client: client, User: s.User, Secret: secret, Site: s.Site}
	switch s.Kind {
	case "openwrt":
		return radio.NewOpenWrt(radio.OpenWrtOptions{Feed: poll.Feed, Client: client, User: s.User, Secret: secret, Objects: s.Objects,
			Beacons: s.Beacons, PollOnly: s.PollOnly})
	case "unifi":
		return radio.NewUniFi(poll)
	case "unifi-v1":
		return radio.NewUniFiV1(poll)
	case "fortigate":
		return radio.NewFortiGate(poll)
	}
	return nil, fmt.Errorf("source %s: no kind %q", s.Name, s.Kind)
}

// asker returns the client of a source that is asked over HTTP.
func asker(s config.Source) (*fetch.Client, error) {
	o := fetch.Options{URL: s.URL, Fingerprint: s.Fingerprint, Insecure: s.Insecure, Cookies: s.User != ""}
	if s.CAFile != "" {
		pem, err := os.ReadFile(s.CAFile)
		if err != nil {
			return nil, fmt.Errorf("authority of source %s: %w", s.Name, err)
		}
		if o.CAs = x509.NewCertPool(); !o.CAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("authority of source %s: %s holds no certificate in PEM", s.Name, s.CAFile)
		}
	}
	return fetch.New(o)
}

func (b *store) hook(s config.Source) (radio.Source, error) {
	secret, err := b.in.Config.Secret(s)
	if err != nil {
		return nil, err
	}
	o := radio.HookOptions{Feed: b.feed(s), Secret: secret, Validator: s.Validator, V1: s.V1}
	switch s.Kind {
	case "meraki":
		return radio.NewMeraki(o)
	case "mist":
		return radio.NewMist(o)
	}
	return radio.NewCMX(o)
}

func (b *store) datagrams(ctx context.Context, s config.Source) (radio.Source, error) {
	port, group := radio.DAWNPort, s.Group
	if s.Kind == "usteer" {
		port = radio.UsteerPort
		if !group.IsValid() {
			group = radio.UsteerGroup()
		}
	}
	if s.Listen == "" {
		s.Listen = net.JoinHostPort("", strconv.Itoa(port))
	}
	conn, err := radio.ListenDatagrams(ctx, s.Listen, s.Interface, group)
	if err != nil {
		return nil, err
	}
	d, err := radio.NewDatagrams(radio.DatagramOptions{Feed: b.feed(s), Format: s.Kind, Conn: conn, From: s.From})
	if err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	b.closers = append(b.closers, func() error { conn.Close(); return nil }) // if it never ran
	return d, nil
}

// older lets TLS 1.2 in where access points and receivers of other makes call:
// many have nothing newer.
func older(c *tls.Config) *tls.Config {
	c = c.Clone()
	c.MinVersion = tls.VersionTLS12
	return c
}
