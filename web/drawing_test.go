package web

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"foyer/floor"
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

func (d *drawing) Use(_ context.Context, plan []byte) error {
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
