package web

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"foyer/floor"
	"foyer/web/setup"
)

// drawing keeps a draft as box does, in memory.
type drawing struct {
	mu      sync.Mutex
	draft   []byte
	inForce *floor.Plan
	picture map[floor.LevelID][]byte
}

func (d *drawing) InForce() *floor.Plan {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.inForce
}

func (d *drawing) Draft() ([]byte, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.draft, nil
}

func (d *drawing) Keep(data []byte) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.draft = data
	return nil
}

func (d *drawing) Use(_ context.Context, by floor.AssociateID, plan []byte) error {
	p, err := floor.ParsePlan(plan)
	if err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.inForce, d.draft = p, nil
	return nil
}

func (d *drawing) Picture(l floor.LevelID) ([]byte, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.picture[l], nil
}

func (d *drawing) KeepPicture(l floor.LevelID, file []byte) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.picture == nil {
		d.picture = map[floor.LevelID][]byte{}
	}
	d.picture[l] = file
	return nil
}

// walking is a survey in memory: what was heard is made up.
type walking struct {
	mu    sync.Mutex
	w     setup.Walk
	tests []string
}

func (s *walking) do(f func(w *setup.Walk)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	f(&s.w)
	return nil
}

func (s *walking) Begin(context.Context, netip.Addr) error {
	return s.do(func(w *setup.Walk) { w.Running = true })
}
func (s *walking) End() { _ = s.do(func(w *setup.Walk) { w.Running, w.Here = false, nil }) }

func (s *walking) Stand(level floor.LevelID, at floor.Point) error {
	if at.X > 40 {
		return errors.New("not a place to stand: outside the floor")
	}
	return s.do(func(w *setup.Walk) {
		w.Here = &setup.Place{Point: fmt.Sprintf("p%03d", len(w.Places)+1), Level: level, At: at, APs: 8, Scans: 12}
	})
}

func (s *walking) Move() error {
	return s.do(func(w *setup.Walk) {
		if w.Here != nil {
			w.Places, w.Here = append(w.Places, *w.Here), nil
		}
	})
}

func (s *walking) Drop(point string) error {
	return s.do(func(w *setup.Walk) {
		w.Places = slices.DeleteFunc(w.Places, func(p setup.Place) bool { return p.Point == point })
	})
}

func (s *walking) Fit() error {
	return s.do(func(w *setup.Walk) {
		for _, p := range w.Places {
			w.Misses = append(w.Misses, setup.Miss{Point: p.Point, Level: p.Level, At: p.At, Error: 2.2, Zone: "shoes", Right: 0.9, Half: 0.5, Nine: 0.9, Fixes: 12})
		}
	})
}
func (s *walking) Use(context.Context) error { return s.do(func(w *setup.Walk) { w.InUse = true }) }
func (s *walking) Discard() error            { return s.do(func(w *setup.Walk) { *w = setup.Walk{} }) }

func (s *walking) TestBegin() error { return s.do(func(w *setup.Walk) { w.Testing = true }) }
func (s *walking) TestEnd() error {
	return s.do(func(w *setup.Walk) { w.Testing, w.Taps = false, nil; s.tests = append(s.tests, "t20261121-140200") })
}
func (s *walking) DropTest(string) error { s.tests = nil; return nil }

func (s *walking) TestWalks() (out []setup.TestWalk) {
	for _, id := range s.tests {
		f, _ := s.PlayTest(id)
		out = append(out, setup.NewTestWalk(id, f))
	}
	return out
}

