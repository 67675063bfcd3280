package fleet

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"foyer/floor"
	"foyer/sync/office"
	"foyer/sync/wire"

	"golang.org/x/sync/errgroup"
)

// A Report is what was measured.
type Report struct {
	Stores       int     `json:"stores"`
	Seconds      float64 `json:"seconds"`      // during which stores recorded
	Recorded     int     `json:"recorded"`     // events, on the stores' disks
	Acknowledged int     `json:"acknowledged"` // of them, by headquarters
	Lost         int     `json:"lost"`         // acknowledged, and not in headquarters' log
	Missing      int     `json:"missing"`      // recorded, and not in headquarters' log in time
	Double       int     `json:"double"`       // more than once in headquarters' log
	PerSecond    float64 `json:"events_per_s"` // in headquarters' log, from the first record to the last acknowledgement
	AckP50       float64 `json:"ack_p50_ms"`   // from the record to headquarters' acknowledgement
	AckP99       float64 `json:"ack_p99_ms"`
	ConnectAll   float64 `json:"connect_all_s"` // until every store had its line
	PushAll      float64 `json:"push_all_s"`    // until a document given to all was in force in all
	Memory       int64   `json:"memory_bytes"`  // of this process at its most: every store and headquarters
}

// errShort means that the time was over.
var errShort = errors.New("not all of it in time")

func visit(play, store string, n int) floor.VisitID {
	return floor.VisitID(play + "-" + store + "-" + strconv.Itoa(n))
}

// scene connects all, records, pushes a document in the middle, and waits until
// headquarters has everything.
func (p *play) scene(ctx context.Context) (r Report, err error) {
	r.Stores = len(p.stores)
	began := time.Now()
	if err := p.wait(ctx, "connecting", p.o.Drain, func(s *store) bool { return s.link.Status().Up }); err != nil {
		return r, fmt.Errorf("connect: %w", err)
	}
	r.ConnectAll = time.Since(began).Seconds()
	began = time.Now()
	var pushed time.Time
	g, all := errgroup.WithContext(ctx)
	for _, s := range p.stores {
		g.Go(func() error { return p.feed(all, s, began) })
	}
	g.Go(func() error {
		if !sleep(all, p.o.For/2) {
			return all.Err()
		}
		pushed = time.Now()
		_, err := p.office.PushTo(office.Target{All: true}, wire.DownContent, wire.Content{})
		return err
	})
	go p.clock(all, began)
	if err := g.Wait(); err != nil {
		return r, err
	}
	r.Seconds = time.Since(began).Seconds()
	err = p.wait(ctx, "draining", p.o.Drain, func(s *store) bool { return s.link.Status().Backlog == 0 && s.inForce().After(pushed) })
	if err != nil && !errors.Is(err, errShort) {
		return r, err
	}
	p.measure(&r, began, pushed)
	return r, nil
}

// feed has one store record its share, at times of its own.
func (p *play) feed(ctx context.Context, s *store, began time.Time) error {
	every := float64(len(p.stores)) / p.o.Rate // seconds
	at := rand.Float64() * every
	for at < p.o.For.Seconds() {
		if !sleep(ctx, time.Until(began.Add(time.Duration(at*float64(time.Second))))) {
			return ctx.Err()
		}
		if err := s.record(p.name); err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
		at += every
	}
	return nil
}

func (p *play) clock(ctx context.Context, began time.Time) {
	for sleep(ctx, 200*time.Millisecond) {
		p.o.Progress("recording", int64(min(time.Since(began), p.o.For)), int64(p.o.For))
	}
}

// wait waits until every store is as it should be.
func (p *play) wait(ctx context.Context, part string, limit time.Duration, ok func(*store) bool) error {
	end := time.Now().Add(limit)
	for {
		n := 0
		for _, s := range p.stores {
			if ok(s) {
				n++
			}
		}
		p.o.Progress(part, int64(n), int64(len(p.stores)))
		if n == len(p.stores) {
			return nil
		}
		if time.Now().After(end) {
			return fmt.Errorf("%d of %d stores: %w", n, len(p.stores), errShort)
		}
		if !sleep(ctx, 50*time.Millisecond) {
			return ctx.Err()
		}
	}
}

func sleep(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}

func (s *store) inForce() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.content
}

// measure reads the stores' watches.
func (p *play) measure(r *Report, began, pushed time.Time) {
	var waited []time.Duration
	for _, s := range p.stores {
		s.mu.Lock()
		r.Recorded += s.n
		waited = append(waited, s.waited...)
		r.PushAll = max(r.PushAll, s.content.Sub(pushed).Seconds())
		s.mu.Unlock()
	}
	r.PerSecond = float64(len(waited)) / time.Since(began).Seconds()
	slices.Sort(waited)
	at := func(q float64) float64 {
		if len(waited) == 0 {
			return 0
		}
		return float64(waited[int(q*float64(len(waited)-1))].Microseconds()) / 1000
	}
	r.AckP50, r.AckP99, r.Memory = at(0.5), at(0.99), memory()
}

// memory is the most that this process has had in the machine's memory.
func memory() int64 {
	b, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0 // not Linux
	}
	for line := range strings.Lines(string(b)) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kib, err := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
			if err == nil {
				return kib << 10
			}
		}
	}
	return 0
}

// judge holds headquarters' log, as it is on the disk, against what the stores
// recorded and what was acknowledged to them.
func (p *play) judge(r *Report) error {
	seen := map[floor.VisitID]int{}
	err := p.office.Each(func(e office.Event) error {
		if e.Kind != wire.UpOffer {
			return nil
		}
		o, err := wire.Decode[wire.OfferAnswered](e.Payload)
		if err == nil && strings.HasPrefix(string(o.Visit), p.name+"-") {
			seen[o.Visit]++
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, s := range p.stores {
		left := s.link.Status().Backlog
		r.Acknowledged += s.n - min(left, s.n)
		for n := 1; n <= s.n; n++ {
			switch c := seen[visit(p.name, s.name, n)]; {
			case c > 1:
				r.Double += c - 1
			case c == 0:
				r.Missing++
				if left == 0 { // it was acknowledged, like all of this store's
					r.Lost++
				}
			}
		}
	}
	return nil
}
