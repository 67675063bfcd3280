package account

import (
	"os"
	"strings"
	"testing"
	"time"

	"foyer/config"
	"foyer/vault"
)

// The sentences of a scope are those of the threat model, word for word.
func TestTheThreatModelSaysTheSame(t *testing.T) {
	data, err := os.ReadFile("../../docs/threat-model.md")
	if err != nil {
		t.Fatal(err)
	}
	page := strings.Join(strings.Fields(strings.ReplaceAll(string(data), "**", "")), " ")
	for _, s := range []string{saysNoKey, saysBeside, saysFile, saysGiven, saysIdentity, saysOutbox, saysErased, saysFlash, saysMemory} {
		if !strings.Contains(page, s) {
			t.Errorf("docs/threat-model.md does not say: %s", s)
		}
	}
}

func TestWhatACopyOpens(t *testing.T) {
	for _, c := range []struct {
		under    vault.Lock
		key      keyPlace
		identity bool
		want     string
	}{
		{vault.Unsealed, keyCredential, false, "yes"},
		{vault.UnderHQ, keyBeside, true, "no"},
		{vault.UnderIdentity, keyCredential, true, "yes"},
		{vault.UnderIdentity, keyBeside, false, "no"},
		{vault.UnderHers, keyBeside, false, "yes"},
		{vault.UnderBox, keyFile, true, "if it holds the key's file"},
		{vault.UnderRoot, keyCredential, true, "if it opens the credential"},
		{vault.UnderHers, keyUnseen, true, "with the root key"},
	} {
		if got := readable(c.under, c.key, c.identity); got != c.want {
			t.Errorf("under %s, the key %s: %q, want %q", c.under, c.key, got, c.want)
		}
	}
}

// A scope has every declared bucket with its counts, says the worst first, and
// says of the past what it cannot know.
func TestScope(t *testing.T) {
	f := facts("tls://hq.example.com:8883")
	f.Config.Identity = "id"
	f.Config.Data, f.Config.RootKey = "data", "data/root-key"
	h := Held{Counts: map[string][]vault.Count{"a.db": {{Bucket: "b", Rows: 3, Subjects: 2}}}, Customers: 2, Erased: 1, Rows: 7, Subjects: []string{"c-1", "c-2"}}
	page := func(since time.Time) string {
		var b strings.Builder
		if err := NewScope(f, h, since).Markdown(&b); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	now, then := page(time.Time{}), page(f.At.AddDate(0, 0, -2))
	for _, want := range []string{"| a.db/b | yes | 3 | 2 | customers | f | a key of her own |", "\n\n" + saysBeside, "2 customers.", saysIdentity, "c-2"} {
		if !strings.Contains(now, want) {
			t.Errorf("of now, %q is missing in\n%s", want, now)
		}
	}
	for _, want := range []string{"1 customer was erased here", "7 were written before", "not counted"} {
		if !strings.Contains(then, want) || strings.Contains(now, want) {
			t.Errorf("%q is not of the past only", want)
		}
	}
	f.Config = &config.Config{RootKey: "elsewhere/key", Data: "data"}
	if now = page(time.Time{}); strings.Contains(now, saysBeside) || !strings.Contains(now, saysFile) || strings.Contains(now, saysIdentity) {
		t.Error("with the key elsewhere, and no identity, it says the same")
	}
}
