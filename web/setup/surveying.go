package setup

import (
	"context"
	"net/netip"
	"time"

	"foyer/floor"
)

// Surveying walks the floor with the phone that shows the page, and learns of
// it. It may be called from any goroutine.
type Surveying interface {
	// Begin lets out what is heard of the device that speaks from peer, until
	// End; the error says in words why not.
	Begin(ctx context.Context, peer netip.Addr) error
	End()
	Stand(level floor.LevelID, at floor.Point) error // the error says in words why not
	Move() error
	Drop(point string) error
	Fit() error                // begins to learn; Walk tells how far it is
	Use(context.Context) error // puts what was learned in use
	Discard() error            // the walk, and what is in use of an earlier one
	Walk() Walk

	// A test walk is walked with the device that Begin let out, in a stroll: Stand
	// says where she is, and in between she walks straight. Only what a survey of this
	// box recorded is ever played.
	TestBegin() error
	TestEnd() error
	TestWalks() []TestWalk // the newest first
	PlayTest(id string) ([]Frame, error)
	DropTest(id string) error
}

// A Walk is how a survey stands.
type Walk struct {
	Running  bool          // the device is let out
	Heard    int           // readings of it so far
	Places   []Place       // where somebody stood
	Here     *Place        // where she stands
	Left     time.Duration // of standing there
	Next     []Spot        // where to walk next, the best first
	Working  string        // what is worked out now, in words; "" for nothing
	Done     int           // of Total, while something is worked out
	Total    int
	Failed   string  // why it ended in nothing, in words
	Forecast []Cell  // nil: not worked out yet
	Side     float64 // m, of a cell
	Misses   []Miss  // nil: nothing learned yet
	InUse    bool    // what was learned is in use
	Earlier  bool    // an earlier walk is in use
	Testing  bool    // a test walk is under way
	Taps     []Spot  // where she said she was in it
}

// A Place is where somebody stood, and how much was heard there.
type Place struct {
	Point string        `json:"point"`
	Level floor.LevelID `json:"level"`
	At    floor.Point   `json:"at"`
	Scans int           `json:"scans"`
	APs   int           `json:"access_points"`
	Few   bool          `json:"few"` // too little to count on
}

// A Spot is a place worth walking to.
type Spot struct {
	Level floor.LevelID `json:"level"`
	At    floor.Point   `json:"at"`
	Where string        `json:"where"`
}

// A Cell is the expected error at a place, m.
type Cell struct {
	Level floor.LevelID
	At    floor.Point
	Error float64
}

// A Miss is how far off a place is found by a map that never saw it, m; Right
// is how often its zone is, 0 to 1.
type Miss struct {
	Point string
	Level floor.LevelID
	At    floor.Point
	Error float64
	Zone  floor.ZoneID
	Right float64
	Half  float64 // how often the region of 50 % holds the place, 0 to 1
	Nine  float64 // and that of 90 %
	Fixes int     // the number all these are of
}
