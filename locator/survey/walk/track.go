package walk

import (
	"errors"
	"fmt"
	"math"
	"sync"
	"time"

	"foyer/floor"
	"foyer/floor/recording"
)

// Device is what recordings of this package say of the device: it is the store's
// own, and nothing else is ever recorded.
const Device = "survey"

// MostTrack is how long a test walk may last.
const MostTrack = 10 * time.Minute

// ErrTrack means that a test walk is too short to tell anything.
var ErrTrack = errors.New("too short: tap where you are at two places at least, and walk for some seconds")

// fewTrack is how many seconds of a test walk must have been heard.
const fewTrack = 6

// A Track is a test walk under way: somebody walks with the device and says from
// time to time where she is; in between she walks straight and evenly. Its methods
// may be called from any goroutine.
type Track struct {
	plan *floor.Plan

	mu    sync.Mutex
	marks []mark
	heard []reading
}

type mark struct {
	level floor.LevelID
	at    floor.Point
	t     time.Time
}

type reading struct {
	ap   floor.APID
	rssi floor.DBm
	t    time.Time
}

// NewTrack begins a test walk on a plan.
func NewTrack(plan *floor.Plan) *Track { return &Track{plan: plan} }

// Tap says where she is now.
func (k *Track) Tap(level floor.LevelID, at floor.Point, now time.Time) error {
	if err := (&Walk{plan: k.plan}).place(level, at); err != nil {
		return err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if n := len(k.marks); n > 0 && (k.marks[n-1].level != level || !now.After(k.marks[n-1].t)) {
		if k.marks[n-1].level != level {
			return fmt.Errorf("%w: a test walk stays on one floor", ErrPlace)
		}
		return nil // a double tap
	}
	k.marks = append(k.marks, mark{level, at, now})
	return nil
}

// Hear takes one reading of the device, heard at t by the store's clock.
func (k *Track) Hear(ap floor.APID, rssi floor.DBm, t time.Time) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if n := len(k.marks); n > 0 && t.Sub(k.marks[0].t) <= MostTrack {
		k.heard = append(k.heard, reading{ap, rssi, t})
	}
}

// Taps returns where she said she was, in order.
func (k *Track) Taps() (out []Spot) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, m := range k.marks {
		out = append(out, Spot{Level: m.level, At: m.at})
	}
	return out
}

// at returns where she was at a time, false before the first and after the last
// tap.
func (k *Track) at(t time.Time) (floor.Point, bool) {
	for i := 1; i < len(k.marks); i++ {
		a, b := k.marks[i-1], k.marks[i]
		if t.Before(a.t) || t.After(b.t) {
			continue
		}
		f := floor.Metre(t.Sub(a.t).Seconds() / b.t.Sub(a.t).Seconds())
		return floor.Point{X: a.at.X + f*(b.at.X-a.at.X), Y: a.at.Y + f*(b.at.Y-a.at.Y)}, true
	}
	return floor.Point{}, false
}

// Save writes the test walk into a folder, as a recording with one scan for each
// second. Only what was heard between the first and the last tap is in it.
func (k *Track) Save(dir string) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	rows := k.rows()
	seconds := map[string]bool{}
	for _, r := range rows {
		seconds[r.Scan] = true
	}
	if len(seconds) < fewTrack {
		return fmt.Errorf("the test walk is %w", ErrTrack)
	}
	out, err := recording.Create(dir, placed(k.plan), k.plan)
	if err != nil {
		return fmt.Errorf("keep the test walk: %w", err)
	}
	for _, r := range rows {
		if err := out.Write(r); err != nil {
			return errors.Join(fmt.Errorf("keep the test walk: %w", err), out.Abort())
		}
	}
	if err := out.Close(); err != nil {
		return fmt.Errorf("keep the test walk: %w", err)
	}
	return nil
}

func (k *Track) rows() (rows []recording.Row) {
	if len(k.marks) < 2 {
		return nil
	}
	began := k.marks[0].t
	for _, h := range k.heard {
		since := h.t.Sub(began)
		mid, ok := k.at(began.Add(since/span*span + span/2))
		if _, in := k.at(h.t); !ok || !in {
			continue
		}
		rows = append(rows, recording.Row{Split: recording.TestTrack, Scan: fmt.Sprintf("t_%03d", since/span), Point: "t", Device: Device, Timed: true,
			T: math.Round(since.Seconds()*1000) / 1000, At: mid, Level: k.marks[0].level, AP: h.ap, RSSI: h.rssi})
	}
	return rows
}

// placed are the access points of a plan, for a recording.
func placed(plan *floor.Plan) (aps []recording.AP) {
	for _, l := range plan.Levels {
		for _, a := range l.AccessPoints {
			aps = append(aps, recording.AP{ID: a.ID, At: a.At, Placed: true, Height: a.Height, HasHeight: true, Level: l.ID})
		}
	}
	return aps
}
