package office

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"foyer/sync/wire"
	"foyer/sync/wire/enrol"
	"foyer/sync/wire/line"

	"github.com/google/go-cmp/cmp"
)

// A desk is headquarters with a clock, and without a store.
type desk struct {
	*Office
	dir, pin string
	now      time.Time
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{dir: filepath.Join(t.TempDir(), "hq"), now: time.Now()}
	var err error
	for _, step := range []func() error{
		func() error { return InitCA(d.dir, d.now) },
		func() error { return SetChain(d.dir, "northwind") },
		func() error { return SetBroker(d.dir, "tls://127.0.0.1:8883") },
		func() error { _, err := IssueBroker(d.dir, []string{"127.0.0.1"}, d.now); return err },
		func() (err error) { d.pin, err = Fingerprint(d.dir); return },
		func() (err error) {
			d.Office, err = Open(Options{Dir: d.dir, Now: func() time.Time { return d.now }})
			return
		},
	} {
		if err = step(); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() { d.Close() })
	return d
}

// ask is what a box in a folder asks with a code.
func ask(t *testing.T, folder string, q enrol.Request, names ...string) (*enrol.Pending, enrol.Checked) {
	t.Helper()
	p, err := enrol.Prepare(folder)
	if err == nil {
		q, err = p.Request(q, append(names, "foyer-014.local"))
	}
	if err != nil {
		t.Fatal(err)
	}
	c, err := q.Check()
	if err != nil {
		t.Fatal(err)
	}
	return p, c
}

