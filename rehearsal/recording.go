package rehearsal

import (
	"errors"
	"fmt"
	"math"
	"time"

	"foyer/floor"
	"foyer/floor/recording"
)

// RecordOptions say what a recording of the made-up store holds. A zero value
// means the default in brackets.
type RecordOptions struct {
	At         time.Time     // when the survey is made (2026-11-23 10:00 UTC)
	Grid       float64       // metres between surveyed points (2)
	Scans      int           // scans at each point, turning round (4)
	Static     int           // test places (60)
	Tracks     int           // test walks (3)
	TrackTime  time.Duration // inside the store, about, for each (3 min)
	SurveyOnly bool          // no test splits
	Links      bool          // also what access points hear of one another
}

func (o RecordOptions) withDefaults() RecordOptions {
	if o.At.IsZero() {
		o.At = time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)
	}
	if o.Grid <= 0 {
		o.Grid = 2
	}
	if o.Scans <= 0 {
		o.Scans = 4
	}
	if o.Static <= 0 {
		o.Static = 60
	}
	if o.Tracks <= 0 {
		o.Tracks = 3
	}
	if o.TrackTime <= 0 {
		o.TrackTime = 3 * time.Minute
	}
	return o
}

// The numbers of the phones that make recordings, beyond every customer's.
const (
	surveyPhone = 60000
	staticPhone = 60001
	trackPhone  = 60002
)

// recorder turns what phones are heard into rows.
type recorder struct {
	world *World
	ways  *Ways
	o     RecordOptions
	rows  []recording.Row
}

// Rows returns what a technician would record in this air with a phone in her
// hand: a survey on a grid (train) and, unless SurveyOnly, standing still
// (test_static) and walking (test_track), each with a phone of its own and on
// another day than the survey. Only places that can be walked to occur.
func (w *World) Rows(ways *Ways, o RecordOptions) ([]recording.Row, error) {
	r := &recorder{world: w, ways: ways, o: o.withDefaults()}
	r.survey()
	if o.SurveyOnly {
		return r.rows, nil
	}
	r.static()
	if err := r.tracks(); err != nil {
		return nil, err
	}
	return r.rows, nil
}

// Record writes Rows as a recorded folder, with the access points and the
// plan.
func (w *World) Record(dir string, plan *floor.Plan, ways *Ways, o RecordOptions) error {
	rows, err := w.Rows(ways, o)
	if err != nil {
		return fmt.Errorf("record %s: %w", dir, err)
	}
	var aps []recording.AP
	for i, a := range w.level.AccessPoints {
		aps = append(aps, recording.AP{ID: a.ID, At: a.At, Placed: true, Height: a.Height, HasHeight: true,
			Level: w.level.ID, Freq: channel(i)})
	}
	out, err := recording.Create(dir, aps, plan)
	if err != nil {
		return fmt.Errorf("record %s: %w", dir, err)
	}
	for _, row := range rows {
		if err := out.Write(row); err != nil {
			return errors.Join(fmt.Errorf("record %s: %w", dir, err), out.Abort())
		}
	}
	if err := out.Close(); err != nil || !o.Links {
		return err
	}
	return recording.SaveLinks(dir, w.Links(o.withDefaults().At))
}

// survey stands at every point of the grid and turns round.
func (r *recorder) survey() {
	p := r.world.NewPhone(nil, PhoneOptions{Number: surveyPhone})
	lo, hi := r.world.level.Outline.Bounds()
	at := r.o.At
	for y := float64(lo.Y) + r.o.Grid/2; y < float64(hi.Y); y += r.o.Grid {
		for x := float64(lo.X) + r.o.Grid/2; x < float64(hi.X); x += r.o.Grid {
			node, ok := r.ways.nearestNode(floor.Point{X: floor.Metre(x), Y: floor.Metre(y)}, r.o.Grid/2)
			if !ok {
				continue
			}
			here := r.ways.place(node)
			point := fmt.Sprintf("s_%.1f_%.1f", here.X, here.Y)
			begun := at
			for i := range r.o.Scans {
				turn := 2 * math.Pi * float64(i) / float64(r.o.Scans)
				scan := fmt.Sprintf("%s_%d", point, i)
				r.scan(p, recording.Train, scan, point, begun, at, Spot{Point: here, Heading: turn, Inside: true})
				at = at.Add(2 * time.Second)
			}
			at = at.Add(4 * time.Second) // to the next point
		}
	}
}

// static stands at places that no grid chose, once each, a day later.
func (r *recorder) static() {
	p := r.world.NewPhone(nil, PhoneOptions{Number: staticPhone})
	chance := draw(r.world.seed, "static")
	var nodes []int32
	for _, z := range r.world.level.Zones {
		nodes = append(nodes, r.ways.zones[z.ID]...)
	}
	for i := range r.o.Static {
		at := r.o.At.Add(24*time.Hour + time.Duration(i)*time.Minute)
		point := fmt.Sprintf("t_%03d", i)
		s := Spot{Point: r.ways.place(pick(chance, nodes)), Heading: between(chance, -math.Pi, math.Pi), Inside: true}
		r.scan(p, recording.TestStatic, point, point, at, at, s)
		r.scan(p, recording.TestStatic, point, point, at, at.Add(everySecond), s)
	}
}

// tracks walks, a scan a second, a day and a half later. A track holds what
// lies inside the outline.
func (r *recorder) tracks() error {
	for i := range r.o.Tracks {
		starts := r.o.At.Add(30*time.Hour + time.Duration(i)*time.Hour)
		walk, err := r.ways.Walk(Outing{Starts: starts, Stay: r.o.TrackTime}, r.world.seed+uint64(i))
		if err != nil {
			return err
		}
		p := r.world.NewPhone(walk, PhoneOptions{Number: trackPhone + i})
		point := fmt.Sprintf("walk_%d", i+1)
		n := 0
		var begun time.Time
		for at := starts; at.Before(walk.Ends()); at = at.Add(everySecond) {
			s, here := walk.At(at)
			if !here || !s.Inside {
				continue
			}
			if begun.IsZero() {
				begun = at
			}
			r.scan(p, recording.TestTrack, fmt.Sprintf("%s_%03d", point, n), point, begun, at, s)
			n++
		}
	}
	return nil
}

// scan adds the rows of one moment.
func (r *recorder) scan(p *Phone, split recording.Split, scan, point string, begun, at time.Time, s Spot) {
	p.hear(at, s, func(ap int, rssi floor.DBm) {
		r.rows = append(r.rows, recording.Row{
			Split: split, Scan: scan, Point: point, Device: fmt.Sprintf("phone%d", p.opts.Number-surveyPhone+1),
			T: at.Sub(begun).Seconds(), Timed: true,
			At:    floor.Point{X: round(s.Point.X), Y: round(s.Point.Y)},
			Level: r.world.level.ID, AP: r.world.level.AccessPoints[ap].ID, RSSI: rssi,
		})
	})
}

// round keeps a truth to the millimetre.
func round(m floor.Metre) floor.Metre {
	return floor.Metre(math.Round(float64(m)*1000) / 1000)
}
