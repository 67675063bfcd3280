package web

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"foyer/concierge"
	"foyer/floor"
	"foyer/routing"
)

func TestTheSameAsJSON(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ana := h.signOn("ana", "4711")
	events, _ := ana.listen("/v1/associate/stream", "")
	app := h.person(h.guest)
	app.api("GET", "/v1/me", "", 401, nil)
	app.api("POST", "/v1/me/session", `{"code":"made-up"}`, 404, nil)
	app.api("POST", "/v1/me/session", `{"code":"code-c-keller"}`, 204, nil)
	app.api("POST", "/v1/me/session", `{"code":"code-c-keller"}`, 404, nil)
	app.api("POST", "/v1/me/check-ins", "", 204, nil)
	hers, _ := app.listen("/v1/me/stream", "")
	app.api("POST", "/v1/me/visit/announce", `{"style":"approach_me"}`, 409, nil)
	v := h.arrive(customer("c-keller"), "shoes")
	want(t, hers, "here.changed")
	app.api("POST", "/v1/me/visit/announce", `{"style":"bring flowers"}`, 400, nil)
	app.api("POST", "/v1/me/visit/announce", `{"style":"approach_me"}`, 204, nil)
	var me struct {
		Stage concierge.Stage
		Told  []string
	}
	app.api("GET", "/v1/me", "", 200, &me)
	if d := cmp.Diff([]string{"Ana"}, me.Told); d != "" || me.Stage != concierge.Announced {
		t.Error(me.Stage, d)
	}
	want(t, events, "offer.created")
	var offers []struct{ ID, Name, Zone string }
	ana.api("GET", "/v1/associate/offers", "", 200, &offers)
	if len(offers) != 1 || offers[0].Name != "Ms. Keller" || offers[0].Zone != "shoes" {
		t.Fatalf("%+v", offers)
	}
	ana.api("GET", "/v1/visits/"+string(floor.NewVisitID())+"/card", "", 404, nil)
	var card map[string]any
	ana.api("POST", "/v1/offers/"+offers[0].ID+"/accept", "", 200, &card)
	for _, key := range []string{"visit", "as_of", "expires_at", "policy", "access", "viewer", "address", "zone", "photo", "sections", "guidance", "closing"} {
		if _, ok := card[key]; !ok {
			t.Errorf("the card has no %q", key)
		}
	}
	if card["zone"] != "shoes" || card["closing"] != "Let her tell you the rest." || card["viewer"].(map[string]any)["relation"] != "preferred" {
		t.Errorf("%v", card)
	}
	ana.api("POST", "/v1/offers/"+offers[0].ID+"/accept", "", 409, nil)
	ana.api("POST", "/v1/visits/"+string(v)+"/greeted", "", 204, nil)
	ana.api("GET", "/v1/visits/"+string(v)+"/card", "", 200, &card)
	if card["zone"] != nil || card["greeted"] != true {
		t.Errorf("after the greeting: zone %v, greeted %v", card["zone"], card["greeted"])
	}
	ana.api("POST", "/v1/visits/"+string(v)+"/wrap-up", `{"served":true}`, 204, nil)
	ana.api("PUT", "/v1/associate/presence", `{"status":"on_break"}`, 204, nil)
	ana.api("PUT", "/v1/associate/presence", `{"status":"asleep"}`, 400, nil)
	var mine []struct{ Name, Presence string }
	app.api("GET", "/v1/me/associates/presence", "", 200, &mine)
	if len(mine) != 2 || mine[0].Presence != "in_today" || mine[1].Presence != "unavailable" {
		t.Errorf("%+v: a break is not mentioned", mine)
	}
	app.api("DELETE", "/v1/me/consents/flattery", "", 404, nil)
	app.api("DELETE", "/v1/me/consents/history_store", "", 204, nil)
	app.api("DELETE", "/v1/me/session", "", 204, nil)
	app.api("GET", "/v1/me", "", 401, nil)
	var feed []struct{ Kind string }
	if app.api("GET", "/v1/feed?kind=event", "", 200, &feed); len(feed) != 1 {
		t.Errorf("%+v", feed)
	}
}

func TestWithdrawalClosesAnOpenCard(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ana := h.signOn("ana", "4711")
	events, _ := ana.listen("/v1/associate/stream", "")
	keller := h.signIn("c-keller")
	v := "/staff/visits/" + string(h.arrive(customer("c-keller"), "shoes"))
	keller.done("/here", "/here/announce", "style", "approach_me")
	ana.done(v, "/staff/offers/"+between(t, ana.page("/staff"), "/staff/offers/", "/accept")+"/accept")
	ana.page(v, "Ms. Keller")
	r := keller.form("/here/consents/profile_to_associates/withdraw")
	if r.StatusCode != 200 || !strings.Contains(r.body, "Done. Nobody is told any more.") || !strings.Contains(r.body, "Ana’s screen was cleared at 14:02.") {
		t.Fatalf("%s %s", r.Status, r.body)
	}
	want(t, events, "card.revoked")
	if r := ana.get(v); r.StatusCode != 404 || !strings.Contains(r.body, "This visit has ended.") || strings.Contains(r.body, "Keller") {
		t.Errorf("%s %s", r.Status, r.body)
	}
}

