package web

import (
	"os"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"foyer/profile"
	"foyer/web/tongue"
)

// cut is what runs out of the page that is open, or is cut off in it: what
// somebody would have to scroll sideways for, or could not read at all.
func (b *browser) cut() []string {
	b.t.Helper()
	return must(chromedp.Run(b.ctx, chromedp.Evaluate[[]string](`(() => {
		const out = [], seen = e => e.checkVisibility() && !e.closest('.vh, .skip');
		if (document.documentElement.scrollWidth > innerWidth + 1) out.push('the page is ' + document.documentElement.scrollWidth + ' px wide, the screen ' + innerWidth);
		for (const e of document.querySelectorAll('body *')) {
			if (!seen(e) || e.closest('svg')) continue;
			const r = e.getBoundingClientRect(), s = getComputedStyle(e), words = (e.innerText || e.value || '').trim().slice(0, 40);
			if (r.width && (r.right > innerWidth + 1 || r.left < -1)) out.push(e.tagName + ' runs out: ' + words);
			if (words && s.overflow !== 'visible' && e.tagName !== 'INPUT' && e.tagName !== 'SELECT' && (e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1)) out.push(e.tagName + ' is cut off: ' + words);
			if (words && e.matches('button, a.b, summary') && e.scrollWidth > e.clientWidth + 1) out.push(e.tagName + ' is too small for: ' + words);
		}
		return out;
	})()`)))
}

// small is what is too small to be hit: WCAG 2.2, 2.5.8, 24 px each way, links in
// a sentence aside; and whatever is pressed is 44 px high here.
func (b *browser) small() []string {
	b.t.Helper()
	return must(chromedp.Run(b.ctx, chromedp.Evaluate[[]string](`[...document.querySelectorAll('button, a.b, a.priv-sw, .seg a, input:not([type=hidden]), select, .mast .name')]
		.filter(e => e.checkVisibility()).map(e => [e, e.getBoundingClientRect()]).filter(([, r]) => r.height < 43.9 || r.width < 24)
		.map(([e, r]) => e.tagName + ' of ' + Math.round(r.width) + ' by ' + Math.round(r.height) + ': ' + e.innerText)`)))
}

// wide sets how many pixels wide the screen is; doubled is text of twice the size.
func (b *browser) wide(px int64, doubled bool) {
	b.run(chromedp.EmulateViewport(px, 844, chromedp.EmulateMobile))
	size := map[bool]string{true: "200%"}[doubled]
	must(chromedp.Run(b.ctx, chromedp.Evaluate[bool](`document.documentElement.style.fontSize = '`+size+`', new Promise(r => requestAnimationFrame(() => requestAnimationFrame(() => r(true))))`, chromedp.EvalAwaitPromise)))
}

// narrow looks at the page that is open at 320 px, and at twice the size of text.
func (b *browser) narrow(name string) {
	b.t.Helper()
	b.wide(320, false)
	for _, wrong := range append(b.cut(), b.small()...) {
		b.t.Errorf("%s at 320 px: %s", name, wrong)
	}
	b.keep(name+"-320", must(chromedp.Run(b.ctx, chromedp.FullScreenshot(100))))
	b.wide(390, true)
	for _, wrong := range b.cut() {
		b.t.Errorf("%s at twice the size: %s", name, wrong)
	}
	b.keep(name+"-200", must(chromedp.Run(b.ctx, chromedp.FullScreenshot(100))))
	b.wide(390, false)
}

// inGerman looks at two pages in German, in the dark, on the smallest screen: what
// shuts somebody out, and what is cut off.
func (b *browser) inGerman(h *house) {
	b.t.Helper()
	keller := h.in("de", "c-keller")
	b.as(keller)
	b.scheme("dark")
	for _, path := range []string{"/here", "/here/privacy"} {
		b.run(chromedp.Navigate(keller.base+path), chromedp.WaitVisible("h1"))
		for _, wrong := range b.wrong() {
			b.t.Errorf("%s in German, dark: %s", path, wrong)
		}
		b.narrow("c" + strings.ReplaceAll(path, "/", "-") + "-de")
	}
	b.scheme("light")
}

