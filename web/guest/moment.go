package guest

import (
	"net/http"
	"time"

	"foyer/concierge"
	"foyer/floor"
)

// A moment is what a page begins with: how it is with whoever asks, and the
// language in which she is told so.
type moment struct {
	concierge.Here
	who  floor.Customer // not valid: nobody is signed in
	now  time.Time      // of the store
	l    speech
	want []string // all her languages: see Face.spoken
}

// also is what else a page shows, read in the same turn of the desk.
type also func(d *concierge.Desk, m moment) error

// moment asks the desk for the page of whoever asks, once for all that is on it:
// her languages are in what is read of her anyway, and that is opened once.
func (f *Face) moment(r *http.Request, also ...also) (moment, error) {
	var m moment
	c, ok := f.who(r)
	err := f.do(r, func(d *concierge.Desk, t time.Time) error {
		m.now = t.In(f.TimeZone)
		if ok {
			defer d.Hold(c)()
		}
		if m.Here = d.Stranger(m.now); ok {
			m.who, m.Here = c, d.Here(c, m.now)
		}
		m.l, m.want = f.speaking(r, m.Languages)
		for _, read := range also {
			if err := read(d, m); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return moment{}, err // the desk may still be at it, if she has gone
	}
	return m, nil
}
