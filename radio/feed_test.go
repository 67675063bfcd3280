package radio

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"foyer/radio/report"
)

// runUntil runs a source until the returned function is called, which demands
// that it then returns nil.
func runUntil(t testing.TB, b *bench, src Source) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := start(func() error { return src.Run(ctx, b.out) })
	return func() {
		t.Helper()
		cancel()
		select {
		case err := <-done:
			if err != nil {
				t.Errorf("%s: %v", src.Name(), err)
			}
		case <-time.After(30 * time.Second):
			t.Errorf("%s does not end", src.Name())
		}
	}
}

func parseAddr(t testing.TB, s string) report.Addr {
	t.Helper()
	a, err := report.ParseAddr(s)
	if err != nil {
		if a, err = report.ParseBLEAddr(s); err != nil {
			t.Fatal(err)
		}
	}
	return a
}

// A source that fails is asked less and less often, and says it once.
func TestPollBacksOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, IntakeOptions{})
		s := &states{}
		f, err := newFeed(Feed{Name: "x", Intake: b.intake, State: s.tell}, 5*time.Second)
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		var mu sync.Mutex
		asked, fails := 0, errors.New("fails")
		go f.poll(ctx, "a", f.Every, func(context.Context) error {
			mu.Lock()
			defer mu.Unlock()
			asked++
			return fails
		})
		during := func(d time.Duration, becomes error) int {
			mu.Lock()
			fails, asked = becomes, 0
			mu.Unlock()
			time.Sleep(d)
			mu.Lock()
			defer mu.Unlock()
			return asked
		}
		if n := during(10*time.Minute, fails); n < 8 || n > 16 {
			t.Errorf("asked %d times in ten minutes", n)
		}
		during(3*time.Minute, nil)
		if n := during(time.Minute, nil); n < 11 || n > 13 {
			t.Errorf("asked %d times a minute once it works", n)
		}
		cancel()
		synctest.Wait()
		if all := s.all(); len(all) != 2 || all[0] == nil || all[1] != nil {
			t.Errorf("said %v", all)
		}
	})
}

// A source works when all of its parts do.
func TestParts(t *testing.T) {
	b := newBench(t, IntakeOptions{})
	s := &states{}
	f, err := newFeed(Feed{Name: "x", Intake: b.intake, State: s.tell}, time.Second)
	if err != nil {
		t.Fatal(err)
	}
	first, second := errors.New("first"), errors.New("second")
	for _, x := range []struct {
		part string
		err  error
	}{{"a", nil}, {"a", first}, {"b", second}, {"a", nil}, {"b", nil}, {"b", nil}} {
		f.tell(x.part, x.err)
	}
	if all := s.all(); len(all) != 2 || all[0] != first || all[1] != nil {
		t.Errorf("said %v", all)
	}
}

func TestMeter(t *testing.T) {
	var m meter
	for i := range 600 { // one a second
		m.add(1, opening.Add(time.Duration(i)*time.Second))
	}
	now := opening.Add(600 * time.Second)
	if n := m.per(now); n < 55 || n > 65 {
		t.Errorf("%v a minute", n)
	}
	if n := m.per(now.Add(3 * time.Minute)); n != 0 {
		t.Errorf("%v after three silent minutes", n)
	}
	if n := new(meter).per(now); n != 0 {
		t.Errorf("%v of nothing", n)
	}
}
