package main_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"net/http"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"foyer/floor"
)

// testSetUp puts the plan in use from the editor and walks the floor with the
// browser's own device, whose radio the sensor hears: path loss and noise from
// where it stands. What the walk taught is in use at the end, also after a
// restart.
func testSetUp(t *testing.T, p programs, at site) {
	s := openShop(t, p, at, "info")
	s.tell(cast())
	chromium := newChromium(t, s)
	vera := newWindow(t, chromium)
	must(t, vera.do(chromedp.EmulateViewport(1180, 980)))
	_, link := s.pair("vera")
	vera.signOn(link, "vera")

	vera.open(pageURL("staff.localhost", s.staff, "/staff/plan"))
	vera.reads("#state", "As in use")
	vera.reads("#findings", "10 access points placed")
	vera.press("#use", "Put in use")
	vera.reads("#state", "In use since")
	vera.picture("plan-editor")

	device := &walker{s: s}
	device.to(floor.Point{X: 5, Y: 20})
	device.begin()
	vera.open(pageURL("staff.localhost", s.staff, "/staff/survey"))
	vera.press("#begin", "Begin the walk")
	for _, place := range []floor.Point{{X: 5, Y: 20}, {X: 15, Y: 14}, {X: 24, Y: 20}, {X: 33, Y: 8}, {X: 33, Y: 19}} {
		device.to(place)
		vera.reads("main .say", "Tap the plan where you stand.")
		vera.listens()
		vera.taps(place)
		vera.reads("main .say", "Stand still and turn round once.")
		vera.asks("heard for six seconds", `
			const e = document.querySelector('[data-seconds]');
			return document.querySelector(selector) && (!e || Number(e.textContent) <= want) ? '' : 'not yet';`, "main .say", 6)
		vera.press("#move", "Walk on")
	}
	vera.reads(".bar .end", "5 places")
	vera.press("#fit", "Work it out")
	vera.press("#use", "Put it in use")
	vera.reads("aside", "What this walk taught is in use.")
	vera.open(pageURL("staff.localhost", s.staff, "/staff/survey?show=measured"))
	vera.reads("aside", "Each place was found by a map that never saw it")
	vera.picture("survey")
	if text, err := os.ReadFile(s.dir + "/data/survey-map.json"); err != nil || strings.Contains(string(text), device.address()) {
		t.Errorf("the map: %v, or it holds the device's address", err)
	}
}

// walker is a device of the store's own, and the radio that hears it.
type walker struct {
	s  *shop
	at atomic.Pointer[floor.Point]
}

func (w *walker) address() string  { return "02:00:5e:10:00:77" }
func (w *walker) to(p floor.Point) { w.at.Store(&p) }
func (w *walker) begin() {
	data, err := os.ReadFile(w.s.plan)
	must(w.s.T, err)
	plan, err := floor.ParsePlan(data)
	must(w.s.T, err)
	sensor, rnd := w.s.sensor("controller"), rand.New(rand.NewPCG(7, 7))
	ctx, cancel := context.WithTimeout(context.Background(), longest)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for ctx.Err() == nil {
			status, text, err := sensor(ctx, w.lines(plan, rnd))
			if ctx.Err() == nil && (err != nil || status != http.StatusNoContent) {
				w.s.Errorf("the sensor listener answers %d %s %v", status, text, err)
			}
			select {
			case <-ctx.Done():
			case <-time.After(300 * time.Millisecond):
			}
		}
	}()
	w.s.Cleanup(func() { cancel(); <-done })
}

// lines are what each access point hears now.
func (w *walker) lines(plan *floor.Plan, rnd *rand.Rand) []byte {
	var out []byte
	for _, ap := range plan.Levels[0].AccessPoints {
		d := math.Max(1, float64(ap.At.Distance(*w.at.Load())))
		rssi := math.Round(-38 - 26*math.Log10(d) + 3*rnd.NormFloat64())
		line, err := json.Marshal(map[string]any{"ap": ap.ID, "client": w.address(), "rssi": rssi, "at": time.Now().UTC(),
			"kind": "uplink_assoc", "ip": []string{loopback}})
		must(w.s.T, err)
		out = append(append(out, line...), '\n')
	}
	return out
}

// taps taps the plan at a place.
func (w *window) taps(p floor.Point) {
	w.t.Helper()
	at, err := chromedp.Run(w.ctx, chromedp.Evaluate[[]float64](fmt.Sprintf(`(() => { const svg = document.querySelector('#tap svg');
		svg.scrollIntoView({block: 'nearest'});
		const p = new DOMPoint(%g, %g).matrixTransform(svg.getScreenCTM()); return [p.x, p.y]; })()`, p.X*10, p.Y*10)))
	must(w.t, err)
	must(w.t, w.do(chromedp.MouseClickXY(at[0], at[1])))
}

// listens waits until the page's script runs: a tap before is lost.
func (w *window) listens() {
	w.t.Helper()
	w.asks("the script runs", `return performance.getEntriesByType('resource').some(r => r.name.includes(want)) && document.readyState === 'complete' ? '' : 'not yet';`, "", "walk.js")
}
