package hq_test

import (
	"bytes"
	"crypto/ed25519"
	"os"
	"path/filepath"
	"testing"
	"time"

	"foyer/sync/office"
	"foyer/sync/wire"
)

// TestRefusedEvents: what is forged, replayed, downgraded, expired or another
// store's has no effect at headquarters, about a visit and about a person alike,
// though it comes by the store's own certificate; and headquarters says how much of
// what was refused in whose name.
func TestRefusedEvents(t *testing.T) { brokers(t, testRefusedEvents) }

func testRefusedEvents(t *testing.T, s *site) {
	f, stop := s.office(t)
	b := s.box(t, t.TempDir())
	must(t, b.Record(wire.UpVisit, opened(1)))
	must(t, b.Record(wire.UpConsent, said(true)))
	eventually(t, "the outbox empty", func() bool { return b.Status().Backlog == 0 && len(s.events(t)) >= 2 })
	epoch := b.Epoch()
	b.stop() // the forger has its certificate
	publish := s.asAll(t, s.bundle, "box")
	before := s.events(t)

	id, err := wire.LoadIdentity(s.bundle)
	must(t, err)
	other, err := wire.LoadIdentity(s.other)
	must(t, err)
	key, err := os.ReadFile(filepath.Join(s.bundle, wire.FileSign))
	must(t, err)
	mine, err := wire.ParseSignKey(key)
	must(t, err)
	_, nobodys, err := ed25519.GenerateKey(nil)
	must(t, err)
	pub, err := os.ReadFile(filepath.Join(s.bundle, wire.FileHQOpen))
	must(t, err)
	seal, err := wire.ParseSealKey(pub)
	must(t, err)
	good, bad := forge{mine, seal}, forge{nobodys, seal}
	payloads := map[wire.Kind][]byte{}
	for kind, p := range map[wire.Kind]any{wire.UpVisit: opened(9), wire.UpConsent: said(false)} {
		payloads[kind], err = wire.Encode(kind, p)
		must(t, err)
	}
	denied := func(cause error) (n uint64) {
		for _, r := range f.Status()[0].Denied {
			if r.Cause == cause.Error() {
				n = r.Count
			}
		}
		return n
	}
	for kind, payload := range payloads {
		topic := id.Address.Topic(kind)
		m := wire.Message{Kind: kind, Address: id.Address, Epoch: epoch, Rev: 1 << 20, NotBefore: time.Now(), Payload: payload}
		change := func(do func(*wire.Message)) wire.Message { c := m; do(&c); return c }
		stolen, err := other.Wrap(m)
		must(t, err)
		signed, err := wire.Sign(m, mine)
		must(t, err)
		old, err := wire.Seal(bytes.Replace(signed, []byte(`"v":1`), []byte(`"v":0`), 1), topic, seal)
		must(t, err)
		foreign := good.make(t, change(func(m *wire.Message) { m.Address = other.Address }), topic)
		expired := good.make(t, change(func(m *wire.Message) { m.Expires = time.Now().Add(-time.Hour) }), topic)
		some := func(body []byte) []wire.Sealed { return []wire.Sealed{{Kind: kind, Body: body}} }
		for name, c := range map[string]struct {
			body   []byte
			refuse error
			many   bool
		}{
			"forged, among many":                     {wire.Bundle(some(bad.make(t, m, topic))), wire.ErrSignature, true},
			"forged, among many of another's":        {other.Bundle(some(bad.make(t, m, topic))), wire.ErrSignature, true},
			"another store's, among many of its own": {id.Bundle(some(foreign)), wire.ErrForeign, true},
			"expired, among many of its own":         {id.Bundle(some(expired)), wire.ErrExpired, true},
			"many, cut":                              {id.Bundle(some(foreign))[:40], wire.ErrMalformed, true},
			"forged":                                 {bad.make(t, m, topic), wire.ErrSignature, false},
			"another store's":                        {foreign, wire.ErrForeign, false},
			"another store's, as it sent it":         {stolen, wire.ErrSealed, false},
			"another chain's":                        {good.make(t, change(func(m *wire.Message) { m.Address.Chain = "south" }), topic), wire.ErrForeign, false},
			"another kind's":                         {good.make(t, change(func(m *wire.Message) { m.Kind = wire.UpNote }), topic), wire.ErrForeign, false},
			"downgraded":                             {old, wire.ErrVersion, false},
			"not sealed":                             {signed, wire.ErrVersion, false},
			"expired":                                {expired, wire.ErrExpired, false},
			"unnumbered":                             {good.make(t, change(func(m *wire.Message) { m.Rev = 0 }), topic), wire.ErrMalformed, false},
			"empty":                                  {nil, wire.ErrSealed, false},
		} {
			n := denied(c.refuse)
			at := topic
			if c.many {
				at = id.Address.Topic(wire.UpMany)
			}
			publish(at, c.body)
			eventually(t, string(kind)+" "+name+" refused", func() bool { return denied(c.refuse) > n })
		}
	}
	next := office.Event{Kind: wire.UpVisit, Epoch: epoch, Seq: 1 << 20, At: time.Now(), Payload: payloads[wire.UpVisit]}
	for _, e := range append(before, next) { // replayed, and one that is new
		topic := id.Address.Topic(e.Kind)
		publish(topic, good.make(t, wire.Message{Kind: e.Kind, Address: id.Address, Epoch: e.Epoch, Rev: e.Seq, NotBefore: e.At, Payload: e.Payload}, topic))
	}
	eventually(t, "the new one has come", func() bool { return len(s.events(t)) > len(before) })
	stop()
	if got := s.events(t)[len(before):]; len(got) != 1 || got[0].Seq != next.Seq {
		t.Errorf("headquarters has taken %+v", got)
	}
}

func said(yes bool) wire.ConsentChange {
	return wire.ConsentChange{Customer: "c-1", Consent: wire.Consent{Purpose: "photo", Granted: yes, Wall: time.Now().UnixMilli(), Node: "014"}}
}
