package web

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"foyer/floor"
	"foyer/health"
	"foyer/profile"
	"foyer/web/setup"
)

// TestScreens shuts nobody out: every page's states are looked at in a real
// browser, light and dark, and weighed. It leaves a picture of each in the
// folder that FOYER_SCREENS names, for eyes.
func TestScreens(t *testing.T) {
	t.Parallel()
	b := newLookingBrowser(t)
	h := newHouse(t)
	ana := screensOfTheDoor(h, b)
	keller, visit := screensOfAVisit(h, b, ana)
	adler, okafor := screensOfHelp(h, b, ana, visit)
	screensOfPrivacy(h, b, keller)
	screensOfWaiting(newHouse(t), b)
	screensOfRights(newHouse(t), b)
	screensOfAManager(h, b, adler, okafor)
	b.run(chromedp.EmulateViewport(390, 844, chromedp.EmulateMobile), chromedp.Sleep(time.Second))
	b.as(ana)
	b.run(chromedp.Navigate(ana.base+"/staff"), chromedp.WaitVisible("#line.ok"))
	h.close()
	b.run(chromedp.WaitVisible(`//h1[contains(.,"lost the store")]`))
	b.picture("a9-not-connected")
}

// newLookingBrowser looks at every page that a test takes, and tells at its end
// what shuts somebody out.
func newLookingBrowser(t *testing.T) *browser {
	t.Helper()
	dir := os.Getenv("FOYER_SCREENS")
	if _, err := os.Stat(chromium); err != nil || os.Getenv("FOYER_LONG") == "" && dir == "" {
		t.Skip("SKIPPED: the pages take a browser and a minute: set FOYER_LONG=1, or FOYER_SCREENS to a folder: ", err)
	}
	b := newBrowser(t, cmp.Or(dir, t.TempDir()))
	b.looker = newLooker(t)
	t.Cleanup(func() { b.looker.tell(t) })
	return b
}

func screensOfTheDoor(h *house, b *browser) (ana *person) {
	ana = h.person(h.staff)
	b.as(ana)
	b.shot("a0-not-paired", "/staff")
	code, err := h.server.Pair(associate("ana"), h.now())
	h.must(err)
	b.shot("a0-pair", "/staff/pair?code="+code)
	ana.done("/staff", "/staff/pair", "code", code, "pin", "4711", "again", "4711")
	b.as(ana)
	b.shot("a1-names", "/staff")
	b.run(chromedp.Click(`button[value="ana"]`), chromedp.WaitVisible("#pad"), chromedp.Click(`[data-key="4"]`), chromedp.Click(`[data-key="7"]`))
	b.picture("a1-sign-on")
	ana.done("/staff", "/staff/session", "associate", "ana", "pin", "4711")
	ana.listen("/v1/associate/stream", "") // she is there while the browser is somebody else
	b.as(ana)
	b.shot("a2-home", "/staff")
	return ana
}

func screensOfAVisit(h *house, b *browser, ana *person) (keller *person, visit string) {
	keller = h.person(h.guest)
	b.as(keller)
	b.shot("c1-stranger", "/here")
	b.shot("c1-link", "/here?code=abc")
	b.shot("c4-stranger", "/here/privacy")
	keller.done("/here", "/here/session", "code", "code-c-keller")
	b.as(keller)
	b.shot("c1-away", "/here")
	v := string(h.arrive(customer("c-keller"), "shoes"))
	visit = "/staff/visits/" + v
	b.shot("c3-announce", "/here")
	b.shot("c2-associates", "/here/associates")
	keller.done("/here", "/here/announce", "style", "approach_me")
	b.shot("c3-announced", "/here")
	h.pass(13 * time.Second)
	b.as(ana)
	b.shot("a3-offer", "/staff")
	ana.done(visit, "/staff/offers/"+between(h.t, ana.page("/staff"), "/staff/offers/", "/accept")+"/accept")
	b.whole("a4-card", visit)
	b.shot("a4-card", visit)
	b.onTablet("a4-card-tablet", visit)
	b.onTablet("a10-clients-tablet", "/staff/clients")
	b.open(visit)
	b.run(chromedp.Click("summary"))
	b.picture("a4-card-where")
	b.shot("a2-serving", "/staff")
	b.as(keller)
	b.shot("c3-serving", "/here")
	b.as(ana)
	ana.done(visit, visit+"/greeted")
	b.shot("a4-greeted", visit)
	return keller, visit
}

