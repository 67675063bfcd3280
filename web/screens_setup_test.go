package web

import (
	"fmt"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"foyer/floor"
	"foyer/health"
	"foyer/web/setup"
)

// TestScreensOfSetUp looks at what a technician has, light and dark: his code, the
// five steps, the plan, the walk, the heat of both kinds, and the box's health.
func TestScreensOfSetUp(t *testing.T) {
	t.Parallel()
	b := newLookingBrowser(t)
	h := newHouse(t)
	b.run(chromedp.EmulateViewport(1180, 820))
	b.as(h.person(h.staff))
	b.shot("t0-code", "/staff/technician")
	tim := h.technician()
	b.as(tim)
	b.shot("t6-health-well", "/staff/health")
	b.shot("t3-plan-empty", "/staff/plan")
	h.warnings = []health.Warning{
		{Code: health.APSilent, Severity: health.NeedsYou, Since: h.now().Add(-36 * time.Minute), Text: "Access point ap-03 has stopped reporting.", Cure: "Check its power and its network cable, then its reporting agent."},
		{Code: health.HQAway, Severity: health.Watch, Since: h.now().Add(-2 * time.Hour), Text: "Headquarters cannot be reached; the store works on.", Cure: "Check the store's line."},
	}
	b.shot("t6-health", "/staff/health")
	h.drawing.mu.Lock()
	h.drawing.inForce = floor.Example()
	h.drawing.mu.Unlock()
	h.mu.Lock()
	h.prepared = setup.Progress{Guest: "https://here.example/here", Staff: "https://staff.example/staff", ClockSure: true, Located: 1,
		Unknown: []setup.Unknown{{Name: "10.14.0.12#phy1", Sensor: "air"}}}
	h.mu.Unlock()
	for step := 1; step <= 5; step++ {
		b.shot(fmt.Sprintf("t%d-step", step), fmt.Sprintf("/staff/setup?step=%d", step))
	}
	b.shot("t3-plan", "/staff/plan")
	b.shot("t5-survey", "/staff/survey")
	tim.form("/staff/survey/begin")
	tim.form("/staff/survey/stand", "level", "ground", "x", "5", "y", "8")
	b.shot("t5-standing", "/staff/survey")
	_ = h.walking.do(func(w *setup.Walk) {
		w.Running, w.Here, w.Side = false, nil, 2
		for i := range 5 {
			at := floor.Point{X: floor.Metre(4 + 3*i), Y: 8}
			w.Places = append(w.Places, setup.Place{Point: fmt.Sprint("p", i), Level: "ground", At: at, Scans: 30, APs: 5})
			w.Misses = append(w.Misses, setup.Miss{Point: fmt.Sprint("p", i), Level: "ground", At: at, Error: float64(i), Zone: "shoes", Right: 0.9})
			w.Forecast = append(w.Forecast, setup.Cell{Level: "ground", At: at, Error: float64(i)})
		}
	})
	b.shot("t5-predicted", "/staff/survey")
	b.shot("t5-measured", "/staff/survey?show=measured")
	b.as(h.signOn("jonas", "8024"))
	b.shot("m6-health", "/staff/health")
	b.run(chromedp.EmulateViewport(390, 844, chromedp.EmulateMobile))
	b.as(tim)
	b.shot("t4-step-phone", "/staff/setup?step=4")
}
