package box

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"foyer/concierge"
	"foyer/floor"
	"foyer/health"
	"foyer/policy"
	"foyer/sync/office"
	"foyer/sync/wire"
)

// With headquarters silent for a week a card has no single purchase, whoever
// opens it, and the store is told. Heard again, the card is whole.
func TestAfterASilentWeekCardsShowHints(t *testing.T) {
	b, _ := lined(t)
	now, agreed := at, time.Time{}
	b.in.Now = func() time.Time { return now }
	b.clock = mustClock(t, t.TempDir())
	visit := served(t, b)
	looks := func(stale bool) {
		t.Helper()
		b.clock.look(now, agreed, time.Minute)
		b.lease(t.Context())
		warned := slices.ContainsFunc(b.health.List(), func(w health.Warning) bool { return w.Code == health.LeaseOver })
		ana, _ := floor.ParseAssociate("ana")
		var card []byte
		if err := b.flow.Do(t.Context(), func(d *concierge.Desk, now time.Time) {
			c, err := d.Card(ana, visit, now)
			if err != nil {
				t.Error(err)
			}
			card, _ = json.Marshal(c.View())
		}); err != nil {
			t.Fatal(err)
		}
		if warned != stale || strings.Contains(string(card), "ANKLE-BOOTS") == stale || !strings.Contains(string(card), "Ms. Keller") {
			t.Errorf("after %v: warned %v, the card is %s", now.Sub(at), warned, card)
		}
	}
	looks(false)
	now = now.Add(8 * day)
	looks(true)
	now = now.Add(time.Minute)
	agreed = now
	looks(false)
}

// served lets a customer come and Ana go to her; it returns the visit.
func served(t *testing.T, b *store) floor.VisitID {
	t.Helper()
	table, err := policy.Parse(office.DiscretionTable())
	if err != nil {
		t.Fatal(err)
	}
	err = b.tell(t, wire.DownProfile, keller(1, func(p *wire.Profile) {
		p.Visibility, p.Preferred = "ask_each_visit", []string{"ana"}
		p.Purchases = []wire.Purchase{{ID: "p1", At: time.Now().AddDate(0, -3, 0), Seller: "ana", Category: "boots", Text: "ANKLE-BOOTS", Sensitivity: "ordinary"}}
		p.Consents = append(p.Consents, wire.Consent{Purpose: "history_store", Granted: true, Wall: at.UnixMilli(), Node: "hq"})
	}))
	if err != nil {
		t.Fatal(err)
	}
	c, phone := customerOf(t, "c-1"), floor.NewPhone()
	ana, _ := floor.ParseAssociate("ana")
	v := floor.Visit{ID: floor.NewVisitID(), Phone: phone, State: floor.Present, Began: at, At: at}
	err = b.flow.Do(t.Context(), func(d *concierge.Desk, now time.Time) {
		d.SetPolicy(table, now)
		d.SetRoster([]floor.Associate{{ID: ana, Name: "Ana", Role: floor.RoleAssociate, Tier: floor.TierStandard}}, now)
		d.SetShifts([]floor.Shift{{Associate: ana, From: now, To: now.Add(30 * day)}})
		if err := d.SignOn(ana, now); err != nil {
			t.Error(err)
		}
		d.Live(ana, true, now)
		b.flow.arrive(concierge.Bound{Phone: phone, Customer: c})
		d.Greet(v, now)
		if err := d.Announce(c, concierge.ApproachMe, now); err != nil {
			t.Error(err)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return v.ID
}
