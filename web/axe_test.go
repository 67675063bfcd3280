package web

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// looker looks at pages as an impaired reader would (axe-core, WCAG 2.2 AA),
// and weighs them.
type looker struct {
	axe    string // its script, "" where it is not installed
	found  map[string][]string
	weight map[string]weight
}

// weight is what a page costs over the wire, its style and script included.
type weight struct {
	Bytes, Requests int
	Paint           float64 // ms until something is read
}

// newLooker returns one; without axe-core it weighs only, and says so.
func newLooker(t *testing.T) *looker {
	l := &looker{found: map[string][]string{}, weight: map[string]weight{}}
	cache, err := os.UserCacheDir()
	if err == nil {
		var script []byte
		script, err = os.ReadFile(filepath.Join(cache, "foyer", "axe-4.11.1.js"))
		l.axe = string(script)
	}
	if err != nil {
		t.Log("SKIPPED: no page is looked at for accessibility: make tools installs what does it: ", err)
	}
	return l
}

// look looks at the page that is open.
func (b *browser) look(name string) {
	b.t.Helper()
	if b.looker == nil {
		return
	}
	w := must(chromedp.Run(b.ctx, chromedp.Evaluate[weight](`(() => {
		const all = [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource').filter(r => !['fetch', 'img', 'image'].includes(r.initiatorType))]; // her own picture is not the page's
		return {Bytes: all.reduce((n, r) => n + r.decodedBodySize, 0), Requests: all.length, Paint: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0};
	})()`)))
	b.looker.weight[name] = w
	if wide := b.sideways(); len(wide) > 0 {
		b.t.Errorf("%s scrolls sideways: %q", name, wide)
	}
	if b.looker.axe == "" {
		return
	}
	for _, w := range b.wrong() {
		b.looker.found[w] = append(b.looker.found[w], name)
	}
}

// wrong is what shuts somebody out of the page that is open.
func (b *browser) wrong() []string {
	b.t.Helper()
	const ask = `axe.run(document, {resultTypes: ['violations']}).then(r => r.violations
		.filter(v => v.impact === 'serious' || v.impact === 'critical')
		.map(v => v.id + ' (' + v.help + '): ' + v.nodes.slice(0, 3).map(n => n.target.join(' ')).join(' | ')))`
	var err error
	for range 5 { // a page may be on its way to the next one
		var out []string
		if title, e := chromedp.Run(b.ctx, chromedp.Evaluate[string]("document.title")); e != nil || title == "" { // it is not there yet
			time.Sleep(300 * time.Millisecond)
		}
		if out, err = chromedp.Run(b.ctx, chromedp.Evaluate[[]string](b.looker.axe+";\n"+ask, chromedp.EvalAwaitPromise)); err == nil {
			return out
		}
		time.Sleep(300 * time.Millisecond)
	}
	b.t.Fatal(err)
	return nil
}

// The looking finds something where something is wrong.
func TestALookFinds(t *testing.T) {
	t.Parallel()
	if _, err := os.Stat(chromium); err != nil {
		t.Skip("no Chromium here: ", err)
	}
	h := newHouse(t)
	b := newBrowser(t, t.TempDir())
	if b.looker = newLooker(t); b.looker.axe == "" {
		t.Skip("SKIPPED: axe-core is not installed: make tools")
	}
	b.as(h.person(h.guest))
	b.run(chromedp.Navigate(b.who.base+"/here"), chromedp.WaitVisible("h1"))
	if wrong := b.wrong(); len(wrong) > 0 {
		t.Errorf("the page as it is: %q", wrong)
	}
	b.inGerman(h)
	b.as(h.person(h.guest))
	b.run(chromedp.Navigate(b.who.base+"/here"), chromedp.WaitVisible("h1"))
	b.run(chromedp.Evaluate[chromedp.Void](`document.querySelector('main').insertAdjacentHTML('beforeend', '<button></button><p id="pale">pale</p>'); document.getElementById('pale').style.color = '#ddd'`))
	if wrong := strings.Join(b.wrong(), "\n"); !strings.Contains(wrong, "button-name") || !strings.Contains(wrong, "color-contrast") {
		t.Errorf("a button without a name and a pale line: %q", wrong)
	}
}

// tell fails for what shuts somebody out, each once, and prints the pages'
// weight.
func (l *looker) tell(t *testing.T) {
	t.Helper()
	for wrong, pages := range l.found {
		t.Errorf("%s\n\ton %s", wrong, strings.Join(slices.Compact(pages), ", "))
	}
	var b strings.Builder
	var paints []float64
	for _, name := range slices.Sorted(maps.Keys(l.weight)) {
		w := l.weight[name]
		fmt.Fprintf(&b, "%-28s %6.1f KB in %d requests, first content after %3.0f ms\n", name, float64(w.Bytes)/1000, w.Requests, w.Paint)
		paints = append(paints, w.Paint)
		if strings.HasPrefix(name, "c") && w.Bytes > 50_000 {
			t.Errorf("%s weighs %d bytes, a customer's page 50,000 at most", name, w.Bytes)
		}
	}
	slices.Sort(paints)
	t.Logf("%d pages looked at\n%smedian of first content: %.0f ms", len(l.weight), b.String(), paints[len(paints)/2])
}
