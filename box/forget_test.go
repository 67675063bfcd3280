package box

import (
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"foyer/concierge"
	"foyer/profile"
	"foyer/sync/wire"
)

// She asks for it on her page while the line is down: her open card and offers
// end within two seconds, every file is without her, the report is owed to
// headquarters, and its answer confirms without an end.
func TestSheIsForgottenOffline(t *testing.T) {
	b, _ := lined(t)
	visit := served(t, b)
	c := customerOf(t, "c-1")
	ana := func(f func(d *concierge.Desk, now time.Time) error) (err error) {
		t.Helper()
		if e := b.flow.Do(t.Context(), func(d *concierge.Desk, now time.Time) { err = f(d, now) }); e != nil {
			t.Fatal(e)
		}
		return err
	}
	her := b.desk.Roster()[0]
	if err := ana(func(d *concierge.Desk, now time.Time) error {
		today, err := d.Today(her.ID, now)
		if err == nil {
			_, err = d.Accept(her.ID, today.Offer.ID, now)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	shown, before := map[concierge.EventKind]time.Time{}, false
	b.flow.show = func(e concierge.Event) {
		mu.Lock()
		defer mu.Unlock()
		shown[e.Kind] = time.Now()
		before = before || e.Kind == concierge.CardRevoked && b.keys.Has(c.Ref())
	}
	handle, began := b.keys.Handle(c.Ref()), time.Now()
	proof, err := forgetter{b, t.Context()}.Forget(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("figure: erased in %v", time.Since(began).Round(time.Millisecond))
	mu.Lock()
	if !before {
		t.Error("the card waits for the erasure, which may take as long as the disk does")
	}
	for _, kind := range []concierge.EventKind{concierge.CardRevoked, concierge.HereChanged} {
		if at, ok := shown[kind]; !ok || at.Sub(began) > 2*time.Second {
			t.Errorf("%s after %v, told: %t", kind, at.Sub(began), ok)
		}
	}
	mu.Unlock()
	if err := ana(func(d *concierge.Desk, now time.Time) error { _, err := d.Card(her.ID, visit, now); return err }); !errors.Is(err, concierge.ErrNothing) {
		t.Errorf("her card afterwards: %v", err)
	}
	if b.keys.Has(c.Ref()) {
		t.Error("her key is there: what lies in the files opens until the upkeep comes")
	}
	b.clean()
	if files := b.holding(t, handle, []byte("Keller"), []byte("ANKLE-BOOTS")); len(files) != 0 {
		t.Errorf("afterwards %v speak of her", files)
	}
	if rows, err := b.ledger.Of(c); err != nil || len(rows) != 0 {
		t.Errorf("%d accesses are still hers, %v", len(rows), err)
	}
	if n := b.link.Status().Backlog; n != 1 {
		t.Errorf("%d reports of it are owed to headquarters", n)
	}
	e, err := b.door.Erasure(proof)
	if err != nil || !e.Here || !e.Owed || e.Told.IsZero() || !e.Confirmed.IsZero() ||
		!slices.Contains(e.Lines, concierge.ErasedLine{Kind: "purchases", Count: 1}) || !slices.Contains(e.Lines, concierge.ErasedLine{Kind: "accesses", Count: 1}) {
		t.Errorf("the proof says %+v, %v", e, err)
	}
	for range 2 { // messages may come twice
		if err := b.tell(t, wire.DownErase, wire.Erase{Customer: c.Ref(), Proof: proof}); err != nil {
			t.Fatal(err)
		}
	}
	if e, err = b.door.Erasure(proof); err != nil || e.Owed || e.Confirmed.IsZero() {
		t.Errorf("after headquarters' answer: %+v, %v", e, err)
	}
	b.tellErasures()
	if n := b.link.Status().Backlog; n != 1 {
		t.Errorf("%d events: the answer is answered", n)
	}
}

// Headquarters' answer comes when she has opted in anew: it confirms, and does
// not erase her a second time.
func TestAnAnswerErasesNobodyNew(t *testing.T) {
	b, _ := lined(t)
	served(t, b)
	c := customerOf(t, "c-1")
	proof, err := forgetter{b, t.Context()}.Forget(c)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.profiles.Grant(c, time.Now().Add(time.Minute), "n", "page", profile.Presence); err != nil {
		t.Fatal(err)
	}
	if err := b.tell(t, wire.DownErase, wire.Erase{Customer: c.Ref(), Proof: proof}); err != nil {
		t.Fatal(err)
	}
	if !b.profiles.Allowed(c, profile.Presence) {
		t.Error("what she allowed since is gone")
	}
	if err := b.tell(t, wire.DownErase, wire.Erase{Customer: c.Ref(), Proof: "f-of-another-store"}); err != nil {
		t.Fatal(err)
	}
	if b.profiles.Allowed(c, profile.Presence) {
		t.Error("an erasure asked for elsewhere is not carried out")
	}
	if _, err := b.profiles.Grant(c, time.Now().Add(time.Hour), "n", "page", profile.Presence); err != nil {
		t.Fatal(err)
	}
	if err := b.tell(t, wire.DownErase, wire.Erase{Customer: c.Ref(), Proof: "f-of-another-store"}); err != nil || b.keys.Has(c.Ref()) {
		t.Errorf("what was perhaps done by half is not done again: %v", err)
	}
	if _, err := b.door.Erasure("f-of-another-store"); err != nil {
		t.Errorf("the proof of elsewhere: %v", err)
	}
}
