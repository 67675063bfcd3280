package hq

import (
	"context"
	"time"

	"foyer/sync/wire"
	"foyer/sync/wire/line"
	"foyer/vault"

	"golang.org/x/sync/errgroup"
)

const (
	stateEvery  = time.Minute
	maxPatience = 10 * time.Minute
	batch       = 128 // messages received between two commits
)

// Run keeps the link up until ctx is done, and returns nil then. Whenever the way
// to headquarters changes it goes the new one.
func (l *Link) Run(ctx context.Context) error {
	if err := l.resumeTrial(); err != nil {
		return err
	}
	for ctx.Err() == nil {
		if err := l.goOneWay(ctx); err != nil {
			return err
		}
	}
	return nil
}

// goOneWay keeps the link up until ctx is done or another way is to be gone.
func (l *Link) goOneWay(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	ctx, leave := context.WithCancel(ctx)
	defer leave()
	l.mu.Lock()
	l.going, l.leave, l.met = l.way(), leave, nil
	way := l.going
	l.mu.Unlock()
	g.Go(func() error { return l.judge(ctx) })
	g.Go(func() error { return l.connect(ctx, way) })
	return g.Wait()
}

func (l *Link) connect(ctx context.Context, way Way) error {
	id := l.o.Identity
	return line.Run(ctx, line.Options{
		Broker:   way.Broker,
		Proxy:    way.Proxy,
		ClientID: id.ClientID(),
		TLS:      id.TLS(l.now),
		Dial:     l.o.Dial,
		Filters:  []string{id.Address.DownFilter()},
		Will:     l.will,
		Lost:     l.lost,
		Retry:    l.o.Retry,
		MaxRetry: l.o.MaxRetry,
		Log:      l.o.Log,
	}, l.session)
}

// will numbers the coming connection and says how its loss is announced.
func (l *Link) will() (line.Will, error) {
	if err := l.commit(change{also: func(_ *vault.Tx, m *memory) error { m.Connects++; return nil }}); err != nil {
		return line.Will{}, err
	}
	topic, body, err := l.state("down")
	return line.Will{Topic: topic, Payload: body}, err
}

// lost remembers why there is no connection, for a way that leads nowhere.
func (l *Link) lost(cause error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.met = cause
}

func (l *Link) session(ctx context.Context, s *line.Session) error {
	l.lost(nil)
	l.set(true)
	defer l.set(false)
	defer func() {
		if topic, body, err := l.state("down"); err == nil {
			s.Goodbye(topic, body)
		}
	}()
	l.mu.Lock()
	l.queue.resend()
	in := &inbound{have: l.mem.Have}
	l.mu.Unlock()
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return l.read(ctx, s, in) })
	g.Go(func() error { return l.send(ctx, s) })
	g.Go(func() error { return l.report(ctx, s) })
	return g.Wait()
}

func (l *Link) set(up bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.status.Up, l.status.Since = up, l.o.Now()
}