func TestPrivacySwitch(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	keller := h.signIn("c-keller")
	h.arrive(customer("c-keller"), "")
	page := keller.page("/here", "until you say so")
	if strings.Contains(page, `role="switch"`) {
		t.Error("undecided is neither on nor off")
	}
	keller.done("/here", "/here/announce", "style", "let_me_browse")
	keller.page("/here", "Look around.", `role="switch" aria-checked="true"`, `name="mode" value="invisible"`)
	keller.done("/here", "/here/visibility", "mode", "invisible")
	keller.page("/here", "nobody is told", `role="switch" aria-checked="false"`, `name="mode" value="ask_each_visit"`)
	keller.done("/here/privacy", "/here/visibility", "mode", "ask_each_visit", "from", "privacy")
	keller.page("/here", "until you say so")
	if r := keller.form("/here/visibility", "mode", "famous"); r.StatusCode != 400 {
		t.Errorf("an unknown mode: %s", r.Status)
	}
}

func TestAPhoneThatIsNotFoundIsTold(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.bindErr = errRadio
	keller := h.signIn("c-keller")
	keller.page("/here", "This phone was not found on the store&#39;s Wi-Fi: join it, turn off a VPN, and try again.")
	h.mu.Lock()
	h.bindErr = nil
	h.mu.Unlock()
	keller.page("/here", "This phone was not found") // at most once a minute
	h.pass(61 * time.Second)
	keller.page("/here")
	for range 3000 { // in the background
		if !strings.Contains(keller.page("/here"), "This phone was not found") {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Error("the notice stays though the phone was found")
}

func TestWithoutAStreamNobodyIsAsked(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ana := h.signOn("ana", "4711")
	_, leave := ana.listen("/v1/associate/stream", "")
	leave()
	keller := h.signIn("c-keller")
	away := func() (gone bool) {
		h.do(func(d *concierge.Desk, now time.Time) {
			gone = d.Here(customer("c-keller"), now).Mine[0].Presence == concierge.InToday
		})
		return gone
	}
	for tries := 0; !away(); tries++ { // the desk hears of it a moment after the stream has ended
		if tries == 300 {
			t.Fatal("the desk is never told that her stream has ended")
		}
		time.Sleep(50 * time.Millisecond)
		h.pass(2 * time.Second)
	}
	h.arrive(customer("c-keller"), "shoes")
	keller.done("/here", "/here/announce", "style", "approach_me")
	ana.page("/staff", "No one is asking for you.")
	h.do(func(d *concierge.Desk, now time.Time) {
		if today, err := d.Today(associate("ana"), now); err != nil || today.Offer != nil || today.Status != routing.Available {
			t.Errorf("%+v, %v", today, err)
		}
	})
}

func TestTheManagersFloor(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	jonas := h.signOn("jonas", "8024")
	okafor := h.signIn("c-okafor")
	h.arrive(customer("c-okafor"), "tailoring")
	okafor.done("/here", "/here/help")
	h.crowds = map[floor.ZoneID]int{"women": 10, "tailoring": 5, privateZone(t): 5}
	h.pass(3*time.Minute + 10*time.Second)
	jonas.page("/staff/floor", "Rathausplatz, ground floor", "Tailoring", "3 min 10 s", `class="zone ask"`, "3 min</text>", "Jonas", `class="priv"`)
	page := jonas.page("/staff/floor")
	if strings.Contains(page, "Okafor") || strings.Contains(page, "c-okafor") {
		t.Error("the board names a client")
	}
	jonas.page("/staff/floor", "10 or more</text>", "Women: 10 or more", "Tailoring: 5 or more", "fewer than five are never shown",
		"Expected to take longer.", "is being asked", "away: out of reach") // Jonas has no page open
	if n := strings.Count(page, " or more</text>"); n != 2 {
		t.Errorf("%d zones have a number: the private one must not", n)
	}
	var b struct {
		On []struct{ State string } `json:"on_shift"`
		In map[string]int           `json:"occupancy"`
		W  []struct {
			Longer bool `json:"expected_to_take_longer"`
		} `json:"waiting"`
	}
	jonas.api("GET", "/v1/floor", "", http.StatusOK, &b)
	if len(b.On) != 1 || b.On[0].State != "away" || len(b.In) != 2 || b.In["women"] != 10 || len(b.W) != 1 || !b.W[0].Longer {
		t.Errorf("as JSON: %+v", b)
	}
}

func privateZone(t *testing.T) floor.ZoneID {
	for _, z := range floor.Example().Levels[0].Zones {
		if z.Private {
			return z.ID
		}
	}
	t.Fatal("the example has no private zone")
	return ""
}

func TestFlushedOnceHoweverManyPages(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ana := h.signOn("ana", "4711")
	one, _ := ana.listen("/v1/associate/stream", "")
	two, _ := ana.listen("/v1/associate/stream", "")
	keller := h.signIn("c-keller")
	h.arrive(customer("c-keller"), "shoes")
	keller.done("/here", "/here/announce", "style", "approach_me")
	e := want(t, one, "offer.created")
	want(t, two, "offer.created")
	again, _ := ana.listen("/v1/associate/stream", before(e.id))
	want(t, again, "offer.created")
	h.mu.Lock()
	defer h.mu.Unlock()
	n := 0
	for _, f := range h.flushed {
		if f.Kind == concierge.OfferCreated {
			n++
		}
	}
	if n != 1 {
		t.Errorf("%d times", n)
	}
}

// before is the identifier of the event before.
func before(id string) string {
	epoch, n, _ := strings.Cut(id, "-")
	k, _ := strconv.Atoi(n)
	return epoch + "-" + strconv.Itoa(k-1)
}
