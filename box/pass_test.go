package box_test

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"foyer/box"
	"foyer/sync/office"
	"foyer/sync/wire"
)

// A pass that headquarters signed is read by the box alone, and is good once,
// also across a restart. Nobody is known on this box, so a pass that is good
// ends at "nothing to show".
func TestPasses(t *testing.T) {
	defer goleak.VerifyNone(t)
	dir := t.TempDir()
	identity(t, dir)
	now := time.Now()
	hq, err := office.Open(office.Options{Dir: filepath.Join(dir, "hq"), Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	defer hq.Close()
	pass := func() string {
		t.Helper()
		text, err := hq.Pass("shop", "c-1001", time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	_, stranger, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	forged := func(store string, at time.Time) string {
		text, err := wire.SignPass(wire.Address{Chain: "test", Store: store}, "c-1001", at, time.Minute, stranger)
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	send, stop := guestOf(t, dir)
	used := pass()
	for range 100 { // until the box has looked at its clock
		if !strings.HasPrefix(send(pass()), "503") {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	for _, c := range []struct{ text, want string }{
		{used, "404 Nothing to show"}, {used, "410 This pass has been used"},
		{forged("shop", now), "401 This pass was not signed by headquarters"},
		{"made-up", "400 This token is not a check-in pass"},
	} {
		if got := send(c.text); !strings.HasPrefix(got, c.want) {
			t.Errorf("%s, want %s", got, c.want)
		}
	}
	now = time.Now().Add(-2 * time.Minute)
	if got := send(pass()); !strings.HasPrefix(got, "410 This pass has expired") {
		t.Error(got)
	}
	now = time.Now().Add(time.Hour)
	if got := send(pass()); !strings.HasPrefix(got, "503 This box is not sure of the time") {
		t.Error(got)
	}
	now = time.Now()
	if _, err := office.IssueStore(filepath.Join(dir, "hq"), "test", "annex", []string{"localhost"}, now.Add(-time.Hour)); err != nil {
		t.Fatal(err)
	}
	elsewhere, err := hq.Pass("annex", "c-1001", time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	if got := send(elsewhere); !strings.HasPrefix(got, "403 This pass was made for another store") {
		t.Error(got)
	}
	if _, err := hq.Pass("nowhere", "c-1001", time.Minute); err == nil {
		t.Error("a pass is made for a store that is not")
	}
	stop()
	send, stop = guestOf(t, dir)
	defer stop()
	for range 100 {
		if !strings.HasPrefix(send(pass()), "503") {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	if got := send(used); !strings.HasPrefix(got, "410 This pass has been used") {
		t.Errorf("after a restart: %s", got)
	}
}

// guestOf starts a box; send posts a pass to its guest listener and returns the
// status and the sentence. Each comes from an address of its own, for what one
// may try is limited.
func guestOf(t *testing.T, dir string) (send func(token string) string, stop func()) {
	t.Helper()
	ready, done := make(chan box.Addresses, 1), make(chan error, 1)
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		done <- box.Run(ctx, box.Inputs{Config: parse(t, dir), Tick: 10 * time.Millisecond,
			Watch: box.Watch{Ready: func(a box.Addresses) { ready <- a }}})
	}()
	at := <-ready
	n := 1
	send = func(token string) string {
		t.Helper()
		n++
		from := &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 1, byte(n))}}
		c := &http.Client{Transport: &http.Transport{DisableKeepAlives: true, DialContext: from.DialContext,
			TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}
		res, err := c.Post("https://"+at.Guest+"/v1/checkin", "application/json", strings.NewReader(fmt.Sprintf(`{"token":%q}`, token)))
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		body, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(body), token) {
			t.Errorf("the answer repeats the pass: %s", body)
		}
		_, detail, _ := strings.Cut(string(body), `"detail":"`)
		return fmt.Sprint(res.StatusCode, " ", detail)
	}
	return send, func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}
