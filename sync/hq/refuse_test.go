package hq_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/hpke"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"foyer/sync/hq"
	"foyer/sync/wire"
	"foyer/sync/wire/line"
	"foyer/vault"
)

// as publishes with somebody's certificate, as whoever holds it could. Where
// the broker goes by certificates it ends the session of whom it belongs to.
func (s *site) as(t *testing.T, folder, name, topic string, retained bool, payload []byte) {
	t.Helper()
	ca, err := os.ReadFile(filepath.Join(s.dir, "ca.pem"))
	must(t, err)
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(ca)
	pair, err := tls.LoadX509KeyPair(filepath.Join(folder, name+".pem"), filepath.Join(folder, name+".key"))
	must(t, err)
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	sent := false
	must(t, line.Run(ctx, line.Options{Broker: s.broker.URL(), ClientID: s.name, Filters: []string{"foyer-test/none"},
		TLS: &tls.Config{MinVersion: tls.VersionTLS13, RootCAs: pool, Certificates: []tls.Certificate{pair}}},
		func(_ context.Context, l *line.Session) error {
			err := l.Publish(topic, retained, payload)
			l.Goodbye("foyer-test/flush", nil) // taken after it
			sent = err == nil
			cancel()
			return err
		}))
	if !sent {
		t.Fatal("not published")
	}
}

// asAll is as for many messages by one connection, until the test ends.
func (s *site) asAll(t *testing.T, folder, name string) (publish func(topic string, payload []byte)) {
	t.Helper()
	pair, err := tls.LoadX509KeyPair(filepath.Join(folder, name+".pem"), filepath.Join(folder, name+".key"))
	must(t, err)
	ca, err := os.ReadFile(filepath.Join(s.dir, "ca.pem"))
	must(t, err)
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(ca)
	up := make(chan *line.Session)
	runs(t, func(ctx context.Context) error {
		return line.Run(ctx, line.Options{Broker: s.broker.URL(), ClientID: s.name, Filters: []string{"foyer-test/none"},
			TLS: &tls.Config{MinVersion: tls.VersionTLS13, RootCAs: pool, Certificates: []tls.Certificate{pair}}},
			func(ctx context.Context, l *line.Session) error {
				for {
					select {
					case up <- l:
					case <-ctx.Done():
						return ctx.Err()
					}
				}
			})
	}, func() error { return nil })
	return func(topic string, payload []byte) {
		t.Helper()
		must(t, (<-up).Publish(topic, false, payload))
	}
}

// A forge makes messages as headquarters would.
type forge struct {
	sign ed25519.PrivateKey
	seal hpke.PublicKey
}

func (s *site) forge(t *testing.T) forge { t.Helper(); return s.forgeFor(t, "014") }

func (s *site) forgeFor(t *testing.T, store string) forge {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(s.dir, wire.FileSign))
	must(t, err)
	sign, err := wire.ParseSignKey(b)
	must(t, err)
	b, err = os.ReadFile(filepath.Join(s.dir, "stores", store, "open.pub"))
	must(t, err)
	seal, err := wire.ParseSealKey(b)
	must(t, err)
	return forge{sign, seal}
}

func (f forge) make(t *testing.T, m wire.Message, topic string) []byte {
	t.Helper()
	data, err := wire.Sign(m, f.sign)
	must(t, err)
	if m.Kind.Of().Sealed {
		data, err = wire.Seal(data, topic, f.seal)
		must(t, err)
	}
	return data
}

// TestRefused: what is forged, replayed, downgraded, expired or foreign has no
// effect and is counted, documents and personal messages alike.
func TestRefused(t *testing.T) { brokers(t, testRefused) }

