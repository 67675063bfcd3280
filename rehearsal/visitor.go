package rehearsal

import (
	"context"
	"fmt"
	"net"
	"time"

	"foyer/floor"
)

// visitor leaves the first customer and her associate to the person at the
// keyboard. The customer walks about as everybody; her phone is known to the
// sensor by the address of the visitor's own browser.
func (d *day) visitor(ctx context.Context) error {
	who := d.cast.Customers[0]
	var zones []floor.ZoneID
	for _, z := range d.plan.Levels[0].Zones {
		if !z.Private {
			zones = append(zones, z.ID)
		}
	}
	walk, err := d.ways.Walk(Outing{Starts: d.clock.Now(), Zones: append(who.Zones, zones...), Stay: visitorWalks}, d.s.Seed)
	if err != nil {
		return fmt.Errorf("the visitor's customer: %w", err)
	}
	d.air.Add(d.world.NewPhone(endless{walk}, PhoneOptions{Number: 1, IP: visitorAddress}))
	d.scorer.Follow(who.Profile.Customer, endless{walk})
	code, err := d.hq.invite(who)
	if err != nil {
		return err
	}
	first := d.cast.Roster.Associates[0]
	pair, err := d.pair(ctx, first.ID)
	if err != nil {
		return err
	}
	guest, staff := "https://"+hostOf(d.at.Guest), "https://"+hostOf(d.at.Staff)
	d.s.Opened(Doors{Guest: guest + "/here", Staff: staff + "/staff", Authority: d.hq.authority(), Admin: d.at.Admin,
		PIN: rehearsalPIN, Associate: first.Name, Pair: staff + "/staff/pair?code=" + pair,
		Customer: who.Profile.Form, Code: code})
	return nil
}

// endless walks a walk to and fro, so that a visitor never runs out of it.
type endless struct{ *Walk }

// At returns where the walker is at t: forwards, then backwards, and again.
func (e endless) At(t time.Time) (Spot, bool) {
	from, to, ok := e.Inside()
	if !ok || t.Before(to) {
		return e.Walk.At(t)
	}
	span := to.Sub(from) - 2*time.Second
	if span <= 0 {
		return e.Walk.At(t)
	}
	n := t.Sub(to)
	turn, rest := n/span, n%span
	at := to.Add(-time.Second - rest)
	if turn%2 == 1 {
		at = from.Add(time.Second + rest)
	}
	return e.Walk.At(at)
}

// hostOf writes an address of the loopback as the name in the certificate.
func hostOf(addr string) string {
	if _, port, err := net.SplitHostPort(addr); err == nil {
		return net.JoinHostPort("localhost", port)
	}
	return addr
}
