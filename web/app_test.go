package web

import (
	"context"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"foyer/concierge"
)

// What a device fetches to install the page, before anybody signs on.
func TestThePageCanBeInstalled(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	p := h.person(h.staff)
	var m struct {
		Name, Display, Scope string
		StartURL             string `json:"start_url"`
		Icons                []struct{ Src, Sizes, Type, Purpose string }
	}
	p.api("GET", between(t, p.page("/staff"), `rel="manifest" href="`, `"`), "", 200, &m)
	if m.Name != "foyer Rathausplatz" || m.Display != "standalone" || m.StartURL != "/staff" || m.Scope != "/staff" || len(m.Icons) != 4 {
		t.Errorf("%+v", m)
	}
	for _, i := range m.Icons {
		if r := p.get(i.Src); r.StatusCode != 200 || !strings.HasPrefix(r.body, "\x89PNG") || r.Header.Get("Content-Type") != i.Type {
			t.Errorf("%+v: %s", i, r.Status)
		}
	}
	if r := p.get("/staff/worker.js"); r.Header.Get("Service-Worker-Allowed") != "/staff" || !strings.HasPrefix(r.body, `const shell = ["/staff/not-connected"`) {
		t.Errorf("the worker: %s\n%.100s", r.Status, r.body)
	}
	shell := p.page("/staff/not-connected", "<title>Not connected</title>", "This phone has lost the store.", "Nothing of a client is kept on this phone.")
	if strings.Contains(shell, "data-stream") {
		t.Error("the page for a lost store listens to it")
	}
}

// At the end of her session the browser is told to forget everything.
func TestSigningOffLeavesNothing(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	const all = `"cache", "storage"`
	ana := h.signOn("ana", "4711")
	if r := ana.form("/staff/sign-off"); r.Header.Get("Clear-Site-Data") != all {
		t.Errorf("signing off: %q", r.Header.Get("Clear-Site-Data"))
	}
	ana = h.signOn("ana", "4711")
	if r := ana.get("/staff"); r.Header.Get("Clear-Site-Data") != "" {
		t.Error("the browser forgets in the midst of a shift")
	}
	if r := ana.send("DELETE", "/v1/associate/session", "", ""); r.Header.Get("Clear-Site-Data") != all {
		t.Errorf("signing off: %q", r.Header.Get("Clear-Site-Data"))
	}
	ana = h.signOn("ana", "4711")
	h.clock.Add(int64(10 * time.Hour)) // her shift is over
	if r := ana.get("/staff"); r.Header.Get("Clear-Site-Data") != all {
		t.Errorf("after her shift: %q", r.Header.Get("Clear-Site-Data"))
	}
	if r := ana.get("/staff"); r.Header.Get("Clear-Site-Data") != "" {
		t.Error("and again, with nothing to forget")
	}
}

// An offer is heard where the device was told so; the last one who can be asked
// hears it unless the device was told not to, or she is not to be disturbed.
func TestWhoHearsAnOffer(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ana := h.signOn("ana", "4711")
	ana.listen("/v1/associate/stream", "")
	keller := h.signIn("c-keller")
	h.arrive(customer("c-keller"), "shoes")
	keller.done("/here", "/here/announce", "style", "approach_me")
	hears := func(want bool) {
		t.Helper()
		if page := ana.page("/staff", "data-offer"); strings.Contains(page, "data-sound") != want {
			t.Errorf("heard: %v, want %v", !want, want)
		}
	}
	hears(false)
	ana.done("/staff/me", "/staff/sound", "sound", "on")
	ana.page("/staff/me", `aria-checked="true" id="sound"`)
	hears(true)
	ana.done("/staff/me", "/staff/sound", "sound", "off")
	hears(false)
	jonas := h.signOn("jonas", "8024")
	jonas.listen("/v1/associate/stream", "")
	keller.done("/here", "/here/help")
	for range 60 {
		if strings.Contains(jonas.page("/staff"), "Nobody has come yet") {
			break
		}
		h.pass(5 * time.Second)
	}
	if page := jonas.page("/staff", "Nobody has come yet"); !strings.Contains(page, "data-sound") {
		t.Error("the manager does not hear that nobody has come")
	}
	jonas.done("/staff/me", "/staff/sound", "sound", "off")
	if page := jonas.page("/staff"); strings.Contains(page, "data-sound") {
		t.Error("a device that was told not to is heard")
	}
}

