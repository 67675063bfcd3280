package box

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"foyer/config"
	"foyer/firmware/spool"
	"foyer/floor"
	"foyer/radio"
	"foyer/systemd"
	"foyer/vault"
)

// The files that headquarters cannot send again.
const (
	fileKeys   = "keys.db"
	fileLedger = "ledger.db"
	fileOutbox = "outbox.db"
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
	// Listen opens a port by its name in package systemd; nil: at its address.
	Listen func(name, address string) (net.Listener, error)
	// Firmware says where the installer's folders are; nil: this box is not
	// updated by headquarters.
	Firmware *spool.Options
	// Pulse hears, twice a minute, whether the box is as it should be; nil: nobody.
	Pulse  func(healthy bool, why string)
	Reload <-chan Reload // nil: never
	// AcceptLoss names the files, of those that nobody can send again, that are
	// begun anew if they are damaged or gone: an operator's decision.
	AcceptLoss []string
	Watch      Watch
	// Technician is the code with which the technician who has just made this box a
	// store's goes on; "" if nobody did.
	Technician string
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
	if in.Listen == nil {
		in.Listen = (*systemd.Sockets)(nil).Listen
	}
}

// irreplaceable are the files that are never begun anew unless told.
func irreplaceable() []string { return []string{fileKeys, fileLedger, fileOutbox} }

// accepts reports whether the loss of a file is accepted.
func (in *Inputs) accepts(file string) bool { return slices.Contains(in.AcceptLoss, file) }

// check refuses to accept the loss of what is never lost, such as a misspelt
// name.
func (in *Inputs) check() error {
	for _, file := range in.AcceptLoss {
		if !slices.Contains(irreplaceable(), file) {
			return fmt.Errorf("accept the loss of %q: want %s", file, strings.Join(irreplaceable(), ", "))
		}
	}
	return nil
}

// teach adds to an error of opening an irreplaceable file what may be done.
func teach(file string, err error) error {
	if errors.Is(err, vault.ErrDamaged) {
		return fmt.Errorf("%w (to begin it anew and lose what is in it: foyer run --accept-loss %s)", err, file)
	}
	return err
}

// aliases resolves the names sensors give access points by the plan in force.
type aliases struct{ atomic.Pointer[radio.Aliases] }

// Resolve returns the access point called name.
func (a *aliases) Resolve(name string) (floor.APID, bool) { return a.Load().Resolve(name) }

// Place returns where a position in a vendor's drawing lies on the plan.
func (a *aliases) Place(drawing string, x, y float64) (floor.LevelID, floor.Point, bool) {
	return a.Load().Place(drawing, x, y)
}
