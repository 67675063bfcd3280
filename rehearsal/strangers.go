package rehearsal

import (
	"fmt"
	"time"
)

// StrangerOptions say who else is about.
type StrangerOptions struct {
	First     int           // number of the first one's phone; see PhoneOptions
	N         int           // how many
	From      time.Time     // the first ones come
	Over      time.Duration // and the last ones, later by this
	Malformed float64       // as in PhoneOptions
}

// Strangers returns the phones of people who never opted in: those who pass
// outside, stop at the door, or shop; most are on no Wi-Fi and probe, some are
// on the store's.
func (w *World) Strangers(ways *Ways, o StrangerOptions) ([]*Phone, error) {
	r := draw(w.seed+uint64(o.First), "strangers")
	var out []*Phone
	for i := range o.N {
		errand := Shop
		switch u := r.Float64(); {
		case u < 0.4:
			errand = PassBy
		case u < 0.55:
			errand = AtDoor
		}
		outing := Outing{Errand: errand, Starts: o.From.Add(time.Duration(r.Float64() * float64(o.Over)))}
		walk, err := ways.Walk(outing, r.Uint64())
		if err != nil {
			return nil, fmt.Errorf("stranger %d: %w", i, err)
		}
		probing := errand != Shop || r.Float64() < 0.6
		out = append(out, w.NewPhone(walk, PhoneOptions{Number: o.First + i, Probing: probing, Malformed: o.Malformed}))
	}
	return out, nil
}
