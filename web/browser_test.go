package web

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"foyer/concierge"
)

const chromium = "/usr/bin/chromium"

// In a real browser: the offer comes by itself, a press accepts it, the zone
// follows the client, and a withdrawal closes the open card.
func TestLiveInABrowser(t *testing.T) {
	t.Parallel()
	if _, err := os.Stat(chromium); err != nil {
		t.Skip("no Chromium here: ", err)
	}
	h := newHouse(t)
	b := newBrowser(t, t.TempDir())
	ana := h.signOn("ana", "4711")
	keller := h.signIn("c-keller")
	b.as(ana)
	b.run(chromedp.Navigate(ana.base+"/staff"), chromedp.WaitVisible("#line.ok")) // the stream is open
	v := h.arrive(customer("c-keller"), "shoes")
	keller.done("/here", "/here/announce", "style", "approach_me")
	began := time.Now()
	b.run(chromedp.WaitVisible(".ring"))
	t.Logf("offer on the screen after %v", time.Since(began).Round(time.Millisecond))
	if got := must(chromedp.Run(b.ctx, chromedp.Evaluate[string]("document.activeElement.textContent"))); got != "I’m on my way" {
		t.Errorf("the focus is on %q", got)
	}
	if got := must(chromedp.Run(b.ctx, chromedp.Evaluate[string]("document.title"))); got != "A client is here" && got != "Today" {
		t.Errorf("the title is %q", got)
	}
	b.run(chromedp.Sleep(2200*time.Millisecond), chromedp.WaitVisible(".ring"))
	if left := must(chromedp.Run(b.ctx, chromedp.Evaluate[int]("Number(document.querySelector('[data-seconds]').textContent)"))); left > 88 || left < 30 {
		t.Errorf("%d of 90 seconds are left after two", left)
	}
	b.run(chromedp.Click("#yes"), chromedp.WaitVisible("summary"))
	if b.besides() {
		t.Error("on a phone the card has two columns")
	}
	if b.tablet(); !b.besides() {
		t.Error("on a tablet the card is one column")
	}
	b.phone()
	h.mu.Lock()
	h.zones[v] = "handbags"
	h.mu.Unlock()
	b.run(chromedp.WaitVisible(`//summary[contains(.,"Handbags")]`))
	keller.form("/here/consents/profile_to_associates/withdraw")
	b.run(chromedp.WaitVisible(`//h1[contains(.,"This visit has ended.")]`))
}

// A withdrawal takes her name, her place and the plan from an open question
// and from an open card within 2 s, also while the floor never rests.
func TestAWithdrawalBlanksTheScreens(t *testing.T) {
	if _, err := os.Stat(chromium); err != nil {
		t.Skip("no Chromium here: ", err)
	}
	for _, accepted := range []bool{false, true} {
		t.Run(map[bool]string{false: "offer", true: "card"}[accepted], func(t *testing.T) {
			took := untilBlank(t, accepted)
			for tries := 1; took > 2*time.Second && tries < 3; tries++ { // the machine may have been busy elsewhere
				took = untilBlank(t, accepted)
			}
			if took > 2*time.Second {
				t.Errorf("her name stayed on the screen for %v", took)
			}
		})
	}
}

// untilBlank returns how long a withdrawal takes to reach Ana's screen.
func untilBlank(t *testing.T, accepted bool) time.Duration {
	h := newHouse(t)
	b := newBrowser(t, t.TempDir())
	ana := h.signOn("ana", "4711")
	keller := h.signIn("c-keller")
	b.as(ana)
	b.run(chromedp.Navigate(ana.base+"/staff"), chromedp.WaitVisible("#line.ok"))
	h.arrive(customer("c-keller"), "shoes")
	keller.done("/here", "/here/announce", "style", "approach_me")
	b.run(chromedp.WaitVisible(".ring"))
	if accepted {
		b.run(chromedp.Click("#yes"), chromedp.WaitVisible("summary"))
	}
	shown := func() bool {
		text := b.text()
		return strings.Contains(text, "Keller") || strings.Contains(text, "Shoes")
	}
	if !shown() {
		t.Fatalf("before: %q", b.text())
	}
	defer b.unrest(h, 50*time.Millisecond)()
	keller.form("/here/consents/profile_to_associates/withdraw")
	began := time.Now()
	for shown() {
		if time.Since(began) > 30*time.Second {
			t.Fatalf("the screen says %q", b.text())
		}
	}
	took := time.Since(began)
	if !accepted { // the words of the end do not stay for good either
		b.run(chromedp.WaitVisible(`//h2[contains(.,"No one is asking for you.")]`))
	}
	return took
}

// text is what the page says.
func (b *browser) text() string {
	b.t.Helper()
	return must(chromedp.Run(b.ctx, chromedp.Evaluate[string]("document.getElementById('page').innerText")))
}

// unrest lets the floor change again and again until rest.
func (b *browser) unrest(h *house, every time.Duration) (rest func()) {
	stop, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		for {
			select {
			case <-stop:
				return
			case <-time.After(every):
				h.server.Show(concierge.Event{Kind: concierge.FloorChanged, Associate: associate("ana")})
			}
		}
	}()
	return func() { close(stop); <-done }
}

// The customer's page tells what happens without being asked, and loses
// nothing without a script.
func TestTheCustomersPageInABrowser(t *testing.T) {
	t.Parallel()
	if _, err := os.Stat(chromium); err != nil {
		t.Skip("no Chromium here: ", err)
	}
	h := newHouse(t)
	b := newBrowser(t, t.TempDir())
	keller := h.signIn("c-keller")
	b.as(keller)
	b.run(chromedp.Navigate(keller.base+"/here"), chromedp.WaitVisible("h1"), chromedp.Sleep(300*time.Millisecond))
	h.arrive(customer("c-keller"), "shoes")
	b.run(chromedp.WaitVisible(`//h1[contains(.,"Shall we tell the store")]`))
	if got := must(chromedp.Run(b.ctx, chromedp.Evaluate[string]("document.getElementById('live').textContent"))); got != "Shall we tell the store you are here?" {
		t.Errorf("whoever listens hears %q", got)
	}
	b.run(chromedp.Click("#look"), chromedp.WaitVisible(`//h1[contains(.,"Look around.")]`))
	b.run(chromedp.Click("#sw"), chromedp.WaitVisible(`//b[contains(.,"Private")]`))
}
