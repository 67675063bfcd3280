package box

import (
	"maps"
	"slices"
	"time"

	"foyer/floor"
)

// SensorStatus is what one sensor or source has delivered.
type SensorStatus struct {
	ID        string    `json:"id"`
	Last      time.Time `json:"last"`
	Reports   uint64    `json:"reports"`
	Malformed uint64    `json:"malformed"`
	UnknownAP uint64    `json:"unknown_ap"`
	Throttled uint64    `json:"throttled"` // deliveries over its budget
	Refused   uint64    `json:"refused"`   // deliveries of which nothing was taken
	Hints     uint64    `json:"hints"`     // positions that its vendor computed
	PerMinute float64   `json:"per_minute"`
	Clock     *float64  `json:"clock"` // seconds that its clock is ahead; nil if it has none
	Fails     string    `json:"fails,omitempty"`
}

// APStatus is what is known of an access point of the plan.
type APStatus struct {
	ID    floor.APID `json:"id"`
	Last  time.Time  `json:"last"`  // zero: never heard of
	Clock float64    `json:"clock"` // seconds that its clock is ahead, 0 if it has none
}

// UnknownAP is an access point that reports and is not on the plan. Its name is
// the store's configuration, and nobody's phone.
type UnknownAP struct {
	Name   string    `json:"name"`
	Sensor string    `json:"sensor"`
	First  time.Time `json:"first"`
	Last   time.Time `json:"last"`
}

// sensorStatus fills in what there is to say of sensors and access points.
func (b *store) sensorStatus(s *Status) {
	for _, x := range b.intake.Sensors() {
		one := SensorStatus{ID: x.ID, Last: x.Last, Reports: x.Reports, Malformed: x.Malformed, UnknownAP: x.UnknownAP,
			Throttled: x.Throttled, Refused: x.Refused, Hints: x.Hints, PerMinute: x.PerMinute, Fails: b.sourceFails(x.ID)}
		if x.Clock {
			ahead := x.Offset.Seconds()
			one.Clock = &ahead
		}
		s.Sensors = append(s.Sensors, one)
	}
	s.Sensors = append(s.Sensors, b.unmade(s.Sensors)...)
	clocks, heard := map[floor.APID]time.Duration{}, map[floor.APID]time.Time{}
	for _, ap := range b.intake.AccessPoints() {
		clocks[ap.AP], heard[ap.AP] = ap.Offset, ap.Last
	}
	for _, l := range b.plan.Load().Levels {
		for _, ap := range l.AccessPoints {
			s.AccessPoints = append(s.AccessPoints, APStatus{ap.ID, heard[ap.ID], clocks[ap.ID].Seconds()})
		}
	}
	for _, u := range b.intake.UnknownAPs() {
		s.UnknownAPs = append(s.UnknownAPs, UnknownAP{u.Name, u.Sensor, u.First, u.Last})
	}
}

// unmade returns the sources that could not even be made, with the reason.
func (b *store) unmade(made []SensorStatus) (out []SensorStatus) {
	b.sources.mu.Lock()
	defer b.sources.mu.Unlock()
	for _, id := range slices.Sorted(maps.Keys(b.sources.fails)) {
		if !slices.ContainsFunc(made, func(x SensorStatus) bool { return x.ID == id }) {
			out = append(out, SensorStatus{ID: id, Fails: b.sources.fails[id]})
		}
	}
	return out
}
