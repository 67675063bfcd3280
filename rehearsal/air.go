package rehearsal

import (
	"context"
	"slices"
	"sync"
	"time"
)

// Air is everything that radiates near the store, heard by one sensor. Phones
// come and go at any time.
type Air struct {
	mu     sync.Mutex
	phones []*Phone
}

// Add lets a phone be heard from now on.
func (a *Air) Add(p ...*Phone) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.phones = append(a.phones, p...)
}

// Remove silences a phone.
func (a *Air) Remove(p *Phone) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.phones = slices.DeleteFunc(a.phones, func(q *Phone) bool { return q == p })
}

// Heard returns how many of some phones any access point has ever heard.
func (a *Air) Heard(phones []*Phone) int {
	a.mu.Lock()
	defer a.mu.Unlock()
	n := 0
	for _, p := range phones {
		if p.heard {
			n++
		}
	}
	return n
}

// AppendLines appends the canonical reports, as NDJSON, of everything heard
// since the last call up to now (store time), and returns the longer slice. A
// phone's first call begins its readings.
func (a *Air) AppendLines(dst []byte, now time.Time) []byte {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, p := range a.phones {
		dst = p.appendLines(dst, now)
	}
	return dst
}

// Run gives the sensor what was heard, about once a second of store time. When
// the machine is too slow for the clock's speed it skips turns, not readings.
// It returns nil when cancelled.
func (a *Air) Run(ctx context.Context, clock *Clock, sensor *Sensor) error {
	for {
		if err := clock.Sleep(ctx, time.Second); err != nil {
			return nil
		}
		if lines := a.AppendLines(nil, clock.Now()); len(lines) > 0 {
			sensor.Offer(lines)
		}
	}
}
