package gate

import (
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// A Rate is how often something may happen: Burst at once, then one each Every.
type Rate struct {
	Every time.Duration
	Burst int
}

// DefaultPeer is one device's allowance: a page is a document, a sheet, a
// script and a stream.
func DefaultPeer() Rate { return Rate{Every: 50 * time.Millisecond, Burst: 120} }

// DefaultAccount is one person's allowance.
func DefaultAccount() Rate { return Rate{Every: 100 * time.Millisecond, Burst: 60} }

// DefaultCode is the allowance of codes and PINs, which are typed by hand.
func DefaultCode() Rate { return Rate{Every: 10 * time.Second, Burst: 6} }

// most is how many keys a limiter remembers; beyond it the forgettable are
// forgotten, and if there are none, everybody shares one allowance.
const most = 8192

// A Limiter counts by key on the clock it is given.
type Limiter struct {
	rate   Rate
	mu     sync.Mutex
	keys   map[string]*rate.Limiter
	swept  time.Time // when the forgettable were last forgotten
	shared *rate.Limiter
}

// NewLimiter returns a limiter that allows r to each key.
func NewLimiter(r Rate) *Limiter {
	return &Limiter{rate: r, keys: make(map[string]*rate.Limiter), shared: r.limiter()}
}

func (r Rate) limiter() *rate.Limiter { return rate.NewLimiter(rate.Every(r.Every), r.Burst) }

// Wait takes one from key's allowance and returns zero, or returns how long
// to wait until there is one.
func (l *Limiter) Wait(key string, now time.Time) time.Duration {
	r := l.of(key, now).ReserveN(now, 1)
	wait := r.DelayFrom(now)
	if wait > 0 {
		r.CancelAt(now)
	}
	return wait
}

func (l *Limiter) of(key string, now time.Time) *rate.Limiter {
	l.mu.Lock()
	defer l.mu.Unlock()
	if k, ok := l.keys[key]; ok {
		return k
	}
	if len(l.keys) >= most && now.Sub(l.swept) >= time.Second { // a flood must not buy a search each time
		l.swept = now
		for k, v := range l.keys {
			if v.TokensAt(now) >= float64(l.rate.Burst) {
				delete(l.keys, k)
			}
		}
	}
	if len(l.keys) >= most {
		return l.shared
	}
	k := l.rate.limiter()
	l.keys[key] = k
	return k
}