// Every page of the customers' table in every language: nothing is cut off at
// 320 px nor at twice the size of text, and nothing shuts somebody out in German
// in the dark. FOYER_SCREENS keeps a picture of each.
func TestScreensInEveryLanguage(t *testing.T) {
	dir := os.Getenv("FOYER_SCREENS")
	if _, err := os.Stat(chromium); err != nil || os.Getenv("FOYER_LONG") == "" && dir == "" {
		t.Skip("SKIPPED: the pages take a browser and minutes: set FOYER_LONG=1, or FOYER_SCREENS to a folder: ", err)
	}
	if dir == "" {
		dir = t.TempDir()
	}
	for _, l := range must(tongue.Load()).All() {
		h := newHouse(t)
		b := newBrowser(t, dir)
		b.looker = newLooker(t)
		h.notice("2", map[profile.Purpose][]string{profile.Presence: {"1"}, profile.HistoryStore: {"1"}, profile.ProfileToAssociates: {"1"}, profile.Photo: nil})
		look := func(p *person, name, path string) {
			b.as(p)
			b.scheme("dark")
			b.run(chromedp.Navigate(p.base+path), chromedp.WaitVisible("h1"))
			b.look("c-" + name + "-" + l.Code)
			b.narrow("c-" + name + "-" + l.Code)
		}
		screensOfALanguage(h, l.Code, look)
		b.looker.tell(t)
	}
}

// screensOfALanguage shows look what the customers' pages say in a language.
func screensOfALanguage(h *house, code string, look func(p *person, name, path string)) {
	nobody := h.in(code, "")
	look(nobody, "stranger", "/here")
	look(nobody, "stranger-privacy", "/here/privacy")
	keller := h.signIn("c-keller")
	keller.give("__Host-language", code)
	h.arrive(customer("c-keller"), "shoes")
	look(keller, "asked", "/here")
	for name, path := range map[string]string{"associates": "/here/associates", "schedule": "/here/associates/ana", "appointments": "/here/appointments", "times": "/here/appointments/with/ana",
		"feed": "/here/feed", "privacy": "/here/privacy", "known": "/here/known", "audience": "/here/audience", "preview": "/here/preview", "preview-cover": "/here/preview?as=substitute", "receipts": "/here/receipts", "photo": "/here/photo", "export": "/here/export", "forget": "/here/forget", "refused": "/nowhere"} {
		look(keller, name, path)
	}
	ana := h.signOn("ana", "4711")
	ana.listen("/v1/associate/stream", "")
	keller.done("/here", "/here/announce", "style", "let_me_browse")
	look(keller, "browsing", "/here")
	okafor := h.signIn("c-okafor")
	okafor.give("__Host-language", code)
	h.arrive(customer("c-okafor"), "tailoring")
	look(okafor, "grace", "/here")
	okafor.done("/here", "/here/help")
	look(okafor, "asking", "/here")
	proof := between(h.t, keller.form("/here/forget", "sure", "yes").Header.Get("Location")+"|", "/here/forgotten/", "|")
	look(keller, "forgotten", "/here/forgotten/"+proof)
}

// A customer's first page weighs less than 50 KB with everything it asks for, in
// every language, whatever it says; it is printed how much.
func TestThePagesWeighLittle(t *testing.T) {
	h := newHouse(t)
	for _, l := range must(tongue.Load()).All() {
		most := ""
		heaviest := 0
		for _, ref := range []string{"", "c-keller"} {
			for _, path := range []string{"/here", "/here/privacy", "/here/associates", "/here/known"} {
				if ref == "" && path != "/here" {
					continue
				}
				p := h.in(l.Code, ref)
				page := p.page(path)
				bytes := len(page)
				for _, asset := range assets(page) {
					bytes += len(p.page(asset))
				}
				if bytes > heaviest {
					heaviest, most = bytes, path
				}
				if path == "/here" {
					t.Logf("%s, /here, %-10s %5.1f KB of it, %5.1f KB with all", l.Code, ref, float64(len(page))/1000, float64(bytes)/1000)
				}
				leave(p)
			}
		}
		if heaviest > 50_000 {
			t.Errorf("%s in %s weighs %d bytes, at most 50,000", most, l.Name, heaviest)
		}
	}
}

// assets are the sheet and the script of a page.
func assets(page string) (out []string) {
	for rest := page; ; {
		_, after, ok := strings.Cut(rest, `"/assets/`)
		if !ok {
			return out
		}
		name, next, _ := strings.Cut(after, `"`)
		out, rest = append(out, "/assets/"+name), next
	}
}
