// Package fleet plays a chain of many stores against a real broker: every store
// is a box's own link with an outbox on the disk, headquarters is the office. It
// hides how they are made, fed and judged.
//
// Nothing in it is simulated but what happens in the stores: events are recorded,
// sealed, sent, taken, written and acknowledged as they are in earnest. It says
// what it has measured and never what it expected.
package fleet

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"foyer/sync/hq"
	"foyer/sync/office"
	"foyer/sync/wire"

	"golang.org/x/sync/errgroup"
)

// prefix begins the name of every store that is played.
const prefix = "sim-"

// chain is the chain of a folder that is made for a fleet.
const chain = "fleet"

// Options say what is played.
type Options struct {
	Dir    string // headquarters' folder, for nothing else
	Broker string // empty: the folder's
	Stores int
	For    time.Duration // how long stores record events
	Drain  time.Duration // how long headquarters may take for the rest
	Rate   float64       // events a second of all stores together; 0: as of 10,000 a day in each store
	Log    *slog.Logger  // nil: discard

	// Progress hears how far a part is; nil: nobody does.
	Progress func(part string, done, total int64)
	// Dial replaces the network in tests; nil: dial Broker.
	Dial func(context.Context) (net.Conn, error)
	// Retry is the first pause between two connections, MaxRetry the longest; 0
	// means a second and two minutes.
	Retry, MaxRetry time.Duration
	// Patience is how long one side waits for the other's word before it sends
	// again; 0 means 15 seconds.
	Patience time.Duration
}

// perDay is what a busy store reports.
const perDay = 10000

func (o *Options) defaults() error {
	if o.Stores < 1 || o.Stores > 99999 {
		return errors.New("stores: want 1 to 99999")
	}
	if o.For <= 0 {
		return errors.New("for: want a time, for example 60s")
	}
	if o.Drain <= 0 {
		o.Drain = 2 * time.Minute
	}
	if o.Rate <= 0 {
		o.Rate = float64(o.Stores) * perDay / (24 * 60 * 60)
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Progress == nil {
		o.Progress = func(string, int64, int64) {}
	}
	return nil
}

// Run plays a fleet and returns what was measured.
func Run(ctx context.Context, o Options) (Report, error) {
	if err := o.defaults(); err != nil {
		return Report{}, fmt.Errorf("fleet: %w", err)
	}
	r, err := run(ctx, o)
	if err != nil {
		return r, fmt.Errorf("fleet: %w", err)
	}
	return r, nil
}

func run(ctx context.Context, o Options) (Report, error) {
	bundles, err := stores(o)
	if err != nil {
		return Report{}, err
	}
	boxes, err := os.MkdirTemp(o.Dir, "boxes-")
	if err != nil {
		return Report{}, err
	}
	defer os.RemoveAll(boxes)
	f, err := office.Open(office.Options{Dir: o.Dir, Broker: o.Broker, Now: time.Now, Log: o.Log, Dial: o.Dial, Retry: o.Retry, MaxRetry: o.MaxRetry, Patience: o.Patience})
	if err != nil {
		return Report{}, err
	}
	p := &play{o: o, office: f, name: fmt.Sprintf("v-%x", time.Now().UnixNano())}
	for i, bundle := range bundles {
		s, err := open(o, bundle, filepath.Join(boxes, fmt.Sprintf("%05d", i)))
		if err != nil {
			return Report{}, errors.Join(err, p.close())
		}
		p.stores = append(p.stores, s)
		o.Progress("opening", int64(i+1), int64(len(bundles)))
	}
	r, err := p.run(ctx)
	return r, errors.Join(err, p.close())
}

// stores returns the identity folders of the stores that are played; those that
// are not there are made.
func stores(o Options) (bundles []string, err error) {
	if _, err := os.Stat(filepath.Join(o.Dir, "ca.key")); errors.Is(err, os.ErrNotExist) {
		if err := office.InitCA(o.Dir, time.Now()); err != nil {
			return nil, err
		}
	}
	c, err := office.Chain(o.Dir)
	if err != nil {
		return nil, err
	}
	if c == "" {
		c = chain
	}
	entries, err := os.ReadDir(filepath.Join(o.Dir, "stores"))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), prefix) {
			return nil, fmt.Errorf("%s is headquarters of real stores (%s): a fleet wants a folder of its own, --dir sim", o.Dir, e.Name())
		}
	}
	for i := range o.Stores {
		name := fmt.Sprintf("%s%05d", prefix, i)
		bundle, err := office.IssueStore(o.Dir, c, name, []string{"localhost"}, time.Now())
		if errors.Is(err, office.ErrExists) {
			bundle, err = filepath.Join(o.Dir, "stores", name, "bundle"), nil
		}
		if err != nil {
			return nil, err
		}
		bundles = append(bundles, bundle)
		o.Progress("making stores", int64(i+1), int64(o.Stores))
	}
	return bundles, nil
}

// store is one box's link, and when what waits in it was recorded.
type store struct {
	link *hq.Link
	name string

	mu      sync.Mutex
	waiting []time.Time
	waited  []time.Duration // of what was acknowledged
	n       int             // events recorded
	content time.Time       // when the pushed document was put in force
}

func open(o Options, bundle, dir string) (*store, error) {
	id, err := wire.LoadIdentity(bundle)
	if err != nil {
		return nil, err
	}
	s := &store{name: id.Address.Store}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	s.link, err = hq.Open(hq.Options{Dir: dir, Identity: id, Broker: o.Broker, Now: time.Now, Log: slog.New(slog.DiscardHandler), Version: "fleet",
		OnAck: s.acked, Dial: o.Dial, Retry: o.Retry, MaxRetry: o.MaxRetry, Patience: o.Patience})
	if err != nil {
		return nil, err
	}
	s.link.Handle(wire.DownKeyshare, func([]byte) (func() error, error) { return func() error { return nil }, nil })
	s.link.Handle(wire.DownContent, func(b []byte) (func() error, error) {
		_, err := wire.Decode[wire.Content](b)
		return func() error {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.content = time.Now()
			return nil
		}, err
	})
	return s, nil
}

// acked hears that headquarters has n events more on its disk.
func (s *store) acked(_ uint64, n int) {
	now := time.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	n = min(n, len(s.waiting))
	for _, at := range s.waiting[:n] {
		s.waited = append(s.waited, now.Sub(at))
	}
	s.waiting = s.waiting[n:]
}

// record is one thing that happens in a store.
func (s *store) record(play string) error {
	s.mu.Lock()
	s.n++
	n := s.n
	s.waiting = append(s.waiting, time.Now())
	s.mu.Unlock()
	return s.link.Record(wire.UpOffer, wire.OfferAnswered{Visit: visit(play, s.name, n), Associate: "ana", Outcome: "accepted"})
}

// play is a fleet while it is played.
type play struct {
	o      Options
	office *office.Office
	stores []*store
	name   string // begins every visit of this play
}

func (p *play) close() error {
	var errs []error
	for _, s := range p.stores {
		errs = append(errs, s.link.Close())
	}
	return errors.Join(append(errs, p.office.Close())...)
}

func (p *play) run(ctx context.Context) (Report, error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	g, lines := errgroup.WithContext(ctx)
	g.Go(func() error { return p.office.Run(lines) })
	for _, s := range p.stores {
		g.Go(func() error { return s.link.Run(lines) })
	}
	r, err := p.scene(lines)
	stop()
	err = errors.Join(err, g.Wait())
	if err == nil {
		err = p.judge(&r)
	}
	return r, err
}
