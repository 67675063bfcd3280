package web

import (
	"bufio"
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"foyer/web/staff"
	"foyer/web/stream"
)

// Whoever was away while a customer took everything back learns, when she comes
// back, that it is over, and not that it began; after too long she is told to
// load everything again.
func TestAWithdrawalWhileSheIsAway(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ana := h.signOn("ana", "4711")
	events, leave := ana.listen("/v1/associate/stream", "")
	keller := h.signIn("c-keller")
	h.arrive(customer("c-keller"), "shoes")
	h.server.staffHub.Publish(staff.Audience(associate("ana")), stream.Message{Kind: "floor.changed"})
	last := want(t, events, "floor.changed").id
	leave()
	keller.done("/here", "/here/announce", "style", "approach_me")
	keller.form("/here/consents/profile_to_associates/withdraw")
	back, stop := ana.listen("/v1/associate/stream", last)
	for kind := ""; kind != "offer.rescinded"; {
		select {
		case e := <-back:
			if kind = e.kind; kind == "offer.created" || kind == "" {
				t.Fatalf("she came back to %+v", e)
			}
		case <-time.After(30 * time.Second):
			t.Fatal("nobody says that it is over")
		}
	}
	stop()
	for range 1100 { // more than is remembered
		h.server.staffHub.Publish("somebody else", stream.Message{Kind: "floor.changed"})
	}
	back, _ = ana.listen("/v1/associate/stream", last)
	want(t, back, "reset")
}

// A page that reads no more, over a real connection, is dropped without anybody
// waiting for it; when it comes back it gets what it has missed, from there on.
func TestAStalledPageIsDroppedAndCatchesUp(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("SKIPPED: a connection takes megabytes before it stalls: run without -short")
	}
	h := newHouse(t)
	ana := h.signOn("ana", "4711")
	small := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: h.roots, NextProtos: []string{"http/1.1"}}, DialContext: func(ctx context.Context, network, at string) (net.Conn, error) {
		c, err := new(net.Dialer).DialContext(ctx, network, at)
		if err == nil {
			err = c.(*net.TCPConn).SetReadBuffer(256 << 10)
		}
		return c, err
	}}
	defer small.CloseIdleConnections()
	answer, err := (&http.Client{Transport: small, Jar: ana.client.Jar}).Get(ana.base + "/v1/associate/stream")
	h.must(err)
	defer answer.Body.Close()
	hub, me := h.server.staffHub, staff.Audience(associate("ana"))
	began, before := time.Now(), hub.Stats()
	var longest time.Duration
	for n := 0; hub.Stats().TooSlow == 0; n++ {
		if n == 20000 {
			t.Fatalf("it never stalls: %+v %v", hub.Stats(), answer.Status)
		}
		at := time.Now()
		for range 16 {
			hub.Publish(me, stream.Message{Kind: "floor.changed", ID: strings.Repeat("x", 400)})
		}
		longest = max(longest, time.Since(at))
		for end := time.Now().Add(200 * time.Millisecond); hub.Stats().Delivered-before.Delivered < uint64(16*(n+1)) && hub.Stats().Open > 0 && time.Now().Before(end); {
			time.Sleep(100 * time.Microsecond)
		}
	}
	t.Logf("dropped after %d events and %v; publishing sixteen took %v at most", hub.Stats().Published-before.Published, time.Since(began).Round(time.Millisecond), longest)
	if hub.Count(me) != 0 {
		t.Error("who reads nothing counts as there")
	}
	last := ""
	for lines := bufio.NewScanner(answer.Body); lines.Scan(); {
		if id, ok := strings.CutPrefix(lines.Text(), "id: "); ok {
			last = id
		}
	}
	back, _ := ana.listen("/v1/associate/stream", last)
	number := func(id string) int { return must(strconv.Atoi(id[strings.Index(id, "-")+1:])) }
	for want := number(last) + 1; want <= int(hub.Stats().Published); want++ {
		if e := <-back; number(e.id) != want {
			t.Fatalf("after %s comes %+v, want number %d", last, e, want)
		}
	}
}
