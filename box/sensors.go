package box

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"time"

	"foyer/box/trust"
	"foyer/floor"
	"foyer/health"
	"foyer/radio"
	"foyer/systemd"
)

// startSensors opens the listeners of access points and runs every source.
func (b *store) startSensors(part func(string, func(context.Context) error), a *Addresses) error {
	c := b.in.Config
	conf, err := b.serverTLS(trust.LAN, c.TLS.Staff)
	if err != nil {
		return err
	}
	o := radio.ListenOptions{TLS: conf, Intake: b.intake, Aruba: b.sources.aruba}
	receivers := o
	for _, s := range c.Sensors {
		one := radio.Sensor{ID: s.ID, TokenSHA256: s.TokenSHA256, Format: s.Format, Node: s.Node}
		o.Sensors = append(o.Sensors, one)
		if s.Format != "" {
			receivers.Sensors = append(receivers.Sensors, one)
		}
	}
	if o.Aruba != nil {
		o.TLS = older(conf)
	}
	if err := b.listen(systemd.SensorsSocket, c.Listen.Sensors, &a.Sensors, o, func(o radio.ListenOptions) (radio.Source, error) { return radio.NewHTTP(o) }); err != nil {
		return err
	}
	o.TLS = conf
	if len(receivers.Sensors) > 0 {
		o.TLS = older(conf)
	}
	mqtt := func(o radio.ListenOptions) (radio.Source, error) { return radio.NewMQTT(o) }
	if err := b.listen(systemd.MQTTSocket, c.Listen.SensorsMQTT, &a.SensorsMQTT, o, mqtt); err != nil {
		return err
	}
	receivers.TLS, receivers.Plain = nil, true
	if err := b.listen("", c.Listen.SensorsMQTTPlain, &a.SensorsMQTTPlain, receivers, mqtt); err != nil {
		return err
	}
	a.RADIUS = b.listenRADIUS(c.Listen.RADIUS)
	b.warn(c.Listen.SensorsMQTTPlain != "", health.MQTTPlain, c.Listen.SensorsMQTTPlain, b.in.Now())
	for _, s := range b.sources.list {
		part("source "+s.Name(), func(ctx context.Context) error { return s.Run(ctx, b.flow.batches) })
	}
	return nil
}

// listen makes a listening source, unless its address is "", which means off.
func (b *store) listen(name, address string, bound *string, o radio.ListenOptions, make func(radio.ListenOptions) (radio.Source, error)) error {
	if address == "" {
		return nil
	}
	l, err := b.in.Listen(name, address)
	if err != nil {
		return fmt.Errorf("listen for sensors: %w", err)
	}
	*bound, o.Listener = l.Addr().String(), l
	s, err := make(o)
	if err != nil {
		return err
	}
	b.sources.list = append(b.sources.list, s)
	return nil
}

// listenRADIUS makes the source of accounting, if there is anybody who may send,
// and returns its address. One that cannot be made is said, like any source.
func (b *store) listenRADIUS(address string) string {
	if address == "" || len(b.sources.accounting) == 0 {
		return ""
	}
	conn, err := net.ListenPacket("udp", address)
	if err == nil {
		var s *radio.Accounting
		if s, err = radio.NewAccounting(conn, b.sources.accounting); err == nil {
			b.sources.list = append(b.sources.list, s)
			return conn.LocalAddr().String()
		}
		err = errors.Join(err, conn.Close())
	}
	for _, c := range b.sources.accounting {
		b.sourceState(c.Name, fmt.Errorf("listen for RADIUS accounting: %w", err))
	}
	return ""
}

// accounts reports whether a sensor's name is one that sends accounting. It has
// nothing to say while no client comes or goes.
func (b *store) accounts(name string) bool {
	return slices.ContainsFunc(b.sources.accounting, func(c radio.AccountingClient) bool { return c.Name == name })
}

// How long a silence is worth telling, and how wrong a clock.
const (
	silentAP     = 2 * time.Minute
	silentSensor = 10 * time.Minute
	wrongClock   = 30 * time.Second
)

// lookAtSensors says which access points and sensors have gone silent, whose
// clocks are wrong, and what reports without being on the plan.
func (b *store) lookAtSensors(now time.Time) {
	heard, placed := b.intake.LastHeard(), map[floor.APID]bool{}
	for _, l := range b.plan.Load().Levels {
		for _, ap := range l.AccessPoints {
			placed[ap.ID] = true
		}
	}
	for ap, at := range heard { // another plan may no longer have it
		b.warn(placed[ap] && now.Sub(at) > silentAP, health.APSilent, string(ap), at)
	}
	for _, ap := range b.intake.AccessPoints() {
		b.warn(placed[ap.AP] && ap.Offset.Abs() > wrongClock, health.SensorClock, "access point "+string(ap.AP), now)
	}
	for _, s := range b.intake.Sensors() {
		// A source that is asked says itself that it fails.
		silent := !s.Last.IsZero() && now.Sub(s.Last) > silentSensor && b.sourceFails(s.ID) == "" && !b.accounts(s.ID)
		b.warn(silent, health.SensorSilent, s.ID, s.Last)
		b.warn(s.Clock && s.Offset.Abs() > wrongClock, health.SensorClock, "sensor "+s.ID, now)
	}
	var unknown []string
	for _, u := range b.intake.UnknownAPs() {
		unknown = append(unknown, u.Name)
		b.health.Set(health.SensorUnknownAP, u.Name, u.First)
	}
	for _, name := range b.unknown {
		if !slices.Contains(unknown, name) {
			b.health.Clear(health.SensorUnknownAP, name)
		}
	}
	b.unknown = unknown
}
