package web

import (
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