// PlayTest is a stroll of ten seconds along the shoes, that goes astray at its end.
func (s *walking) PlayTest(id string) (out []setup.Frame, err error) {
	if !slices.Contains(s.tests, id) {
		return nil, errors.New("there is none")
	}
	for i := range 10 {
		p := floor.Point{X: 28 + floor.Metre(i), Y: 8}
		f := setup.Frame{T: float64(i), Level: "ground", Truth: p, Guess: floor.Point{X: p.X + 1, Y: p.Y + .5}, Error: 1.1, Held50: i < 6, Held90: i < 9, Zone: "shoes", TrueZone: "shoes", APs: 8}
		f.Nine = []setup.Box{{Lo: floor.Point{X: p.X - 2, Y: 6}, Hi: floor.Point{X: p.X + 3, Y: 11}}}
		f.Half = []setup.Box{{Lo: floor.Point{X: p.X - 1, Y: 7}, Hi: floor.Point{X: p.X + 2, Y: 10}}}
		if i == 9 {
			f.Zone, f.Error = "handbags", 9
		}
		out = append(out, f)
	}
	return out, nil
}

func (s *walking) Walk() setup.Walk {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.w
}

// A manager walks the floor without a script: each step is a form, and what
// cannot be done is said.
func TestAManagerWalksTheFloor(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.drawing.inForce = floor.Example()
	jonas := h.signOn("jonas", "8024")
	jonas.page("/staff/survey", "Begin the walk")
	jonas.done("/staff/survey", "/staff/survey/begin")
	jonas.page("/staff/survey", "Tap the plan where you stand.", `id="tap" data-level="ground" data-walk`)
	if a := jonas.send("POST", "/staff/survey/stand", "application/x-www-form-urlencoded", "level=ground&x=99&y=2"); a.StatusCode != http.StatusConflict || !strings.Contains(a.body, "Not a place to stand: outside the floor.") {
		t.Errorf("outside: %s %s", a.Status, a.body)
	}
	if a := jonas.send("POST", "/staff/survey/stand", "application/x-www-form-urlencoded", "level=ground"); !strings.Contains(a.body, "Tap the plan where you stand, or write") {
		t.Errorf("nowhere: %s %s", a.Status, a.body)
	}
	for _, x := range []string{"5", "15", "25", "35"} {
		jonas.done("/staff/survey?level=ground", "/staff/survey/stand", "level", "ground", "x", x, "y", "12.5")
		jonas.page("/staff/survey", "That is enough: walk on.", "Heard by 8 access points.")
		jonas.done("/staff/survey?level=ground", "/staff/survey/move", "level", "ground")
	}
	jonas.page("/staff/survey", "4 places", `id="fit"`)
	jonas.done("/staff/survey", "/staff/survey/fit")
	jonas.page("/staff/survey?show=measured", "Shoes", "90 %", "2.2<small> m", `class="pt big k2"`)
	jonas.done("/staff/survey", "/staff/survey/use")
	jonas.page("/staff/survey", "What this walk taught is in use.")
}

// tap taps the plan at a point, metres.
func (b *browser) tap(x, y float64) {
	b.t.Helper()
	at := must(chromedp.Run(b.ctx, chromedp.Evaluate[[]float64](fmt.Sprintf(
		"(() => { const p = new DOMPoint(%g, %g).matrixTransform(document.getElementById('board').getScreenCTM()); return [p.x, p.y]; })()", x*10, y*10))))
	b.run(chromedp.MouseClickXY(at[0], at[1]))
}

// tool takes a tool of the editor.
func (b *browser) tool(name string) {
	b.t.Helper()
	b.run(chromedp.Click(`[data-tool="`+name+`"]`), chromedp.WaitVisible(`[data-tool="`+name+`"][aria-pressed="true"]`))
}

