package setup

import (
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"foyer/floor"
	"foyer/web/gate"
	"foyer/web/look"
)

// playView is one second of a test walk. A script turns the page's slider into a
// film; without it each second is an address.
type playView struct {
	look.Page
	testLine
	At, Last   int // of the frames, from 0
	Back, Next int // -1: there is none
	Plan       template.HTML
	Words      string
	Facts      []string
}

func (f *Face) addTests(t *gate.Routes, who string, post func(path string, h func(r *http.Request) error)) {
	t.Add("GET", "/staff/survey/report", who, f.Page(f.getReport))
	t.Add("GET", "/staff/survey/play", who, f.Page(f.getPlay))
	post("/staff/survey/test", func(*http.Request) error { return f.Surveying.TestBegin() })
	post("/staff/survey/test/end", func(*http.Request) error { return f.Surveying.TestEnd() })
	post("/staff/survey/test/drop", func(r *http.Request) error { return f.Surveying.DropTest(r.PostFormValue("id")) })
}

func (f *Face) getPlay(w http.ResponseWriter, r *http.Request) {
	id := r.FormValue("id")
	frames, err := f.Surveying.PlayTest(id)
	plan := f.Drafting.InForce()
	if err != nil || len(frames) == 0 || plan == nil {
		if err != nil {
			f.Log.Info("a test walk is not played", "err", err)
		}
		gate.Problem(w, http.StatusNotFound, gate.Nothing)
		return
	}
	n, _ := strconv.Atoi(r.FormValue("at"))
	v := f.playOf(id, frames, max(0, min(n, len(frames)-1)), plan)
	v.Technician = f.Technician(r)
	if err := look.Show(w, http.StatusOK, f.pages, "play", v); err != nil {
		f.Log.Error("page", "name", "play", "err", err)
	}
}

func (f *Face) playOf(id string, frames []Frame, n int, plan *floor.Plan) playView {
	v := playView{Page: look.Page{Lang: "en", Title: "Test walk", Store: f.StoreName, Sheet: f.sheet.Path, Script: f.walkScript.Path},
		testLine: f.testLine(NewTestWalk(id, frames)), At: n, Last: len(frames) - 1, Back: n - 1, Next: n + 1}
	if v.Next > v.Last {
		v.Next = -1
	}
	x := frames[n]
	v.Words = x.words(plan)
	v.Say = v.Words
	v.Facts = []string{fmt.Sprintf("%.1f m off", x.Error), fmt.Sprintf("heard by %d access points", x.APs), x.holds()}
	if i := slices.IndexFunc(plan.Levels, func(l floor.Level) bool { return l.ID == x.Level }); i >= 0 {
		v.Plan = drawFrame(&plan.Levels[i], frames[:n+1], v.Words)
	}
	return v
}

// words say what a frame shows.
func (x Frame) words(plan *floor.Plan) string {
	where := func(id floor.ZoneID) string {
		if z := zoneNamed(plan, id); z != "" {
			return z
		}
		return "no zone"
	}
	text := fmt.Sprintf("Second %d: the device is in %s", int(x.T), where(x.TrueZone))
	switch {
	case x.Astray:
		return text + " and is thought to be on another floor."
	case x.Unknown:
		return text + "; where it is thought to be is too unsure to act on."
	case x.Zone == x.TrueZone:
		return text + ", and is thought to be there."
	}
	return text + " and is thought to be in " + where(x.Zone) + "."
}

// holds says whether the regions hold the truth.
func (x Frame) holds() string {
	switch {
	case x.Held50:
		return "inside the inner region, which half the seconds should be in"
	case x.Held90:
		return "inside the outer region, which nine in ten should be in"
	}
	return "outside both regions"
}

// drawFrame draws the last of some frames: the regions, the way walked so far, the
// device, and where it is thought to be.
func drawFrame(l *floor.Level, frames []Frame, label string) template.HTML {
	x := frames[len(frames)-1]
	var b strings.Builder
	region := func(class string, boxes []Box) {
		if len(boxes) == 0 {
			return
		}
		fmt.Fprintf(&b, `<path class="%s" d="`, class)
		for _, r := range boxes {
			fmt.Fprintf(&b, "M%.1f %.1fH%.1fV%.1fH%.1fZ", r.Lo.X*10, r.Lo.Y*10, r.Hi.X*10, r.Hi.Y*10, r.Lo.X*10)
		}
		b.WriteString(`"/>`)
	}
	region("r90", x.Nine)
	region("r50", x.Half)
	var way []string
	for _, f := range frames {
		if f.Level == l.ID {
			way = append(way, fmt.Sprintf("%.1f %.1f", f.Truth.X*10, f.Truth.Y*10))
		}
	}
	if len(way) > 1 {
		fmt.Fprintf(&b, `<path class="walk" d="M%s"/>`, strings.Join(way, "L"))
	}
	if !x.Astray {
		fmt.Fprintf(&b, `<path class="gap" d="M%.1f %.1fL%.1f %.1f"/><path class="guess" d="M%.1f %.1fm-4-4l8 8m0-8l-8 8"/>`,
			x.Truth.X*10, x.Truth.Y*10, x.Guess.X*10, x.Guess.Y*10, x.Guess.X*10, x.Guess.Y*10)
	}
	fmt.Fprintf(&b, `<circle class="now" cx="%.1f" cy="%.1f" r="5"/>`, x.Truth.X*10, x.Truth.Y*10)
	return look.Layered(*l, look.Drawing{Names: true, Label: label}, "", template.HTML(b.String()))
}
