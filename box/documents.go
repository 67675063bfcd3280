package box

import (
	"context"
	"fmt"
	"time"

	"foyer/concierge"
	"foyer/config"
	"foyer/floor"
	"foyer/health"
	"foyer/policy"
	"foyer/sync/wire"
)

// handler is one kind of message from headquarters: check reads it whole, and
// what it returns puts it in force.
type handler struct {
	kind  wire.Kind
	check func([]byte) (apply func() error, err error)
}

// documents are the kinds whose last good version is put in force again at
// every start, in this order.
func (b *store) documents(ctx context.Context) []handler {
	return []handler{
		{wire.DownRevocations, b.checkRevocations},
		{wire.DownConfig, b.checkConfig(ctx)},
		{wire.DownPolicy, b.checkPolicy(ctx)},
		{wire.DownShadow, b.checkShadow(ctx)},
		{wire.DownPlan, b.checkPlan(ctx)},
		{wire.DownRoster, b.checkRoster(ctx)},
		{wire.DownSchedule, b.checkSchedule(ctx)},
		{wire.DownContent, b.checkContent(ctx)},
		{wire.DownNotice, b.checkNotice(ctx)},
		{wire.DownFirmware, b.checkFirmware},
	}
}

// inFlow makes an apply function of something the flow has to do.
func (b *store) inFlow(ctx context.Context, f func(d *concierge.Desk, now time.Time)) func() error {
	return func() error { return b.flow.Do(ctx, f) }
}

func (b *store) checkConfig(ctx context.Context) func([]byte) (func() error, error) {
	return func(data []byte) (func() error, error) {
		next, err := b.config.Load().Overlay(data)
		if err != nil {
			return nil, err
		}
		if err := next.Replaces(b.config.Load()); err != nil {
			return nil, err
		}
		if err := rules(next).Routing.Check(); err != nil {
			return nil, err
		}
		return b.inFlow(ctx, func(d *concierge.Desk, _ time.Time) {
			b.config.Store(next)
			d.SetRules(rules(next))
		}), nil
	}
}

// rules are the desk's times as the configuration has them.
func rules(c *config.Config) concierge.Rules {
	r := concierge.Defaults()
	r.Grace, r.Ask = c.Greeting.Grace, c.Greeting.AnnounceWithin
	r.Offer, r.Alone = c.Offer.Timeout, c.Offer.Alone
	r.Arrival, r.WrapUp, r.Quiet = c.Routing.ArrivalExpires, c.Routing.WrapUp, c.Routing.DoNotDisturb
	r.Routing = routingRules(c.Routing)
	return r
}

func (b *store) checkPolicy(ctx context.Context) func([]byte) (func() error, error) {
	return func(data []byte) (func() error, error) {
		table, err := policy.Parse(data)
		if err != nil {
			return nil, err
		}
		return b.inFlow(ctx, func(d *concierge.Desk, now time.Time) {
			d.SetPolicy(table, now)
			b.health.Clear(health.PolicyStrict, "")
		}), nil
	}
}

func (b *store) checkPlan(ctx context.Context) func([]byte) (func() error, error) {
	return func(data []byte) (func() error, error) {
		next, err := b.readFloor(data) // built here, outside the flow: it takes a while
		if err != nil {
			return nil, err
		}
		return func() error {
			if b.drawnOver(data) {
				return nil // it comes again, at a start: what was drawn here since is newer
			}
			b.planInForce()
			return b.flow.do(ctx, func(time.Time) { b.putFloor(next) })
		}, nil
	}
}

func (b *store) checkRoster(ctx context.Context) func([]byte) (func() error, error) {
	return func(data []byte) (func() error, error) {
		roster, err := wire.Decode[wire.Roster](data)
		if err != nil {
			return nil, err
		}
		staff := make([]floor.Associate, 0, len(roster.Associates))
		for i, a := range roster.Associates {
			id, err := floor.ParseAssociate(a.ID)
			if err != nil {
				return nil, fmt.Errorf("associates[%d].id: %w", i, err)
			}
			who := floor.Associate{ID: id, Name: a.Name, Role: a.Role, Tier: a.Tier,
				Department: a.Department, Skills: a.Skills, Languages: a.Languages}
			for j, ref := range a.Covers {
				cover, err := floor.ParseAssociate(ref)
				if err != nil {
					return nil, fmt.Errorf("associates[%d].covers[%d]: %w", i, j, err)
				}
				who.Covers = append(who.Covers, cover)
			}
			staff = append(staff, who)
		}
		return b.inFlow(ctx, func(d *concierge.Desk, now time.Time) { d.SetRoster(staff, now) }), nil
	}
}

func (b *store) checkSchedule(ctx context.Context) func([]byte) (func() error, error) {
	return func(data []byte) (func() error, error) {
		schedule, err := wire.Decode[wire.Schedule](data)
		if err != nil {
			return nil, err
		}
		shifts := make([]floor.Shift, 0, len(schedule.Shifts))
		for i, s := range schedule.Shifts {
			id, err := floor.ParseAssociate(s.Associate)
			if err != nil {
				return nil, fmt.Errorf("shifts[%d].associate: %w", i, err)
			}
			shifts = append(shifts, floor.Shift{Associate: id, From: s.From, To: s.To})
		}
		return b.inFlow(ctx, func(d *concierge.Desk, _ time.Time) { d.SetShifts(shifts) }), nil
	}
}

func (b *store) checkContent(ctx context.Context) func([]byte) (func() error, error) {
	return func(data []byte) (func() error, error) {
		content, err := wire.Decode[wire.Content](data)
		if err != nil {
			return nil, err
		}
		items := make([]concierge.Content, 0, len(content.Items))
		for _, it := range content.Items {
			items = append(items, concierge.Content{Interests: it.Interests, FeedItem: concierge.FeedItem{
				ID: it.ID, Kind: it.Kind, Title: it.Title, Text: it.Text, Place: it.Place, Begins: it.When}})
		}
		return b.inFlow(ctx, func(d *concierge.Desk, now time.Time) { d.SetContent(items, now) }), nil
	}
}
