package hq_test

import (
	"bytes"
	"slices"
	"testing"

	"foyer/sync/office"
	"foyer/sync/wire"
	"foyer/sync/wire/line/linetest"
)

// A box does not do what it cannot read, goes on with what it has, and
// headquarters hears of it at once.
func TestUnknownVersionIsReported(t *testing.T) {
	t.Parallel()
	s := newSite(t, false)
	f, _ := s.office(t)
	b := s.box(t, t.TempDir())
	_, err := f.Push("014", wire.DownContent, wire.Content{})
	must(t, err)
	eventually(t, "the first in force", func() bool { return outcome(f, wire.DownContent) == "applied" })
	here := wire.Address{Chain: chain, Store: "014"}
	topic := here.Topic(wire.DownContent)
	m := s.forge(t).make(t, wire.Message{Kind: wire.DownContent, Address: here, Epoch: 1 << 60, Rev: 9, Payload: []byte(`{"items":[]}`)}, topic)
	m = bytes.Replace(m, []byte(`"v":1`), []byte(`"v":2`), 1)
	s.broker.(*linetest.Mochi).Publish(t, topic, m)
	eventually(t, "headquarters knows", func() bool {
		return slices.ContainsFunc(f.Status(), func(st office.StoreStatus) bool {
			return slices.Contains(st.Refused, wire.Refusals{Cause: wire.ErrVersion.Error(), Count: 1})
		})
	})
	if n := len(b.got(wire.DownContent)); n != 1 {
		t.Errorf("applied %d times", n)
	}
}
