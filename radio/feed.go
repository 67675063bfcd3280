package radio

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"foyer/floor"
	"foyer/radio/format"
	"foyer/radio/report"
)

// A Feed is what every source of a vendor's payloads is told.
type Feed struct {
	Name   string // its own, in the configuration: its account is called so
	Intake *Intake
	Every  time.Duration // between polls, or between a sender's messages; 0 means the kind's own
	// State is told when the source fails and when it works again: why, as a
	// sentence, or nil. It returns at once, and may be nil.
	State func(error)
}

// ErrFeed means that a source cannot be made of its options.
var ErrFeed = errors.New("source")

// The pauses of a source that fails, wall time.
const (
	retryFeedFirst = 2 * time.Second
	retryFeedLast  = 2 * time.Minute
)

// feed is what the sources of vendors' payloads have in common.
type feed struct {
	Feed
	account *sensor
	formats map[string]format.Format

	mu    sync.Mutex
	parts map[string]error // what fails now, by part
	told  bool
	works bool
}

// newFeed opens the account of a source that reads some formats.
func newFeed(o Feed, every time.Duration, formats ...string) (*feed, error) {
	if o.Intake == nil || o.Name == "" {
		return nil, fmt.Errorf("%w: it has no name or no intake", ErrFeed)
	}
	if o.Every <= 0 {
		o.Every = every
	}
	if o.State == nil {
		o.State = func(error) {}
	}
	f := &feed{Feed: o, account: o.Intake.expect(o.Name), formats: map[string]format.Format{}, parts: map[string]error{}}
	for _, name := range formats {
		fm, ok := format.Named(name)
		if !ok {
			return nil, fmt.Errorf("%w %s: no format %s", ErrFeed, o.Name, name)
		}
		f.formats[name] = fm
	}
	return f, nil
}

// deliver takes a payload. A source that is over its budget does work.
func (f *feed) deliver(ctx context.Context, name string, p format.Payload, out chan<- floor.Batch, leased func(*report.Report)) error {
	if p.Every == 0 {
		p.Every = f.Every
	}
	o := f.Intake.decode(ctx, f.account, f.formats[name], p, out, leased)
	if errors.Is(o.err, errBudget) {
		return nil
	}
	return o.err
}

// tell says how a part of the source is doing. State hears of it when the
// source as a whole begins to fail or works again, in that order.
func (f *feed) tell(part string, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.parts, part)
	if err != nil {
		f.parts[part] = err
	}
	works := len(f.parts) == 0
	change := !f.told && !works || f.told && works != f.works
	if !works {
		err = f.parts[slices.Min(slices.Collect(maps.Keys(f.parts)))]
	}
	f.told, f.works = true, works
	if change {
		f.State(err)
	}
}

// poll calls step until ctx ends, at once and then every so often; while it
// fails, less and less often.
func (f *feed) poll(ctx context.Context, part string, every time.Duration, step func(context.Context) error) {
	retry := min(retryFeedFirst, every)
	for ctx.Err() == nil {
		began := time.Now()
		err := step(ctx)
		if ctx.Err() != nil {
			return
		}
		f.tell(part, err)
		if err == nil {
			retry = min(retryFeedFirst, every)
			wait(ctx, max(every-time.Since(began), every/10))
			continue
		}
		wait(ctx, jitter(retry))
		retry = min(2*retry, max(retryFeedLast, every))
	}
}

// jitter returns d, a quarter more or less, so that boxes do not call in step.
func jitter(d time.Duration) time.Duration {
	return d - d/4 + rand.N(d/2+1)
}
