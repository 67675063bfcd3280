package main_test

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

const pin = "2468"

// newChromium starts a headless browser, or skips the test, aloud. It trusts
// the shop's own certificate by its key and checks every other.
func newChromium(t *testing.T, s *shop) context.Context {
	t.Helper()
	pair, err := tls.LoadX509KeyPair(filepath.Join(s.identity, "lan.pem"), filepath.Join(s.identity, "lan.key"))
	must(t, err)
	key := sha256.Sum256(pair.Leaf.RawSubjectPublicKeyInfo)
	return chromium(t, chromedp.Flag("ignore-certificate-errors-spki-list", base64.StdEncoding.EncodeToString(key[:])))
}

// newTrusting starts one that takes every certificate, as a technician does who
// has compared the fingerprint.
func newTrusting(t *testing.T) context.Context {
	t.Helper()
	return chromium(t, chromedp.Flag("ignore-certificate-errors", true))
}

func chromium(t *testing.T, trust chromedp.ExecAllocatorOption) context.Context {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("SKIPPED: chromium is not installed; on Debian: apt-get install chromium")
	}
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), trust)
	ctx, cancel := context.WithTimeout(context.Background(), longest)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewExecAllocator(ctx, opts...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	must(t, chromedp.Do(ctx)) // starts it
	return ctx
}

// window is one person's page, with cookies of its own.
type window struct {
	t   *testing.T
	ctx context.Context
}

func newWindow(t *testing.T, chromium context.Context) *window {
	t.Helper()
	ctx, cancel := chromedp.NewContext(chromium, chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	must(t, chromedp.Do(ctx, chromedp.EmulateViewport(390, 844, chromedp.EmulateScale(2), chromedp.EmulateMobile, chromedp.EmulateTouch)))
	return &window{t, ctx}
}

// do runs steps within seconds.
func (w *window) do(steps ...chromedp.Action[chromedp.Void]) error {
	ctx, cancel := context.WithTimeout(w.ctx, 20*time.Second)
	defer cancel()
	return chromedp.Do(ctx, steps...)
}

func (w *window) open(address string) {
	w.t.Helper()
	must(w.t, w.do(chromedp.Navigate(address)))
}

// asks evaluates a script again and again, until it returns nothing: a live
// page may be swapped at any moment. What it returns is what is wrong.
func (w *window) asks(what, script string, args ...any) {
	w.t.Helper()
	for i, a := range args {
		text, err := json.Marshal(a)
		must(w.t, err)
		args[i] = string(text)
	}
	script = fmt.Sprintf("((selector, want) => {"+script+"})(%s, %s)", args...)
	eventually(w.t, what, func() error {
		ctx, cancel := context.WithTimeout(w.ctx, 20*time.Second)
		defer cancel()
		wrong, err := chromedp.Run(ctx, chromedp.Evaluate[string](script))
		if err == nil && wrong != "" {
			err = errors.New(wrong)
		}
		return err
	})
}

// reads waits until an element says text.
func (w *window) reads(selector, text string) {
	w.t.Helper()
	w.asks(selector+" says "+text, `
		const text = document.querySelector(selector)?.innerText ?? '(not there)';
		return text.includes(want) ? '' : 'it says ' + text;`, selector, text)
}

// lacks wants an element not to say text.
func (w *window) lacks(selector, text string) {
	w.t.Helper()
	w.asks(selector+" says nothing of "+text, `
		return document.querySelector(selector).innerText.includes(want) ? 'it does' : '';`, selector, text)
}

// shows waits until as many elements match.
func (w *window) shows(selector string, n int) {
	w.t.Helper()
	w.asks(fmt.Sprintf("%d of %s", n, selector), `
		const n = document.querySelectorAll(selector).length;
		return n === want ? '' : 'there are ' + n;`, selector, n)
}

// press presses what says text, once it is there to be pressed: in sight, and
// with nothing over it.
func (w *window) press(selector, text string) {
	w.t.Helper()
	w.asks(selector+" says "+text+" and can be pressed", `
		const e = document.querySelector(selector);
		if (!e?.innerText.includes(want)) return 'it says ' + (e?.innerText ?? '(not there)');
		e.scrollIntoView({block: 'nearest'});
		const r = e.getBoundingClientRect(), top = document.elementFromPoint(r.x + r.width / 2, r.y + r.height / 2);
		if (!e.contains(top)) return 'it is covered';
		e.click();
		return '';`, selector, text)
}

// signOn pairs the device by its link, chooses a PIN and signs on.
func (w *window) signOn(link, associate string) {
	w.t.Helper()
	w.open(link)
	must(w.t, w.do(chromedp.SendKeys(chromedp.CSS("#pin"), pin), chromedp.SendKeys(chromedp.CSS("#again"), pin)))
	w.press("button.go", "Pair this device")
	w.press(fmt.Sprintf("button[value=%q]", associate), "")
	for _, digit := range pin {
		w.press(fmt.Sprintf(`#pad [data-key="%c"]`, digit), string(digit))
	}
	w.press("button.go", "Sign on")
	w.reads("#line", "Connected") // her page listens
}

// picture keeps the page for the README, if FOYER_SCREENS names a folder.
func (w *window) picture(name string) {
	w.t.Helper()
	dir := os.Getenv("FOYER_SCREENS")
	if dir == "" {
		return
	}
	must(w.t, w.do(chromedp.Sleep(400*time.Millisecond))) // what moves has come to rest
	png, err := chromedp.Run(w.ctx, chromedp.CaptureScreenshot())
	must(w.t, err)
	must(w.t, os.WriteFile(filepath.Join(dir, name+".png"), png, 0o644))
}
