package setup

import (
	"time"

	"foyer/floor"
)

// A Frame is one second of a test walk: where the store's own device was, and where
// it was thought to be.
type Frame struct {
	T              float64 // s, from the beginning
	Level          floor.LevelID
	Truth, Guess   floor.Point
	Error          float64 // m
	Unknown        bool    // the evidence was too poor to act on
	Astray         bool    // it was thought to be on another floor
	Held50, Held90 bool    // the region of 50 %, of 90 % holds the truth
	Half, Nine     []Box   // these regions, row by row
	Zone, TrueZone floor.ZoneID
	APs            int // that heard it
}

// A Box is a rectangle of a region.
type Box struct{ Lo, Hi floor.Point }

// A TestWalk is one that can be played, and how well it was followed.
type TestWalk struct {
	ID           string
	At           time.Time
	Seconds      int
	Half, Nine   float64 // m, the error that half, that nine in ten stay within
	In50, In90   float64 // how often the region of 50 %, of 90 % held the truth, 0 to 1
	Right, Zones int     // seconds with the right zone, of those in a zone
}

// NewTestWalk sums up the frames of a test walk.
func NewTestWalk(id string, frames []Frame) TestWalk {
	w := TestWalk{ID: id, Seconds: len(frames)}
	w.At, _ = time.Parse("t20060102-150405", id) // the store made it
	var errs []float64
	n := float64(max(1, len(frames)))
	for _, f := range frames {
		errs = append(errs, f.Error)
		if f.Held50 {
			w.In50 += 1 / n
		}
		if f.Held90 {
			w.In90 += 1 / n
		}
		if f.TrueZone != "" {
			w.Zones++
			if f.Zone == f.TrueZone {
				w.Right++
			}
		}
	}
	w.Half, w.Nine = at(errs, 0.5), at(errs, 0.9)
	return w
}