// A page that says it answers, and does not, is as good as none: its stream ends,
// and its associate is away since its last answer. What only listens, lives.
func TestAPageThatDoesNotAnswerIsAway(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.close()
	h.beat = 500 * time.Millisecond // two of which an answer may take on a busy machine
	h.open()
	ana, marc := h.signOn("ana", "4711"), h.signOn("marc", "4711")
	marc.listen("/v1/associate/stream", "")
	silent, _ := ana.listen("/v1/associate/stream?page=p1", "")
	for e := range silent { // until it ends
		if e.kind == "beat" {
			h.clock.Add(int64(time.Second))
		}
	}
	h.pass(10 * time.Second)
	if h.presence("ana") != concierge.OnAway || h.presence("marc") != concierge.OnAvailable {
		t.Errorf("ana is %s, marc %s", h.presence("ana"), h.presence("marc"))
	}
	answered, _ := ana.listen("/v1/associate/stream?page=p2", "")
	for range 4 {
		want(t, answered, "beat")
		if r := ana.get("/staff/alive?page=p2"); r.StatusCode != 204 {
			t.Fatal(r.Status)
		}
		marc.get("/staff/alive?page=p2") // another's answer is none of hers
		h.clock.Add(int64(3 * time.Second))
	}
	h.pass(0)
	if h.presence("ana") != concierge.OnAvailable {
		t.Errorf("she answers, and is %s", h.presence("ana"))
	}
}

// presence is how an associate is, as the floor's manager reads it.
func (h *house) presence(ref string) (p concierge.FloorState) {
	h.t.Helper()
	h.do(func(d *concierge.Desk, now time.Time) {
		h.must(d.SignOn(associate("jonas"), now))
		f, err := d.Floor(associate("jonas"), now)
		h.must(err)
		for _, c := range f.OnShift {
			if c.ID == ref {
				p = c.State
			}
		}
	})
	return p
}

// On an associate's device, in a real browser: the screen stays awake, an offer is
// heard and stands on the lock screen without a name, nothing personal is kept
// while a card is open, a lost store is said at once and to whoever reloads, a
// frozen page is away and thaws, and after signing off nothing is left.
func TestOnDutyInABrowser(t *testing.T) {
	t.Parallel()
	if _, err := os.Stat(chromium); err != nil {
		t.Skip("no Chromium here: ", err)
	}
	h := newHouse(t)
	h.close()
	h.beat = 500 * time.Millisecond
	h.open()
	b := newBrowser(t, t.TempDir())
	ana := h.signOn("ana", "4711")
	ana.done("/staff/me", "/staff/sound", "sound", "on")
	wire := newRelay(t, h.staff)
	ana.base = "https://" + wire.at
	b.as(ana)
	b.script(instruments)
	b.run(chromedp.Navigate(ana.base+"/staff"), chromedp.WaitVisible("#line.ok"))
	b.until("the worker keeps its page", `navigator.serviceWorker.controller && (await caches.keys()).length === 1`)
	b.until("the screen stays awake", "window.awake === 1")
	keller := h.signIn("c-keller")
	b.run(b.do(`Object.defineProperty(document, 'hidden', {get: () => true, configurable: true})`))
	v := h.arrive(customer("c-keller"), "shoes")
	keller.done("/here", "/here/announce", "style", "approach_me")
	b.run(chromedp.WaitVisible(".ring"))
	b.until("two notes", "window.heard === 2")
	b.until("the lock screen says something", "window.told.length === 1")
	told := must(chromedp.Run(b.ctx, chromedp.Evaluate[string]("window.told[0]")))
	if !strings.HasPrefix(told, `["A client would like to see you.",`) || strings.Contains(told, "Keller") || strings.Contains(told, "hoes") {
		t.Errorf("the lock screen says %s", told)
	}
	b.run(b.do("delete document.hidden; document.getElementById('yes').click()"), chromedp.WaitVisible("summary"))
	b.keptNothing()
	b.losesTheStore(wire)
	ana.done("/staff", "/staff/visits/"+string(v)+"/wrap-up", "served", "no")
	ana.done("/staff", "/staff/presence", "status", "available")
	b.freezes(h)
	b.run(chromedp.Navigate(ana.base+"/staff/me"), chromedp.WaitVisible("h1"), b.do(`document.querySelector('form[action="/staff/sign-off"] button').click()`))
	b.run(chromedp.WaitVisible(`//h1[contains(.,"Who is here?")]`))
	b.until("nothing is left", "(await caches.keys()).length === 0 && localStorage.length + sessionStorage.length === 0")
}

