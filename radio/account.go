package radio

import (
	"errors"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"

	"foyer/floor"
)

// SensorStats is what one sensor or source has delivered.
type SensorStats struct {
	ID         string
	Last       time.Time // of its last delivery, store time; zero if it never came
	Deliveries uint64
	Reports    uint64 // well-formed ones
	Malformed  uint64
	UnknownAP  uint64 // reports by access points that the plan does not have
	Throttled  uint64 // deliveries cut short because it was over its budget
	Refused    uint64 // deliveries of which nothing was taken: not of their format, from elsewhere, or without the right secret
	Hints      uint64 // positions that its vendor computed

	PerMinute float64       // reports in the last minute, about
	Clock     bool          // whether it told its clock, so that Offset is known
	Offset    time.Duration // how far its clock is ahead of the box's
}

// APStats is what is known of an access point that was heard of.
type APStats struct {
	AP     floor.APID
	Last   time.Time     // when it was last part of a delivery, store time
	Offset time.Duration // how far its clock is ahead of the box's, 0 if it has none
}

// sensor is one credential's account.
type sensor struct {
	stats  SensorStats
	of     *sensor // whose figures it counts towards, too; nil if nobody's
	budget *rate.Limiter
	open   int // deliveries at this moment
	minute meter
	clock  clockOffset
}

// expect opens the account of a sensor, which may be silent so far.
func (in *Intake) expect(id string) *sensor { return in.expectOf(id, nil) }

// expectOf opens an account whose figures count towards another's, too. Its
// budget is its own.
func (in *Intake) expectOf(id string, of *sensor) *sensor {
	in.mu.Lock()
	defer in.mu.Unlock()
	s := in.sensors[id]
	if s == nil {
		s = &sensor{stats: SensorStats{ID: id}, of: of, budget: rate.NewLimiter(in.rate, in.burst)}
		in.sensors[id] = s
	}
	return s
}

// count enters a delivery. The intake's lock is held.
func (s *sensor) count(d *delivery) {
	if errors.Is(d.err, errBudget) {
		s.stats.Throttled++
	}
	if d.refused() {
		s.stats.Refused++
		return
	}
	s.stats.Last = d.rx
	s.stats.Deliveries++
	s.stats.Reports += uint64(d.accepted)
	s.stats.Malformed += uint64(d.malformed)
	s.stats.UnknownAP += uint64(d.unknownAP)
	s.stats.Hints += uint64(d.hints)
	s.minute.add(float64(d.accepted), d.rx)
	var newest time.Time
	if d.clock.Equal(d.sent) { // canonical reports: their times are the sender's
		for _, at := range d.heard {
			if at.After(newest) {
				newest = at
			}
		}
	}
	s.clock.observe(newest, d.clock, d.rx)
}

// turnAway counts something of s that was not even looked at.
func (in *Intake) turnAway(s *sensor, why *atomic.Uint64) {
	why.Add(1)
	in.mu.Lock()
	defer in.mu.Unlock()
	if why == &in.guests.n.throttled {
		s.stats.Throttled++
	} else {
		s.stats.Refused++
	}
}

// Sensors returns the account of every sensor that a source knows, by name.
func (in *Intake) Sensors() []SensorStats {
	now := in.guests.now()
	in.mu.Lock()
	defer in.mu.Unlock()
	out := make([]SensorStats, 0, len(in.sensors))
	for _, s := range in.sensors {
		x := s.stats
		x.PerMinute = s.minute.per(now)
		x.Offset, x.Clock = s.clock.ahead()
		out = append(out, x)
	}
	slices.SortFunc(out, func(a, b SensorStats) int { return strings.Compare(a.ID, b.ID) })
	return out
}

// AccessPoints returns what is known of each access point that was heard of,
// by name.
func (in *Intake) AccessPoints() []APStats {
	in.mu.Lock()
	defer in.mu.Unlock()
	out := make([]APStats, 0, len(in.aliveAt))
	for ap, h := range in.aliveAt {
		x := APStats{AP: ap, Last: h.last}
		x.Offset, _ = h.clock.ahead()
		out = append(out, x)
	}
	slices.SortFunc(out, func(a, b APStats) int { return strings.Compare(string(a.AP), string(b.AP)) })
	return out
}

// A meter counts what happened in about the last minute.
type meter struct {
	cur, old float64
	turned   time.Time
}

// add counts n at a time.
func (m *meter) add(n float64, at time.Time) {
	switch age := at.Sub(m.turned); {
	case age >= 2*time.Minute || age < -time.Minute: // deliveries overtake one another a little
		m.cur, m.old, m.turned = 0, 0, at
	case age >= time.Minute:
		m.cur, m.old, m.turned = 0, m.cur, m.turned.Add(time.Minute)
	}
	m.cur += n
}

// per returns how many there were in the minute before now.
func (m meter) per(now time.Time) float64 {
	m.add(0, now)
	return m.cur + m.old*(1-max(0, now.Sub(m.turned).Minutes()))
}