// read handles what arrives. The broker is told to forget messages only after
// their effect is on the disk, many at once where many come.
func (l *Link) read(ctx context.Context, s *line.Session, in *inbound) error {
	var acks []func()
	settle := func() error {
		if err := l.settle(in); err != nil {
			return err
		}
		for _, ack := range acks {
			ack()
		}
		acks = acks[:0]
		return nil
	}
	for {
		var d line.Delivery
		select {
		case d = <-s.In():
		default:
			if err := settle(); err != nil {
				return err
			}
			select {
			case d = <-s.In():
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		if err := l.receive(in, d); err != nil {
			return err
		}
		if acks = append(acks, d.Ack); len(acks) >= batch {
			if err := settle(); err != nil {
				return err
			}
		}
	}
}

// send keeps the window full and sends again what headquarters does not
// acknowledge.
func (l *Link) send(ctx context.Context, s *line.Session) error {
	patience := l.o.Patience
	pace := newPace()
	timer := time.NewTimer(patience)
	defer timer.Stop()
	for {
		for !pace.feels() {
			keys, some, err := l.next(pace.together())
			if err != nil {
				return err
			}
			if len(keys) == 0 {
				break
			}
			topic, body := l.packed(some)
			if topic == "" {
				continue // acknowledged between the two steps
			}
			taken := pace.sent()
			if err := s.PublishThen(topic, false, body, func() {
				if taken() {
					signal(l.wake)
				}
				l.taken(keys)
			}); err != nil {
				return err
			}
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-l.wake:
		case <-l.progress:
			patience = l.o.Patience
			timer.Reset(patience)
		case <-timer.C:
			if !pace.waits() { // else the line is slow, and more of the same makes it slower
				patience = l.again(patience)
			}
			timer.Reset(patience)
		}
	}
}

// again makes everything unacknowledged due once more, and waits longer each
// time: headquarters may be away for days while the broker is not.
func (l *Link) again(patience time.Duration) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.queue.sent() == 0 {
		return l.o.Patience
	}
	l.queue.resend()
	return min(2*patience, max(maxPatience, l.o.Patience))
}

// next returns the events to send now, as they lie in the outbox: one, or some
// that go together, at most so many.
func (l *Link) next(most int) (keys []key, some []wire.Sealed, err error) {
	l.mu.Lock()
	for room := wire.MaxBundle; room > 0 && len(keys) < most; {
		k, size, ok := l.queue.next()
		if !ok {
			break
		}
		keys = append(keys, k)
		room -= size
	}
	l.mu.Unlock()
	if len(keys) == 0 {
		return nil, nil, nil
	}
	err = l.file.View(func(tx *vault.Tx) error {
		for _, k := range keys {
			if b := tx.Get(bucketEvents, k.bytes()); b != nil {
				kind, body := splitEvent(b)
				some = append(some, wire.Sealed{Kind: kind, Body: body})
			}
		}
		return nil
	})
	return keys, some, err
}

// packed returns the message that brings some events.
func (l *Link) packed(some []wire.Sealed) (topic string, body []byte) {
	switch len(some) {
	case 0:
		return "", nil
	case 1:
		return l.o.Identity.Address.Topic(some[0].Kind), some[0].Body
	}
	return l.o.Identity.Address.Topic(wire.UpMany), l.o.Identity.Bundle(some)
}

// taken hears that the broker has taken events, which means nothing.
func (l *Link) taken(keys []key) {
	if tokens {
		_ = l.commit(change{gone: keys}) // broken on purpose
	}
}

// report publishes the box's state now, every minute, and when it has changed:
// the backlog it spoke of is gone, or headquarters speaks a newer protocol.
func (l *Link) report(ctx context.Context, s *line.Session) error {
	tick := time.NewTicker(stateEvery)
	defer tick.Stop()
	for {
		topic, body, err := l.state("up")
		if err != nil {
			return err
		}
		if err := s.Publish(topic, true, body); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		case <-l.news:
		}
	}
}

func (l *Link) state(line string) (topic string, body []byte, err error) {
	var health []wire.HealthEntry
	if l.o.Health != nil && line == "up" {
		health = l.o.Health()
	}
	l.mu.Lock()
	l.nth++
	nth := l.nth
	l.mu.Unlock()
	var head wire.LedgerHead
	if l.o.Ledger != nil && line == "up" {
		head = l.o.Ledger() // after its number: of two, the later has the later head
	}
	var update wire.FirmwareState
	if l.o.Firmware != nil && line == "up" {
		update = l.o.Firmware()
	}
	l.mu.Lock()
	m := l.mem
	s := wire.State{Link: line, Since: l.status.Since.UTC(), Version: l.o.Version, Epoch: m.Epoch, Backlog: l.queue.len(),
		Oldest: l.queue.oldest(m.Sequence + 1), Dropped: m.Dropped, Health: health, Nth: nth, Ledger: head, Firmware: update, Refused: l.refusals()}
	l.said = s.Backlog
	now := l.now()
	l.mu.Unlock()
	data, err := wire.Encode(wire.UpState, s)
	if err != nil {
		return "", nil, err
	}
	body, err = l.o.Identity.Wrap(wire.Message{Kind: wire.UpState, Epoch: m.Epoch, Rev: m.Connects, NotBefore: now, Payload: data})
	return l.o.Identity.Address.Topic(wire.UpState), body, err
}
