package rehearsal

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"foyer/floor"
	"foyer/sync/wire"

	"github.com/google/go-cmp/cmp"
)

func cast(seed uint64) Cast {
	return NewCast(CastOptions{Seed: seed, Store: "rathausplatz", Opens: monday.Add(time.Hour)})
}

func TestCastCoversEverything(t *testing.T) {
	c := cast(1)
	opens := monday.Add(time.Hour)
	if len(c.Customers) != 60 || len(c.Roster.Associates) != 8 {
		t.Fatalf("%d customers, %d associates", len(c.Customers), len(c.Roster.Associates))
	}
	manners, bought, audiences, customers := map[string]int{}, map[string]int{}, map[string]int{}, map[string]bool{}
	for i, who := range c.Customers {
		p := who.Profile
		if i < 12 {
			manners[p.Visibility+" "+p.Style]++
		}
		if _, err := floor.ParseCustomer(p.Customer); err != nil || customers[p.Customer] {
			t.Errorf("pseudonym %q: %v, or twice", p.Customer, err)
		}
		customers[p.Customer] = true
		audiences[p.Audience.Store+" "+p.Audience.OtherStores+" "+p.Audience.Online]++
		if p.Style == "let_me_browse" && who.Chooses == Announce {
			t.Errorf("customer %d browses and asks to be approached", i)
		}
		for _, b := range p.Purchases {
			channel, seller := "other_store", "colleague"
			switch b.Store {
			case "rathausplatz":
				channel = "here"
			case "":
				channel = "online"
			}
			switch b.Seller {
			case "":
				seller = "unassisted"
			case p.Preferred[0]:
				seller = "preferred"
			}
			age, days := "old", opens.Sub(b.At).Hours()/24
			switch {
			case days < 14:
				age = "fresh"
			case days < 730:
				age = "recent"
			}
			bought[fmt.Sprint(b.Sensitivity, channel, seller, age)]++
		}
	}
	if len(manners) != 9 || len(audiences) != 27 {
		t.Errorf("%d of 9 manners, %d of 27 audiences", len(manners), len(audiences))
	}
	if len(bought) != 4*3*3*3 {
		t.Errorf("%d of 108 combinations of purchases: %v", len(bought), bought)
	}
}

func TestCastFitsThePlanAndTheRoster(t *testing.T) {
	c, plan := cast(2), floor.Example()
	staff, onShift := map[string]bool{}, map[string]bool{}
	tiers, roles := map[floor.Tier]int{}, map[floor.Role]int{}
	for _, a := range c.Roster.Associates {
		staff[a.ID] = true
		tiers[a.Tier]++
		roles[a.Role]++
		if _, err := floor.ParseAssociate(a.ID); err != nil {
			t.Errorf("%q: %v", a.ID, err)
		}
		if z, _, ok := plan.Zone(a.Department); !ok || z.Private {
			t.Errorf("%s works in %q", a.ID, a.Department)
		}
	}
	if len(tiers) != 3 || roles[floor.RoleManager] != 1 {
		t.Errorf("tiers %v, roles %v", tiers, roles)
	}
	for _, s := range c.Schedule.Shifts {
		if !staff[s.Associate] || !s.From.Before(s.To) || s.From.Weekday() == time.Sunday {
			t.Errorf("shift %+v", s)
		}
		if now := monday.Add(90 * time.Minute); !now.Before(s.From) && now.Before(s.To) {
			onShift[s.Associate] = true
		}
	}
	if len(onShift) != 6 {
		t.Errorf("on shift at half past ten: %v", onShift)
	}
	served := 0
	for _, who := range c.Customers {
		for _, a := range append(who.Profile.Preferred, who.Profile.Blocked...) {
			if !staff[a] {
				t.Errorf("%s knows %q, who is not in the roster", who.Profile.Customer, a)
			}
		}
		if who.Chooses == Announce && onShift[who.Profile.Preferred[0]] {
			served++
		}
	}
	if served < 15 {
		t.Errorf("only %d customers announce themselves to somebody who is in", served)
	}
	for _, item := range c.Content.Items {
		if item.Kind == "event" && item.When.Before(monday) {
			t.Errorf("event %q is over", item.ID)
		}
	}
}

func TestCastFollowsFromTheSeedAndFitsTheWire(t *testing.T) {
	three := cast(3)
	if d := cmp.Diff(three, cast(3)); d != "" {
		t.Error(d)
	}
	if cmp.Equal(three.Customers, cast(4).Customers) {
		t.Error("two seeds give the same people")
	}
	if got := three.Customers[0].Profile; got.Form != "Ms. Keller" || got.Preferred[0] != "ana" {
		t.Errorf("the first customer is %s with %v", got.Form, got.Preferred)
	}
	for kind, doc := range map[wire.Kind]any{
		wire.DownRoster: three.Roster, wire.DownSchedule: three.Schedule,
		wire.DownContent: three.Content, wire.DownProfile: three.Customers[9].Profile,
	} {
		data, err := json.Marshal(doc)
		if err != nil || len(data) > kind.Of().Limit {
			t.Errorf("%s: %d bytes, %v", kind, len(data), err)
		}
	}
}
