package line

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	mqtt "github.com/eclipse/paho.mqtt.golang"
)

// A Delivery is one message received. Ack tells the broker that it need not be
// sent again; call it once the message is on the disk.
type Delivery struct {
	Topic    string
	Payload  []byte
	Retained bool
	Ack      func()
}

// A Session is one connection while it lasts.
type Session struct {
	client   mqtt.Client
	queue    inboxQueue
	in       chan Delivery
	requests chan request
	slots    chan struct{}
	waiting  sync.WaitGroup
	taken    atomic.Pointer[time.Time] // when the broker last took a message
	useful   atomic.Bool               // something was taken that the broker had not kept
	ctx      context.Context
	cancel   context.CancelCauseFunc
}

// In is what arrives, in the broker's order.
func (s *Session) In() <-chan Delivery { return s.in }

func (s *Session) receive(_ mqtt.Client, m mqtt.Message) {
	ack := func() {
		if !m.Retained() {
			s.useful.Store(true)
		}
		m.Ack()
	}
	if !s.queue.put(Delivery{Topic: m.Topic(), Payload: m.Payload(), Retained: m.Retained(), Ack: ack}) {
		s.cancel(errInbox)
	}
}

type request struct {
	topic    string
	retained bool
	payload  []byte
	token    chan mqtt.Token // with room for one
}

// hand gives messages to the client in their order. It has a goroutine of its
// own because the client holds its caller up for the whole write timeout if
// the connection dies at that moment; then only this goroutine lingers.
func (s *Session) hand() {
	for {
		select {
		case <-s.ctx.Done():
			return
		case r := <-s.requests:
			r.token <- s.client.Publish(r.topic, 1, r.retained, r.payload)
		}
	}
}

// Publish hands a message to the broker at QoS 1 and returns when the window
// has room for the next. That the broker took it is no proof that anybody has
// it. That none is taken for too long ends the session.
func (s *Session) Publish(topic string, retained bool, payload []byte) error {
	return s.PublishThen(topic, retained, payload, func() {})
}

// PublishThen is Publish, and taken is called when the broker has taken it. That
// is for tests of how little it says.
func (s *Session) PublishThen(topic string, retained bool, payload []byte, taken func()) error {
	select {
	case s.slots <- struct{}{}:
	case <-s.ctx.Done():
		return context.Cause(s.ctx)
	}
	r := request{topic, retained, payload, make(chan mqtt.Token, 1)}
	token, err := s.submit(r)
	if err != nil {
		<-s.slots
		return err
	}
	s.waiting.Go(func() {
		defer func() { <-s.slots }()
		if err := s.published(token); err != nil {
			s.cancel(err)
			return
		}
		now := time.Now()
		s.taken.Store(&now)
		taken()
	})
	return nil
}

// published waits until the broker has taken a message. On a slow line the ones
// before it take their time, too: it may wait as long as the broker takes any.
func (s *Session) published(t mqtt.Token) error {
	for since := time.Now(); ; {
		err := s.wait(t, publishTimeout-time.Since(since))
		if last := s.taken.Load(); errors.Is(err, errPublish) && last != nil && last.After(since) {
			since = *last
			continue
		}
		return err
	}
}

func (s *Session) submit(r request) (mqtt.Token, error) {
	if !s.client.IsConnectionOpen() {
		return nil, mqtt.ErrNotConnected
	}
	select {
	case s.requests <- r:
	case <-s.ctx.Done():
		return nil, context.Cause(s.ctx)
	}
	select {
	case token := <-r.token:
		return token, nil
	case <-s.ctx.Done():
		return nil, context.Cause(s.ctx)
	}
}

// Goodbye publishes a last retained message and waits up to two seconds for
// the broker to take it, even though the session is ending.
func (s *Session) Goodbye(topic string, payload []byte) {
	if !s.client.IsConnectionOpen() {
		return
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.client.Publish(topic, 1, true, payload).WaitTimeout(2 * time.Second)
	}()
	select {
	case <-done:
	case <-time.After(2 * time.Second):
	}
}

func (s *Session) wait(t mqtt.Token, limit time.Duration) error {
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case <-t.Done():
		return t.Error()
	case <-s.ctx.Done():
		return context.Cause(s.ctx)
	case <-timer.C:
		return errPublish
	}
}
