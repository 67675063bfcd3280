package office

import (
	"context"
	"encoding/json"
	"errors"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"foyer/sync/wire"
	"foyer/sync/wire/line"

	"golang.org/x/sync/errgroup"
)

// batch is how many messages one commit takes, where many come.
const batch = 512

func (f *Office) session(ctx context.Context, s *line.Session) error {
	f.mu.Lock()
	if err := f.knowAll(); err != nil {
		f.mu.Unlock()
		return err
	}
	for name, st := range f.stores {
		clear(st.sentDocs) // the broker may have begun empty
		st.greeted = false
		st.rewind()
		f.dirty[name] = true
	}
	f.mu.Unlock()
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return f.read(ctx, s) })
	g.Go(func() error { return f.send(ctx, s) })
	g.Go(func() error { return f.strikes(ctx) })
	g.Go(func() error { return f.obtain(ctx) })
	return g.Wait()
}

// read takes what arrives in batches: the disk first, then the store's
// acknowledgement, then the broker's.
func (f *Office) read(ctx context.Context, s *line.Session) error {
	for {
		var got []line.Delivery
		select {
		case <-ctx.Done():
			return ctx.Err()
		case d := <-s.In():
			got = append(got, d)
		}
		for more := true; more && len(got) < batch; {
			select {
			case d := <-s.In():
				got = append(got, d)
			default:
				more = false
			}
		}
		if err := f.receive(s, got); err != nil {
			return err
		}
		for _, d := range got {
			d.Ack()
		}
	}
}

func (f *Office) receive(s *line.Session, got []line.Delivery) error {
	fresh, acks, hear, err := f.accept(got)
	if err != nil {
		return err
	}
	for _, e := range fresh {
		for _, fn := range hear {
			fn(e)
		}
	}
	for _, a := range acks {
		if err := s.Publish(a.topic, false, a.body); err != nil {
			return err
		}
	}
	return nil
}

// quiet is how long a store that says it is there hears no acknowledgement; one
// that has just come hears one at once. Its clock, and the lease of what it
// knows, rest on that.
const quiet = time.Hour

// state is a store's word about itself.
type state struct {
	store *store
	rev   [2]uint64
	state wire.State
}

// accept verifies a batch, puts what is new on the disk, and returns it with
// the acknowledgements of every store that sent something.
func (f *Office) accept(got []line.Delivery) (fresh []Event, acks []*outgoing, hear []func(Event), err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	type id struct {
		store      string
		epoch, seq uint64
	}
	inBatch := map[id]bool{}
	heard := map[id]bool{} // seq 0: store and epoch to acknowledge
	var states []state
	for _, v := range f.verifyAll(f.apart(got)) {
		m, s := v.m, v.store
		if v.err != nil {
			f.refused(v.Topic, v.err)
			continue
		}
		name := s.address.Store
		if m.Kind == wire.UpState {
			if st, err := wire.Decode[wire.State](m.Payload); err == nil {
				rev := [2]uint64{m.Epoch, m.Rev}
				states = append(states, state{s, rev, st})
				if st.Link == "up" && (rev != s.rec.StateRev || f.o.Now().Sub(s.acked) >= quiet) {
					heard[id{name, m.Epoch, 0}] = true
					s.unshared = !s.rec.Withheld
					f.due(name)
				}
			}
			continue
		}
		heard[id{name, m.Epoch, 0}] = true
		if k := (id{name, m.Epoch, m.Rev}); !inBatch[k] && !s.rec.Done[m.Epoch].has(m.Rev) {
			inBatch[k] = true
			fresh = append(fresh, Event{Store: name, Epoch: m.Epoch, Seq: m.Rev, Kind: m.Kind,
				At: m.NotBefore, Received: f.o.Now().UTC(), Payload: readable(m.Payload)})
		}
	}
	if len(fresh)+len(states) > 0 {
		if err := f.take(fresh, states); err != nil {
			return nil, nil, nil, err
		}
	}
	for k := range heard {
		out, err := f.ackFor(k.store, k.epoch)
		if err != nil {
			return nil, nil, nil, err
		}
		acks = append(acks, out)
	}
	return fresh, acks, f.hear, nil
}

func (f *Office) ackFor(name string, epoch uint64) (*outgoing, error) {
	s := f.stores[name]
	return f.ack(s, s.rec.Done[epoch].ack(epoch))
}

// ack tells the time besides: a store whose clock is in doubt believes it then.
func (f *Office) ack(s *store, a wire.Ack) (*outgoing, error) {
	data, err := wire.Encode(wire.DownAck, a)
	if err != nil {
		return nil, err
	}
	s.acked = f.o.Now()
	return f.wrap(s, wire.Message{Kind: wire.DownAck, NotBefore: f.o.Now(), Payload: data})
}