// In a real browser: a manager draws a floor from nothing, is told what is
// missing, mends it and puts it in use.
func TestAManagerDrawsTheFloor(t *testing.T) {
	t.Parallel()
	if _, err := os.Stat(chromium); err != nil {
		t.Skip("no Chromium here: ", err)
	}
	h := newHouse(t)
	b := newBrowser(t, cmp.Or(os.Getenv("FOYER_SCREENS"), t.TempDir()))
	jonas := h.signOn("jonas", "8024")
	b.as(jonas)
	b.run(chromedp.EmulateViewport(1180, 980), chromedp.Navigate(jonas.base+"/staff/plan"), chromedp.WaitVisible("#board .floor"))
	b.says("findings", "No access point is placed: nobody could be located.")
	b.run(chromedp.Click("#use"))
	b.says("state", "Not in use: mend what is listed first")

	b.tool("zone")
	for _, p := range [][2]float64{{2, 2}, {12, 2}, {12, 9}, {2, 9}, {2, 2}} {
		b.tap(p[0], p[1])
	}
	b.run(chromedp.WaitVisible("#name"), chromedp.SetValue("#name", "Shoes"))
	b.run(chromedp.Evaluate[chromedp.Void](`document.getElementById('name').dispatchEvent(new Event('change'))`))
	b.says("panel", "Shoes")
	b.tool("ap")
	for _, p := range [][2]float64{{3, 3}, {17, 3}, {10, 10}} {
		b.tap(p[0], p[1])
	}
	b.tool("door")
	b.tap(10, 12)
	b.tool("wall")
	b.tap(14, 2)
	b.tap(14, 8)
	b.says("findings", "All zones closed, none overlap")
	b.says("findings", "3 access points placed")
	b.says("state", "Draft kept")
	b.picture("m3-plan-editor")

	// Everything goes back, and comes again; the keys move a corner.
	b.run(chromedp.Click("#undo"))
	b.says("findings", "All zones")
	b.run(chromedp.Click("#redo"))
	b.tool("select")
	b.tap(5, 7)
	b.says("panel", "Shoes")
	b.run(chromedp.KeyEvent(kb.ArrowRight))
	b.run(chromedp.Click("#use"))
	b.says("state", "In use since")

	p := h.drawing.InForce()
	l := p.Levels[0]
	if len(l.Zones) != 1 || l.Zones[0].Name != "Shoes" || len(l.AccessPoints) != 3 || len(l.Walls) != 1 || len(l.Entrances) != 1 {
		t.Fatalf("drawn: %+v", l)
	}
	if c := l.Zones[0].Outline[0]; c.Distance(floor.Point{X: 2.1, Y: 2}) > 0.06 {
		t.Errorf("the first corner is at %v, 10 cm to the right of 2, 2 was meant", c)
	}
	if at := l.Entrances[0].At; at.Distance(floor.Point{X: 10, Y: 12}) > 0.2 {
		t.Errorf("the entrance is at %v, off the outline", at)
	}
	if d, _ := h.drawing.Draft(); d != nil {
		t.Errorf("a draft is left: %s", d)
	}
}

// says waits until a part of the page says something.
func (b *browser) says(id, want string) {
	b.t.Helper()
	got := ""
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		if got = must(chromedp.Run(b.ctx, chromedp.Evaluate[string]("document.getElementById('"+id+"').textContent"))); strings.Contains(got, want) {
			return
		}
	}
	b.t.Fatalf("%s says %q, want %q", id, got, want)
}

