package radio

import (
	"slices"
	"strings"
	"time"

	"foyer/floor"
	"foyer/radio/report"
)

const (
	maxStrange   = 8  // names kept of one delivery
	maxStrangers = 64 // names kept at all: sensors make up as many as they like
	maxAPName    = 64 // bytes; the longest known is an address and an interface
)

// UnknownAP is an access point that sensors report for and the plan does not
// have, by the name its sensor gives it. It is a device of the store's, whose
// name belongs into the plan, never a client.
type UnknownAP struct {
	Name   string
	Sensor string // the first that named it
	First  time.Time
	Last   time.Time // store time
}

// strangers are the unknown access points, as many as are kept.
type strangers struct {
	of map[string]*UnknownAP
}

// stranger counts a report by an access point that the plan does not have, and
// keeps its name if it can be nobody's phone: what a phone heard may be
// another phone that shares its line.
func (d *delivery) stranger(r *report.Report) {
	d.unknownAP++
	if len(d.strange) >= maxStrange || r.Kind == floor.Downlink || slices.Contains(d.strange, r.AP) || !nameable(r) {
		return
	}
	d.strange = append(d.strange, strings.Clone(r.AP))
}

func nameable(r *report.Report) bool {
	if r.AP == "" || len(r.AP) > maxAPName || strings.ContainsFunc(r.AP, func(c rune) bool { return c < ' ' || c > '~' || c == '"' || c == '\\' }) {
		return false
	}
	// A name that has the client in it, such as a topic's that names no node,
	// is the client's.
	bare := strings.NewReplacer(":", "", "-", "", ".", "")
	return !strings.Contains(bare.Replace(strings.ToLower(r.AP)), bare.Replace(string(report.AppendAddr(nil, r.Client))))
}

// note keeps the names of a delivery. The intake's lock is held.
func (s *strangers) note(d *delivery) {
	for _, name := range d.strange {
		u := s.of[name]
		if u == nil {
			if len(s.of) >= maxStrangers {
				continue
			}
			if s.of == nil {
				s.of = map[string]*UnknownAP{}
			}
			u = &UnknownAP{Name: name, Sensor: d.sensor.stats.ID, First: d.rx}
			s.of[name] = u
		}
		u.Last = d.rx
	}
}

// UnknownAPs returns the access points that the plan does not have, by name,
// at most 64. One that it has by now is not among them, nor one that has been
// silent for an hour.
func (in *Intake) UnknownAPs() []UnknownAP {
	now := in.guests.now()
	in.mu.Lock()
	defer in.mu.Unlock()
	var out []UnknownAP
	for name, u := range in.strangers.of {
		if _, known := in.aps.Resolve(name); known || now.Sub(u.Last) > time.Hour {
			delete(in.strangers.of, name)
			continue
		}
		out = append(out, *u)
	}
	slices.SortFunc(out, func(a, b UnknownAP) int { return strings.Compare(a.Name, b.Name) })
	return out
}