// apart takes bundles apart, into what they would be had their events come one
// by one. The caller holds mu.
func (f *Office) apart(got []line.Delivery) (all []verified) {
	for _, d := range got {
		a, k, err := wire.ParseTopic(d.Topic)
		if err != nil || k != wire.UpMany {
			all = append(all, verified{Delivery: d})
			continue
		}
		some, err := wire.Unbundle(d.Payload)
		if err != nil {
			f.refused(d.Topic, err)
			continue
		}
		// A bundle that nobody has signed, or that is refused, vouches for nothing:
		// then each event stands for itself.
		s, err := f.known(a.Store)
		vouched := err == nil && a == s.address && some.Vouched(a, s.keys)
		for _, s := range some.Events {
			all = append(all, verified{Delivery: line.Delivery{Topic: a.Topic(s.Kind), Payload: s.Body}, vouched: vouched})
		}
	}
	return all
}

// verified is what came, and what it says or why it is refused.
type verified struct {
	line.Delivery
	vouched bool // its store signed the bundle that brought it
	address wire.Address
	kind    wire.Kind
	store   *store
	m       wire.Message
	err     error
}

// verifyAll verifies a batch, on as many processors as there are: most of what an
// event that comes alone costs is its signature. The caller holds mu.
func (f *Office) verifyAll(all []verified) []verified {
	var work sync.WaitGroup
	next := atomic.Int64{}
	for i := range all {
		f.whose(&all[i])
	}
	for range min(runtime.GOMAXPROCS(0), (len(all)+15)/16) {
		work.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(all); i = int(next.Add(1)) - 1 {
				if v := &all[i]; v.err == nil {
					v.m, v.err = f.verify(v)
				}
			}
		})
	}
	work.Wait()
	return all
}

// whose says which store a message is from, by its topic.
func (f *Office) whose(v *verified) {
	if v.address, v.kind, v.err = wire.ParseTopic(v.Topic); v.err != nil {
		return
	}
	switch {
	case v.address.Chain != f.chain || v.kind.Down():
		v.err = wire.ErrForeign
	case len(v.Payload) > 2*v.kind.Of().Limit+4096:
		v.err = wire.ErrSize
	default:
		if v.store, v.err = f.known(v.address.Store); v.err == nil && v.store.revoked {
			v.err = wire.ErrRevoked
		}
	}
}

// verify opens a message and holds it against its topic, its store's key and
// its kind. That it comes early only means that the store's clock is fast.
func (f *Office) verify(v *verified) (wire.Message, error) {
	signed, err := f.opener.Open(v.Payload, v.Topic)
	if err != nil {
		return wire.Message{}, err
	}
	m, err := wire.Verify(signed, wire.Expect{Kind: v.kind, Address: v.address, Keys: v.store.keys, Vouched: v.vouched}, f.o.Now())
	if err != nil && !errors.Is(err, wire.ErrEarly) {
		return wire.Message{}, err
	}
	if m.Rev == 0 {
		return wire.Message{}, wire.ErrMalformed
	}
	return m, nil
}

// readable returns a payload as JSON. An authentic event is kept whatever it
// says, for its store forgets it; who uses it decodes it.
func readable(payload []byte) json.RawMessage {
	if json.Valid(payload) {
		return payload
	}
	text, err := json.Marshal(payload) // base64
	if err != nil {
		return json.RawMessage("null") // bytes always marshal
	}
	return text
}

// refused counts what was not accepted, in whose name it came; the log doubles its
// distance. The caller holds mu.
func (f *Office) refused(topic string, err error) {
	f.refuse++
	a, k, bad := wire.ParseTopic(topic)
	if bad == nil && a.Chain == f.chain && f.stores[a.Store] != nil {
		if f.denied[a.Store] == nil {
			f.denied[a.Store] = map[string]uint64{}
		}
		f.denied[a.Store][wire.Cause(err)]++
	}
	if f.refuse&(f.refuse-1) == 0 {
		f.o.Log.Warn("message refused", "store", a.Store, "kind", string(k), "cause", err, "so far", f.refuse)
	}
}

// stateOf takes a store's newest word. What it will never send again counts as
// done, or acknowledgements would wait for it for ever.
func (f *Office) stateOf(st state) {
	r := &st.store.rec
	old := r.StateRev
	if wire.Newer(old[0], old[1], st.rev[0], st.rev[1]) {
		return // an old copy
	}
	f.ledgerOf(st)
	if st.state.Link == "up" && st.rev != old {
		st.store.rewind() // a new connection: what was on its way may be lost
		f.due(st.store.address.Store)
	}
	if st.rev[0] != old[0] {
		r.Applied = 0 // a box that lost its outbox may have lost the rest too
		st.store.rewind()
	}
	r.State, r.StateRev = st.state, st.rev
	if st.state.Oldest > 1 {
		done, lost := r.Done[st.rev[0]].add(1, st.state.Oldest-1)
		r.Done[st.rev[0]] = done
		r.Lost += lost
	}
}
