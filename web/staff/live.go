package staff

import (
	"context"
	"errors"
	"net/http"
	"time"

	"foyer/concierge"
	"foyer/floor"
	"foyer/web/gate"
	"foyer/web/stream"
)

// turn is that a stream to an associate opened or closed, for the desk.
type turn struct {
	who     floor.AssociateID
	open    bool
	reached time.Time     // of one that closed: its last write
	told    chan struct{} // closed when the desk knows
}

// Run tells the desk of streams that open and close, until ctx is done. None
// is given up however busy the desk is: one that is counted for ever has its
// associate asked for ever.
func (f *Face) Run(ctx context.Context) error {
	defer close(f.ended)
	for {
		select {
		case <-ctx.Done():
			return nil
		case t := <-f.turns:
			err := f.Loop.Do(ctx, t.tell)
			if err != nil {
				return nil // Do gives up only when ctx is done
			}
			close(t.told)
		}
	}
}

func (t turn) tell(d *concierge.Desk, now time.Time) {
	if t.open {
		d.Live(t.who, true, now)
	} else {
		d.Live(t.who, false, t.reached)
	}
}

// live has the desk told, and waits until it is or the box stops.
func (f *Face) live(a floor.AssociateID, open bool, reached time.Time) {
	t := turn{a, open, reached, make(chan struct{})}
	select {
	case f.turns <- t:
	case <-f.ended:
		return
	}
	select {
	case <-t.told:
	case <-f.ended:
	}
}

// serveStream is an associate's live stream. While it is open, and for a while
// after its page last answered, she can be asked.
func (f *Face) serveStream(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	t, err := f.today(r, a)
	if err != nil {
		f.answer(w, r, err)
		return
	}
	to := []stream.Audience{Audience(a)}
	if t.Role == floor.RoleManager {
		to = append(to, Managers)
	}
	opened := false
	s, reached, end := f.beats(r, a, stream.Stream{To: to, Still: func() bool { b, ok := f.who(r); return ok && a == b }})
	defer end()
	s.Opened = func() { opened = true; f.live(a, true, reached()) }
	err = f.Hub.Serve(w, r, s)
	if opened {
		f.live(a, false, reached())
	}
	if errors.Is(err, stream.ErrFull) {
		gate.TooMany(w, stream.Beat, "Too many pages are open at once.")
	}
}
