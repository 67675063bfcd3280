package begin

import (
	"net"
	"time"
)

// kept is a listener that stays open when whoever serves it stops: connections
// wait in it for the next.
type kept struct{ net.Listener }

type deadline interface{ SetDeadline(time.Time) error }

// Close ends a waiting Accept and nothing else.
func (k *kept) Close() error {
	if d, ok := k.Listener.(deadline); ok {
		return d.SetDeadline(time.Unix(1, 0))
	}
	return k.Listener.Close()
}

// handOn returns how the box goes on to listen: with this listener where it is
// the one wanted, else with another, for which this one makes room.
func (k *kept) handOn(name, address string, listen func(name, address string) (net.Listener, error)) func(name, address string) (net.Listener, error) {
	first := k.Listener
	return func(n, a string) (net.Listener, error) {
		l := first
		if n != name || l == nil {
			return listen(n, a)
		}
		first = nil
		if d, ok := l.(deadline); ok && a == address {
			return l, d.SetDeadline(time.Time{})
		}
		if err := l.Close(); err != nil {
			return nil, err
		}
		return listen(n, a)
	}
}
