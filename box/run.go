package box

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"golang.org/x/sync/errgroup"

	"foyer/box/trust"
	"foyer/concierge"
	"foyer/config"
	"foyer/radio"
	"foyer/sync/wire"
	"foyer/systemd"
	"foyer/web"
	"foyer/web/admin"
)

// Run puts a store together and keeps it until ctx ends. It returns nil after
// an orderly end.
func Run(ctx context.Context, in Inputs) (err error) {
	in.defaults()
	if err := in.check(); err != nil {
		return err
	}
	b, err := open(in)
	defer func() { err = errors.Join(err, b.close()) }()
	if err != nil {
		return err
	}
	return b.run(ctx)
}

// run starts the parts from the inside out: the flow, headquarters' documents,
// the pages, the sensors.
func (b *store) run(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	part := func(name string, run func(context.Context) error) {
		g.Go(func() error {
			if err := run(ctx); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			return nil
		})
	}
	part("flow", b.flow.Run)
	part("record", b.flow.keep)
	err := b.start(ctx, part)
	if err == nil {
		b.in.Ready()
	} else {
		g.Go(func() error { return err }) // stops the rest
	}
	return g.Wait()
}

func (b *store) start(ctx context.Context, part func(string, func(context.Context) error)) error {
	b.started = b.in.Now()
	b.startUpdates()
	if err := b.restore(ctx); err != nil {
		return err
	}
	if err := b.flow.Do(ctx, func(d *concierge.Desk, now time.Time) { d.Resume(now) }); err != nil {
		return err
	}
	b.intake = radio.NewIntake(radio.IntakeOptions{Guests: b.guests, APs: &b.aliases, Log: b.log,
		Rate: b.in.SensorRate, Burst: int(2 * b.in.SensorRate)})
	b.makeSources(ctx)
	addresses, err := b.startPages(ctx, part)
	if err != nil {
		return err
	}
	if err := b.startSensors(part, &addresses); err != nil {
		return err
	}
	if b.link != nil {
		part("line to headquarters", b.link.Run)
	}
	if b.updates != nil {
		part("updates", b.updates.Run)
	}
	part("upkeep", b.upkeep)
	if addresses.Admin, err = b.startAdmin(part); err != nil {
		return err
	}
	if b.in.Watch.Ready != nil {
		b.in.Watch.Ready(addresses)
	}
	return b.announce()
}

// restore registers what headquarters may send and puts its last good
// documents in force, so that a cold start works without the line.
func (b *store) restore(ctx context.Context) error {
	if b.link == nil {
		return nil
	}
	for _, h := range append(b.documents(ctx), b.people(ctx)...) {
		b.link.Handle(h.kind, h.check)
	}
	b.link.HandleMany(wire.DownProfile, b.takeProfiles(ctx))
	if err := b.drafts().tell(); err != nil {
		b.log.Error("headquarters is not told of the drawn plan", "err", err)
	}
	for _, h := range b.documents(ctx) {
		data, ok := b.link.LastGood(h.kind)
		if !ok {
			continue
		}
		apply, err := h.check(data)
		if err == nil {
			err = apply()
		}
		if err != nil { // it was good once: say so and go on without it
			b.log.Error("last good document not in force", "kind", string(h.kind), "err", err)
		}
	}
	return nil
}

