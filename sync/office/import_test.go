package office

import (
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"foyer/sync/wire"
	"foyer/sync/wire/line"
	"foyer/vault"

	"github.com/google/go-cmp/cmp"
)

// headOf opens a folder of headquarters until the test ends.
func headOf(t *testing.T, dir string) *Office {
	t.Helper()
	f, err := Open(Options{Dir: dir, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

// chainOf makes headquarters with stores.
func chainOf(t *testing.T, names ...string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "hq")
	err := errors.Join(InitCA(dir, time.Now()), SetBroker(dir, "tls://127.0.0.1:8883"))
	for _, n := range names {
		_, e := IssueStore(dir, "northwind", n, []string{"localhost"}, time.Now())
		err = errors.Join(err, e)
	}
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

func profiles(from, to int) (all []json.RawMessage) {
	for i := from; i < to; i++ {
		all = append(all, json.RawMessage(fmt.Sprintf(`{"customer":"c-%d","rev":1,"audience":{}}`, i)))
	}
	return all
}

func pendings(f *Office) (n []int) {
	for _, s := range f.Status() {
		n = append(n, s.Pending)
	}
	return n
}

// An import that is not committed leaves nothing, also where headquarters died;
// one that is reaches every store whole, also where headquarters died in the
// middle of handing it out.
func TestImportIsWholeOrNothing(t *testing.T) {
	dir := chainOf(t, "014", "015", "016")
	f := headOf(t, dir)
	id, err := f.BeginImport()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.BeginImport(); !errors.Is(err, ErrImporting) {
		t.Errorf("two at once: %v", err)
	}
	if err := f.Stage(id, profiles(0, 700), false); err != nil {
		t.Fatal(err)
	}
	if err := f.Stage("another", profiles(0, 1), false); !errors.Is(err, ErrNoImport) {
		t.Errorf("staged under another name: %v", err)
	}
	f.Close() // it dies
	f = headOf(t, dir)
	if d := cmp.Diff([]int{0, 0, 0}, pendings(f)); d != "" {
		t.Errorf("what was not committed is there: %s", d)
	}
	if _, err := f.CommitImport(id, Target{All: true}); !errors.Is(err, ErrNoImport) {
		t.Errorf("committed after a restart: %v", err)
	}

	id, err = f.BeginImport()
	if err == nil {
		err = f.Stage(id, profiles(0, 1200), false)
	}
	if err != nil {
		t.Fatal(err)
	}
	if n, err := f.CommitImport(id, Target{Stores: []string{"014", "099"}}); n != 0 || !errors.Is(err, ErrStore) {
		t.Errorf("to a store there is not: %d, %v", n, err)
	}
	// It dies after the commit and one batch.
	c := commitment{Stores: []string{"014", "016"}, Total: 1200}
	err = f.file.Update(func(tx *vault.Tx) error { return putJSON(tx, bucketMemory, commitKey, c) })
	if err == nil {
		err = f.move(&c)
	}
	if err != nil || c.Moved != moveBatch {
		t.Fatalf("%d moved, %v", c.Moved, err)
	}
	f.Close()
	f = headOf(t, dir)
	if d := cmp.Diff([]int{1200, 0, 1200}, pendings(f)); d != "" {
		t.Errorf("after the restart: %s", d)
	}
	f.Close()
	f = headOf(t, dir)
	if d := cmp.Diff([]int{1200, 0, 1200}, pendings(f)); d != "" {
		t.Errorf("after another: %s", d)
	}
}

// The chain's own names become pseudonyms, the same each time, and no store is
// sent a name.
func TestImportByNames(t *testing.T) {
	f := headOf(t, chainOf(t, "014"))
	for range 2 {
		id, err := f.BeginImport()
		if err == nil {
			err = f.Stage(id, []json.RawMessage{json.RawMessage(`{"customer":"Keller, Anna #417","rev":1,"audience":{}}`)}, true)
		}
		if err == nil {
			_, err = f.CommitImport(id, Target{All: true})
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	who, err := f.Pseudonym("Keller, Anna #417", false)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]int{1}, pendings(f)); d != "" {
		t.Errorf("twice the same customer: %s", d)
	}
	err = f.file.View(func(tx *vault.Tx) error {
		p, ok, err := f.stores["014"].profile(tx, who)
		if !ok || p.Customer != who {
			t.Errorf("%v: %q, want %q", ok, p.Customer, who)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// A target is exactly one of some stores, a group, and all.
func TestTargets(t *testing.T) {
	f := headOf(t, chainOf(t, "014", "015", "016"))
	if err := f.SetGroup("pilot", []string{"016", "014", "016"}); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		t    Target
		want []string
		err  bool
	}{
		{Target{All: true}, []string{"014", "015", "016"}, false},
		{Target{Group: "pilot"}, []string{"014", "016"}, false},
		{Target{Stores: []string{"015"}}, []string{"015"}, false},
		{Target{}, nil, true},
		{Target{All: true, Group: "pilot"}, nil, true},
		{Target{Group: "nobody"}, nil, true},
		{Target{Stores: []string{"015", "099"}}, nil, true},
	} {
		got, err := f.Resolve(c.t)
		if d := cmp.Diff(c.want, got); d != "" || (err != nil) != c.err {
			t.Errorf("%+v: %v %s", c.t, err, d)
		}
	}
	if err := f.SetGroup("x", []string{"099"}); !errors.Is(err, ErrStore) {
		t.Errorf("a group of a store there is not: %v", err)
	}
	if all, err := f.Groups(); err != nil || len(all) != 1 {
		t.Errorf("%v, %v", all, err)
	}
	if _, err := f.PushTo(Target{All: true}, wire.DownRoster, []byte(`{"associates":[{"id":"a"}]}`)); !errors.Is(err, wire.ErrPayload) {
		t.Errorf("a bad document: %v", err)
	}
	if d := cmp.Diff([]int{0, 0, 0}, pendings(f)); d != "" {
		t.Errorf("a bad document was given to a store: %s", d)
	}
	if out, err := f.PushTo(Target{Group: "pilot"}, wire.DownRoster, wire.Roster{}); err != nil || len(out) != 2 {
		t.Errorf("%v, %v", out, err)
	}
	if d := cmp.Diff([]int{1, 0, 1}, pendings(f)); d != "" {
		t.Error(d)
	}
}

// Going back gives what was in force before, never what was refused or what
// nobody has answered for.
func TestRollback(t *testing.T) {
	dir := chainOf(t, "014")
	id, err := wire.LoadIdentity(filepath.Join(storeDir(dir, "014"), "bundle"))
	if err != nil {
		t.Fatal(err)
	}
	f := headOf(t, dir)
	seq := uint64(0)
	says := func(outcome string) {
		t.Helper()
		d := f.stores["014"].docs[wire.DownContent]
		kind, p := wire.UpApplied, any(wire.Applied{Kind: wire.DownContent, Epoch: f.mem.Epoch, Rev: d.Rev})
		if outcome == "rejected" {
			kind, p = wire.UpRejected, wire.Rejected{Kind: wire.DownContent, Epoch: f.mem.Epoch, Rev: d.Rev, Reason: "no"}
		}
		data, err := wire.Encode(kind, p)
		seq++
		if err == nil {
			var body []byte
			body, err = id.Wrap(wire.Message{Kind: kind, Epoch: 9, Rev: seq, NotBefore: time.Now(), Payload: data})
			if err == nil {
				_, _, _, err = f.accept([]line.Delivery{{Topic: id.Address.Topic(kind), Payload: body}})
			}
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	push := func(title string) {
		t.Helper()
		if _, err := f.Push("014", wire.DownContent, wire.Content{Items: []wire.ContentItem{{ID: "n", Kind: "trend", Title: title}}}); err != nil {
			t.Fatal(err)
		}
	}
	back := func(want string) {
		t.Helper()
		if _, err := f.Rollback(Target{All: true}, wire.DownContent); err != nil {
			t.Errorf("back to %q: %v", want, err)
			return
		}
		c, err := wire.Decode[wire.Content](f.stores["014"].docs[wire.DownContent].Payload)
		if err != nil || c.Items[0].Title != want {
			t.Errorf("%v, %v, want %q", c.Items, err, want)
		}
	}
	push("one")
	if _, err := f.Rollback(Target{All: true}, wire.DownContent); err == nil {
		t.Error("there is something before the first")
	}
	says("applied")
	push("two")
	back("one") // two was never answered for
	says("applied")
	push("three")
	says("applied")
	push("bad")
	says("rejected")
	back("three")
	says("applied")
	f.Close()
	f = headOf(t, dir)
	back("three") // again: what is in force stays
	for _, k := range []wire.Kind{wire.DownProfile, wire.DownRevocations, wire.UpVisit} {
		if _, err := f.Rollback(Target{All: true}, k); err == nil {
			t.Errorf("%s is rolled back", k)
		}
	}
}
