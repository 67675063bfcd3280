package main_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// plain is a window whose pages run no script, pressed by a finger and looked at
// anew by its owner: what a customer has who trusts nobody's scripts.
type plain struct {
	*window
	kept string // folder of the files she keeps
}

func newPlain(t *testing.T, chromium context.Context) *plain {
	t.Helper()
	w := &plain{newWindow(t, chromium), t.TempDir()}
	must(t, w.do(chromedp.Func(func(ctx context.Context, to *chromedp.Target) error {
		_, err := cdp.Call(ctx, to, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
		if err == nil {
			_, err = cdp.Call(ctx, to, browser.SetDownloadBehavior, browser.SetDownloadBehaviorParams{Behavior: browser.SetDownloadBehaviorBehaviorAllow,
				BrowserContextID: chromedp.FromContext(w.ctx).BrowserContextID, DownloadPath: w.kept})
		}
		return err
	})))
	return w
}

// scripted is what is wrong unless the page that is open has a script, and its
// browser runs, or does not run, what is between its tags: where scripts run,
// what stands for those who have none is no element.
const scripted = `
	if (!document.querySelector('head script[src]')) return 'the page has no script';
	const runs = !document.createRange().createContextualFragment('<noscript><b></b></noscript>').querySelector('b');
	return runs === want ? '' : selector;`

// runsNothing wants that the page that is open has a script, and that it is not
// run.
func (w *plain) runsNothing() {
	w.t.Helper()
	w.asks("no script runs", scripted, "it is run", false)
}

// tap presses what says text with a finger. What is no page any more afterwards
// has been left.
func (w *plain) tap(selector, text string) {
	w.t.Helper()
	w.reads(selector, text)
	must(w.t, w.do(chromedp.Click(chromedp.CSS(selector))))
}

// looks opens a page again and again, until an element on it says text.
func (w *plain) looks(address, selector, text string) {
	w.t.Helper()
	eventually(w.t, selector+" of a page that is looked at says "+text, func() error {
		if err := w.do(chromedp.Navigate(address)); err != nil {
			return err
		}
		return w.says(selector, text)
	})
}

// says returns what is wrong unless an element says text now.
func (w *window) says(selector, text string) error {
	ctx, cancel := context.WithTimeout(w.ctx, 20*time.Second)
	defer cancel()
	got, err := chromedp.Run(ctx, chromedp.Evaluate[bool](fmt.Sprintf("(document.querySelector(%q)?.innerText ?? '').includes(%q)", selector, text)))
	if err == nil && !got {
		err = errors.New("it does not")
	}
	return err
}

// keeps presses what leads to a file, and returns the file once it is there whole.
func (w *plain) keeps(selector, text, file string) (name, body string) {
	w.t.Helper()
	w.reads(selector, text)
	must(w.t, w.do(chromedp.Click(chromedp.CSS(selector))))
	eventually(w.t, file+" is kept", func() error {
		all, err := filepath.Glob(filepath.Join(w.kept, file))
		if err != nil || len(all) == 0 {
			return errors.Join(errNotYet, err)
		}
		data, err := os.ReadFile(all[0])
		name, body = all[0], string(data)
		return err
	})
	return name, body
}