// screensOfHelp: a second customer looks around; a third is announced by
// herself and asks for help while nobody comes.
func screensOfHelp(h *house, b *browser, ana *person, visit string) (adler, okafor *person) {
	adler = h.signIn("c-adler")
	h.arrive(customer("c-adler"), "women")
	adler.done("/here", "/here/announce", "style", "let_me_browse")
	b.as(adler)
	b.shot("c3-browsing", "/here")
	ana.done("/staff", visit+"/wrap-up", "served", "yes")
	b.as(ana)
	b.shot("a2-browsing", "/staff")
	b.onTablet("a2-browsing-tablet", "/staff")
	okafor = h.signIn("c-okafor")
	h.arrive(customer("c-okafor"), "tailoring")
	b.as(okafor)
	b.shot("c3-grace", "/here")
	okafor.done("/here", "/here/help")
	b.shot("c3-asking", "/here")
	h.pass(37 * time.Second)
	b.as(ana)
	b.shot("a3-offer-cover", "/staff")
	for range 5 {
		h.pass(time.Minute)
	}
	b.as(okafor)
	b.shot("c3-nobody", "/here")
	okafor.done("/here", "/here/not-today")
	b.shot("c3-hidden", "/here")
	b.as(ana)
	b.shot("a2-away", "/staff")
	b.shot("a9-refused", "/staff/nowhere")
	b.shot("a6-me", "/staff/me")
	b.shot("a9-ended", "/staff/visits/v-unknown")
	return adler, okafor
}

func screensOfPrivacy(h *house, b *browser, keller *person) {
	b.as(keller)
	keller.form("/here/consents/profile_to_associates/withdraw")
	b.shot("c3-closed", "/here")
	b.whole("c4-not-allowed", "/here/privacy")
	keller.allow("profile_to_associates")
	b.whole("c4-privacy", "/here/privacy")
	b.shot("c4-privacy", "/here/privacy")
	b.whole("c4-audience", "/here/audience")
	b.whole("c4-preview", "/here/preview")
	b.whole("c4-preview-cover", "/here/preview?as=substitute")
	b.shot("c4-preview-nobody", "/here/preview?as=none")
	b.run(chromedp.Navigate(keller.base+"/here/privacy"), chromedp.Click("#all"), chromedp.WaitVisible("h1"))
	b.picture("c5-withdrawn")
	b.shot("c9-refused", "/nowhere")
}

// screensOfWaiting: she is asked and does not answer; then she asks for help,
// and Ana is on the question when she takes it back.
func screensOfWaiting(h *house, b *browser) {
	keller, ana := h.signIn("c-keller"), h.signOn("ana", "4711")
	ana.listen("/v1/associate/stream", "")
	h.arrive(customer("c-keller"), "shoes")
	for range 3 {
		ana.page("/staff")
		h.pass(7 * time.Minute)
	}
	b.as(keller)
	b.shot("c3-late", "/here")
	keller.done("/here", "/here/help")
	b.as(ana)
	b.run(chromedp.Navigate(ana.base+"/staff"), chromedp.WaitVisible(".ring"))
	for end := time.Now().Add(30 * time.Second); h.server.Stats().Staff.Open < 2 && time.Now().Before(end); { // her page listens, too
		time.Sleep(20 * time.Millisecond)
	}
	keller.done("/here", "/here/help/cancel")
	b.run(chromedp.WaitVisible(".over"))
	b.picture("a3-offer-over")
	b.as(keller)
	b.shot("c3-announced-rest", "/here")
}

