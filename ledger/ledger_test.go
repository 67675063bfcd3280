package ledger

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"go.uber.org/goleak"

	"foyer/floor"
	"foyer/vault"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

type box struct {
	t    testing.TB
	dir  string
	keys *vault.KeyRing
	log  *Log
}

func newBox(t testing.TB) *box {
	b := &box{t: t, dir: t.TempDir()}
	b.open()
	t.Cleanup(b.close)
	return b
}

func (b *box) open() {
	b.t.Helper()
	var err error
	if b.keys, err = vault.OpenKeys(b.dir, [32]byte{7}, vault.KeyOptions{}); err != nil {
		b.t.Fatal(err)
	}
	if b.log, err = Open(b.dir, b.keys, Options{}); err != nil {
		b.t.Fatal(err)
	}
}

func (b *box) close() {
	if err := errors.Join(b.log.Close(), b.keys.Close()); err != nil {
		b.t.Error(err)
	}
}

func (b *box) restart() {
	b.t.Helper()
	b.close()
	b.open()
}

func customer(t testing.TB, ref string) floor.Customer {
	t.Helper()
	c, err := floor.ParseCustomer(ref)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func access(t testing.TB, at time.Time) Row {
	t.Helper()
	ana, err := floor.ParseAssociate("MARK-ana")
	if err != nil {
		t.Fatal(err)
	}
	return Row{
		At: at, Viewer: ana, Role: "associate", Relation: "preferred", Visit: "MARK-visit", Purpose: "serve",
		Items: []Item{{ID: "MARK-item", Disclosure: "hint", Rule: "D22"}}, Policy: "p1", Reason: "MARK-reason",
	}
}

func (b *box) append(ref string, at time.Time) Row {
	b.t.Helper()
	r, err := b.log.Append(customer(b.t, ref), access(b.t, at))
	if err != nil {
		b.t.Fatal(err)
	}
	return r
}

func (b *box) of(ref string) []Row {
	b.t.Helper()
	rows, err := b.log.Of(customer(b.t, ref))
	if err != nil {
		b.t.Fatal(err)
	}
	return rows
}

func (b *box) verify() {
	b.t.Helper()
	if err := b.log.Verify(); err != nil {
		b.t.Error(err)
	}
}

var people = cmpopts.EquateComparable(floor.AssociateID{})

func TestRowsComeBackAndChain(t *testing.T) {
	b := newBox(t)
	b.verify() // an empty ledger holds
	var want []Row
	for i := range 5 {
		b.append("c-2", noon.Add(time.Duration(i)*time.Minute))
		want = append(want, b.append("c-1", noon.Add(time.Duration(i)*time.Minute)))
	}
	if got := b.of("c-3"); len(got) != 0 {
		t.Errorf("a stranger has rows: %v", got)
	}
	if b.keys.Has("c-3") {
		t.Error("asking made a key")
	}
	b.restart()
	want = append(want, b.append("c-1", noon.Add(time.Hour)))
	if diff := cmp.Diff(want, b.of("c-1"), people); diff != "" {
		t.Error(diff)
	}
	b.verify()
	if got, last := b.log.Head(), want[len(want)-1]; got.Seq != 11 || got.Hash != last.Hash {
		t.Errorf("head %d, want row %d", got.Seq, last.Seq)
	}
	if want[0].Subject != want[5].Subject || strings.Contains(want[0].Subject, "c-1") || len(want[0].Subject) < 20 {
		t.Errorf("ledger ids %q and %q", want[0].Subject, want[5].Subject)
	}
}

func TestNothingStandsInTheClear(t *testing.T) {
	b := newBox(t)
	b.append("MARK-customer", noon)
	for name, data := range b.files() {
		for _, s := range []string{"MARK", "serve", "preferred", "D22"} {
			if strings.Contains(data, s) {
				t.Errorf("%s holds %q", name, s)
			}
		}
	}
	if s := fmt.Sprintf("%v %+v", b.of("MARK-customer")[0], b.of("MARK-customer")); strings.Contains(s, "MARK") {
		t.Errorf("a row prints itself: %s", s)
	}
}

func (b *box) files() map[string]string {
	b.t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(b.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		all[d.Name()] = string(data)
		return err
	})
	if err != nil {
		b.t.Fatal(err)
	}
	return all
}

