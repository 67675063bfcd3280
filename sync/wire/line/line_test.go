package line

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/eclipse/paho.mqtt.golang/packets"
)

// A mute is a broker over a pipe that answers as it is told to.
type mute struct {
	puback, ping bool
	deliver      int // messages sent after the subscription

	mu    sync.Mutex
	dials []time.Time
	got   []string // payloads published
	will  string
}

func (m *mute) dial(context.Context) (net.Conn, error) {
	ours, theirs := net.Pipe()
	m.mu.Lock()
	m.dials = append(m.dials, time.Now())
	m.mu.Unlock()
	out := make(chan packets.ControlPacket, 3*inbox)
	done := make(chan struct{})
	go func() {
		for {
			select {
			case p := <-out:
				if p.Write(theirs) != nil {
					return
				}
			case <-done:
				return
			}
		}
	}()
	go func() {
		defer close(done)
		defer theirs.Close()
		for {
			p, err := packets.ReadPacket(theirs)
			if err != nil {
				return
			}
			m.answer(p, out)
		}
	}()
	return ours, nil
}

func (m *mute) answer(p packets.ControlPacket, out chan<- packets.ControlPacket) {
	m.mu.Lock()
	defer m.mu.Unlock()
	switch p := p.(type) {
	case *packets.ConnectPacket:
		m.will = string(p.WillMessage)
		out <- packets.NewControlPacket(packets.Connack)
	case *packets.SubscribePacket:
		a := packets.NewControlPacket(packets.Suback).(*packets.SubackPacket)
		a.MessageID, a.ReturnCodes = p.MessageID, make([]byte, len(p.Topics))
		out <- a
		for i := range m.deliver {
			d := packets.NewControlPacket(packets.Publish).(*packets.PublishPacket)
			d.TopicName, d.Qos, d.MessageID, d.Payload = "t", 1, uint16(i%60000+1), fmt.Append(nil, i)
			out <- d
		}
	case *packets.PublishPacket:
		m.got = append(m.got, string(p.Payload))
		if m.puback {
			a := packets.NewControlPacket(packets.Puback).(*packets.PubackPacket)
			a.MessageID = p.MessageID
			out <- a
		}
	case *packets.PingreqPacket:
		if m.ping {
			out <- packets.NewControlPacket(packets.Pingresp)
		}
	}
}

// run runs a line to m and returns what ended each of the first n sessions.
func (m *mute) run(t *testing.T, n int, session func(context.Context, *Session) error) []error {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	var ends []error
	err := Run(ctx, Options{Broker: "tcp://pipe:1", ClientID: "014", Filters: []string{"t"}, Dial: m.dial,
		Will: func() (Will, error) { return Will{"state", []byte("down")}, nil }},
		func(ctx context.Context, s *Session) error {
			err := session(ctx, s)
			ends = append(ends, errors.Join(err, context.Cause(ctx)))
			if len(ends) == n {
				cancel()
			}
			return err
		})
	if err != nil {
		t.Errorf("run: %v", err)
	}
	return ends
}

// A broker that takes messages and never says so ends the session after half a
// minute, with the window full and no more.
func TestUnacknowledged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &mute{ping: true}
		ends := m.run(t, 2, func(_ context.Context, s *Session) error {
			for i := 0; ; i++ {
				if err := s.Publish("t", false, fmt.Append(nil, i)); err != nil {
					return err
				}
			}
		})
		if !errors.Is(ends[0], errPublish) {
			t.Errorf("ended by %v", ends[0])
		}
		time.Sleep(time.Minute) // whatever lingers ends
		if len(m.got) != 2*window {
			t.Errorf("%d messages on their way in two sessions, want %d each", len(m.got), window)
		}
		if d := m.dials[1].Sub(m.dials[0]); d < publishTimeout || d > publishTimeout+2*time.Second {
			t.Errorf("dialled again after %v", d)
		}
	})
}

// A connection that is open and dead is noticed by its silence.
func TestHalfOpen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &mute{puback: true}
		began := time.Now()
		m.run(t, 1, func(ctx context.Context, _ *Session) error { <-ctx.Done(); return ctx.Err() })
		if d := time.Since(began); d < keepAlive || d > 2*keepAlive+pingTimeout {
			t.Errorf("noticed after %v", d)
		}
		time.Sleep(time.Minute)
	})
}

