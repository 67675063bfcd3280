package office

import (
	"strings"
	"testing"
	"time"

	"foyer/sync/wire"

	"github.com/google/go-cmp/cmp"
)

// What somebody should look at is said in words, and those stores come first,
// the ones that are gone before all others.
func TestTroubles(t *testing.T) {
	now := time.Now()
	fine := StoreStatus{Link: "up", Contact: now, LineUntil: now.AddDate(1, 0, 0)}
	with := func(name string, change func(*StoreStatus)) StoreStatus {
		s := fine
		s.Store = name
		change(&s)
		return s
	}
	all := []StoreStatus{
		with("a-fine", func(*StoreStatus) {}),
		with("b-never", func(s *StoreStatus) { s.Link = "" }),
		with("c-silent", func(s *StoreStatus) { s.Contact = now.Add(-time.Hour) }),
		with("d-refuses", func(s *StoreStatus) {
			s.Documents = []DocumentStatus{{Kind: wire.DownPlan, Outcome: "rejected", Reason: "zones[2]"}}
		}),
		with("e-down", func(s *StoreStatus) { s.Link = "down" }),
		with("f-ends", func(s *StoreStatus) { s.LineUntil = now.AddDate(0, 0, 20) }),
		with("g-lost", func(s *StoreStatus) { s.Lost, s.Replaced = 7, now }),
		with("h-ill", func(s *StoreStatus) { s.Health = []wire.HealthEntry{{Code: "ap-silent", Severity: "act"}} }),
		with("i-guest", func(s *StoreStatus) { s.Guest = "the authority is away" }),
		with("j-ledger", func(s *StoreStatus) { s.Back = &LedgerBack{} }),
		with("k-old", func(s *StoreStatus) { s.Refused = []wire.Refusals{{Cause: "unknown protocol version", Count: 1}} }),
		with("l-drew", func(s *StoreStatus) { s.Drawn = &DrawnPlan{At: now} }),
		with("l-denied", func(s *StoreStatus) { s.Denied = []wire.Refusals{{Cause: "expired", Count: 3}} }),
		with("m-revoked", func(s *StoreStatus) { s.Revoked = true }),
		with("n-weak", func(s *StoreStatus) { s.NotGranted = map[string]string{useLAN: "a weak key"} }),
	}
	said := map[string]string{"a-fine": "", "b-never": "never heard", "c-silent": "silent", "d-refuses": "refuses plan: zones[2]", "e-down": "link down",
		"f-ends": "ends on", "g-lost": "lost 7 events, the box was replaced", "h-ill": "act: ap-silent", "i-guest": "the authority is away",
		"j-ledger": "ledger went back", "k-old": "unknown protocol version", "l-drew": "plan drawn in store on " + now.Format(time.DateOnly),
		"l-denied": "not accepted here: expired (3)", "m-revoked": "enroll-code m-revoked --replace", "n-weak": "certificate for lan not granted: a weak key"}
	var order []string
	for _, s := range WorstFirst(all, now) {
		order = append(order, s.Store)
		got := strings.Join(s.Troubles(now), "; ")
		if want := said[s.Store]; (want == "") != (got == "") || !strings.Contains(got, want) {
			t.Errorf("%s: %q, want %q", s.Store, got, want)
		}
	}
	if d := cmp.Diff([]string{"e-down", "b-never", "c-silent", "d-refuses", "f-ends", "g-lost", "h-ill", "i-guest", "j-ledger", "k-old", "l-denied", "l-drew", "m-revoked", "n-weak", "a-fine"}, order); d != "" {
		t.Error(d)
	}
}
