package survey

import (
	"fmt"
	"time"

	"foyer/floor"
	"foyer/floor/recording"
	"foyer/locator"
)

// A Frame is one moment of a test walk: where the device was, and where it was
// thought to be.
type Frame struct {
	T            float64 // s, from the beginning
	Level        floor.LevelID
	Truth        floor.Point
	Guess        floor.Point
	GuessLevel   floor.LevelID
	Error        float64 // m
	Unknown      bool    // the evidence was too poor to act on
	Held50       bool    // the region of 50 % holds the truth
	Held90       bool
	Half, Nine   []locator.Strip // the regions of 50 % and 90 %
	Zone         floor.ZoneID    // the likeliest; "" for none
	TrueZone     floor.ZoneID    // where it was; "" for none, or a private one
	AccessPoints int             // that heard it in this moment
}

// Play plays the test walk of a recorded folder through the locator with a map, as
// a box does it, second by second.
func Play(dir string, plan *floor.Plan, m *locator.Map, o locator.Options) ([]Frame, error) {
	s, err := load(dir)
	if err != nil {
		return nil, err
	}
	scans := s.scans[recording.TestTrack]
	if len(scans) == 0 {
		return nil, fmt.Errorf("%w: no test walk", ErrNoRows)
	}
	if o.Margin == 0 {
		o.Margin = margin
	}
	l, err := locator.New(plan, m, o)
	if err != nil {
		return nil, err
	}
	r := &runner{l: l, clock: time.Unix(1_700_000_000, 0)}
	r.keep = func(p floor.Position) { r.last, r.fixed = p, true }
	var out []Frame
	for i := range scans {
		c := &scans[i]
		if i == 0 || c.point != scans[i-1].point {
			r.begin()
		}
		r.feed(c, &floor.Report{})
		e, share, _ := r.judge(plan, c)
		out = append(out, Frame{T: c.end, Level: c.level, Truth: c.at, Guess: r.last.Point, GuessLevel: r.last.Level, Error: e,
			Unknown: !r.fixed || r.last.Unknown, Held50: share < 0.5, Held90: share < 0.9, Half: r.l.Region(r.phone, 0.5), Nine: r.l.Region(r.phone, 0.9),
			Zone: likeliest(r.last), TrueZone: zoneAt(plan, c.level, c.at), AccessPoints: len(c.means())})
	}
	return out, nil
}
