package rehearsal

import (
	"context"
	"fmt"
	"net/netip"
	"time"

	"golang.org/x/sync/errgroup"

	"foyer/floor"
	"foyer/web/admin"
)

// visitorAddress is where the visitor's own browser dials from.
var visitorAddress = netip.AddrFrom4([4]byte{127, 0, 0, 1})

const (
	strangers      = 60
	visitorWalks   = 20 * time.Minute // before the visitor's customer turns round
	dayFloor       = 18 * time.Minute // store time customers are spread over, at least
	arriveShare    = 0.62             // of the day, by when the last one has come
	interactiveGap = 25 * time.Second // between customers where the day has no end
	stayLeast      = 3 * time.Minute
	stayMost       = 9 * time.Minute
)

// staff gives every associate on shift a device and a browser. The operator
// makes the codes, as on the first morning of a real store.
func (d *day) staff(ctx context.Context, g *errgroup.Group) error {
	for i, who := range d.cast.Roster.Associates {
		if !d.onShift(who.ID) || who.Role == floor.RoleManager || d.s.Visitor && i == 0 {
			continue
		}
		b, err := newBrowser("https://"+d.at.Staff, d.roots, netip.Addr{})
		if err != nil {
			return err
		}
		a := &associate{who: who, browser: b, clock: d.clock, r: draw(d.s.Seed+uint64(i), "associate"), log: d.s.Log}
		code, err := d.pair(ctx, who.ID)
		if err != nil {
			return err
		}
		if err := a.signOn(ctx, code); err != nil {
			return fmt.Errorf("associate %d: %w", i, err)
		}
		g.Go(func() error { return a.Run(ctx) })
	}
	return nil
}

func (d *day) onShift(id string) bool {
	now := d.clock.Now()
	for _, s := range d.cast.Schedule.Shifts {
		if s.Associate == id && !now.Before(s.From) && now.Before(s.To) {
			return true
		}
	}
	return false
}

// pair asks the box for a single-use code, as the operator does.
func (d *day) pair(ctx context.Context, associate string) (string, error) {
	code, err := admin.Pair(ctx, d.at.Admin, associate)
	if err != nil {
		return "", fmt.Errorf("pair: %w", err)
	}
	return code, nil
}

// customers lets them come one after the other, and strangers between them.
func (d *day) customers(ctx context.Context, g *errgroup.Group) error {
	if d.s.Visitor {
		if err := d.visitor(ctx); err != nil {
			return err
		}
	}
	now := d.clock.Now()
	gap := interactiveGap
	over := time.Hour
	if d.s.For > 0 {
		over = max(time.Duration(float64(d.s.For)*d.s.Speed), dayFloor)
		gap = time.Duration(float64(over) * arriveShare / float64(len(d.cast.Customers)))
	}
	var err error
	d.strangers, err = d.world.Strangers(d.ways, StrangerOptions{First: 1000, N: strangers, From: now.Add(-2 * time.Minute), Over: over, Malformed: 0.01})
	if err != nil {
		return err
	}
	d.air.Add(d.strangers...)
	g.Go(func() error {
		for round := 0; ctx.Err() == nil; round++ {
			for i, who := range d.cast.Customers {
				if d.s.Visitor && i == 0 {
					continue
				}
				if d.clock.Sleep(ctx, gap) != nil {
					return nil
				}
				if err := d.arrive(ctx, g, i, round, who); err != nil {
					return err
				}
			}
		}
		return nil
	})
	return nil
}

// arrive brings one customer to the store.
func (d *day) arrive(ctx context.Context, g *errgroup.Group, i, round int, who Customer) error {
	r := draw(d.s.Seed+uint64(i+100*round), "shopper")
	stay := stayLeast + time.Duration(r.Float64()*float64(stayMost-stayLeast))
	walk, err := d.ways.Walk(Outing{Starts: d.clock.Now(), Zones: who.Zones, Stay: stay}, r.Uint64())
	if err != nil {
		return fmt.Errorf("customer %d: %w", i, err)
	}
	phone := d.world.NewPhone(walk, PhoneOptions{Number: i + 1})
	code, err := d.hq.invite(who)
	if err != nil {
		return err
	}
	b, err := newBrowser("https://"+d.at.Guest, d.roots, phone.IP())
	if err != nil {
		return err
	}
	d.scorer.Follow(who.Profile.Customer, walk)
	d.air.Add(phone)
	s := &shopper{who: who, code: code, walk: walk, browser: b, clock: d.clock, scorer: d.scorer,
		r: r, log: d.s.Log, tapped: d.watch.tap}
	g.Go(func() error {
		defer d.air.Remove(phone)
		err := s.Run(ctx)
		_ = d.clock.SleepUntil(ctx, walk.Ends())
		return err
	})
	return nil
}
