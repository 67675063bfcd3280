package line

import "sync"

// An inboxQueue holds what arrives until it is read. It grows as it must, for a
// broker that kept much hands it over before anybody reads, and some do not keep
// to their own window: Mosquitto 2.0.11 adds a window at each connection to what
// was not acknowledged on the one before. A broker can have no more than inbox
// messages on their way, for it has no more numbers.
type inboxQueue struct {
	mu   sync.Mutex
	list []Delivery
	more chan struct{}
}

// put adds a delivery and reports whether there was room.
func (q *inboxQueue) put(d Delivery) bool {
	q.mu.Lock()
	ok := len(q.list) < inbox
	if ok {
		q.list = append(q.list, d)
	}
	q.mu.Unlock()
	select {
	case q.more <- struct{}{}:
	default:
	}
	return ok
}

// take removes and returns all there is.
func (q *inboxQueue) take() []Delivery {
	q.mu.Lock()
	defer q.mu.Unlock()
	all := q.list
	q.list = nil
	return all
}

// deliver hands what arrives to who reads, until the session ends.
func (s *Session) deliver() {
	for {
		select {
		case <-s.ctx.Done():
			return
		case <-s.queue.more:
		}
		for _, d := range s.queue.take() {
			select {
			case s.in <- d:
			case <-s.ctx.Done():
				return
			}
		}
	}
}
