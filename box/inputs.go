package box

import (
	"log/slog"
	"sync/atomic"
	"time"

	"foyer/config"
	"foyer/floor"
	"foyer/radio"
)

// Inputs are all that one box differs in from another.
type Inputs struct {
	Config  *config.Config
	Version string
	Log     *slog.Logger     // nil: discard
	Now     func() time.Time // the store's clock; nil: the machine's
	Tick    time.Duration    // wall time between looks at the clock; 0: 250 ms
	Alive   func()           // called by the flow at each tick; nil: nothing
	Ready   func()           // called once everything listens; nil: nothing
	Reload  <-chan Reload    // nil: never
	Watch   Watch
	// SensorRate is how many reports a second of wall time one sensor may
	// send; 0 means radio's own. A store whose clock runs faster allows more.
	SensorRate float64
}

// A Reload is a configuration read anew, or why it cannot be used.
type Reload struct {
	Config *config.Config
	Err    error
}

func (in *Inputs) defaults() {
	if in.Log == nil {
		in.Log = slog.New(slog.DiscardHandler)
	}
	if in.Now == nil {
		in.Now = time.Now
	}
	if in.Tick <= 0 {
		in.Tick = 250 * time.Millisecond
	}
	if in.Alive == nil {
		in.Alive = func() {}
	}
	if in.Ready == nil {
		in.Ready = func() {}
	}
}

// aliases resolves the names sensors give access points by the plan in force.
type aliases struct{ atomic.Pointer[radio.Aliases] }

// Resolve returns the access point called name.
func (a *aliases) Resolve(name string) (floor.APID, bool) { return a.Load().Resolve(name) }