func (d *desk) code(t *testing.T, replace bool) string {
	t.Helper()
	code, err := d.EnrolCode("014", replace, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	return code
}

// A code makes one box a store's, once. The answer can be had again by the box
// that has the keys, and by no other.
func TestEnrolOnce(t *testing.T) {
	d := newDesk(t)
	code, folder := d.code(t, false), filepath.Join(t.TempDir(), "identity")
	_, q := ask(t, folder, enrol.Request{Code: code})
	first, err := d.Enrol(q)
	if err != nil {
		t.Fatal(err)
	}
	p, again := ask(t, folder, enrol.Request{Code: code}) // the box has started anew meanwhile
	second, err := d.Enrol(again)
	if diff := cmp.Diff(first, second); err != nil || diff != "" {
		t.Errorf("asked again: %v\n%s", err, diff)
	}
	_, stranger := ask(t, filepath.Join(t.TempDir(), "identity"), enrol.Request{Code: code})
	if _, err := d.Enrol(stranger); !errors.Is(err, ErrCode) {
		t.Errorf("a used code with other keys: %v", err)
	}
	id, err := p.Finish(second, d.pin, d.now)
	if err != nil || id.ClientID() != "014" {
		t.Fatalf("%v, %v", id, err)
	}
	if _, err := d.EnrolCode("014", false, time.Hour); !errors.Is(err, ErrExists) {
		t.Errorf("a second box for the store: %v", err)
	}
	if _, err := d.Push("014", wire.DownRoster, wire.Roster{}); err != nil {
		t.Errorf("the store is not known: %v", err)
	}
}

// A box whose folder could not be given its name asks again with the same words:
// its code is spent on these keys.
func TestEnrolAfterFolderWasInTheWay(t *testing.T) {
	d := newDesk(t)
	code, folder := d.code(t, false), filepath.Join(t.TempDir(), "identity")
	p, q := ask(t, folder, enrol.Request{Code: code})
	a, err := d.Enrol(q)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(folder, "something"), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Finish(a, d.pin, d.now); err == nil || !strings.Contains(err.Error(), "it must be empty") {
		t.Fatalf("a folder in the way: %v", err)
	}
	if err := os.RemoveAll(folder); err != nil {
		t.Fatal(err)
	}
	p, q = ask(t, folder, enrol.Request{Code: code})
	if a, err = d.Enrol(q); err != nil {
		t.Fatalf("asked again: %v", err)
	}
	id, err := p.Finish(a, d.pin, d.now)
	if err != nil || id.ClientID() != "014" {
		t.Fatalf("%v, %v", id, err)
	}
	left, err := filepath.Glob(filepath.Join(folder, "*.csr"))
	if err != nil || len(left) != 0 {
		t.Errorf("%q are left, %v", left, err)
	}
}

// What does not fit the code is refused, and does not spend it.
func TestEnrolRefuses(t *testing.T) {
	d := newDesk(t)
	code := d.code(t, false)
	dir := t.TempDir()
	for i, c := range []struct {
		q     enrol.Request
		names []string
		want  error
	}{
		{enrol.Request{Code: "AAAAAAAAAAAAAAAAAAAAAAAAAA"}, nil, ErrCode},
		{enrol.Request{Code: code, Chain: "northwind", Store: "015"}, nil, ErrCodeFor},
		{enrol.Request{Code: code, Chain: "southwind", Store: "014"}, nil, ErrCodeFor},
		{enrol.Request{Code: code, Replace: true}, nil, ErrCodeFor},
		{enrol.Request{Code: code}, []string{"192.0.2.7"}, enrol.ErrRequest},
		{enrol.Request{Code: code}, []string{"*.local"}, enrol.ErrRequest},
	} {
		_, q := ask(t, filepath.Join(dir, string(rune('a'+i))), c.q, c.names...)
		if _, err := d.Enrol(q); !errors.Is(err, c.want) {
			t.Errorf("%d: %v, want %v", i, err, c.want)
		}
	}
	_, q := ask(t, filepath.Join(dir, "late"), enrol.Request{Code: code})
	d.now = d.now.Add(time.Hour)
	if _, err := d.Enrol(q); !errors.Is(err, ErrCode) {
		t.Errorf("an expired code: %v", err)
	}
	d.now = d.now.Add(-time.Second)
	if _, err := d.Enrol(q); err != nil {
		t.Errorf("what was refused has spent the code: %v", err)
	}
	q.Sign += " "
	if _, err := q.Request.Check(); !errors.Is(err, enrol.ErrRequest) {
		t.Errorf("a request that was altered: %v", err)
	}
	for _, name := range []string{"hq", "Store 1", ""} {
		if _, err := d.EnrolCode(name, false, time.Hour); err == nil {
			t.Errorf("a code for %q", name)
		}
	}
	if _, err := d.EnrolCode("099", true, time.Hour); err == nil {
		t.Error("a box that is not there is replaced")
	}
	if b, err := os.ReadFile(filepath.Join(d.dir, "office.db")); err != nil || bytes.Contains(b, []byte(code)) {
		t.Errorf("the code lies on the disk: %v", err)
	}
}

// A new box takes the old one's place: the old one is believed nothing more, has
// no key share, and all that the store should hold is due again.
func TestEnrolReplaces(t *testing.T) {
	d := newDesk(t)
	box := func(replace bool) (wire.Identity, enrol.Answer) {
		p, q := ask(t, filepath.Join(t.TempDir(), "identity"), enrol.Request{Code: d.code(t, replace), Replace: replace})
		a, err := d.Enrol(q)
		if err != nil {
			t.Fatal(err)
		}
		id, err := p.Finish(a, d.pin, d.now)
		if err != nil {
			t.Fatal(err)
		}
		return id, a
	}
	says := func(id wire.Identity, epoch, rev uint64, s wire.State) {
		data, err := wire.Encode(wire.UpState, s)
		if err == nil {
			var body []byte
			body, err = id.Wrap(wire.Message{Kind: wire.UpState, Epoch: epoch, Rev: rev, NotBefore: d.now, Payload: data})
			if err == nil {
				_, _, _, err = d.accept([]line.Delivery{{Topic: id.Address.Topic(wire.UpState), Payload: body}})
			}
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	old, _ := box(false)
	for _, p := range []any{wire.Profile{Customer: "c-1", Rev: 1}} {
		if _, err := d.Push("014", wire.DownProfile, p); err != nil {
			t.Fatal(err)
		}
	}
	says(old, 900, 1, wire.State{Link: "up", Epoch: 900, Backlog: 7, Version: "old"})
	if _, err := d.keyshare(d.stores["014"]); err != nil {
		t.Fatal(err)
	}
	share := d.stores["014"].rec.Share
	before, err := IssuedTo(d.dir, "014")
	if err != nil {
		t.Fatal(err)
	}

	fresh, a := box(true)
	if a.Lost == nil || a.Lost.Backlog != 7 || a.Lost.Contact.IsZero() || len(a.Lost.Certificates) != len(before) {
		t.Errorf("what was lost: %+v", a.Lost)
	}
	now, err := IssuedTo(d.dir, "014")
	for _, i := range now {
		was := slices.ContainsFunc(before, func(b Issued) bool { return b.Serial == i.Serial })
		if i.Revoked.IsZero() == was {
			t.Errorf("%s certificate %s revoked at %v", i.Use, i.Serial, i.Revoked)
		}
	}
	if err != nil || len(now) != 4 {
		t.Errorf("%d certificates, %v", len(now), err)
	}
	refused := d.refuse
	says(old, 900, 2, wire.State{Link: "up", Epoch: 900, Backlog: 8, Version: "old"})
	if d.refuse == refused {
		t.Error("the replaced box is believed")
	}
	says(fresh, 12, 1, wire.State{Link: "up", Epoch: 12, Version: "new"}) // its clock is slow: its epoch is smaller
	if s := d.Status()[0]; s.Version != "new" || s.Pending != 1 || s.Lost != 7 {
		t.Errorf("status %+v", s)
	}
	if _, err := d.keyshare(d.stores["014"]); err != nil || bytes.Equal(d.stores["014"].rec.Share, share) {
		t.Errorf("the new box is given the old one's key share, %v", err)
	}
}

// A crash after the code was spent and before the keys were taken is mended when
// the box asks again.
func TestEnrolAfterACrash(t *testing.T) {
	d := newDesk(t)
	folder := filepath.Join(t.TempDir(), "identity")
	_, q := ask(t, folder, enrol.Request{Code: d.code(t, false)})
	if _, err := d.Enrol(q); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"sign.pub", "open.pub"} {
		if err := os.Remove(filepath.Join(storeDir(d.dir, "014"), name)); err != nil {
			t.Fatal(err)
		}
	}
	delete(d.stores, "014")
	if _, err := d.known("014"); !errors.Is(err, ErrStore) {
		t.Fatalf("the crash is not one: %v", err)
	}
	if _, err := d.Enrol(q); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Push("014", wire.DownRoster, wire.Roster{}); err != nil {
		t.Errorf("the store is not known: %v", err)
	}
}
