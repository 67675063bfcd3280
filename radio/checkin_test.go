package radio

import (
	"net/http"
	"testing"
	"time"

	"foyer/floor"
	"foyer/radio/report"
)

// The whole way in wall time: a phone on the store's Wi-Fi is a stranger until
// it checks in, is leased by the next report that names its address, is heard
// as the same phone after it rotates its address, and is a stranger again from
// the moment of its withdrawal.
func TestCheckIn(t *testing.T) {
	b := newBench(t, IntakeOptions{})
	b.guests.patience = time.Minute // a loaded machine may take its time
	url, c := "https://"+listen(t, b, nil, newHTTP)+"/v1/reports", newClient(t)
	second := 0
	hear := func(n int) []floor.Report {
		t.Helper()
		second++
		r := heard(addr(t, n), "127.1.0.7", "fe80::7")
		r.At = opening.Add(time.Duration(second) * time.Second / 10)
		body, err := report.Append(nil, r)
		if err != nil {
			t.Fatal(err)
		}
		if resp, text := post(t, c, url, token1, string(body)); resp.StatusCode != http.StatusNoContent {
			t.Fatalf("%s %s", resp.Status, text)
		}
		return b.next(t).Reports
	}
	checkIn := func(n int) floor.Phone {
		t.Helper()
		bound := make(chan floor.Phone, 1)
		go func() {
			p, err := b.guests.Bind(t.Context(), ip("127.1.0.7"), Grant{Key: "c", Until: opening.Add(time.Hour)})
			if err != nil {
				t.Error(err)
			}
			bound <- p
		}()
		for b.guests.Stats().Waiting == 0 {
			time.Sleep(time.Millisecond)
		}
		hear(n)
		return <-bound
	}
	if got := hear(1); len(got) != 0 {
		t.Fatalf("a stranger is heard: %v", got)
	}
	p := checkIn(1)
	if got := hear(1); len(got) != 1 || got[0].Phone != p {
		t.Errorf("after the check-in: %v", got)
	}
	if again := checkIn(2); again != p {
		t.Error("the rotated phone is another")
	}
	if got := hear(2); len(got) != 1 || got[0].Phone != p || len(hear(1)) != 0 {
		t.Errorf("after the rotation: %v", got)
	}
	b.guests.Release(p)
	if got := hear(2); len(got) != 0 {
		t.Errorf("after the withdrawal: %v", got)
	}
}
