package concierge_test

import (
	"fmt"
	"testing"
	"time"

	"foyer/concierge"
	"foyer/policy"
	"foyer/profile"
)

// collector has bought n things, in every way there is in turn.
func collector(n int) func(*profile.Profile) {
	return func(p *profile.Profile) {
		shopper(p)
		p.Purchases = nil
		stores := []string{"here", "here", "", "there"}
		sellers := []string{"ana", "lea", "", "marc"}
		categories := []string{"boots", "loafers", "handbags", "coats", "scarves"}
		for i := range n {
			x := profile.Purchase{ID: fmt.Sprintf("p%d", i), Store: stores[i%len(stores)], Category: categories[i%len(categories)],
				Text: fmt.Sprintf("Article number %d in a fine colour", i), Colour: "navy", Sensitivity: profile.Ordinary,
				At: start.Add(-time.Duration(24*60+i) * time.Hour)}
			if s := sellers[i%len(sellers)]; s != "" {
				x.Seller = associate(s)
			}
			p.Purchases = append(p.Purchases, x)
		}
	}
}

// BenchmarkCard is a card from nothing to the view: the profile read and
// opened, every item decided, the access in the ledger and on the disk.
// The fsync of the ledger is part of it.
func BenchmarkCard(b *testing.B) {
	for _, n := range []int{20, 2000} {
		b.Run(fmt.Sprintf("purchases=%d", n), func(b *testing.B) { cards(b, fullTable(b), n) })
	}
}

func cards(b *testing.B, table *policy.Table, n int) {
	h := newHouse(b, table)
	c := h.customer("c-1", collector(n))
	v := h.comes(c)
	must(b, h.desk.Announce(c, concierge.ApproachMe, h.now))
	_, err := h.desk.Accept(associate("ana"), h.offer("ana").ID, h.now)
	must(b, err)
	items := 0
	b.ReportAllocs()
	for b.Loop() {
		b.StopTimer()
		h.desk.SetPolicy(table, h.now) // cards are decided anew
		h.desk.Events()
		b.StartTimer()
		card, err := h.desk.Card(associate("ana"), v.ID, h.now)
		if err != nil {
			b.Fatal(err)
		}
		items = 0
		for _, s := range card.View().Sections {
			items += len(s.Items)
		}
	}
	b.ReportMetric(float64(items), "items")
	if items < min(n/4, 24) {
		b.Fatalf("%d items from %d purchases", items, n)
	}
}
