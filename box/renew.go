package box

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"foyer/box/trust"
	"foyer/config"
	"foyer/sync/hq"
	"foyer/sync/wire"
)

const (
	renewAfter = 31 * 24 * time.Hour // of a certificate's beginning, which is a day early; or a third of its life
	renewGuest = 30 * 24 * time.Hour // before its end: publicly trusted ones last 90 days or less
	askAgain   = 24 * time.Hour
)

// way is how headquarters is reached by the configuration and the certificate in
// force.
func (b *store) way() hq.Way {
	c := b.config.Load()
	w := hq.Way{Broker: c.HQ.Broker, Proxy: c.HQ.Proxy}
	if b.trust != nil {
		w.Certificate = b.trust.Name()
	}
	return w
}

// endTrial is told whether a certificate on trial is kept.
func (b *store) endTrial(keep bool) error {
	if b.trust == nil {
		return nil
	}
	return b.trust.Keep(keep)
}

// own reports whether a listener's certificate is of headquarters' bundle, so
// that headquarters renews it; else it is the operator's business.
func (b *store) own(pair config.KeyPair) bool {
	return b.trust != nil && filepath.Dir(pair.Cert) == filepath.Clean(b.in.Config.Identity)
}

// shown is the certificate of a listener as it is now.
func (b *store) shown(use string, files config.KeyPair) (tls.Certificate, error) {
	if b.own(files) {
		for _, u := range slices.Compact([]string{use, trust.LAN}) {
			if c, ok, err := b.trust.Pair(u); ok || err != nil {
				return c, err
			}
		}
	}
	return tls.LoadX509KeyPair(files.Cert, files.Key)
}

// serverTLS reads the certificate anew for each handshake, so that a renewed
// one needs no restart.
func (b *store) serverTLS(use string, files config.KeyPair) (*tls.Config, error) {
	if _, err := b.shown(use, files); err != nil {
		return nil, fmt.Errorf("certificate %s: %w", files.Cert, err)
	}
	return &tls.Config{
		MinVersion: tls.VersionTLS13,
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) {
			c, err := b.shown(use, files)
			return &c, err
		},
	}, nil
}

// renewCertificates asks headquarters for the certificates whose time has come, each with a
// key that is made here. While the clock is in doubt it asks for none.
func (b *store) renewCertificates() {
	if b.link == nil || b.trust == nil || !b.clock.isSure() {
		return
	}
	now := b.in.Now()
	for use, names := range b.due(now) {
		if now.Sub(b.trust.Waits(use)) < askAgain {
			continue
		}
		r, err := b.trust.Ask(use, names, now)
		if err == nil {
			err = b.link.Record(wire.UpCSR, r)
		}
		if err != nil {
			b.log.Error("a certificate is not renewed", "err", err)
		}
	}
}

// due returns the certificates that want renewal, with the names they are to
// have.
func (b *store) due(now time.Time) map[string][]string {
	c, out := b.config.Load(), map[string][]string{}
	old := func(leaf *x509.Certificate) bool {
		return now.Sub(leaf.NotBefore) >= min(renewAfter, leaf.NotAfter.Sub(leaf.NotBefore)/3)
	}
	if leaf, err := b.identity.Own(); err == nil && old(leaf) {
		out[trust.MQTT] = nil
	}
	if b.own(c.TLS.Staff) {
		if p, err := b.shown(trust.LAN, c.TLS.Staff); err == nil && old(p.Leaf) {
			out[trust.LAN] = namesOf(p.Leaf)
		}
	}
	if b.own(c.TLS.Guest) && public(c.Names.Guest) {
		p, ok, err := b.trust.Pair(trust.Guest)
		if err == nil && (!ok || p.Leaf.NotAfter.Sub(now) < renewGuest) {
			out[trust.Guest] = []string{c.Names.Guest}
		}
	}
	return out
}

func namesOf(leaf *x509.Certificate) []string {
	names := slices.Clone(leaf.DNSNames)
	for _, ip := range leaf.IPAddresses {
		names = append(names, ip.String())
	}
	return names
}

// public reports whether a name may have a publicly trusted certificate.
func public(name string) bool {
	labels := strings.Split(strings.ToLower(name), ".")
	private := []string{"local", "localhost", "internal", "lan", "home", "arpa", "test", "example", "invalid"}
	return len(labels) > 1 && !slices.Contains(private, labels[len(labels)-1])
}

// checkCertificate takes a certificate that this box has asked for.
func (b *store) checkCertificate(data []byte) (func() error, error) {
	w, err := wire.Decode[wire.Certificate](data)
	if err != nil {
		return nil, err
	}
	if b.trust == nil {
		return nil, trust.ErrUnasked
	}
	c := b.config.Load()
	names := map[string][]string{trust.LAN: {c.Names.Staff}, trust.Guest: {c.Names.Guest}}[w.Use]
	apply, err := b.trust.Check(w, names, b.link.Now())
	if err != nil {
		return nil, err
	}
	return func() error {
		if err := apply(); err != nil {
			return err
		}
		if w.Use == trust.LAN { // whose fingerprint the LAN is told
			if err := b.announce(); err != nil {
				b.log.Error("a renewed certificate is not announced", "err", err)
			}
		}
		return nil
	}, nil
}

// errDevices: a box names its devices to nobody.
var errDevices = errors.New("devices: a device is unpaired at the store, by its manager")

// checkRevocations takes what must no longer be trusted, and the keys that
// headquarters signs with from now on.
func (b *store) checkRevocations(data []byte) (func() error, error) {
	w, err := wire.Decode[wire.Revocations](data)
	if err != nil {
		return nil, err
	}
	if len(w.Devices) > 0 {
		return nil, errDevices
	}
	return func() error {
		if w.Keys != "" && b.trust != nil {
			if err := b.trust.Believe(w.Keys); err != nil {
				if errors.Is(err, wire.ErrPayload) {
					return fmt.Errorf("%w: %w", hq.ErrContent, err)
				}
				return err
			}
		}
		b.identity.Revoke(w.Certificates)
		return nil
	}, nil
}
