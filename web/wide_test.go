package web

import "github.com/chromedp/chromedp"

// sideways are the parts of the page that is open that one has to push sideways to
// read.
func (b *browser) sideways() []string {
	b.t.Helper()
	return must(chromedp.Run(b.ctx, chromedp.Evaluate[[]string](`[document.documentElement, ...document.querySelectorAll('nav, main, .top, .bar')]
		.filter(e => e.scrollWidth > e.clientWidth + 1).map(e => e.tagName + ' ' + e.className)`)))
}

// besides reports whether on the page that is open what she reads stands beside
// what she does.
func (b *browser) besides() bool {
	b.t.Helper()
	return must(chromedp.Run(b.ctx, chromedp.Evaluate[bool](`document.querySelector('.two>.rest').getBoundingClientRect().left >=
		document.querySelector('.two h1').getBoundingClientRect().right`)))
}

// tablet and phone turn the browser into one.
func (b *browser) tablet() { b.t.Helper(); b.run(chromedp.EmulateViewport(820, 1180)) }

func (b *browser) phone() {
	b.t.Helper()
	b.run(chromedp.EmulateViewport(390, 844, chromedp.EmulateMobile, chromedp.EmulateTouch))
}

// onTablet is shot on a tablet, which shows two things side by side.
func (b *browser) onTablet(name, path string) {
	b.t.Helper()
	b.tablet()
	defer b.phone()
	b.shot(name, path)
	if !b.besides() {
		b.t.Errorf("%s: one column on a tablet", name)
	}
}
