package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"foyer/sync/office"
	"foyer/sync/wire"
)

// serving is headquarters without a broker, with stores.
func serving(t *testing.T, stores ...string) (do func(args ...string) string, dir string) {
	t.Helper()
	h := newHeadquarters(t)
	h.do("ca", "init", "--chain", "northwind")
	for _, s := range stores {
		h.do("ca", "store", "--store", s)
	}
	h.broker = "tls://127.0.0.1:1"
	h.open(t)
	return h.do, h.dir
}

// An import reaches every store of its target or none, and says where a fault is.
func TestImport(t *testing.T) {
	do, dir := serving(t, "014", "015", "016")
	do("group", "set", "pilot", "014", "016")
	if out := do("group", "list"); out != "pilot: 014 016\n" {
		t.Errorf("groups: %q", out)
	}
	pending := func() (n []int) {
		var all []office.StoreStatus
		must(t, "", json.Unmarshal([]byte(do("fleet", "status", "--json")), &all))
		for _, s := range all {
			n = append(n, s.Pending)
		}
		return n
	}
	var rows strings.Builder
	rows.WriteString("customer,form\n")
	for i := range 3000 {
		fmt.Fprintf(&rows, "CRM %d,Ms. Keller\n", i)
	}
	bad := file(t, "bad.csv", rows.String()+"CRM 7,x\n")
	if _, err := hqCommand(t, dir, "profiles", "import", bad, "--all", "--names"); err == nil || !strings.Contains(err.Error(), bad+":3002: the same customer as in line 9") {
		t.Errorf("a fault in the last line: %v", err)
	}
	if got := fmt.Sprint(pending()); got != "[0 0 0]" {
		t.Errorf("pending after a fault: %v", got)
	}
	if out := do("profiles", "import", file(t, "good.csv", rows.String()), "--group", "pilot", "--names"); !strings.Contains(out, "3000 profiles for 2 stores") {
		t.Errorf("import says %q", out)
	}
	if got := fmt.Sprint(pending()); got != "[3000 0 3000]" {
		t.Errorf("pending: %v", got)
	}
	purchases := "customer,id,at,category,text,sensitivity\nCRM 7,p-1,2026-11-20,coats,Wool coat,ordinary\n"
	one := file(t, "one.csv", "customer\nCRM 7\n")
	badRow := file(t, "rows.csv", purchases+"CRM 7,p-2,2026-11-20,coats,Wool coat,dear\n")
	if _, err := hqCommand(t, dir, "profiles", "import", one, "--purchases", badRow, "--all", "--names"); err == nil || !strings.Contains(err.Error(), badRow+":3: sensitivity: want one of") {
		t.Errorf("a fault in a purchase: %v", err)
	}
	if out := do("profiles", "import", one, "--purchases", file(t, "p.csv", purchases), "--store", "015", "--names"); !strings.Contains(out, "1 profiles for 1 stores") {
		t.Errorf("import with purchases says %q", out)
	}
	if who := strings.TrimSpace(do("customer", "--name", "CRM 7")); !strings.HasPrefix(who, "c-") {
		t.Errorf("CRM 7 is %q", who)
	}
	for _, args := range [][]string{{"--store", "099"}, {}, {"--all", "--group", "pilot"}, {"--group", "none"}} {
		if _, err := hqCommand(t, dir, append([]string{"profiles", "import", file(t, "g.csv", "customer\nc-1\n")}, args...)...); err == nil {
			t.Errorf("to %v: no word", args)
		}
	}
	if out := do("push", "policy", "--group", "pilot"); strings.Count(out, "policy is revision") != 2 {
		t.Errorf("push to a group: %q", out)
	}
	if _, err := hqCommand(t, dir, "rollback", "policy", "--all"); err == nil || !strings.Contains(err.Error(), "nothing was sent to any store") {
		t.Errorf("nothing to go back to: %v", err)
	}
	// What goes out one by one is kept by no store, and what is revoked stays so.
	for _, kind := range []string{"profile", "consent", "revocations", "nothing"} {
		if _, err := hqCommand(t, dir, "rollback", kind, "--all"); err == nil || strings.Contains(strings.SplitAfter(err.Error(), "want one of")[1], kind) {
			t.Errorf("rollback %s: %v", kind, err)
		}
	}
	if help := do("rollback", "--help"); !strings.Contains(help, "Kinds: config, policy,") || strings.Contains(help, "profile") || strings.Contains(help, "revocations") {
		t.Errorf("help lists what there is no going back to:\n%s", help)
	}
}

// Events are exported as asked for, whole or not at all.
func TestExport(t *testing.T) {
	dir := t.TempDir()
	var log strings.Builder
	for i, kind := range []wire.Kind{wire.UpVisit, wire.UpOffer, wire.UpVisit} {
		fmt.Fprintf(&log, `{"store":"01%d","epoch":7,"seq":%d,"kind":%q,"at":"2026-11-2%dT12:00:00Z","received":"2026-11-22T12:00:01Z","payload":{"a":1}}`+"\n", 4+i, i+1, kind, 1+i)
	}
	must(t, "", os.WriteFile(filepath.Join(dir, office.LogName), []byte(log.String()+`{"half`), 0o600))
	out := filepath.Join(t.TempDir(), "out")
	read := func(args ...string) string {
		t.Helper()
		text, err := hqCommand(t, dir, append([]string{"events", "export"}, args...)...)
		must(t, text, err)
		b, err := os.ReadFile(args[1])
		must(t, "", err)
		return string(b)
	}
	if got := read("--out", out+".ndjson"); got != log.String() {
		t.Errorf("all: %q", got)
	}
	if got := read("--out", out+".ndjson", "--kind", "visit", "--since", "2026-11-22T00:00:00Z"); strings.Count(got, "\n") != 1 || !strings.Contains(got, `"seq":3`) {
		t.Errorf("some: %q", got)
	}
	if got, want := read("--out", out+".csv", "--store", "015"), "store,epoch,seq,kind,at,received,payload\n015,7,2,offer,2026-11-22T12:00:00Z,2026-11-22T12:00:01Z,\"{\"\"a\"\":1}\"\n"; got != want {
		t.Errorf("table: %q, want %q", got, want)
	}
	must(t, "", os.WriteFile(filepath.Join(dir, office.LogName), []byte("rubbish\n"), 0o600))
	if _, err := hqCommand(t, dir, "events", "export", "--out", out+".new"); err == nil {
		t.Error("a damaged log is exported")
	}
	if left, err := filepath.Glob(filepath.Join(filepath.Dir(out), "*")); err != nil || len(left) != 2 {
		t.Errorf("left: %v, %v", left, err)
	}
	for _, args := range [][]string{{"--kind", "gossip"}, {"--since", "yesterday"}, {"--format", "xml"}} {
		if _, err := hqCommand(t, dir, append([]string{"events", "export", "--out", out}, args...)...); err == nil {
			t.Errorf("%v: no word", args)
		}
	}
}