// Messages come in order; more than can be read end the session, and the
// broker, which had no acknowledgement, sends them again.
func TestInbox(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &mute{puback: true, ping: true, deliver: 2 * inbox}
		ends := m.run(t, 1, func(ctx context.Context, s *Session) error {
			for i := range 100 {
				if d := <-s.In(); string(d.Payload) != fmt.Sprint(i) {
					t.Fatalf("message %s at place %d", d.Payload, i)
				}
			}
			<-ctx.Done() // reads no more
			return ctx.Err()
		})
		if !errors.Is(ends[0], errInbox) {
			t.Errorf("ended by %v", ends[0])
		}
		time.Sleep(time.Minute)
	})
}

// What a broker kept comes before anybody reads, however much it is: it is all
// there when somebody does, in order, and the connection lives.
func TestKeptMessagesWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const kept = 20000
		m := &mute{puback: true, ping: true, deliver: kept}
		ends := m.run(t, 1, func(ctx context.Context, s *Session) error {
			time.Sleep(time.Second) // all of it has come
			for i := range kept {
				if d := <-s.In(); string(d.Payload) != fmt.Sprint(i) {
					t.Fatalf("message %s at place %d", d.Payload, i)
				}
			}
			return errors.New("read")
		})
		if ends[0].Error() != "read" {
			t.Errorf("ended by %v", ends[0])
		}
		time.Sleep(time.Minute)
	})
}

// The pauses grow with the time the broker is away, differ, and end at two
// minutes, so that it is met soon after it is back; a broker that is down does
// not hold up the end.
func TestPauses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var dials []time.Time
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		err := Run(ctx, Options{Broker: "tcp://pipe:1", Dial: func(context.Context) (net.Conn, error) {
			dials = append(dials, time.Now())
			return nil, errors.New("refused")
		}}, nil)
		if err != nil || time.Since(dials[0]) != time.Hour {
			t.Errorf("%v after %v", err, time.Since(dials[0]))
		}
		if len(dials) < 50 || len(dials) > 110 {
			t.Errorf("%d attempts in an hour", len(dials))
		}
		for i := 1; i < len(dials); i++ {
			away := dials[i-1].Sub(dials[0])
			longest := min(max(time.Second, away/patience), maxRetry) * 3 / 2
			if d := dials[i].Sub(dials[i-1]); d < time.Second/2 || d > longest {
				t.Errorf("pause %d after %v: %v, at most %v", i, away, d, longest)
			}
		}
	})
}

// The longest pause can be made shorter.
func TestShortPauses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := 0
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		err := Run(ctx, Options{Broker: "tcp://pipe:1", MaxRetry: 2 * time.Second, Dial: func(context.Context) (net.Conn, error) {
			n++
			return nil, errors.New("refused")
		}}, nil)
		if err != nil || n < 1200 {
			t.Errorf("%d attempts in an hour (%v)", n, err)
		}
	})
}

// A connection in which something was taken from the other end begins the
// pauses anew, however short it was; one in which nothing was does not.
func TestUsefulConnection(t *testing.T) {
	for _, useful := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			m := &mute{puback: true, ping: true, deliver: 1}
			m.run(t, 60, func(_ context.Context, s *Session) error {
				if d := <-s.In(); useful {
					d.Ack()
				}
				return errors.New("cut")
			})
			if last := m.dials[59].Sub(m.dials[58]); (last < 2*time.Second) != useful {
				t.Errorf("useful %v: the last of 60 connections came %v after the one before", useful, last)
			}
			time.Sleep(time.Minute)
		})
	}
}

// The last will goes with each connection, and the last word before it ends.
func TestGoodbye(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &mute{puback: true, ping: true}
		m.run(t, 1, func(_ context.Context, s *Session) error {
			s.Goodbye("state", []byte("bye"))
			return nil
		})
		synctest.Wait()
		if m.will != "down" || len(m.got) != 1 || m.got[0] != "bye" {
			t.Errorf("will %q, published %q", m.will, m.got)
		}
		time.Sleep(time.Minute)
	})
}

func TestCheck(t *testing.T) {
	for broker, good := range map[string]bool{
		"tls://hq.example.com:8883": true, "wss://hq.example.com:443/mqtt": true,
		"": false, "hq.example.com": false, "http://hq.example.com": false, "tls://": false, ":%": false,
	} {
		if err := (Options{Broker: broker}).Check(); (err == nil) != good {
			t.Errorf("%q: %v", broker, err)
		}
	}
}
