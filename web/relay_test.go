package web

import (
	"context"
	"io"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"foyer/concierge"
)

// A relay is the Wi-Fi between a browser and a face: it can be cut and mended.
type relay struct {
	t      *testing.T
	at, to string
	mu     sync.Mutex
	l      net.Listener
	open   []net.Conn
	wg     sync.WaitGroup
}

func newRelay(t *testing.T, to string) *relay {
	t.Helper()
	r := &relay{t: t, at: "127.0.0.1:0", to: to}
	r.mend()
	t.Cleanup(func() { r.cut(); r.wg.Wait() })
	return r
}

// mend lets connections through again, at the same address.
func (r *relay) mend() {
	r.t.Helper()
	l, err := net.Listen("tcp", r.at)
	if err != nil {
		r.t.Fatal(err)
	}
	r.mu.Lock()
	r.l, r.at = l, l.Addr().String()
	r.mu.Unlock()
	r.wg.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			r.wg.Go(func() { r.pass(l, c) })
		}
	})
}

func (r *relay) pass(l net.Listener, c net.Conn) {
	far, err := net.Dial("tcp", r.to)
	if err != nil {
		c.Close()
		return
	}
	r.mu.Lock()
	r.open = append(r.open, c, far)
	cut := r.l != l
	r.mu.Unlock()
	both := func() { c.Close(); far.Close() }
	if cut {
		both()
	}
	r.wg.Go(func() { defer both(); _, _ = io.Copy(c, far) })
	defer both()
	_, _ = io.Copy(far, c)
}

// cut ends every connection, and lets none through.
func (r *relay) cut() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.l != nil {
		r.l.Close()
	}
	r.l = nil
	for _, c := range r.open {
		c.Close()
	}
	r.open = nil
}

// runs lets store time go on, some times as fast as the wall's, until rest.
func (h *house) runs(times int) (rest func()) {
	stop, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		for {
			select {
			case <-stop:
				return
			case <-time.After(100 * time.Millisecond):
				h.clock.Add(int64(times) * int64(100*time.Millisecond))
				_ = h.Do(context.Background(), func(d *concierge.Desk, now time.Time) { d.Sweep(now) })
			}
		}
	}()
	return func() { close(stop); <-done }
}

// do evaluates what has no result.
func (b *browser) do(expression string) chromedp.Action[chromedp.Void] {
	return chromedp.Evaluate[chromedp.Void](expression)
}

// count evaluates what counts something in the page.
func (b *browser) count(expression string) int {
	b.t.Helper()
	return must(chromedp.Run(b.ctx, chromedp.Evaluate[int](expression)))
}

// script runs before every page's own.
func (b *browser) script(source string) {
	b.t.Helper()
	b.run(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: source})
		return err
	}))
}

// waits waits for something that comes by itself.
func (b *browser) waits(what string, is func() bool) {
	b.t.Helper()
	for end := time.Now().Add(time.Minute); !is(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(end) {
			b.t.Fatalf("%s: not within a minute", what)
		}
	}
}

// until waits for an expression of the page, which may await, to hold.
func (b *browser) until(what, expression string) {
	b.t.Helper()
	b.waits(what, func() bool {
		return must(chromedp.Run(b.ctx, chromedp.Evaluate[bool]("(async () => Boolean("+expression+"))()", chromedp.EvalAwaitPromise)))
	})
}
