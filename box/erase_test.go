package box

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"foyer/concierge"
	"foyer/config"
	"foyer/sync/wire"
	"foyer/vault"
	"foyer/web/doors"
	"foyer/web/letter"
)

// known is a store that knows c-1 in every way it can know anybody, and c-2.
func known(t *testing.T) *store {
	t.Helper()
	b, _ := lined(t)
	d, err := doors.Open(b.in.Config.Data, b.keys, nil)
	if err != nil {
		t.Fatal(err)
	}
	b.sessions = d
	t.Cleanup(func() { d.Close() })
	finished(t, b, served(t, b))
	for _, ref := range []string{"c-1", "c-2"} {
		if _, err := d.Admit(customerOf(t, ref), at); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.tell(t, wire.DownProfile, keller(1, func(p *wire.Profile) { p.Customer, p.Form = "c-2", "Ms. Osman" })); err != nil {
		t.Fatal(err)
	}
	return b
}

// An export holds every fact, in both forms, and nothing of anybody else.
func TestAnExportHasEverythingOfHerOnly(t *testing.T) {
	b := known(t)
	v, err := named(b.export)(t.Context(), "c-1")
	if err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	var page bytes.Buffer
	var e concierge.Copy
	if err := json.Unmarshal(data, &e); err != nil {
		t.Fatal(err)
	}
	if err := letter.Write(&page, e, letter.Options{}); err != nil {
		t.Fatal(err)
	}
	if len(e.Accesses) != 1 || len(e.Accesses[0].Items) == 0 || len(e.Served) != 1 || len(e.Sessions) != 1 || e.Now == nil || len(e.Held) == 0 {
		t.Errorf("%d accesses, %d who served, %d sessions, now %v", len(e.Accesses), len(e.Served), len(e.Sessions), e.Now)
	}
	rule, session := e.Accesses[0].Items[0].Rule, e.Sessions[0].Until
	for _, fact := range []string{"c-1", "Ms. Keller", "ANKLE-BOOTS", "boots", "ana", "Ana", "preferred", "history_store", "profile_to_associates", "n1", rule} {
		if !bytes.Contains(data, []byte(fact)) || !strings.Contains(page.String(), strings.ReplaceAll(fact, "_", " ")) {
			t.Errorf("%q is not in both forms", fact)
		}
	}
	if !strings.Contains(page.String(), session.Format("2 January 2006, 15:04 MST")) {
		t.Error("the letter does not say until when she is signed in")
	}
	for _, other := range []string{"c-2", "Osman"} {
		if bytes.Contains(data, []byte(other)) || strings.Contains(page.String(), other) {
			t.Errorf("%q is in it", other)
		}
	}
	for ref, want := range map[string]string{"c-3": "holds nothing", "no body": "pseudonym", "": "pseudonym"} {
		if _, err := named(b.export)(t.Context(), ref); err == nil || !strings.Contains(err.Error(), want) || ref != "" && strings.Contains(err.Error(), ref) {
			t.Errorf("%q: %v", ref, err)
		}
	}
}

// An operator's erasure is headquarters': nothing is left, headquarters will be
// told, her session has ended, the ledger holds, and the others are as before.
func TestAnErasureOfTheOperator(t *testing.T) {
	b := known(t)
	handle := b.keys.Handle("c-1")
	before := b.ledger.Head().Seq
	v, err := named(b.eraseProven)(t.Context(), "c-1")
	if err != nil {
		t.Fatal(err)
	}
	if e := v.(Erasure); e.HQ != "queued" || e.Row != before+1 || len(e.Hash) != 64 || e.Proof == "" || e.At.IsZero() {
		t.Errorf("the report is %+v", e)
	}
	if e, err := b.door.Erasure(v.(Erasure).Proof); err != nil || !e.Operator || e.Here || e.Owed || len(e.Lines) == 0 {
		t.Errorf("its reference says %+v, %v", e, err)
	}
	if files := b.holding(t, handle, []byte("Keller"), []byte("ANKLE-BOOTS")); len(files) != 0 {
		t.Errorf("%v speak of her", files)
	}
	if _, err := b.export(t.Context(), customerOf(t, "c-1")); !errors.Is(err, errNobody) {
		t.Errorf("an export afterwards: %v", err)
	}
	if e, err := b.export(t.Context(), customerOf(t, "c-2")); err != nil || len(e.Sessions) != 1 || len(e.Held) == 0 {
		t.Errorf("the other: %d sessions, %v", len(e.Sessions), err)
	}
	if err := b.ledger.Verify(); err != nil {
		t.Error(err)
	}
	if n := b.link.Status().Backlog; n != 1 {
		t.Errorf("%d reports wait for headquarters", n)
	}
	if _, err := named(b.erase)(t.Context(), "c-1"); err != nil {
		t.Errorf("again: %v", err)
	}
}

// What is asked of a running box can be done in the folder of a stopped one, and
// in no other.
func TestAtRest(t *testing.T) {
	dir := t.TempDir()
	c, err := config.Parse([]byte(strings.Join([]string{"store: {chain: test, id: shop, timezone: UTC}",
		"data: " + filepath.Join(dir, "data"), "runtime: " + filepath.Join(dir, "run"),
		`listen: {guest: "127.0.0.1:0", staff: "127.0.0.1:0", sensors: "127.0.0.1:0"}`,
		"names: {guest: here.localhost, staff: staff.localhost}", "identity: " + dir, "mdns: {enabled: false}",
		"tls: {guest: {cert: a, key: b}, staff: {cert: a, key: b}}"}, "\n")), nil)
	if err != nil {
		t.Fatal(err)
	}
	c.Identity = "" // nobody is spoken to
	in := Inputs{Config: c, Log: slog.New(slog.DiscardHandler)}
	if _, err := Export(t.Context(), in, "c-1"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("without a data folder: %v", err)
	}
	if err := os.Mkdir(c.Data, 0o700); err != nil {
		t.Fatal(err)
	}
	if os.Geteuid() == 0 {
		_ = os.Chown(c.Data, 12345, -1)
		if _, err := Erase(t.Context(), in, "c-1"); err == nil || !strings.Contains(err.Error(), "as that user") {
			t.Errorf("in somebody else's folder: %v", err)
		}
		_ = os.Chown(c.Data, 0, -1)
	}
	if all, _ := os.ReadDir(c.Data); len(all) > 0 {
		t.Errorf("a refusal left %d files", len(all))
	}
	err = atRest(t.Context(), in, func(ctx context.Context, b *store) error {
		if _, err := Export(ctx, in, "c-1"); !errors.Is(err, vault.ErrLocked) || !strings.Contains(err.Error(), "socket") {
			t.Errorf("while another has the folder: %v", err)
		}
		return b.tell(t, wire.DownProfile, keller(1, nil))
	})
	if err != nil {
		t.Fatal(err)
	}
	if e, err := Export(t.Context(), in, "c-1"); err != nil || !bytes.Contains(e.Held, []byte("Ms. Keller")) {
		t.Errorf("an export at rest: %v", err)
	}
	if e, err := Erase(t.Context(), in, "c-1"); err != nil || e.HQ != "none" {
		t.Errorf("an erasure at rest: %+v, %v", e, err)
	}
	if _, err := Export(t.Context(), in, "c-1"); !errors.Is(err, errNobody) {
		t.Errorf("afterwards: %v", err)
	}
}