func TestWrongRowsAreRefused(t *testing.T) {
	b := newBox(t)
	for want, spoil := range map[string]func(*Row){
		"viewer":   func(r *Row) { r.Viewer = floor.AssociateID{} },
		"role":     func(r *Row) { r.Role = "" },
		"purpose":  func(r *Row) { r.Purpose = "" },
		"at":       func(r *Row) { r.At = time.Time{} },
		"Forget":   func(r *Row) { r.Erased = true },
		"items[0]": func(r *Row) { r.Items[0].Rule = "" },
		"bytes":    func(r *Row) { r.Reason = strings.Repeat("x", maxRow) },
	} {
		r := access(t, noon)
		spoil(&r)
		_, err := b.log.Append(customer(t, "c-1"), r)
		if !errors.Is(err, ErrRow) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v", want, err)
		}
	}
	if _, err := b.log.Append(floor.Customer{}, access(t, noon)); !errors.Is(err, ErrRow) {
		t.Errorf("nobody: %v", err)
	}
	if b.log.Head().Seq != 0 {
		t.Error("something was written")
	}
	if got := b.append("c-1", noon).Seq; got != 1 {
		t.Errorf("the first row is %d", got)
	}
	b.verify()
}

// What was opened on purpose is not logged without the reason.
// Whoever is let in without a name stands in the chain, among the rows about
// customers and in none of theirs.
func TestWhoWasLetIn(t *testing.T) {
	b := newBox(t)
	if _, err := b.log.Append(customer(t, "c-1"), access(t, noon)); err != nil {
		t.Fatal(err)
	}
	if err := b.log.LetIn("technician", "set-up", noon); err != nil {
		t.Fatal(err)
	}
	for _, wrong := range []error{b.log.LetIn("", "set-up", noon), b.log.LetIn("technician", "", noon), b.log.LetIn("technician", "set-up", time.Time{})} {
		if !errors.Is(wrong, ErrRow) {
			t.Errorf("a row that says nothing: %v", wrong)
		}
	}
	b.restart()
	if _, err := b.log.Append(customer(t, "c-1"), access(t, noon)); err != nil {
		t.Fatal(err)
	}
	if err := b.log.Verify(); err != nil || b.log.Head().Seq != 3 {
		t.Errorf("row %d, %v", b.log.Head().Seq, err)
	}
	if rows, err := b.log.Of(customer(t, "c-1")); err != nil || len(rows) != 2 {
		t.Errorf("%d rows about her, %v", len(rows), err)
	}
}

func TestARevealNeedsItsReason(t *testing.T) {
	b := newBox(t)
	c, err := floor.ParseCustomer("c-1")
	if err != nil {
		t.Fatal(err)
	}
	a, err := floor.ParseAssociate("ana")
	if err != nil {
		t.Fatal(err)
	}
	r := Row{At: noon, Viewer: a, Role: "associate", Relation: "preferred", Purpose: PurposeReveal}
	if _, err := b.log.Append(c, r); !errors.Is(err, ErrRow) {
		t.Errorf("without a reason: %v", err)
	}
	r.Reason = "customer_asked"
	if _, err := b.log.Append(c, r); err != nil {
		t.Error(err)
	}
}