// The routes without a browser: what is broken is refused with the place, and
// what others drew can be read.
func TestDrawingsAsJSON(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	jonas := h.signOn("jonas", "8024")
	for _, tt := range []struct {
		method, path, body string
		status             int
		want               string
	}{
		{"PUT", "/v1/plan/draft", `{"plan":[]}`, http.StatusBadRequest, "want an object"},
		{"PUT", "/v1/plan/draft", `{"plan":{},"nonsense":1}`, http.StatusBadRequest, "nonsense"},
		{"PUT", "/v1/plan/draft", `{"plan":{"schema":"foyer.plan/1","name":"x","levels":[{"id":"g","name":"G","height":3,"outline":[[0,0],[10,10],[10,0],[0,10]],"access_points":[]}]}}`,
			http.StatusOK, "The outline of the floor: its line crosses itself, the side after corner 1 and the one after corner 3."},
		{"POST", "/v1/plan/use", ``, http.StatusUnprocessableEntity, "No access point is placed"},
		{"POST", "/v1/plan/import", `{"type":"FeatureCollection","features":[]}`, http.StatusUnprocessableEntity, "there is no floor in it"},
		{"POST", "/v1/plan/import", `{"type":"FeatureCollection","features":[{"properties":{},"geometry":{"type":"Polygon","coordinates":[[[11,48],[11.0005,48],[11.0005,48.0002],[11,48]]]}}]}`,
			http.StatusOK, `"outline"`},
		{"PUT", "/v1/plan/pictures/ground", `not a picture`, http.StatusUnprocessableEntity, "send a PNG or a JPEG"},
		{"GET", "/v1/plan/pictures/ground", ``, http.StatusNotFound, "Nothing to show"},
		{"GET", "/v1/plan/pictures/..%2f..%2fkeys", ``, http.StatusNotFound, "Nothing to show"},
		{"DELETE", "/v1/plan/draft", ``, http.StatusNoContent, ""},
	} {
		a := jonas.send(tt.method, tt.path, "application/json", tt.body)
		if a.StatusCode != tt.status || !strings.Contains(a.body, tt.want) {
			t.Errorf("%s %s %s: %s %s, want %d %q", tt.method, tt.path, tt.body, a.Status, a.body, tt.status, tt.want)
		}
	}
}

// In a real browser a tap on the plan is where she stands.
func TestATapIsWhereSheStands(t *testing.T) {
	t.Parallel()
	if _, err := os.Stat(chromium); err != nil {
		t.Skip("no Chromium here: ", err)
	}
	h := newHouse(t)
	h.drawing.inForce = floor.Example()
	b := newBrowser(t, cmp.Or(os.Getenv("FOYER_SCREENS"), t.TempDir()))
	jonas := h.signOn("jonas", "8024")
	jonas.done("/staff/survey", "/staff/survey/begin")
	b.as(jonas)
	b.run(chromedp.EmulateViewport(1180, 980), chromedp.Navigate(jonas.base+"/staff/survey"), chromedp.WaitVisible("#tap svg"))
	at := must(chromedp.Run(b.ctx, chromedp.Evaluate[[]float64](
		"(() => { const p = new DOMPoint(50, 200).matrixTransform(document.querySelector('#tap svg').getScreenCTM()); return [p.x, p.y]; })()")))
	b.run(chromedp.MouseClickXY(at[0], at[1]))
	b.says("page", "Stand still and turn round once.")
	if w := h.walking.Walk(); w.Here == nil || w.Here.At.Distance(floor.Point{X: 5, Y: 20}) > 0.2 {
		t.Errorf("she stands at %+v, at 5, 20 was tapped", w.Here)
	}
	b.picture("m4-survey")
}

// The five steps say what is done and what is missing, each with its cure, and
// a name that reports is put on the plan.
func TestFiveSteps(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	jonas := h.signOn("jonas", "8024")
	jonas.page("/staff/setup", "Set-up, step 1 of 5", "The clock is not sure yet", "Go on without")
	h.mu.Lock()
	h.prepared = setup.Progress{Guest: "https://here.example/here", Staff: "https://staff.example/staff", ClockSure: true,
		Headquarters: setup.Headquarters{Configured: true, Up: true, Contact: h.now()}}
	h.mu.Unlock()
	jonas.page("/staff/setup", "Set-up, step 3 of 5", "No floor plan yet", `href="/staff/plan"`)
	h.drawing.mu.Lock()
	h.drawing.inForce = floor.Example()
	h.drawing.mu.Unlock()
	h.mu.Lock()
	for _, a := range floor.Example().Levels[0].AccessPoints[1:] {
		h.prepared.Heard = append(h.prepared.Heard, setup.AccessPoint{ID: a.ID, Last: h.now()})
	}
	h.prepared.Unknown = []setup.Unknown{{Name: "sn-4711", Sensor: "controller"}}
	h.mu.Unlock()
	jonas.page("/staff/setup", "Set-up, step 4 of 5", "9 of 10 are heard", "<b>ap-01 is not heard.</b> It hangs in Women.", "<b>sn-4711</b> reports by controller", `class="ap off"`)
	if a := jonas.send("POST", "/staff/setup/alias", "application/x-www-form-urlencoded", "step=4&name=sn-4711&ap=ap-99"); a.StatusCode != http.StatusConflict || !strings.Contains(a.body, "The plan has no access point") {
		t.Errorf("an access point that is not there: %s %s", a.Status, a.body)
	}
	jonas.done("/staff/setup?step=4", "/staff/setup/alias", "name", "sn-4711", "ap", "ap-01")
	if a, _, ok := h.drawing.InForce().AccessPoint("ap-01"); !ok || !slices.Contains(a.Aliases, "sn-4711") {
		t.Errorf("the name is not on the plan: %+v", a)
	}
	h.mu.Lock()
	h.prepared.Heard = append(h.prepared.Heard, setup.AccessPoint{ID: "ap-01", Last: h.now()})
	h.prepared.Surveyed, h.prepared.Located = true, 1
	h.mu.Unlock()
	jonas.page("/staff/setup", "Set-up, step 5 of 5", "Walked; 1 located now", "Open the floor")
}