// instruments count what no test can hear or feel.
const instruments = `window.heard = 0; window.awake = 0; window.told = [];
AudioContext.prototype.createOscillator = (was => function () { window.heard++; return was.call(this); })(AudioContext.prototype.createOscillator);
AudioContext.prototype.resume = async () => {};
Object.defineProperty(AudioContext.prototype, 'state', {get: () => 'running'});
Object.defineProperty(Notification, 'permission', {get: () => 'granted'});
navigator.wakeLock.request = async () => { window.awake++; return {released: false, release() { window.awake--; }}; };
ServiceWorkerRegistration.prototype.showNotification = async function (...all) { window.told.push(JSON.stringify(all)); };`

// keptNothing reads all that the browser keeps while a card is open.
func (b *browser) keptNothing() {
	b.t.Helper()
	kept := must(chromedp.Run(b.ctx, chromedp.Evaluate[map[string]string](`(async () => {
		const out = {storage: JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie, (await indexedDB.databases()).length])};
		for (const name of await caches.keys()) {
			const c = await caches.open(name);
			for (const r of await c.keys()) out[new URL(r.url).pathname] = await (await c.match(r)).text();
		}
		return out;
	})()`, chromedp.EvalAwaitPromise)))
	if len(kept) != 4 || kept["/staff/not-connected"] == "" || kept["storage"] != `[{},{},"",0]` {
		b.t.Errorf("kept: %v", slices.Sorted(maps.Keys(kept)))
	}
	for path, text := range kept {
		for _, secret := range []string{"Keller", "KEL-er", "Ana", "c-keller", "v-", "o-", "alteration"} {
			if strings.Contains(text, secret) && !strings.HasSuffix(path, ".css") && !strings.HasSuffix(path, ".js") {
				b.t.Errorf("%s keeps %q", path, secret)
			}
		}
	}
}

// losesTheStore takes the store from under an open card: it says so at once, and
// since when; after ten seconds the card is closed; whoever loads a page reads the
// same, and goes on by herself once the store is back.
func (b *browser) losesTheStore(wire *relay) {
	b.t.Helper()
	wire.cut()
	b.run(chromedp.WaitVisible(`//p[@id="cut"][contains(.,"Not connected since ")]`))
	if b.count("document.querySelectorAll('.dock[inert]').length") != 1 {
		b.t.Error("what cannot be answered can be pressed")
	}
	b.run(chromedp.WaitVisible(`//h1[contains(.,"lost the store")]`))
	if text := b.text(); strings.Contains(text, "Keller") {
		b.t.Errorf("her card stays open: %q", text)
	}
	b.run(b.do("location.reload()"), chromedp.WaitVisible("#since"))
	wire.mend()
	b.run(chromedp.WaitVisible("#line.ok"))
}

// freezes stops the page as a phone in a pocket does, and thaws it. Store time
// runs, five times as fast.
func (b *browser) freezes(h *house) {
	b.t.Helper()
	defer h.runs(5)()
	b.waits("she is there", func() bool { return h.presence("ana") == concierge.OnAvailable })
	state := func(s page.SetWebLifecycleStateState) chromedp.Action[chromedp.Void] {
		return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
			_, err := cdp.Call(ctx, t, page.SetWebLifecycleState, page.SetWebLifecycleStateParams{State: s})
			return err
		})
	}
	b.run(state(page.SetWebLifecycleStateStateFrozen))
	b.waits("she is away", func() bool { return h.presence("ana") == concierge.OnAway })
	adler := h.signIn("c-adler")
	h.arrive(customer("c-adler"), "women")
	adler.done("/here", "/here/help")
	h.pass(5 * time.Second)
	h.do(func(d *concierge.Desk, now time.Time) {
		if today, err := d.Today(associate("ana"), now); err != nil || today.Offer != nil {
			b.t.Errorf("a frozen page is offered %+v, %v", today.Offer, err)
		}
	})
	b.run(state(page.SetWebLifecycleStateStateActive))
	b.waits("she is back", func() bool { return h.presence("ana") != concierge.OnAway })
	b.run(chromedp.WaitVisible(".ring"))
}