// screensOfRights: what she may ask for of what is kept about her.
func screensOfRights(h *house, b *browser) {
	keller := h.signIn("c-keller")
	b.as(keller)
	b.whole("c4-rights", "/here/privacy")
	wider := map[profile.Purpose][]string{profile.Presence: {"1"}, profile.HistoryStore: {"1"}, profile.ProfileToAssociates: nil}
	h.notice("2", wider)
	b.shot("c1-renew", "/here")
	b.whole("c4-notice", "/here/privacy")
	keller.allow("profile_to_associates")
	b.whole("c6-receipts", "/here/receipts")
	keller.done("/here/known#bought", "/here/known/hide", "id", "p-2")
	keller.done("/here/known#notes", "/here/known/object", "id", "n-1")
	b.whole("c6-known", "/here/known")
	jonas := h.signOn("jonas", "4711")
	b.as(jonas)
	b.shot("m-objections", "/staff/objections")
	b.shot("m-objection", "/staff/objections/"+between(h.t, jonas.page("/staff/objections"), `href="/staff/objections/`, `"`))
	b.as(keller)
	h.notice("3", map[profile.Purpose][]string{profile.Presence: {"1", "2"}, profile.HistoryStore: {"1"}, profile.ProfileToAssociates: {"2"}, profile.Photo: nil})
	_, ana, card := h.pictured(h.t)
	b.shot("c6-photo", "/here/photo")
	b.as(ana)
	b.shot("a4-card-picture", card)
	b.as(keller)
	b.shot("c6-export", "/here/export")
	b.shot("c6-forget", "/here/forget")
	b.run(chromedp.Click("#forget"), chromedp.WaitVisible("#keep"))
	b.picture("c6-forgotten")
}

func screensOfAManager(h *house, b *browser, adler, okafor *person) {
	h.warnings = []health.Warning{
		{Code: health.APSilent, Severity: health.NeedsYou, Since: h.now().Add(-36 * time.Minute), Text: "Access point ap-03 has not reported for 36 minutes.", Cure: "Check that its cable is seated and the switch light is on. It rejoins by itself within a minute."},
		{Code: health.HQAway, Severity: health.Watch, Since: h.now().Add(-2 * time.Hour), Text: "Headquarters has not answered for two hours.", Cure: "If the shop’s internet works, call support."},
	}
	adler.done("/here", "/here/help")
	h.pass(190 * time.Second)
	okafor.done("/here", "/here/help")
	b.as(h.signOn("jonas", "8024"))
	h.pass(70 * time.Second)
	b.shot("m1-floor-phone", "/staff/floor")
	b.run(chromedp.EmulateViewport(1180, 820))
	b.shot("m1-floor", "/staff/floor")
	b.shot("m3-plan", "/staff/plan")
	b.shot("m4-survey", "/staff/survey")
	h.drawing.mu.Lock()
	h.drawing.inForce = floor.Example()
	h.drawing.mu.Unlock()
	b.shot("t1-setup", "/staff/setup?step=4")
	screensOfMeasuring(h, b)
	for name, path := range map[string]string{"m2-health": "/staff/health", "m7-shifts": "/staff/shifts", "m8-devices": "/staff/devices", "m9-pin": "/staff/people/ana/pin"} {
		b.shot(name, path)
	}
}

// screensOfMeasuring: what a survey measured, and a test walk played back.
func screensOfMeasuring(h *house, b *browser) {
	h.must(h.walking.do(func(w *setup.Walk) {
		for i, p := range []floor.Point{{X: 5, Y: 12}, {X: 15, Y: 14}, {X: 33, Y: 8}, {X: 33, Y: 13}, {X: 8, Y: 20}, {X: 20, Y: 21}} {
			w.Misses = append(w.Misses, setup.Miss{Point: fmt.Sprintf("p%03d", i+1), Level: "ground", At: p, Error: 1.5 + .6*float64(i), Zone: "shoes", Right: .8, Half: .5, Nine: .9, Fixes: 12})
		}
	}))
	h.must(h.walking.TestEnd())
	b.shot("m5-report", "/staff/survey/report")
	b.shot("m6-play", "/staff/survey/play?at=5&id="+h.walking.tests[0])
}

