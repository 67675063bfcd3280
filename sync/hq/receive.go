package hq

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"time"

	"foyer/sync/wire"
	"foyer/sync/wire/line"
	"foyer/vault"
)

// resyncPause is how long a request for missed revisions may take, on the
// wall, before it is made again.
const resyncPause = 30 * time.Second

// inbound is what one session has received and not yet committed.
type inbound struct {
	have   revision // of the ordered kinds, ahead of the disk
	kind   wire.Kind
	events []event
	part   part      // of a snapshot, the last in force
	asked  time.Time // wall time of the last request for missed revisions
	told   time.Time // wall time when it was last said again what is in force
}

// receive handles one message. An error is the box's own disk's, and ends the
// session without acknowledgement, so that the broker sends the message again.
func (l *Link) receive(in *inbound, d line.Delivery) error {
	m, err := l.o.Identity.Unwrap(d.Topic, d.Payload, l.now())
	if m.Kind == wire.DownAck && (err == nil || errors.Is(err, wire.ErrEarly)) {
		l.hear(m.NotBefore)
		err = nil
	}
	if m.Kind == "" {
		l.refuse(kindOf(d.Topic), err)
		return nil
	}
	if !d.Retained { // else it is the broker's copy of what headquarters said once
		l.contact()
	}
	switch props := m.Kind.Of(); {
	case m.Kind == wire.DownAck:
		return l.ack(m)
	case m.Kind == wire.DownSnapshot:
		return l.snapshot(in, m, err)
	case props.Ordered:
		return l.ordered(in, m, err)
	case props.Retained:
		return l.document(m, d.Payload, err)
	}
	return l.single(m, err)
}

// kindOf names a topic's kind for the log; a foreign topic has none.
func kindOf(topic string) wire.Kind {
	_, k, _ := wire.ParseTopic(topic)
	return k
}

// refuse counts and logs a message that was not accepted. The log doubles its
// distance, for a forger can send many.
func (l *Link) refuse(kind wire.Kind, err error) {
	cause := wire.Cause(err)
	l.mu.Lock()
	l.refused[cause]++
	n := l.refused[cause]
	l.mu.Unlock()
	if n == 1 && errors.Is(err, wire.ErrVersion) {
		signal(l.news) // nothing of the message can be relied on, so there is no rejection of it
	}
	level := slog.LevelWarn
	if cause == wire.ErrReplay.Error() {
		level = slog.LevelDebug // mostly the broker's second copies
	}
	if n&(n-1) == 0 {
		l.o.Log.Log(context.Background(), level, "message refused", "kind", string(kind), "cause", cause, "so far", n)
	}
}

// refusals is what was refused, for headquarters; second copies are the
// broker's business. The caller holds mu.
func (l *Link) refusals() (all []wire.Refusals) {
	for _, cause := range slices.Sorted(maps.Keys(l.refused)) {
		if cause != wire.ErrReplay.Error() {
			all = append(all, wire.Refusals{Cause: cause, Count: l.refused[cause]})
		}
	}
	return all
}

// ordered applies a message whose order matters. A gap is reported and not
// jumped: headquarters sends what is missing.
func (l *Link) ordered(in *inbound, m wire.Message, invalid error) error {
	have, known := in.held(m)
	if !known || m.Rev <= have {
		l.refuse(m.Kind, wire.ErrReplay) // or the broker's second copy; either has no effect
		in.repeat(m)
		return nil
	}
	if m.Prev > have {
		in.resync(m, have)
		return nil
	}
	before := l.way()
	final, err := l.applyOnce(m, invalid)
	if err != nil {
		l.refuse(m.Kind, err)
	}
	if err != nil && !final { // an erasure must not be lost to a disk's bad day
		l.hold(m.Kind, err)
		in.resync(m, have)
		return nil
	}
	l.hold("", nil)
	in.took(m, err)
	in.asked = time.Time{}
	if err == nil && l.way() != before {
		return l.beginTrial(m, nil, in)
	}
	return nil
}

// hold notes which kind cannot be put in force here for now, if any.
func (l *Link) hold(kind wire.Kind, err error) {
	l.mu.Lock()
	before := l.status.Held
	l.status.Held = kind
	l.mu.Unlock()
	if kind != "" && kind != before {
		l.o.Log.Error("message held back", "kind", string(kind), "err", err)
	}
}

// resync asks headquarters to send again from what is held, now and then.
// Headquarters does so by itself too, ever more seldom.
func (in *inbound) resync(m wire.Message, have uint64) {
	if time.Since(in.asked) > resyncPause {
		in.asked = time.Now()
		in.events = append(in.events, event{wire.UpResync, wire.Resync{Epoch: m.Epoch, Have: have, Saw: m.Rev}})
	}
}

// repeat says again what is in force, now and then, to a headquarters that sends
// what is in force already: it may have taken this box for one that lost it.
func (in *inbound) repeat(m wire.Message) {
	if m.Epoch == in.have.Epoch && time.Since(in.told) > resyncPause {
		in.told = time.Now()
		in.events = append(in.events, event{wire.UpApplied, wire.Applied{Kind: wire.DownProfile, Epoch: in.have.Epoch, Rev: in.have.Rev}})
	}
}

