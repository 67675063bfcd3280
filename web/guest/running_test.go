package guest

import (
	"slices"
	"strings"
	"testing"
	"time"

	"foyer/concierge"
	"foyer/ledger"
	"foyer/profile"
	"foyer/web/doors"
)

// Whatever is declared to be kept of customers for a time has words on the page
// that says how long.
func TestWhatIsKeptHasWords(t *testing.T) {
	n := 0
	for _, b := range slices.Concat(concierge.Buckets(), profile.Buckets(), ledger.Buckets(), doors.Buckets()) {
		if b.TTL == 0 || !strings.Contains(b.Whose, "customers") {
			continue
		}
		n++
		if in(t, "en").keptWords(b.Name) == "" {
			t.Errorf("%s, %s: the page does not say that it is kept for %v", b.Name, b.Purpose, b.TTL)
		}
	}
	if n < 10 {
		t.Errorf("only %d kinds of things", n)
	}
}

// The page says what is configured, and another thing where that is another.
func TestThePageIsMadeOfTheConfiguration(t *testing.T) {
	const day = 24 * time.Hour
	r := Running{Hears: true, Headquarters: true, Silence: 5 * time.Minute, Within: 20 * time.Minute, Grace: 30 * time.Second,
		Kept: []Kept{{"served", 730 * day}, {"visits", 30 * day}, {"photos", day}, {"rows", 434 * day}, {"subjects", 434 * day}, {"profiles", 0}}}
	said := func(r Running, asked ...string) string {
		v := in(t, "en").running(r, asked)
		out := strings.Join(v.Lines, "\n")
		for _, k := range v.Kept {
			out += "\n" + k.Name + ": " + k.For
		}
		return out
	}
	for _, want := range []string{"not heard for 5 minutes", "after 20 minutes", "30 seconds", "sealed for it", "Who has served you: 24 months", "what you said of them: 30 days", "Your picture: a day", "allow here: “A” and “B”."} {
		if got := said(r, "“A”", "“B”"); !strings.Contains(got, want) || strings.Count(got, "Who saw what") != 1 {
			t.Errorf("%q is not said, or twice: %s", want, got)
		}
	}
	got := said(Running{Silence: 10 * time.Minute, Within: 7 * time.Minute, Grace: 10 * time.Second})
	for _, want := range []string{"nobody is located", "works alone", "after 7 minutes", "10 seconds"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not said: %s", want, got)
		}
	}
	if strings.Contains(got, "sealed for it") || strings.Contains(got, "can be asked") {
		t.Errorf("said of another configuration: %s", got)
	}
}
