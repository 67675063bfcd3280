package office

import (
	"testing"
	"time"

	"foyer/sync/wire"
	"foyer/sync/wire/line"
)

// A store that says every minute that it is there is answered when it comes, and
// then once an hour; one that says that it is gone is not.
func TestAQuietStoreIsAnsweredHourly(t *testing.T) {
	dir := newFolder(t)
	bundle, err := IssueStore(dir, "northwind", "015", []string{"localhost"}, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	id, err := wire.LoadIdentity(bundle)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	f, err := Open(Options{Dir: dir, Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	connection := uint64(1)
	answered := func(link string) bool {
		t.Helper()
		data, err := wire.Encode(wire.UpState, wire.State{Link: link, Epoch: 7})
		if err != nil {
			t.Fatal(err)
		}
		body, err := id.Wrap(wire.Message{Kind: wire.UpState, Epoch: 7, Rev: connection, NotBefore: now, Payload: data})
		if err != nil {
			t.Fatal(err)
		}
		_, acks, _, err := f.accept([]line.Delivery{{Topic: id.Address.Topic(wire.UpState), Payload: body}})
		if err != nil || f.refuse > 0 {
			t.Fatalf("%v, %d refused", err, f.refuse)
		}
		st := f.stores["015"]
		if due := st.unshared; due != (len(acks) > 0) {
			t.Errorf("answered %v, its key share is due: %v", !due, due)
		}
		st.unshared = false
		return len(acks) > 0
	}
	for i, step := range []struct {
		after time.Duration
		comes uint64
		link  string
		want  bool
	}{
		{0, 1, "up", true}, {time.Minute, 1, "up", false}, {58 * time.Minute, 1, "up", false}, {time.Minute, 1, "up", true},
		{time.Minute, 1, "up", false}, {time.Second, 2, "up", true}, {2 * time.Hour, 2, "down", false}, {0, 2, "up", true},
	} {
		now, connection = now.Add(step.after), step.comes
		if got := answered(step.link); got != step.want {
			t.Errorf("step %d: answered %v, want %v", i, got, step.want)
		}
	}
}