type browser struct {
	t   *testing.T
	ctx context.Context
	dir string
	who *person
	*looker
}

func newBrowser(t *testing.T, dir string) *browser {
	t.Helper()
	if testing.Short() {
		t.Skip("SKIPPED: a browser takes seconds: run without -short")
	}
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(chromium), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("ignore-certificate-errors", true),
		chromedp.WindowSize(390, 844))
	ctx, cancel := chromedp.NewExecAllocator(context.Background(), opts...)
	t.Cleanup(cancel)
	ctx, cancel2 := chromedp.NewContext(ctx)
	t.Cleanup(cancel2)
	b := &browser{t: t, ctx: ctx, dir: dir}
	b.must(chromedp.Do(ctx, chromedp.EmulateViewport(390, 844, chromedp.EmulateMobile, chromedp.EmulateTouch)))
	return b
}

func (b *browser) must(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
}

func (b *browser) run(a ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, time.Minute)
	defer cancel()
	b.must(chromedp.Do(ctx, a...))
}

// as takes over the cookies of a person.
func (b *browser) as(p *person) {
	b.t.Helper()
	b.who = p
	base := must(url.Parse(p.base))
	yes := true
	b.run(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		if _, err := cdp.Call(ctx, t, network.ClearBrowserCookies, cdp.Empty{}); err != nil {
			return err
		}
		for _, k := range p.client.Jar.Cookies(base) {
			_, err := cdp.Call(ctx, t, network.SetCookie, network.SetCookieParams{Name: k.Name, Value: k.Value, URL: p.base, Path: "/", Secure: &yes, HTTPOnly: &yes})
			if err != nil {
				return err
			}
		}
		return nil
	}))
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// shot takes a page in light and, where pictures are kept or time is given, in
// dark.
func (b *browser) shot(name, path string) {
	b.t.Helper()
	schemes := []string{"light", "dark"}
	if os.Getenv("FOYER_SCREENS") == "" && os.Getenv("FOYER_LONG") == "" {
		schemes = schemes[:1]
	}
	for _, scheme := range schemes {
		b.scheme(scheme)
		b.open(path)
		b.picture(strings.TrimSuffix(name+"-"+scheme, "-light"))
	}
	b.scheme("light")
}

// open goes to a page, again if the page before it left by itself at that moment,
// as one does whose visit has just ended.
func (b *browser) open(path string) {
	b.t.Helper()
	for try := 1; ; try++ {
		_, err := chromedp.Run(b.ctx, chromedp.Navigate(b.who.base+path))
		if err == nil {
			break
		}
		if try == 3 || !strings.Contains(err.Error(), "ERR_ABORTED") {
			b.t.Fatalf("open %s: %v", path, err)
		}
	}
	b.run(chromedp.WaitVisible("h1"))
}

func (b *browser) scheme(s string) {
	b.run(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
			{Name: "prefers-color-scheme", Value: s}, {Name: "prefers-reduced-motion", Value: "reduce"}}})
		return err
	}))
}

func (b *browser) picture(name string) {
	b.t.Helper()
	if os.Getenv("FOYER_SCREENS") != "" {
		b.run(chromedp.Sleep(350 * time.Millisecond)) // what moves has come to rest
	}
	b.look(name)
	b.keep(name, must(chromedp.Run(b.ctx, chromedp.CaptureScreenshot())))
}

func (b *browser) keep(name string, png []byte) {
	b.t.Helper()
	b.must(os.WriteFile(filepath.Join(b.dir, name+".png"), png, 0o600))
}

// whole takes all of a page that is longer than the screen.
func (b *browser) whole(name, path string) {
	b.t.Helper()
	for _, scheme := range []string{"dark", "light"} {
		b.scheme(scheme)
		b.run(chromedp.Navigate(b.who.base+path), chromedp.WaitVisible("h1"), chromedp.Sleep(300*time.Millisecond))
		b.look(strings.TrimSuffix(name+"-whole-"+scheme, "-light"))
	}
	b.keep(name+"-whole", must(chromedp.Run(b.ctx, chromedp.FullScreenshot(100))))
}
