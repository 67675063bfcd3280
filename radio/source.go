package radio

import (
	"context"
	"errors"
	"fmt"

	"foyer/floor"
	"foyer/radio/report"
)

// A Source receives deliveries of one kind from access points or sensors.
type Source interface {
	// Name says which source this is, for logs and figures.
	Name() string
	// Run receives until ctx ends and then returns nil, with nothing of its
	// own left running; after that it sends no more on out. It never waits
	// long for a full out: it drops the batch and counts it.
	Run(ctx context.Context, out chan<- floor.Batch) error
}

// An APResolver knows the access points of the plan.
type APResolver interface {
	// Resolve returns the access point that a sensor calls name, which is
	// its identifier or an alias.
	Resolve(name string) (floor.APID, bool)
	// Place returns where on the plan a position (metres) in a vendor's
	// drawing lies. A drawing without a name is the only one there is.
	Place(drawing string, x, y float64) (floor.LevelID, floor.Point, bool)
}

// ErrAlias means that two access points of a plan answer to the same name.
var ErrAlias = errors.New("one name for two access points")

// Aliases resolves the names of one plan's access points. An alias that is a
// hardware address is found in every notation. It does not change.
type Aliases struct {
	names map[string]floor.APID
	addrs map[report.Addr]floor.APID
	maps  map[string]drawn
}

// drawn is a vendor's drawing of a level.
type drawn struct {
	level floor.LevelID
	frame floor.Frame
}

// NewAliases reads the names of plan. It refuses a plan in which two access
// points share a name, for example one address written in two ways.
func NewAliases(plan *floor.Plan) (*Aliases, error) {
	a := &Aliases{names: map[string]floor.APID{}, addrs: map[report.Addr]floor.APID{}, maps: map[string]drawn{}}
	for _, l := range plan.Levels {
		for _, f := range l.Frames {
			a.maps[f.ID] = drawn{l.ID, f}
		}
		for _, ap := range l.AccessPoints {
			for _, name := range append([]string{string(ap.ID)}, ap.Aliases...) {
				if err := a.add(name, ap.ID); err != nil {
					return nil, err
				}
			}
		}
	}
	return a, nil
}

func (a *Aliases) add(name string, id floor.APID) error {
	other, ok := a.names[name]
	if addr, err := report.ParseAddr(name); err == nil {
		if !ok {
			other, ok = a.addrs[addr]
		}
		a.addrs[addr] = id
	}
	if ok && other != id {
		return fmt.Errorf("plan alias %q of %s and %s: %w", name, other, id, ErrAlias)
	}
	a.names[name] = id
	return nil
}

// Resolve returns the access point called name.
func (a *Aliases) Resolve(name string) (floor.APID, bool) {
	if id, ok := a.names[name]; ok {
		return id, true
	}
	addr, err := report.ParseAddr(name)
	if err != nil {
		return "", false
	}
	id, ok := a.addrs[addr]
	return id, ok
}

// Place returns where a position in a vendor's drawing lies on the plan.
func (a *Aliases) Place(drawing string, x, y float64) (floor.LevelID, floor.Point, bool) {
	d, ok := a.maps[drawing]
	if drawing == "" && len(a.maps) == 1 {
		for _, d = range a.maps {
			ok = true
		}
	}
	if !ok {
		return "", floor.Point{}, false
	}
	return d.level, d.frame.Place(x, y), true
}
