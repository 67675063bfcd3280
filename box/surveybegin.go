package box

import (
	"context"
	"errors"
	"net/netip"

	"foyer/radio"
)

// Begin lets out what is heard of the device at peer, until End. While the network
// is asked which device that is, the walk can be looked at and ended.
func (s *surveying) Begin(ctx context.Context, peer netip.Addr) error {
	long, stop := context.WithCancel(s.ctx)
	turn, err := s.find(stop)
	if err != nil {
		stop()
		return err
	}
	begun, ended := make(chan struct{}), make(chan error, 1)
	go func() {
		ended <- s.b.guests.SurveyAt(long, peer, func() {
			if s.found(turn, stop) {
				close(begun)
			}
		}, s.hear())
		s.end(turn) // its time is over, or the box stops
	}()
	select {
	case <-begun:
		return nil
	case err = <-ended:
	case <-ctx.Done():
		err = ctx.Err()
	}
	s.end(turn)
	if err == nil {
		err = errEnded
	}
	return err
}

// errEnded means that somebody ended a walk while its device was looked for.
var errEnded = errors.New("the walk was ended before the device was found")

// find begins a turn: the device is looked for, until stop is called or it is found.
func (s *surveying) find(stop context.CancelFunc) (turn int, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, err := s.open(); err != nil {
		return 0, err
	}
	if s.stop != nil || s.finding != nil {
		return 0, radio.ErrSurveyed
	}
	s.turn++
	s.finding, s.heard = stop, 0
	return s.turn, nil
}

// found has the device of a turn be let out, unless the turn was ended meanwhile.
func (s *surveying) found(turn int, stop context.CancelFunc) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.turn != turn || s.finding == nil {
		stop()
		return false
	}
	s.stop, s.finding = stop, nil
	return true
}
