package web

import (
	"testing"

	"github.com/chromedp/chromedp"

	"foyer/concierge"
	"foyer/concierge/rota"
	"foyer/floor"
	"os"
	"time"
)

// TestScreensOfContent leaves pictures of schedules, the feed, feedback, conduct
// and practice in the folder that FOYER_SCREENS names.
func TestScreensOfContent(t *testing.T) {
	t.Parallel()
	dir := os.Getenv("FOYER_SCREENS")
	if dir == "" {
		t.Skip("FOYER_SCREENS names no folder for the pictures")
	}
	h := newHouse(t)
	b := newBrowser(t, dir)
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
	keller, _ := h.visited("c-keller", ana)
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