func testRefused(t *testing.T, s *site) {
	f, stop := s.office(t)
	b := s.box(t, t.TempDir())
	_, err := f.Push("014", wire.DownConfig, []byte(`{"old":1}`))
	must(t, err)
	rev, err := f.Push("014", wire.DownConfig, []byte(`{"good":1}`))
	must(t, err)
	last, err := f.Push("014", wire.DownProfile, profile(1, "Ms. Keller"))
	must(t, err)
	eventually(t, "the good ones in force", func() bool { return pending(f) == 0 })
	stop() // the forger has headquarters' certificate
	before, profiles := len(b.got(wire.DownConfig)), len(b.got(wire.DownProfile))

	good := s.forge(t)
	_, wrong, err := ed25519.GenerateKey(nil)
	must(t, err)
	bad := forge{wrong, good.seal}
	here, there := wire.Address{Chain: chain, Store: "014"}, wire.Address{Chain: chain, Store: "015"}
	config := wire.Message{Kind: wire.DownConfig, Address: here, Epoch: 1 << 60, Rev: 1, Payload: []byte(`{"evil":1}`)}
	person, err := wire.Encode(wire.DownProfile, profile(1, "evil"))
	must(t, err)
	personal := wire.Message{Kind: wire.DownProfile, Address: here, Epoch: 1 << 60, Rev: last + 1, Prev: last, Payload: person}
	packed, err := wire.PackSnapshot("s-1", 1, 0, "", []wire.SnapshotLine{{Rev: last + 1, Kind: wire.DownProfile, Payload: person}})
	must(t, err)
	chunk, err := wire.Encode(wire.DownSnapshot, packed)
	must(t, err)
	snapshot := wire.Message{Kind: wire.DownSnapshot, Address: here, Epoch: 1 << 60, Rev: last + 1, Prev: last, Payload: chunk}
	epoch := s.epoch(t) // in which the good ones came
	change := func(m wire.Message, do func(*wire.Message)) wire.Message { do(&m); return m }
	for _, c := range []struct {
		name   string
		with   forge
		m      wire.Message
		refuse error
	}{
		{"forged", bad, config, wire.ErrSignature},
		{"forged, personal", bad, personal, wire.ErrSignature},
		{"downgraded", good, change(config, func(m *wire.Message) { m.Epoch, m.Rev = 1, rev }), wire.ErrReplay},
		{"downgraded, personal", good, change(personal, func(m *wire.Message) { m.Epoch = 1 }), wire.ErrReplay},
		{"replayed", good, change(config, func(m *wire.Message) { m.Epoch, m.Rev = epoch, rev-1 }), wire.ErrReplay},
		{"replayed, personal", good, change(personal, func(m *wire.Message) { m.Epoch, m.Rev, m.Prev = epoch, last, 0 }), wire.ErrReplay},
		{"forged snapshot", bad, snapshot, wire.ErrSignature},
		{"downgraded snapshot", good, change(snapshot, func(m *wire.Message) { m.Epoch = 1 }), wire.ErrReplay},
		{"foreign snapshot", good, change(snapshot, func(m *wire.Message) { m.Address = there }), wire.ErrForeign},
		{"expired snapshot", good, change(snapshot, func(m *wire.Message) { m.Expires, m.Prev = time.Now().Add(-time.Hour), 0 }), wire.ErrExpired},
		{"foreign", good, change(config, func(m *wire.Message) { m.Address = there }), wire.ErrForeign},
		{"foreign, personal", good, change(personal, func(m *wire.Message) { m.Address = there }), wire.ErrForeign},
		{"another kind's", good, change(config, func(m *wire.Message) { m.Kind = wire.DownPolicy }), wire.ErrForeign},
		{"early", good, change(config, func(m *wire.Message) { m.NotBefore = time.Now().Add(time.Hour) }), wire.ErrEarly},
		{"expired", good, change(config, func(m *wire.Message) { m.Expires = time.Now().Add(-time.Hour) }), wire.ErrExpired},
		{"expired, personal", good, change(personal, func(m *wire.Message) { m.Expires, m.Prev = time.Now().Add(-time.Hour), 0 }), wire.ErrExpired},
	} {
		topic := here.Topic(c.m.Kind)
		if c.refuse == wire.ErrForeign {
			topic = here.Topic(wire.DownConfig)
			if c.m.Kind.Of().Sealed {
				topic = here.Topic(c.m.Kind)
			}
		}
		n := b.Status().Refused[c.refuse.Error()]
		s.as(t, s.dir, "hq", topic, false, c.with.make(t, c.m, topic))
		eventually(t, c.name+" refused", func() bool { return b.Status().Refused[c.refuse.Error()] > n })
	}
	clear, err := wire.Sign(personal, good.sign)
	must(t, err)
	theirs := wire.Message{Kind: wire.DownProfile, Address: there, Epoch: 1 << 60, Rev: last + 1, Payload: person}
	old := bytes.Replace(good.make(t, config, here.Topic(wire.DownConfig)), []byte(`"v":1`), []byte(`"v":0`), 1)
	for name, c := range map[string]struct {
		kind   wire.Kind
		body   []byte
		refuse error
	}{
		"of an older protocol":                         {wire.DownConfig, old, wire.ErrVersion},
		"personal, not sealed at all":                  {wire.DownProfile, clear, wire.ErrVersion},
		"another store's, personal, as it was sent":    {wire.DownProfile, s.forgeFor(t, "015").make(t, theirs, there.Topic(wire.DownProfile)), wire.ErrSealed},
		"another kind's, personal, under its own seal": {wire.DownErase, good.make(t, personal, here.Topic(wire.DownProfile)), wire.ErrSealed},
		"a snapshot, not sealed":                       {wire.DownSnapshot, []byte("not sealed at all"), wire.ErrVersion},
	} {
		n := b.Status().Refused[c.refuse.Error()]
		s.as(t, s.dir, "hq", here.Topic(c.kind), false, c.body)
		eventually(t, name+" refused", func() bool { return b.Status().Refused[c.refuse.Error()] > n })
	}
	if got := b.got(wire.DownConfig); len(got) != before || got[before-1] != `{"good":1}` {
		t.Errorf("config applied: %v", got)
	}
	if got := b.got(wire.DownProfile); len(got) != profiles {
		t.Errorf("profiles applied: %v", got)
	}
	if raw, ok := b.LastGood(wire.DownConfig); !ok || string(raw) != `{"good":1}` {
		t.Errorf("last good: %s", raw)
	}
}

