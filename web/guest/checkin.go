package guest

import (
	"context"
	"errors"
	"net/netip"
	"strings"
	"sync"
	"time"

	"foyer/concierge"
	"foyer/floor"
	"foyer/web/gate"

	"net/http"
)

// Times of check-ins: how long a request waits for one, on the wall, and how
// often a page renews a lease, on the store's clock.
const (
	patience = 4 * time.Second
	renew    = time.Minute
)

// Background check-ins at once, and how many may wait for one.
const (
	workers = 8
	queued  = 64
)

type job struct {
	customer floor.Customer
	peer     netip.Addr
	lent     bool // the phone is one that others use, too
}

// checks remembers when each customer's lease was last renewed, and what
// stood in the way.
type checks struct {
	jobs chan job
	mu   sync.Mutex
	of   map[floor.Customer]check
}

type check struct {
	at     time.Time
	notice string // why the phone could not be found, "" if it was
}

func newChecks() *checks {
	return &checks{jobs: make(chan job, queued), of: make(map[floor.Customer]check)}
}

// run works until ctx is done.
func (k *checks) run(ctx context.Context, do func(context.Context, job) error) {
	var wg sync.WaitGroup
	defer wg.Wait()
	for range workers {
		wg.Go(func() {
			for {
				select {
				case <-ctx.Done():
					return
				case j := <-k.jobs:
					within, cancel := context.WithTimeout(ctx, patience)
					k.done(j.customer, do(within, j))
					cancel()
				}
			}
		})
	}
}

// start takes note that a check-in begins; false if the last is fresh enough.
func (k *checks) start(c floor.Customer, now time.Time) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	last, ok := k.of[c]
	if ok && now.Sub(last.at) < renew {
		return false
	}
	for other, v := range k.of {
		if now.Sub(v.at) > time.Hour {
			delete(k.of, other)
		}
	}
	k.of[c] = check{at: now, notice: last.notice}
	return true
}

// stale makes the next page check in again.
func (k *checks) stale(c floor.Customer) {
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(k.of, c)
}

// done takes note of how it went.
func (k *checks) done(c floor.Customer, err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	v := k.of[c]
	v.notice = sentence(err)
	k.of[c] = v
}

// notice returns what stood in the way last time.
func (k *checks) notice(c floor.Customer) string {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.of[c].notice
}

// renew renews the lease in the background if it is time, and never makes the
// page wait: if too many do, the next page tries again.
func (f *Face) renew(r *http.Request, c floor.Customer) {
	if !f.checks.start(c, f.Now()) {
		return
	}
	select {
	case f.checks.jobs <- job{c, gate.Peer(r), f.lent(r)}:
	default:
		f.checks.stale(c)
	}
}

// sentence puts the reason why a phone was not found into words for her. A
// consent that is not there is her choice and no trouble.
func sentence(err error) string {
	switch {
	case err == nil, errors.Is(err, concierge.ErrConsent), errors.Is(err, concierge.ErrNothing), errors.Is(err, context.Canceled):
		return ""
	case errors.Is(err, context.DeadlineExceeded):
		return "Your phone was not found on the store’s Wi-Fi in time. Open this page again in a minute."
	}
	text := err.Error()
	return strings.ToUpper(text[:1]) + text[1:] + "."
}