// applyOnce puts a message in force. Final says that an error is the message's
// fault and not this box's: sent again, it would be refused again. A disk that
// fails and a clock that is behind may be mended.
func (l *Link) applyOnce(m wire.Message, invalid error) (final bool, err error) {
	apply, err := l.check(m, invalid)
	if err != nil {
		return !errors.Is(err, wire.ErrEarly), err
	}
	err = apply()
	return errors.Is(err, ErrContent), err
}

func (l *Link) check(m wire.Message, invalid error) (func() error, error) {
	if invalid != nil {
		return nil, invalid
	}
	if l.onTrial() != nil && changesWay(m) {
		return nil, fmt.Errorf("%w: another way to headquarters is on trial", wire.ErrEarly)
	}
	check := l.handlers[m.Kind]
	if check == nil {
		return nil, fmt.Errorf("version %q of the box has no use for %s: it is not in force here", l.o.Version, m.Kind.Name())
	}
	if err := wire.Check(m.Kind, m.Payload); err != nil {
		return nil, err
	}
	return check(m.Payload)
}

// changesWay reports whether a certificate is for the line itself.
func changesWay(m wire.Message) bool {
	if m.Kind != wire.DownCertificate {
		return false
	}
	c, err := wire.Decode[wire.Certificate](m.Payload)
	return err == nil && c.Use == "mqtt" && c.PEM != ""
}

func rejected(m wire.Message, err error) event {
	reason := []byte(err.Error())
	reason = bytes.ToValidUTF8(reason[:min(len(reason), 1000)], nil)
	return event{wire.UpRejected, wire.Rejected{Kind: m.Kind, Epoch: m.Epoch, Rev: m.Rev, Reason: string(reason)}}
}

// settle commits what the session has applied: the broker may forget it then.
func (l *Link) settle(in *inbound) error {
	l.mu.Lock()
	moved := in.have != l.mem.Have
	l.mu.Unlock()
	events := in.events
	if moved {
		events = append(events, event{wire.UpApplied, wire.Applied{Kind: in.kind, Epoch: in.have.Epoch, Rev: in.have.Rev}})
	}
	if len(events) == 0 {
		return nil
	}
	if err := l.commit(change{events: events, also: func(_ *vault.Tx, m *memory) error { m.Have = in.have; return nil }}); err != nil {
		return fmt.Errorf("received messages: %w", err)
	}
	in.events = nil
	return nil
}

// single handles a sealed message outside the order. What only this box is to
// blame for is not reported: headquarters sends such a message again by itself.
func (l *Link) single(m wire.Message, invalid error) error {
	final, err := l.applyOnce(m, invalid)
	if err == nil {
		return nil
	}
	l.refuse(m.Kind, err)
	if !final {
		return nil
	}
	return l.commit(change{events: []event{rejected(m, err)}})
}

// agree is how far headquarters' clock and this one may be apart and still be
// said to agree; an acknowledgement may have waited at the broker.
const agree = time.Hour

func (l *Link) ack(m wire.Message) error {
	a, err := wire.Decode[wire.Ack](m.Payload)
	if err != nil {
		l.refuse(m.Kind, err)
		return nil
	}
	now := l.o.Now().Round(0)
	l.mu.Lock()
	if now.Sub(m.NotBefore).Abs() < agree {
		l.status.Agreed = now
	}
	if a.Resume {
		l.queue.resend()
		defer signal(l.wake)
	}
	if a.Epoch != l.mem.Epoch || a.Through > l.mem.Sequence {
		l.mu.Unlock()
		return nil // of an outbox this box has lost; it says nothing about this one
	}
	keys := l.queue.acked(a)
	l.mu.Unlock()
	if len(keys) == 0 {
		return nil // said before
	}
	c := change{gone: keys, also: func(_ *vault.Tx, m *memory) error {
		m.Acked = max(m.Acked, a.Through)
		if in := l.floored(); in.Sub(m.Floor) > floorGrain {
			m.Floor = in
		}
		return nil
	}}
	l.ending.Lock()
	defer l.ending.Unlock()
	t := l.onTrial()
	heard := t != nil && covers(a, t.Seq)
	if heard {
		if err := l.keep(t, &c); err != nil {
			return err
		}
	}
	if err := l.commit(c); err != nil {
		return fmt.Errorf("acknowledgement: %w", err)
	}
	if heard {
		l.endTrial(t)
	}
	signal(l.progress)
	l.mu.Lock()
	if l.said > 0 && l.queue.len() == 0 {
		signal(l.news)
	}
	l.mu.Unlock()
	if l.o.OnAck != nil {
		l.o.OnAck(a.Through, len(keys))
	}
	return nil
}

func (l *Link) contact() {
	l.mu.Lock()
	l.status.LastContact = l.o.Now()
	l.mu.Unlock()
}