// epoch is that of headquarters' revisions, as the box reports it.
func (s *site) epoch(t *testing.T) (epoch uint64) {
	t.Helper()
	for _, e := range s.events(t) {
		if e.Kind == wire.UpApplied {
			a, err := wire.Decode[wire.Applied](e.Payload)
			must(t, err)
			epoch = a.Epoch
		}
	}
	return epoch
}

// TestACL: at Mosquitto with the generated access control, one store's
// certificate neither writes nor reads another store's topics.
func TestACL(t *testing.T) {
	s := newSite(t, true)
	f, stop := s.office(t)
	b := s.box(t, t.TempDir())
	id, err := wire.LoadIdentity(s.bundle)
	must(t, err)
	data, err := wire.Encode(wire.UpVisit, opened(1))
	must(t, err)
	body, err := id.Wrap(wire.Message{Kind: wire.UpVisit, Epoch: 1, Rev: 1, Payload: data})
	must(t, err)
	// Even authentic bytes do not come through by another store's certificate,
	// and a store cannot speak as headquarters.
	s.as(t, s.other, "box", id.Address.Topic(wire.UpVisit), false, body)
	_, err = f.Push("014", wire.DownConfig, []byte(`{"good":1}`))
	must(t, err)
	s.as(t, s.other, "box", id.Address.Topic(wire.DownConfig), true, []byte("x"))
	eventually(t, "the config in force", func() bool { return outcome(f, wire.DownConfig) == "applied" })
	must(t, b.Record(wire.UpVisit, opened(3)))
	eventually(t, "the outbox empty", func() bool { return b.Status().Backlog == 0 })
	if n := len(b.Status().Refused); n != 0 || f.Refused() != 0 {
		t.Errorf("refused %v at the box, %d at headquarters: the broker let it through", b.Status().Refused, f.Refused())
	}
	heard := make(chan string, 16)
	listen(t, s, func(topic string) { heard <- topic })
	_, err = f.Push("014", wire.DownConfig, []byte(`{"good":2}`))
	must(t, err)
	_, err = f.Push("015", wire.DownConfig, []byte(`{"other":1}`))
	must(t, err)
	want := wire.Address{Chain: chain, Store: "015"}.Topic(wire.DownConfig)
	select {
	case got := <-heard:
		if got != want {
			t.Errorf("store 015 hears %s", got)
		}
	case <-time.After(30 * time.Second):
		t.Error("store 015 does not hear its own topic")
	}
	stop()
	for _, e := range s.events(t) {
		if e.Epoch == 1 {
			t.Error("an event came through by another store's certificate")
		}
	}
}