func TestForgetCutsTheLinkAndRewritesNothing(t *testing.T) {
	b := newBox(t)
	r := b.append("c-1", noon)
	b.append("c-2", noon)
	before := b.rows()
	if err := b.log.Forget(customer(t, "c-1"), noon.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if err := b.log.Forget(customer(t, "c-1"), noon); err != nil { // again: nothing is left to cut
		t.Error(err)
	}
	if err := b.keys.Shred("c-1"); err != nil {
		t.Fatal(err)
	}
	b.restart()
	after := b.rows()
	for k, v := range before {
		if after[k] != v {
			t.Errorf("row %x was rewritten", k)
		}
	}
	if len(after) != len(before)+1 {
		t.Errorf("%d rows, want %d", len(after), len(before)+1)
	}
	if got := b.of("c-1"); len(got) != 0 {
		t.Errorf("she is still linked to %d rows", len(got))
	}
	if got := b.of("c-2"); len(got) != 1 {
		t.Errorf("the other customer has %d rows", len(got))
	}
	b.verify()
	var stone Row
	if err := b.log.file.View(func(tx *vault.Tx) (err error) {
		stone, err = b.log.row(tx, rowKey("2026-11", 3))
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if !stone.Erased || stone.Subject != r.Subject || stone.Viewer.Valid() {
		t.Errorf("the tombstone is %+v", rawRow{Subject: stone.Subject, Erased: stone.Erased})
	}
	if again := b.append("c-1", noon.Add(2*time.Hour)); again.Subject == r.Subject {
		t.Error("she got her old ledger id again")
	}
	if got := b.of("c-1"); len(got) != 1 {
		t.Errorf("a new customer has %d rows, want 1", len(got))
	}
}

// Where the key went first, the link is dead all the same.
func TestForgetAfterTheKeyIsGone(t *testing.T) {
	b := newBox(t)
	b.append("c-1", noon)
	if err := b.keys.Shred("c-1"); err != nil {
		t.Fatal(err)
	}
	if err := b.log.Forget(customer(t, "c-1"), noon); err != nil {
		t.Fatal(err)
	}
	if len(b.of("c-1")) != 0 || b.log.Stats().Tombstones != 1 {
		t.Error("the link was not cut")
	}
	b.verify()
}

// rows returns the raw rows of the database.
func (b *box) rows() map[string]string {
	b.t.Helper()
	all := map[string]string{}
	if err := b.log.file.View(func(tx *vault.Tx) error {
		return tx.Each(bRows, nil, func(k, v []byte) error { all[string(k)] = string(v); return nil })
	}); err != nil {
		b.t.Fatal(err)
	}
	return all
}

func TestMonthsBeginWithTheLastHash(t *testing.T) {
	b := newBox(t)
	start := time.Date(2025, 1, 15, 12, 0, 0, 0, time.UTC)
	for m := range 20 { // 2025-01 to 2026-08, two rows each
		b.append("c-1", start.AddDate(0, m, 0))
		b.append("c-2", start.AddDate(0, m, 1))
	}
	back := b.append("c-1", start) // the clock went back: the newest month goes on
	b.verify()
	before := b.rows()
	n, err := b.log.Expire(time.Date(2026, 8, 31, 0, 0, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	if n != 12 { // 2025-01 to 2025-06 have ended more than 13 months ago
		t.Errorf("%d rows expired, want 12", n)
	}
	if err := b.log.Clean(); err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(filepath.Join(b.dir, "ledger.db"))
	if err != nil {
		t.Fatal(err)
	}
	after := b.rows()
	for k, sealed := range before {
		if _, kept := after[k]; kept != strings.Contains(string(raw), sealed) {
			t.Errorf("row %x: kept %t, in the file %t", k, kept, !kept)
		}
	}
	b.restart()
	b.verify()
	if got := b.of("c-1"); len(got) != 15 || got[0].Seq != 13 || got[14].Seq != back.Seq {
		t.Errorf("she has %d rows", len(got))
	}
	if n, err := b.log.Expire(noon.AddDate(50, 0, 0)); err != nil || n == 0 {
		t.Errorf("after a long sleep: %d, %v", n, err)
	}
	b.append("c-1", noon)
	b.verify()
	if n, err := b.log.Expire(noon); n != 0 || err != nil {
		t.Errorf("expired again: %d, %v", n, err)
	}
}

// A full ledger refuses accesses, and so cards, but not an erasure.
func TestFullLedger(t *testing.T) {
	b := newBox(t)
	if err := b.log.Close(); err != nil {
		t.Fatal(err)
	}
	var err error
	if b.log, err = Open(b.dir, b.keys, Options{Quota: 512 << 10}); err != nil {
		t.Fatal(err)
	}
	r := access(t, noon)
	r.Reason = strings.Repeat("x", 5000)
	for err == nil {
		_, err = b.log.Append(customer(t, "c-1"), r)
	}
	if !errors.Is(err, vault.ErrFull) {
		t.Fatal(err)
	}
	b.verify() // what was refused has left nothing behind
	if err := b.log.Forget(customer(t, "c-1"), noon); err != nil {
		t.Error(err)
	}
	b.verify()
}

func TestAppendersRace(t *testing.T) {
	b := newBox(t)
	var wg sync.WaitGroup
	for i := range 4 {
		wg.Go(func() {
			for range 10 {
				if _, err := b.log.Append(customer(t, fmt.Sprint("c-", i)), access(t, noon)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	b.verify()
	if got := b.log.Head().Seq; got != 40 {
		t.Errorf("%d rows, want 40", got)
	}
}

func TestDamagedLedgerIsNotBegunAnew(t *testing.T) {
	b := newBox(t)
	b.append("c-1", noon)
	if err := b.log.Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(b.dir, "ledger.db")
	if err := os.Truncate(path, 9000); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(b.dir, b.keys, Options{}); !errors.Is(err, vault.ErrDamaged) {
		t.Errorf("got %v, want ErrDamaged", err)
	}
	l, err := Open(b.dir, b.keys, Options{AcceptLoss: true})
	if err != nil {
		t.Fatal(err)
	}
	if l.Recovery().Rung != vault.SetAside {
		t.Errorf("recovery %+v", l.Recovery())
	}
	if err := l.Close(); err != nil {
		t.Error(err)
	}
}

// A ledger whose keys are lost opens for nobody: it too is begun anew only when
// told.
func TestLedgerWithoutItsKeys(t *testing.T) {
	b := newBox(t)
	b.append("c-1", noon)
	b.close()
	if err := os.Remove(filepath.Join(b.dir, "keys.db")); err != nil {
		t.Fatal(err)
	}
	var err error
	if b.keys, err = vault.OpenKeys(b.dir, [32]byte{7}, vault.KeyOptions{AcceptLoss: true}); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(b.dir, b.keys, Options{}); !errors.Is(err, vault.ErrDamaged) || !errors.Is(err, ErrBroken) {
		t.Errorf("got %v, want ErrDamaged for ErrBroken", err)
	}
	if b.log, err = Open(b.dir, b.keys, Options{AcceptLoss: true}); err != nil {
		t.Fatal(err)
	}
	if b.log.Recovery().Rung != vault.SetAside || b.log.Head().Seq != 0 {
		t.Errorf("recovery %+v, %d rows", b.log.Recovery(), b.log.Head().Seq)
	}
	b.append("c-1", noon)
	b.restart()
	if err := b.log.Verify(); err != nil {
		t.Error(err)
	}
}

// A damaged ledger goes back to its snapshot only when told; what it then holds
// is a whole chain, and goes on.
func TestDamagedLedgerGoesBackToItsSnapshot(t *testing.T) {
	b := newBox(t)
	b.append("c-1", noon)
	if err := b.log.Snapshot(); err != nil {
		t.Fatal(err)
	}
	b.append("c-1", noon)
	b.close()
	if err := os.WriteFile(filepath.Join(b.dir, "ledger.db"), []byte("not a database"), 0o600); err != nil {
		t.Fatal(err)
	}
	var err error
	if b.keys, err = vault.OpenKeys(b.dir, [32]byte{7}, vault.KeyOptions{}); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(b.dir, b.keys, Options{}); !errors.Is(err, vault.ErrDamaged) {
		t.Errorf("got %v, want ErrDamaged", err)
	}
	if b.log, err = Open(b.dir, b.keys, Options{AcceptLoss: true}); err != nil {
		t.Fatal(err)
	}
	if r := b.log.Recovery(); r.Rung != vault.Restored || b.log.Head().Seq != 1 {
		t.Errorf("recovery %+v, %d rows", r, b.log.Head().Seq)
	}
	b.append("c-1", noon)
	if err := b.log.Verify(); err != nil || b.log.Head().Seq != 2 {
		t.Errorf("%d rows, %v", b.log.Head().Seq, err)
	}
}
