package hq

import (
	"sync"
	"time"
)

// floorGrain is how much later the time that is kept on the disk must be.
const floorGrain = time.Minute

// A floor is a time that has passed: the box's certificate was made then, or
// headquarters said so. A box whose clock is behind it, for it has no battery,
// goes by the floor, which rises as the program runs. So it can tell a valid
// certificate from one that has expired, and its events bear times that are
// nearly right, before a time server is reached.
type floor struct {
	mu   sync.Mutex
	at   time.Time
	when time.Time // when it was raised, by the monotonic clock
	most time.Time // the end of the box's certificate; zero: none
}

// now is the clock's time, or the floor where the clock is behind it.
func (l *Link) now() time.Time {
	t := l.o.Now()
	if f := l.floored(); t.Before(f) {
		return f
	}
	return t
}

// Now is the time by which the link judges, which is never before one that has
// surely passed.
func (l *Link) Now() time.Time { return l.now() }

func (l *Link) floored() time.Time {
	l.floor.mu.Lock()
	defer l.floor.mu.Unlock()
	return l.floor.now()
}

// now is the floor as it has risen since it was raised. The caller holds mu.
func (f *floor) now() time.Time {
	if f.at.IsZero() {
		return time.Time{}
	}
	return f.at.Add(time.Since(f.when))
}

// hear takes headquarters' word for the time, where the clock is known to be
// wrong. One that is not behind the floor is believed more than headquarters'.
func (l *Link) hear(said time.Time) {
	if l.o.Now().Before(l.floored()) {
		l.raise(said)
	}
}

// raise raises the floor to a time that has passed; it never sinks. It stays
// before the end of the box's certificate: a wrong clock at headquarters must not
// have the box take everything for expired, for ever.
func (l *Link) raise(to time.Time) {
	l.floor.mu.Lock()
	defer l.floor.mu.Unlock()
	if f := &l.floor; to.After(f.now()) && (f.most.IsZero() || to.Before(f.most)) {
		f.at, f.when = to.UTC(), time.Now()
	}
}
