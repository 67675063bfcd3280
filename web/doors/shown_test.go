package doors

import (
	"testing"
	"time"
)

// Each device shows a code of its own, a minute long; it may be typed for a
// minute more, and nothing else may.
func TestACodeOnAScreen(t *testing.T) {
	p := newPlace(t)
	show := func(device string, now time.Time) (string, time.Time) {
		t.Helper()
		code, until, err := p.Show(device, now)
		if err != nil {
			t.Fatal(err)
		}
		return code, until
	}
	first, until := show("tablet", at)
	if len(first) != 6 || !until.Equal(at.Add(time.Minute)) {
		t.Fatalf("%q until %v", first, until)
	}
	if again, _ := show("tablet", at.Add(59*time.Second)); again != first {
		t.Error("it changes before its minute is over")
	}
	other, _ := show("phone", at)
	next, _ := show("tablet", at.Add(time.Minute))
	if other == first || next == first {
		t.Skip("one chance in a million")
	}
	for _, c := range []struct {
		typed string
		after time.Duration
		want  bool
	}{
		{first, 0, true}, {first[:3] + " " + first[3:], 0, true}, {first, 119 * time.Second, true}, {next, 119 * time.Second, true},
		{other, 119 * time.Second, true}, {"", 0, false}, {first[:5], 0, false}, {first, 2 * time.Minute, false},
		{next, 3 * time.Minute, false}, {other, 3 * time.Minute, false},
	} {
		if got := p.Shown(c.typed, at.Add(c.after)); got != c.want {
			t.Errorf("%q after %v: %v", c.typed, c.after, got)
		}
	}
	if len(p.shown) != 0 {
		t.Errorf("%d devices are remembered that show nothing", len(p.shown))
	}
	code, _ := show("tablet", at)
	p.restart()
	if p.Shown(code, at) {
		t.Error("a code outlives a restart")
	}
}
