package box

import (
	"context"
	"errors"
	"time"

	"foyer/concierge"
	"foyer/policy"
	"foyer/sync/wire"
)

// errNoTrial is what an operator reads where no table is tried.
var errNoTrial = errors.New("no table is being tried; headquarters begins it with: foyer-hq shadow push FILE --store STORE")

// mostCases is how many cases a report to headquarters tells apart, the most
// telling ones: it must fit into one message.
const mostCases = 200

// checkShadow reads a table that is to be tried, as closely as one that is to be
// in force, or that nothing is tried any more.
func (b *store) checkShadow(ctx context.Context) func([]byte) (func() error, error) {
	return func(data []byte) (func() error, error) {
		w, err := wire.Decode[wire.Shadow](data)
		if err != nil {
			return nil, err
		}
		var next *policy.Table
		if w.Table != nil {
			if next, err = policy.Parse(w.Table); err != nil {
				return nil, err
			}
		}
		return func() error {
			b.reportTrial(ctx) // what the one before has come to
			return b.flow.Do(ctx, func(d *concierge.Desk, now time.Time) { d.Try(next, now) })
		}, nil
	}
}

// reportTrial tells headquarters what a trial has come to, if it is not what it
// was told last.
func (b *store) reportTrial(ctx context.Context) {
	var t concierge.Trial
	var on bool
	if err := b.flow.Do(ctx, func(d *concierge.Desk, _ time.Time) { t, on = d.Trial() }); err != nil || b.link == nil {
		return // the box stops, or has nobody to tell
	}
	b.trialMu.Lock()
	defer b.trialMu.Unlock()
	told := trialTold{t.Since, t.Found.Cards}
	if !on || t.Found.Cards == 0 || told == b.trialTold {
		return
	}
	err := b.link.Record(wire.UpShadow, shadowReport(t))
	b.recorded(wire.UpShadow, err)
	if err == nil {
		b.trialTold = told
	}
}

// trialTold is how far headquarters was told of a trial.
type trialTold struct {
	since time.Time
	cards int
}

func shadowReport(t concierge.Trial) wire.ShadowReport {
	f := t.Found
	r := wire.ShadowReport{Version: t.Version, Against: t.Against, Since: t.Since.UTC(), Cards: f.Cards, CardsChanged: f.CardsChanged,
		Items: f.Items, Looser: f.Looser, Stricter: f.Stricter, Few: f.Few}
	for i, c := range f.Cases {
		if i >= mostCases {
			r.Few += c.Items
			continue
		}
		r.Cases = append(r.Cases, wire.ShadowCase{When: c.When, Was: c.Was, Becomes: c.Becomes, Rules: c.Rules, Items: c.Items})
	}
	return r
}

// shadow says what the trial has come to, for an operator.
func (b *store) shadow(ctx context.Context) (any, error) {
	var t concierge.Trial
	var on bool
	err := b.flow.Do(ctx, func(d *concierge.Desk, _ time.Time) { t, on = d.Trial() })
	if err == nil && !on {
		err = errNoTrial
	}
	return t, err
}
