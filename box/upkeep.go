package box

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"time"

	"foyer/box/trust"
	"foyer/concierge"
	"foyer/config"
	"foyer/floor"
	"foyer/health"
	"foyer/sync/wire"
	"foyer/vault"
)

const (
	lookEvery   = 30 * time.Second    // wall time between looks at what may be wrong
	tidyEvery   = time.Hour           // wall time between removals of what is kept long enough
	verifyEvery = 24 * time.Hour      // wall time between readings of the whole ledger
	expiresSoon = 30 * 24 * time.Hour // of certificates: time enough to renew; or a quarter of their life
)

// upkeep looks after the box until ctx ends: what is wrong is said, what has
// been kept long enough goes, a new configuration is taken over.
func (b *store) upkeep(ctx context.Context) error {
	look, tidy := time.NewTicker(lookEvery), time.NewTicker(tidyEvery)
	defer look.Stop()
	defer tidy.Stop()
	b.recovered()
	b.finishErasures(ctx)
	b.look()
	b.lease(ctx)
	b.tidy()
	b.evict(ctx)
	b.leavers(ctx)
	b.pulse()
	for {
		select {
		case <-ctx.Done():
			b.keepClock()
			return nil
		case <-look.C:
			b.finishErasures(ctx)
			b.look()
			b.lease(ctx)
			b.clean()
			b.pulse()
		case <-tidy.C:
			b.reportTrial(ctx)
			b.tidy()
			b.evict(ctx)
			b.leavers(ctx)
		case next := <-b.in.Reload:
			b.reload(ctx, next)
		}
	}
}

// recovered says which databases were found damaged and begun anew.
func (b *store) recovered() {
	all := map[string]vault.Recovery{
		fileKeys: b.keys.Recovery(), fileLedger: b.ledger.Recovery(),
		"profiles.db": b.profiles.Recovery(), "desk.db": b.desk.Recovery(), "doors.db": b.web.Recovery(),
	}
	if b.link != nil {
		all[fileOutbox] = b.link.Recovery()
	}
	for name, r := range all {
		if r.Aside != "" {
			b.health.Set(health.DatabaseDamaged, name, r.At)
		}
	}
}

// look sets and clears the warnings that only looking tells.
func (b *store) look() {
	now := b.in.Now()
	b.tellOwed()
	b.tellErasures()
	b.clockBelieved()
	if b.link != nil {
		l := b.link.Status()
		b.warn(!l.Up, health.HQAway, "", l.Since)
		b.warn(l.Held != "", health.HQHeld, "", now)
	}
	b.lookAtSensors(now)
	b.accuse(b.flow.figures.Load().suspects)
	b.lookAtDisk(now)
	b.lookAtUpdates(now)
	c := b.config.Load()
	for use, pair := range map[string]config.KeyPair{trust.Guest: c.TLS.Guest, trust.LAN: c.TLS.Staff} {
		shown, err := b.shown(use, pair)
		b.warn(err != nil || endsSoon(shown.Leaf, now), health.CertificateExpires, pair.Cert, now)
	}
	b.lookAtRefusals(now)
}

func (b *store) warn(wrong bool, code health.Code, subject string, since time.Time) {
	if wrong {
		if now := b.in.Now(); now.Before(since) {
			since = now // by a clock that went back
		}
		b.health.Set(code, subject, since)
	} else {
		b.health.Clear(code, subject)
	}
}

// endsSoon reports whether at a time a certificate should have been renewed.
func endsSoon(leaf *x509.Certificate, now time.Time) bool {
	return leaf.NotAfter.Sub(now) < min(expiresSoon, leaf.NotAfter.Sub(leaf.NotBefore)/4)
}

// clockBelieved looks at the clock and says if it is in doubt.
func (b *store) clockBelieved() bool {
	var agreed time.Time
	if b.link != nil {
		agreed = b.link.Status().Agreed
	}
	last := b.looked
	b.looked = time.Now()
	if last.IsZero() {
		last = b.looked
	}
	now := b.in.Now()
	sure := b.clock.look(now, agreed, b.looked.Sub(last))
	b.warn(!sure, health.ClockUnsure, "", now)
	return sure
}