// What a walk measured is a picture and stands in words, and a test walk is played
// second by second without a script, too.
func TestTheAccuracyReport(t *testing.T) {
	h := newHouse(t)
	jonas := h.signOn("jonas", "8024")
	jonas.page("/staff/survey/report", "Nothing was measured yet.")
	h.drawing.inForce = floor.Example()
	for i, p := range []floor.Point{{X: 5, Y: 12}, {X: 15, Y: 12}, {X: 33, Y: 8}, {X: 33, Y: 13}} {
		zone := floor.ZoneID([]string{"women", "watches", "shoes", "shoes"}[i])
		h.walking.w.Misses = append(h.walking.w.Misses, setup.Miss{Point: fmt.Sprintf("p%03d", i+1), Level: "ground", At: p, Error: 1.5 + 1.2*float64(i), Zone: zone,
			Right: []float64{1, .7, .5, .3}[i], Half: .5, Nine: []float64{.9, .9, .2, .2}[i], Fixes: 12})
	}
	page := jonas.page("/staff/survey/report", "How well people are found", "The worst place: 5.1 m, at p004 in Shoes.", "The region for <b>50 %</b> held the place in <b class=\"num\">50 %</b> of 48 seconds: as it should be.",
		"<b class=\"num\">55 %</b> of 48 seconds: too sure of itself", "<td>under 2 m</td><td>1</td><td>25 %</td>", "Women", "reliable", "hard to tell from what is beside it", `class="plan curve"`, `<rect class="k1"`, `<rect class="k5"`, "None yet.")
	if strings.Index(page, ">Women<br>") > strings.Index(page, ">Shoes<br>") {
		t.Error("the zone that is told best does not come first")
	}
	jonas.done("/staff/survey", "/staff/survey/begin")
	jonas.done("/staff/survey", "/staff/survey/test")
	jonas.page("/staff/survey", "Stroll, and tap the plan where you are")
	jonas.done("/staff/survey", "/staff/survey/test/end")
	jonas.page("/staff/survey/report", "21 November, 14:02", "/staff/survey/play?id=t20261121-140200")
	const play = "/staff/survey/play?id=t20261121-140200"
	jonas.page(play, "Second 0: the device is in Shoes, and is thought to be there.", `class="r90"`, `class="r50"`, `max="9"`, "A second on", "inside the inner region")
	jonas.page(play+"&at=9", "and is thought to be in Handbags.", "9.0 m off", "outside both regions", "A second back")
	for _, path := range []string{"/staff/survey/play?id=t20200101-000000", "/staff/survey/play", "/staff/survey/play?id=../../keys"} {
		if r := jonas.get(path); r.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %s", path, r.Status)
		}
	}
	jonas.done("/staff/survey", "/staff/survey/test/drop", "id", "t20261121-140200")
	jonas.page("/staff/survey/report", "None yet.")
}