// listen subscribes to everything with store 015's certificate.
func listen(t *testing.T, s *site, hear func(topic string)) {
	t.Helper()
	id, err := wire.LoadIdentity(s.other)
	must(t, err)
	up := make(chan struct{})
	run := func(ctx context.Context) error {
		return line.Run(ctx, line.Options{Broker: s.broker.URL(), ClientID: "listener", Filters: []string{"foyer/#"}, TLS: id.TLS(time.Now)},
			func(ctx context.Context, l *line.Session) error {
				close(up)
				for {
					select {
					case d := <-l.In():
						hear(d.Topic)
						d.Ack()
					case <-ctx.Done():
						return ctx.Err()
					}
				}
			})
	}
	runs(t, run, func() error { return nil })
	<-up
}

// TestGap: a message whose predecessor is missing is not applied; headquarters
// is asked and sends what is missing.
func TestGap(t *testing.T) {
	s := newSite(t, false)
	f, _ := s.office(t)
	b := s.box(t, t.TempDir())
	first, err := f.Push("014", wire.DownProfile, profile(1, "Ms. Keller"))
	must(t, err)
	eventually(t, "the first in force", func() bool { return pending(f) == 0 })
	person, err := wire.Encode(wire.DownProfile, profile(2, "too soon"))
	must(t, err)
	here := wire.Address{Chain: chain, Store: "014"}
	topic := here.Topic(wire.DownProfile)
	s.as(t, s.dir, "hq", topic, false, s.forge(t).make(t, wire.Message{Kind: wire.DownProfile, Address: here,
		Epoch: 1 << 60, Rev: first + 9, Prev: first + 8, Payload: person}, topic))
	eventually(t, "resync asked for", func() bool {
		for _, e := range s.events(t) {
			if r, err := wire.Decode[wire.Resync](e.Payload); e.Kind == wire.UpResync && err == nil && r.Saw == first+9 {
				return true
			}
		}
		return false
	})
	if got := b.got(wire.DownProfile); len(got) != 1 {
		t.Errorf("applied %d, want 1: the gap was jumped", len(got))
	}
}

func TestOpenRefuses(t *testing.T) {
	s := newSite(t, false)
	for _, name := range []string{wire.FileIdentity, wire.FileSign, wire.FileBox, wire.FileHQSign, wire.FileCA} {
		path := filepath.Join(s.other, name)
		kept, err := os.ReadFile(path)
		must(t, err)
		must(t, os.Remove(path))
		if _, err := wire.LoadIdentity(s.other); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("without %s: %v", name, err)
		}
		must(t, os.WriteFile(path, []byte("rubbish"), 0o600))
		if _, err := wire.LoadIdentity(s.other); err == nil {
			t.Errorf("%s is rubbish, yet loaded", name)
		}
		must(t, os.WriteFile(path, kept, 0o600))
	}
	b, err := os.ReadFile(filepath.Join(s.bundle, wire.FileIdentity))
	must(t, err)
	must(t, os.WriteFile(filepath.Join(s.other, wire.FileIdentity), b, 0o600))
	if _, err := wire.LoadIdentity(s.other); err == nil {
		t.Error("another store's name with this certificate is loaded")
	}
}

// TestFaultsOfTheBox: what a full or a failing disk does not take now is not
// given up and not passed over; it is in force once the disk takes it, before
// what came after.
func TestFaultsOfTheBox(t *testing.T) {
	for _, fault := range []error{vault.ErrFull, syscall.EIO, context.Canceled} {
		t.Run(fault.Error(), func(t *testing.T) {
			s := newSite(t, false)
			f, _ := s.office(t)
			b := s.box(t, t.TempDir())
			b.mu.Lock()
			b.fail, b.fault = 2, fault
			b.mu.Unlock()
			_, err := f.Push("014", wire.DownErase, wire.Erase{Customer: "c-1"})
			must(t, err)
			_, err = f.Push("014", wire.DownProfile, profile(2, "after it"))
			must(t, err)
			eventually(t, "the erasure held back", func() bool { return b.Status().Held == wire.DownErase || len(b.got(wire.DownErase)) > 0 })
			eventually(t, "both in force", func() bool { return pending(f) == 0 })
			if n := len(b.got(wire.DownErase)); n != 1 {
				t.Errorf("the erasure was applied %d times", n)
			}
			if n := len(b.got(wire.DownProfile)); n != 1 || b.Status().Held != "" {
				t.Errorf("what came after was applied %d times; held: %q", n, b.Status().Held)
			}
			if n := len(s.rejections(t)); n != 0 {
				t.Errorf("headquarters was told %d times that it is refused", n)
			}
		})
	}
}

