package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"foyer/concierge"
	"foyer/floor"
	"foyer/ledger"
	"foyer/policy"
	"foyer/profile"
	"foyer/radio"
	"foyer/sync/office"
	"foyer/vault"
)

// decisions measures the discretion table: what may this viewer know of this
// item.
func (b *bench) decisions(context.Context, *benchSite) error {
	table, err := policy.Parse(office.DiscretionTable())
	if err != nil {
		return err
	}
	var facts []policy.Facts
	for _, relation := range []policy.Relation{policy.RelationPreferred, policy.RelationServed, policy.RelationSubstitute, policy.RelationNone} {
		for _, seller := range []policy.Seller{policy.SellerSelf, policy.SellerColleague, policy.SellerUnassisted} {
			for _, channel := range []policy.Channel{policy.ChannelHere, policy.ChannelOtherStore, policy.ChannelOnline} {
				for _, age := range []policy.Age{policy.AgeFresh, policy.AgeRecent, policy.AgeOld} {
					facts = append(facts, policy.Facts{Relation: relation, Tier: floor.TierStandard, Consent: true, Announced: true,
						Seller: seller, Channel: channel, Age: age, Sensitivity: policy.SensitivityOrdinary, Audience: policy.AudienceDefault})
				}
			}
		}
	}
	const times = 5000
	var rates []float64
	shown := 0
	for range b.rounds + 1 {
		began := cpuTime()
		for range times {
			for _, f := range facts {
				if table.Decide(f).Disclosure != policy.Withhold {
					shown++
				}
			}
		}
		rates = append(rates, float64(times*len(facts))/(cpuTime()-began).Seconds())
	}
	if shown == 0 {
		return errors.New("the table withholds everything: nothing was measured")
	}
	b.add(figure{What: "decisions", Value: median(rates[1:]) / 1e6, Unit: "million/s and core",
		How: fmt.Sprintf("headquarters' full discretion table, %d kinds of facts in turn", len(facts))})
	return nil
}

// cards measures a card from nothing: profile opened, every purchase decided,
// the access written to the ledger and on the disk.
func (b *bench) cards(ctx context.Context, _ *benchSite) (err error) {
	for _, n := range []int{20, 2000} {
		if err := b.card(filepath.Join(b.dir, fmt.Sprint("cards-", n)), n); err != nil {
			return fmt.Errorf("card: %w", err)
		}
	}
	return ctx.Err()
}

func (b *bench) card(dir string, purchases int) (err error) {
	keys, err := vault.OpenKeys(dir, [32]byte{1}, vault.KeyOptions{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, keys.Close()) }()
	profiles, err := profile.Open(dir, keys, profile.Options{Node: "bench/bench"})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, profiles.Close()) }()
	log, err := ledger.Open(dir, keys, ledger.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, log.Close()) }()
	table, err := policy.Parse(office.DiscretionTable())
	if err != nil {
		return err
	}
	desk, err := concierge.NewDesk(concierge.Options{Dir: dir, Keys: keys, Profiles: profiles, Ledger: log,
		Binder: radio.NewGuests(radio.GuestOptions{}), Policy: table, StoreID: "here", Rules: concierge.Defaults()})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, desk.Close()) }()
	return b.showCards(desk, table, profiles, purchases)
}

// showCards lets a customer announce herself and her associate open her card
// again and again, decided anew each time.
func (b *bench) showCards(desk *concierge.Desk, table *policy.Table, profiles *profile.Cache, purchases int) error {
	now := time.Now()
	ana, _ := floor.ParseAssociate("ana")
	customer, _ := floor.ParseCustomer("c-1")
	desk.SetRoster([]floor.Associate{{ID: ana, Name: "Ana", Role: floor.RoleAssociate, Tier: floor.TierStandard}}, now)
	desk.SetShifts([]floor.Shift{{Associate: ana, From: now.Add(-time.Hour), To: now.Add(8 * time.Hour)}})
	if err := desk.SignOn(ana, now); err != nil {
		return err
	}
	if err := profiles.Put(buyer(customer, ana, purchases, now)); err != nil {
		return err
	}
	if _, err := profiles.Grant(customer, now, "n1", "page", profile.Purposes()...); err != nil {
		return err
	}
	visit := floor.Visit{ID: floor.NewVisitID(), Phone: floor.NewPhone(), State: floor.Present, Began: now, At: now}
	desk.Arrive(concierge.Bound{Phone: visit.Phone, Customer: customer})
	desk.Greet(visit, now)
	if err := desk.Announce(customer, concierge.ApproachMe, now); err != nil {
		return err
	}
	var walls, cpus []float64
	items := 0
	for range 40 {
		desk.SetPolicy(table, now) // whatever was shown is decided anew
		began, cpu := time.Now(), cpuTime()
		card, err := desk.Card(ana, visit.ID, now)
		if err != nil {
			return err
		}
		walls = append(walls, time.Since(began).Seconds())
		cpus = append(cpus, (cpuTime() - cpu).Seconds())
		items = 0
		for _, s := range card.View().Sections {
			items += len(s.Items)
		}
		desk.Events()
	}
	what := fmt.Sprintf("cards, %d purchases", purchases)
	b.add(figure{What: what, Value: 1 / median(walls), Unit: "/s",
		How: fmt.Sprintf("profile opened, %d items shown, the access on the disk: %.2f ms of the wall, %.2f ms of processor time each",
			items, 1000*median(walls), 1000*median(cpus))})
	return nil
}

// buyer is a customer who has bought so much, in every way in turn.
func buyer(c floor.Customer, ana floor.AssociateID, purchases int, now time.Time) profile.Profile {
	p := profile.New(c)
	p.Form, p.Visibility, p.Preferred = "Ms. Keller", profile.AskEachVisit, []floor.AssociateID{ana}
	other, _ := floor.ParseAssociate("lea")
	kinds := []profile.Purchase{
		{Store: "here", Seller: ana, Category: "boots"}, {Store: "here", Seller: other, Category: "loafers"},
		{Category: "handbags"}, {Store: "there", Seller: other, Category: "coats"},
	}
	for i := range purchases {
		x := kinds[i%len(kinds)]
		x.ID, x.Text, x.Colour = fmt.Sprint("p", i), fmt.Sprintf("Article number %d in a fine colour", i), "navy"
		x.Sensitivity, x.At = profile.Ordinary, now.Add(-time.Duration(60*24+i)*time.Hour)
		p.Purchases = append(p.Purchases, x)
	}
	return p
}

// fsync measures how long the disk takes to promise 4 KiB: every card, consent
// and event waits for that.
func (b *bench) fsync(context.Context, *benchSite) error {
	f, err := os.Create(filepath.Join(b.dir, "fsync"))
	if err != nil {
		return err
	}
	defer f.Close()
	page := make([]byte, 4096)
	var took []float64
	for i := range 200 {
		began := time.Now()
		if _, err := f.WriteAt(page, int64(i%16)*int64(len(page))); err != nil {
			return err
		}
		if err := f.Sync(); err != nil {
			return err
		}
		took = append(took, 1000*time.Since(began).Seconds())
	}
	b.add(figure{What: "fsync of 4 KiB, median", Value: median(took), Unit: "ms", How: "the disk of " + b.dir + "; choose another with --data"})
	b.add(figure{What: "fsync of 4 KiB, p99", Value: took[len(took)*99/100], Unit: "ms"}) // median has sorted them
	return nil
}