// startPages opens the listeners people meet.
func (b *store) startPages(ctx context.Context, part func(string, func(context.Context) error)) (Addresses, error) {
	c := b.in.Config
	guest, err := b.in.Listen(systemd.GuestSocket, c.Listen.Guest)
	if err != nil {
		return Addresses{}, fmt.Errorf("listen for customers: %w", err)
	}
	staff, err := b.in.Listen(systemd.StaffSocket, c.Listen.Staff)
	if err != nil {
		return Addresses{}, fmt.Errorf("listen for staff: %w", err)
	}
	guestTLS, err := b.serverTLS(trust.Guest, c.TLS.Guest)
	if err != nil {
		return Addresses{}, err
	}
	staffTLS, err := b.serverTLS(trust.LAN, c.TLS.Staff)
	if err != nil {
		return Addresses{}, err
	}
	b.web, err = web.Open(web.Options{
		Guest: guest, Staff: staff, GuestTLS: guestTLS, StaffTLS: staffTLS,
		GuestHosts: hosts(c.Names.Guest, guest), StaffHosts: hosts(c.Names.Staff, staff),
		Dir: c.Data, Keys: b.keys, Loop: b.flow, Door: b.door, Passes: b.pass, Phones: phones{b}, Rights: forgetter{b, ctx}, Zones: b.flow.zones, Occupancy: b.flow.occupancy.Zones, Plan: b.plan.Load,
		StoreName: c.Store.Name, TimeZone: c.Store.Location, Languages: c.Store.Languages, Running: b.running,
		Now: b.in.Now, Log: b.log, Warnings: b.health.List, Flushed: b.in.Watch.Flushed, ClockSure: b.clock.isSure,
		Hooks: b.sources.hooks, Security: c.Names.Security, Drafting: b.drafts(), Surveying: newSurveying(ctx, b), Progress: b.progress, LetIn: b.ledger.LetIn, Health: b.healthPage,
	})
	if err != nil {
		return Addresses{}, err
	}
	b.sessions, b.closers = b.web, append(b.closers, b.web.Close)
	if b.in.Technician != "" {
		if err := b.web.ExpectTechnician(b.in.Technician, b.in.Now()); err != nil {
			return Addresses{}, err
		}
	}
	part("pages", b.web.Run)
	b.pages.guest = pageURL(c.Names.Guest, guest) + "/here"
	b.pages.staff = pageURL(c.Names.Staff, staff) + "/staff"
	return Addresses{Guest: guest.Addr().String(), Staff: staff.Addr().String()}, nil
}

// pageURL is the address of a listener's pages as people type it.
func pageURL(name string, l net.Listener) string {
	if a, ok := l.Addr().(*net.TCPAddr); ok && a.Port != 443 {
		name = net.JoinHostPort(name, strconv.Itoa(a.Port))
	}
	return "https://" + name
}

// hosts are the names a listener answers to.
func hosts(name string, l net.Listener) []string {
	out := []string{name}
	if a, ok := l.Addr().(*net.TCPAddr); ok && !a.IP.IsUnspecified() {
		out = append(out, a.IP.String())
		if a.IP.IsLoopback() {
			out = append(out, "localhost")
		}
	}
	return out
}

// startAdmin opens the socket of the operator's commands.
func (b *store) startAdmin(part func(string, func(context.Context) error)) (string, error) {
	path := b.in.Config.Listen.Admin
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return "", fmt.Errorf("make the runtime folder: %w", err)
	}
	h := admin.Handlers{Status: func() any { return b.status() }, Metrics: b.metrics(), Pair: b.pair, Technician: b.technician, Survey: b.guests.Survey,
		Verify: b.verifyRow, Record: b.processing, Scope: b.scope,
		Erase: named(b.eraseProven), Export: named(b.export), Tasks: b.tasks, Task: b.explain, Shadow: b.shadow}
	l, err := admin.Listen(path)
	if err != nil {
		return "", err
	}
	part("admin socket", func(ctx context.Context) error { return admin.Serve(ctx, l, h) })
	return path, nil
}

// announce tells the advertiser, a process of its own, what to tell the LAN.
func (b *store) announce() error {
	c := b.in.Config
	if !c.MDNS.Enabled {
		return nil
	}
	pair, err := b.shown(trust.LAN, c.TLS.Staff)
	if err != nil {
		return err
	}
	return config.WriteAnnouncement(c.AnnounceFile(), c.Announcement(fmt.Sprintf("%x", sha256.Sum256(pair.Certificate[0]))))
}
