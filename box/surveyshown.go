package box

import (
	"errors"

	"foyer/locator/survey"
	"foyer/locator/survey/walk"
	"foyer/web/setup"
)

// Walk returns how the survey stands.
func (s *surveying) Walk() setup.Walk {
	s.mu.Lock()
	defer s.mu.Unlock()
	w, err := s.open()
	if errors.Is(err, errNoWalk) {
		return setup.Walk{}
	}
	if err != nil {
		return setup.Walk{Failed: err.Error()}
	}
	st := w.State(s.b.in.Now())
	out := setup.Walk{Running: s.stop != nil, Heard: s.heard, Left: st.Left, Working: s.work, Done: s.done, Total: s.of, Failed: s.failed, InUse: s.inUse}
	for _, x := range st.Stands {
		out.Places = append(out.Places, setup.Place{Point: x.Point, Level: x.Level, At: x.At, Scans: x.Scans, APs: x.APs, Few: x.Few()})
	}
	if x := st.Now; x != nil {
		out.Here = &setup.Place{Point: x.Point, Level: x.Level, At: x.At, Scans: x.Scans, APs: x.APs, Few: x.Few()}
	}
	if s.track != nil {
		out.Testing = true
		for _, x := range s.track.Taps() {
			out.Taps = append(out.Taps, setup.Spot{Level: x.Level, At: x.At})
		}
	}
	s.shown(&out, st.Stands)
	out.Earlier = s.b.walkedMap() != "" && !s.inUse
	return out
}

// shown adds what was worked out.
func (s *surveying) shown(out *setup.Walk, stands []walk.Stand) {
	var cells []survey.ForecastCell
	if s.forecast != nil {
		cells, out.Side = s.forecast.Cells, s.forecast.Side
		for _, c := range cells {
			out.Forecast = append(out.Forecast, setup.Cell{Level: c.Level, At: c.At, Error: c.Error})
		}
	}
	for _, x := range walk.Next(s.plan, stands, cells) {
		out.Next = append(out.Next, setup.Spot{Level: x.Level, At: x.At, Where: x.Where})
	}
	if s.out != nil {
		for _, m := range s.out.Misses {
			out.Misses = append(out.Misses, setup.Miss{Point: m.Point, Level: m.Level, At: m.At, Error: m.Error, Zone: m.Zone, Right: m.Right, Half: m.Half, Nine: m.Nine, Fixes: m.Fixes})
		}
	}
}
