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