// lease tells the desk whether headquarters has been silent for too long, after
// a look at the clock. Without a line there is nobody to be heard, nor anybody
// known here.
func (b *store) lease(ctx context.Context) {
	now := b.in.Now()
	since, stale := b.clock.stale(now)
	stale = stale && b.link != nil
	b.warn(stale, health.LeaseOver, "", since)
	// An error means that the box stops.
	_ = b.flow.Do(ctx, func(d *concierge.Desk, now time.Time) { d.SetStale(stale, now) })
	b.reopened(ctx, b.ageShare(now))
}

func (b *store) keepClock() {
	if err := b.clock.keep(); err != nil {
		b.log.Error("the clock", "err", err)
	}
}

// tidy removes what has been kept as long as its retention says, and nothing
// while the clock is in doubt. Before it does, the ledger is read.
func (b *store) tidy() {
	defer b.snapshots() // of what is left
	b.verifyDaily()
	sure := b.clockBelieved()
	b.keepClock()
	if !sure {
		b.log.Warn("nothing is removed for its age while the clock is in doubt")
		return
	}
	b.renewCertificates()
	now := b.in.Now()
	if _, err := b.profiles.Sweep(now); err != nil {
		b.log.Error("retention of profiles", "err", err)
	}
	if _, err := b.door.Sweep(now); err != nil {
		b.log.Error("retention of the desk", "err", err)
	}
	if _, err := b.ledger.Expire(now); err != nil {
		b.log.Error("retention of the ledger", "err", err)
	}
}

// clean removes what erasures left behind: many of them cost one compaction.
func (b *store) clean() {
	if err := b.leftovers(); err != nil {
		b.log.Error("erased customers' leftovers", "err", err)
	}
}

func (b *store) leftovers() error {
	err := b.door.Clean()
	if b.sessions != nil {
		err = errors.Join(err, b.sessions.Clean())
	}
	return err
}

// snapshots keeps copies of what a damaged file is to go back to. A disk without
// room for them is said elsewhere.
func (b *store) snapshots() {
	for _, keep := range []func() error{b.keys.Snapshot, b.profiles.Snapshot, b.ledger.Snapshot} {
		if err := keep(); err != nil {
			b.log.Warn("no snapshot", "err", err)
		}
	}
}

// evict lets go of customers of other stores who are not bound to this one. It
// does not where nobody could send them again, nor while the clock is in doubt.
func (b *store) evict(ctx context.Context) {
	if b.link == nil || !b.clock.isSure() {
		return
	}
	here := map[floor.Customer]bool{}
	err := b.flow.Do(ctx, func(d *concierge.Desk, _ time.Time) {
		for _, c := range d.Present() {
			here[c] = true
		}
	})
	if err != nil {
		return // the box stops
	}
	if _, err := b.profiles.Evict(b.in.Now(), b.config.Load().Store.ID, func(c floor.Customer) bool { return here[c] }); err != nil {
		b.log.Error("customers of other stores", "err", err)
	}
}

// reload takes over a new configuration whole, with headquarters' overlay on
// top, or keeps the old one and says why.
func (b *store) reload(ctx context.Context, r Reload) {
	next, err := r.Config, r.Err
	if err == nil {
		err = next.Replaces(b.in.Config)
	}
	if err == nil && b.link != nil {
		if overlay, ok := b.link.LastGood(wire.DownConfig); ok {
			next, err = next.Overlay(overlay)
		}
	}
	if err == nil {
		err = b.flow.Do(ctx, func(d *concierge.Desk, _ time.Time) {
			b.config.Store(next)
			d.SetRules(rules(next))
		})
	}
	if err != nil {
		b.log.Error("configuration not taken over", "err", err)
		b.health.Set(health.ConfigRefused, "the file", b.in.Now())
		return
	}
	if b.link != nil {
		b.link.Rejoin()
	}
	b.health.Clear(health.ConfigRefused, "the file")
	b.log.Info("configuration taken over", "offer_timeout", fmt.Sprint(next.Offer.Timeout))
}