// TestFaultsOfTheContent: what can never be put in force is refused, once and
// with the reason, and does not hold up what comes after; so is what the box
// has no use for.
func TestFaultsOfTheContent(t *testing.T) {
	s := newSite(t, false)
	f, _ := s.office(t)
	b := s.box(t, t.TempDir())
	b.mu.Lock()
	b.fail, b.fault = 1, fmt.Errorf("%w: notes[3].text", hq.ErrContent)
	b.mu.Unlock()
	for i := range 2 {
		_, err := f.Push("014", wire.DownProfile, profile(i, "Ms. Keller"))
		must(t, err)
	}
	eventually(t, "both known", func() bool { return pending(f) == 0 })
	got := s.rejections(t)
	if len(got) != 1 || !strings.Contains(got[0].Reason, "notes[3].text") || len(b.got(wire.DownProfile)) != 1 {
		t.Errorf("refused: %+v, applied: %d", got, len(b.got(wire.DownProfile)))
	}
	_, err := f.Push("014", wire.DownRevocations, []byte(`{"x":1}`))
	must(t, err)
	eventually(t, "the useless refused", func() bool { return outcome(f, wire.DownRevocations) != "" })
	if o := outcome(f, wire.DownRevocations); !strings.Contains(o, "no use for revocations: it is not in force") {
		t.Errorf("outcome: %s", o)
	}
}

// rejections are what headquarters was told that it is refused.
func (s *site) rejections(t *testing.T) (out []wire.Rejected) {
	t.Helper()
	for _, e := range s.events(t) {
		if e.Kind == wire.UpRejected {
			r, err := wire.Decode[wire.Rejected](e.Payload)
			must(t, err)
			out = append(out, r)
		}
	}
	return out
}

// TestNobodysSession: at Mosquitto a store that names itself like another does
// not end the other's session.
func TestNobodysSession(t *testing.T) {
	s := newSite(t, true)
	b := s.box(t, t.TempDir())
	eventually(t, "the box up", func() bool { return b.Status().Up })
	since := b.Status().Since
	id, err := wire.LoadIdentity(s.bundle)
	must(t, err)
	s.name = id.ClientID()
	s.as(t, s.other, "box", "foyer/v1/"+chain+"/015/up/visit", false, []byte("x"))
	time.Sleep(300 * time.Millisecond) // a broken session would be noticed and come up again
	if st := b.Status(); !st.Up || !st.Since.Equal(since) {
		t.Error("another certificate with its name ended the session")
	}
}

// A box that headquarters takes for one that lost everything, and that lost
// nothing but its outbox, says again what is in force.
func TestSaidAgain(t *testing.T) {
	t.Parallel()
	s := newSite(t, false)
	f, stop := s.office(t)
	dir := t.TempDir()
	b := s.box(t, dir)
	_, err := f.Push("014", wire.DownProfile, profile(1, "Ms. Keller"))
	must(t, err)
	eventually(t, "in force", func() bool { return pending(f) == 0 })
	stop()
	b.stop()
	// A state of another epoch, as the last that headquarters heard of.
	id, err := wire.LoadIdentity(s.bundle)
	must(t, err)
	data, err := wire.Encode(wire.UpState, wire.State{Link: "down"})
	must(t, err)
	m, err := id.Wrap(wire.Message{Kind: wire.UpState, Epoch: 1 << 60, Rev: 1, Payload: data})
	must(t, err)
	f, _ = s.office(t)
	s.listens(t)
	s.as(t, s.bundle, "box", id.Address.Topic(wire.UpState), true, m)
	eventually(t, "taken for one that lost it", func() bool { return pending(f) == 1 })
	s.box(t, dir)
	eventually(t, "said again", func() bool { return pending(f) == 0 })
}
