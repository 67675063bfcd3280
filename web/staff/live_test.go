package staff

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"foyer/concierge"
	"foyer/floor"
)

// busy is a loop that takes nothing until it is free.
type busy struct{ free chan struct{} }

func (b busy) Do(ctx context.Context, _ func(d *concierge.Desk, now time.Time)) error {
	select {
	case <-b.free:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// However long the desk is busy, it hears of a stream that closed; only the
// box's own end lets it go.
func TestAClosedStreamIsNeverForgotten(t *testing.T) {
	for name, stops := range map[string]bool{"the desk is free again": false, "the box stops": true} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				loop := busy{make(chan struct{})}
				f := &Face{Options: Options{Loop: loop}, turns: make(chan turn), ended: make(chan struct{})}
				ctx, stop := context.WithCancel(t.Context())
				defer stop()
				go func() { _ = f.Run(ctx) }()
				told := make(chan struct{})
				go func() { f.live(floor.AssociateID{}, false, time.Now()); close(told) }()
				time.Sleep(time.Hour)
				select {
				case <-told:
					t.Error("it was given up")
				default:
				}
				if stops {
					stop()
				} else {
					close(loop.free)
				}
				<-told
			})
		})
	}
}

// A page that opens its stream anew before the old one has ended is still known to
// answer; one that is gone is not, whatever it says.
func TestAPageThatComesBackAnswersStill(t *testing.T) {
	var p pulses
	at := func(s int) pulse { return pulse{wall: time.Unix(int64(s), 0)} }
	p.begin("ana 1", at(1))
	p.begin("ana 1", at(2))
	p.end("ana 1")
	if p.answer("ana 1", at(3)); p.last("ana 1") != at(3) {
		t.Errorf("it is forgotten: %v", p.last("ana 1"))
	}
	p.end("ana 1")
	if p.answer("ana 1", at(4)); p.last("ana 1") != (pulse{}) || len(p.of)+len(p.open) != 0 {
		t.Errorf("it is remembered: %v", p.last("ana 1"))
	}
}
