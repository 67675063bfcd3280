package web

import (
	"testing"

	"github.com/chromedp/chromedp"

	"foyer/concierge"
	"foyer/concierge/rota"
	"foyer/floor"
	"time"
)

// TestScreensOfContent looks at schedules, the feed, feedback, conduct,
// and practice.
func TestScreensOfContent(t *testing.T) {
	t.Parallel()
	b := newLookingBrowser(t)
	h := newHouse(t)
	h.tier("ana", floor.TierUntrained)
	ana, jonas := h.signOn("ana", "4711"), h.signOn("jonas", "8024")
	ana.listen("/v1/associate/stream", "")
	b.as(ana)
	b.whole("a10-schedule", "/staff/schedule")
	b.whole("a11-conduct-untrained", "/staff/conduct")
	b.whole("a12-practice", "/staff/practice")
	b.run(chromedp.Click("#choice-0"), chromedp.WaitVisible(".say.wait"))
	b.picture("a12-practice-wrong")
	ana.playThrough()
	b.whole("a12-practice-end", "/staff/practice")
	ana.done("/staff/conduct", "/staff/practice/finish")
	b.whole("a11-conduct", "/staff/conduct")
	keller, v := h.visited("c-keller", ana)
	screensOfHerOwn(h, b, ana, keller, v)
	h.do(func(d *concierge.Desk, now time.Time) {
		h.must(d.SetScheduleVisibility(associate("lea"), rota.TwoWeeks, now))
	})
	b.as(keller)
	b.whole("c6-feedback", "/here")
	b.whole("c7-feed", "/here/feed")
	b.whole("c8-schedule", "/here/associates/lea")
	b.as(jonas)
	b.whole("m5-people", "/staff/people")
}

// screensOfHerOwn: an associate's clients, days, device, and the end of a visit of
// one who had wanted to look around, on a phone and on a tablet, light and dark.
func screensOfHerOwn(h *house, b *browser, ana, keller *person, v floor.VisitID) {
	h.clock.Add(int64(time.Minute)) // allowances are full again
	b.as(ana)
	entry := "/staff/clients/" + between(h.t, ana.page("/staff/clients"), `href="/staff/clients/`, `"`)
	keller.done("/here", "/here/announce", "style", "let_me_browse")
	keller.done("/here", "/here/help")
	visit := "/staff/visits/" + string(v)
	ana.done(visit, "/staff/offers/"+between(h.t, ana.page("/staff"), "/staff/offers/", "/accept")+"/accept")
	ana.done(visit, visit+"/greeted")
	for name, path := range map[string]string{"a13-clients": "/staff/clients", "a13-client": entry, "a10-schedule": "/staff/schedule", "a6-me": "/staff/me",
		"a4-wrap-up": visit, "a9-shell": "/staff/not-connected", "a11-conduct": "/staff/conduct"} {
		h.clock.Add(int64(time.Minute)) // allowances are full again
		b.shot(name, path)
		b.run(chromedp.EmulateViewport(1180, 820))
		b.shot(name+"-tablet", path)
		b.run(chromedp.EmulateViewport(390, 844, chromedp.EmulateMobile))
	}
	ana.done("/staff", visit+"/wrap-up", "served", "yes")
	b.as(keller)
}
