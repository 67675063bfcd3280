package office

import (
	"fmt"
	"testing"
	"time"

	"foyer/sync/wire"
	"foyer/sync/wire/line"
)

// A ledger that goes back, or is another at the same row, is noticed once it is
// said, by whatever outbox; one that grows, an old copy, and a store that says
// nothing of it are not. What was noticed outlives a restart, until accepted.
func TestALedgerThatGoesBackIsNoticed(t *testing.T) {
	dir := newFolder(t)
	bundle, err := IssueStore(dir, "northwind", "015", []string{"localhost"}, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	id, err := wire.LoadIdentity(bundle)
	if err != nil {
		t.Fatal(err)
	}
	f, err := Open(Options{Dir: dir, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { f.Close() }()
	head := func(seq uint64, hash int) wire.LedgerHead {
		return wire.LedgerHead{Seq: seq, Hash: fmt.Sprintf("%064x", hash)}
	}
	said := func(epoch, connection, nth uint64, link string, h wire.LedgerHead) {
		t.Helper()
		data, err := wire.Encode(wire.UpState, wire.State{Link: link, Epoch: epoch, Nth: nth, Ledger: h})
		if err != nil {
			t.Fatal(err)
		}
		body, err := id.Wrap(wire.Message{Kind: wire.UpState, Epoch: epoch, Rev: connection, NotBefore: time.Now(), Payload: data})
		if err != nil {
			t.Fatal(err)
		}
		if _, _, _, err := f.accept([]line.Delivery{{Topic: id.Address.Topic(wire.UpState), Payload: body}}); err != nil || f.refuse > 0 {
			t.Fatalf("%v, %d refused", err, f.refuse)
		}
	}
	back := func() *LedgerBack {
		for _, s := range f.Status() {
			if s.Store == "015" {
				return s.Back
			}
		}
		t.Fatal("no store 015")
		return nil
	}
	none := wire.LedgerHead{}
	steps := []struct {
		epoch, connection, nth uint64
		link                   string
		head                   wire.LedgerHead
		back                   bool
	}{
		{7, 1, 1, "up", head(0, 0), false}, {7, 1, 2, "up", head(5, 50), false}, {7, 1, 3, "up", head(5, 50), false},
		{7, 1, 2, "up", head(4, 40), false}, // an old copy
		{7, 1, 4, "down", none, false}, {7, 2, 1, "up", none, false}, {7, 2, 2, "up", head(9, 90), false},
		{7, 3, 1, "up", head(9, 91), true}, // the same row, another hash
		{7, 3, 2, "up", head(10, 100), false},
		{8, 1, 1, "up", head(3, 30), true}, // an older copy, with another outbox
		{8, 1, 2, "up", head(0, 0), true},  // begun anew
	}
	for i, s := range steps {
		said(s.epoch, s.connection, s.nth, s.link, s.head)
		b := back()
		if (b != nil) != s.back {
			t.Fatalf("step %d: %+v", i, b)
		}
		if b == nil {
			continue
		}
		if b.Now != s.head || b.Was == s.head || b.At.IsZero() {
			t.Errorf("step %d: %+v", i, b)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
		if f, err = Open(Options{Dir: dir, Now: time.Now}); err != nil {
			t.Fatal(err)
		}
		if again := back(); again == nil || *again != *b {
			t.Errorf("step %d: forgotten by a restart: %+v", i, again)
		}
		if err := f.AcceptLedger("015"); err != nil || back() != nil {
			t.Errorf("step %d: not accepted: %v", i, err)
		}
	}
	if err := f.AcceptLedger("015"); err == nil {
		t.Error("nothing was accepted")
	}
	if err := f.AcceptLedger("nowhere"); err == nil {
		t.Error("a store that is none")
	}
}
