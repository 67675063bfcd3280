package main_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"net/http"
	neturl "net/url"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"foyer/floor"
)

// testSetUp follows a technician through the five steps, from the code on a new
// box's console to a phone that is located: he joins headquarters, puts the plan
// in use from the editor, sees the access points heard, and walks the floor with
// the browser's own device, whose radio the sensor hears: path loss and noise from
// where it stands. What the walk taught is in use at the end.
func testSetUp(t *testing.T, p programs, at site) {
	s := newShop(t, p, at)
	tech := newWindow(t, newTrusting(t))
	must(t, tech.do(chromedp.EmulateViewport(1180, 980)))
	s.unpacks(tech)
	page := func(path string) string { return pageURL(loopback, s.staff, path) } // by which he came
	tech.press("button.go", "Go on")
	tech.reads("h1", "Draw the floor")
	people := cast()
	s.tellPeople(people)
	eventually(t, "the box has what headquarters sent", s.settled)

	s.draws()
	tech.open(page("/staff/plan"))
	tech.reads("#findings", "10 access points placed")
	tech.press("#use", "Put in use")
	tech.reads("#state", "In use since")
	tech.picture("plan-editor")

	device := &walker{s: s, client: "02:00:5e:10:00:77", ip: loopback}
	device.to(floor.Point{X: 5, Y: 20})
	device.begin()
	tech.open(page("/staff/setup?step=4"))
	tech.reads(".steps [aria-current]", "10 of 10 are heard")
	tech.picture("setup-heard")
	tech.open(page("/staff/survey"))
	tech.press("#begin", "Begin the walk")
	for _, place := range []floor.Point{{X: 5, Y: 20}, {X: 15, Y: 14}, {X: 24, Y: 20}, {X: 33, Y: 8}, {X: 33, Y: 19}} {
		tech.stands(device, place)
	}
	tech.reads(".bar .end", "5 places")
	tech.press("#fit", "Work it out")
	tech.press("#use", "Put it in use")
	tech.reads("aside", "What this walk taught is in use.")
	tech.open(page("/staff/survey?show=measured"))
	tech.reads("aside", "Each place was found by a map that never saw it")
	tech.picture("survey")
	tech.testWalk(device)
	if text, err := os.ReadFile(s.dir + "/data/survey-map.json"); err != nil || strings.Contains(string(text), device.client) {
		t.Errorf("the map: %v, or it holds the device's address", err)
	}

	tech.open(page("/staff/setup?step=5"))
	tech.reads(".facts", "0 phones")
	code, _ := s.invite(people.Customers[0])
	eventually(t, "her code has come", s.settled)
	phone := &walker{s: s, client: "02:00:5e:10:00:78", ip: "127.1.0.4"}
	phone.to(floor.Point{X: 15, Y: 14})
	phone.begin()
	s.newGuest(phone.ip).do("POST", "/v1/me/session", map[string]string{"code": code}, nil)
	tech.reads(".facts", "1 phone")
	tech.reads(".steps [aria-current]", "1 located now")
	tech.picture("setup-located")
}

// draws leaves the plan as a draft, by a technician whom the operator let in.
func (s *shop) draws() {
	s.Helper()
	code, _ := s.two(call(s.T, s.foyer, "pair", "--role", "technician", "--socket", s.socket()))
	tech := s.newStaff()
	form := neturl.Values{"code": {code}}.Encode()
	if status, data := tech.send(s.Context(), "POST", "/staff/technician", "application/x-www-form-urlencoded", []byte(form)); status != 200 {
		s.Fatalf("a technician's code: %d %s", status, data)
	}
	plan, err := os.ReadFile(s.plan)
	must(s.T, err)
	tech.do("PUT", "/v1/plan/draft", map[string]any{"plan": json.RawMessage(plan), "pictures": map[string]any{}, "measures": []any{}}, nil)
}

// stands goes to a place with the device and has the page learn how it is there.
func (w *window) stands(device *walker, place floor.Point) {
	w.t.Helper()
	device.to(place)
	w.reads("main .say", "Tap the plan where you stand.")
	w.listens()
	w.taps(place)
	w.reads("main .say", "Stand still and turn round once.")
	w.asks("heard for six seconds", `
		const e = document.querySelector('[data-seconds]');
		return document.querySelector(selector) && (!e || Number(e.textContent) <= want) ? '' : 'not yet';`, "main .say", 6)
	w.press("#move", "Walk on")
}

// testWalk strolls through the shoes with the device, reads how well it was
// followed, and plays it with the keyboard.
func (w *window) testWalk(device *walker) {
	w.t.Helper()
	w.open(pageURL(loopback, device.s.staff, "/staff/survey"))
	w.press("#test", "Begin a test walk")
	from, to := floor.Point{X: 28, Y: 8}, floor.Point{X: 36, Y: 12}
	w.reads("main .say", "Stroll, and tap the plan where you are")
	w.listens()
	device.to(from)
	w.taps(from)
	w.reads("main .say", "1 place so far")
	const steps = 28
	for i := 1; i <= steps; i++ {
		time.Sleep(300 * time.Millisecond)
		f := floor.Metre(i) / steps
		device.to(floor.Point{X: from.X + f*(to.X-from.X), Y: from.Y + f*(to.Y-from.Y)})
	}
	w.taps(to)
	w.reads("main .say", "2 places so far")
	w.press("#test-end", "End the test walk")
	w.reads("main .say", "Tap the plan where you stand.")
	w.open(pageURL(loopback, device.s.staff, "/staff/survey/report"))
	w.reads("#cover", "The region for 90 % held the place in")
	w.reads("#tests", "Play")
	w.picture("report")
	w.press("#tests a", "Play")
	w.reads("#words", "Second 0")
	w.listens()
	must(w.t, w.do(chromedp.Focus("#at"), chromedp.KeyEvent(kb.ArrowRight), chromedp.KeyEvent(kb.ArrowRight), chromedp.KeyEvent(kb.ArrowRight)))
	w.reads("#second", "3")
	w.reads("#words", "Second 3")
	w.picture("playback")
}

// walker is a device that walks, and the radio that hears it.
type walker struct {
	s          *shop
	client, ip string
	at         atomic.Pointer[floor.Point]
}

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
		line, err := json.Marshal(map[string]any{"ap": ap.ID, "client": w.client, "rssi": rssi, "at": time.Now().UTC(),
			"kind": "uplink_assoc", "ip": []string{w.ip}})
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
