package health_test

import (
	"reflect"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"foyer/health"
)

var start = time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)

func at(now *time.Time) *health.Board {
	return health.New(func() time.Time { return *now }, nil)
}

func TestEveryCodeIsForPeople(t *testing.T) {
	seen := map[health.Code]bool{}
	for _, c := range health.Codes() {
		now := start.Add(24 * time.Hour)
		b := at(&now)
		b.Set(c, "the thing", start)
		list := b.List()
		if len(list) != 1 || seen[c] {
			t.Fatalf("%s: %d warnings, seen before: %v", c, len(list), seen[c])
		}
		seen[c] = true
		w := list[0]
		for what, s := range map[string]string{"text": w.Text, "cure": w.Cure} {
			if len(s) < 20 || !strings.HasSuffix(s, ".") || strings.Contains(s, "{") {
				t.Errorf("%s: %s %q is not a whole sentence", c, what, s)
			}
		}
		if strings.Contains(w.Text, "without a name") {
			t.Errorf("%s is not on the list", c)
		}
	}
	for _, c := range []health.Code{health.APSilent, health.APMoved, health.APPower, health.APUnheard, health.HQAway, health.HQHeld, health.NoOwnRadio, health.DiskFull, health.DiskFailing,
		health.DatabaseDamaged, health.ClockUnsure, health.PlanMissing, health.PlanRefused, health.SurveyMissing, health.PolicyStrict,
		health.CertificateExpires, health.SensorUnknownAP, health.SensorSilent, health.SensorClock, health.SourceFails, health.MQTTPlain, health.ConfigRefused, health.MDNSOff} {
		if !seen[c] {
			t.Errorf("%s has no text", c)
		}
	}
}

func TestUnknownCodeIsShown(t *testing.T) {
	b := at(&start)
	b.Set("made-up", "", start)
	if list := b.List(); len(list) != 1 || !strings.Contains(list[0].Text, "made-up") {
		t.Errorf("%+v", list)
	}
}

// A subject is a text or a code, never a type that stands for a person: this
// package's surface has no room for one.
func TestNoPersonFits(t *testing.T) {
	allowed := map[string]bool{"string": true, "health.Code": true, "health.Severity": true, "time.Time": true, "*health.Board": true, "[]health.Warning": true}
	typ := reflect.TypeFor[*health.Board]()
	for i := range typ.NumMethod() {
		m := typ.Method(i).Type
		for j := range m.NumIn() {
			if s := m.In(j).String(); !allowed[s] {
				t.Errorf("%s takes a %s", typ.Method(i).Name, s)
			}
		}
	}
	w := reflect.TypeFor[health.Warning]()
	for i := range w.NumField() {
		if s := w.Field(i).Type.String(); !allowed[s] {
			t.Errorf("Warning.%s is a %s", w.Field(i).Name, s)
		}
	}
}

func TestOrderDelayAndClearing(t *testing.T) {
	now := start
	b := at(&now)
	b.Set(health.HQAway, "", start)                         // watch, 5 min
	b.Set(health.APSilent, "ap-03", start.Add(time.Second)) // needs you, 2 min
	b.Set(health.PlanMissing, "", start.Add(2*time.Second)) // needs you, at once
	b.Set(health.APSilent, "ap-01", start.Add(time.Second)) // same time: by name
	b.Set(health.APSilent, "ap-01", start.Add(time.Hour))   // the first time stays
	b.Set(health.SurveyMissing, "", start)                  // watch, at once
	show := func() []string {
		var out []string
		for _, w := range b.List() {
			out = append(out, w.Severity.String()+" "+string(w.Code)+" "+w.Subject)
		}
		return out
	}
	for _, tt := range []struct {
		after time.Duration
		want  []string
	}{
		{3 * time.Second, []string{"needs-you plan-missing ", "watch survey-missing "}},
		{3 * time.Minute, []string{"needs-you ap-silent ap-01", "needs-you ap-silent ap-03", "needs-you plan-missing ", "watch survey-missing "}},
		{6 * time.Minute, []string{"needs-you ap-silent ap-01", "needs-you ap-silent ap-03", "needs-you plan-missing ", "watch hq-away ", "watch survey-missing "}},
	} {
		now = start.Add(tt.after)
		if d := cmp.Diff(tt.want, show()); d != "" {
			t.Errorf("after %s: %s", tt.after, d)
		}
	}
	b.Clear(health.APSilent, "ap-03")
	b.Clear(health.APSilent, "ap-03")
	b.Clear(health.APSilent, "never set")
	if n := len(b.List()); n != 4 {
		t.Errorf("%d warnings after clearing one of five", n)
	}
}

func TestSubjectsAreBounded(t *testing.T) {
	now := start.Add(time.Hour)
	b := at(&now)
	for i := range 10_000 {
		b.Set(health.SensorUnknownAP, "made-up-"+strconv.Itoa(i), start)
	}
	if n := len(b.List()); n != 101 {
		t.Errorf("%d warnings, want 100 and one for the others", n)
	}
	b.Set(health.APSilent, "and-another-code", start)
	for i := range 10_000 {
		b.Clear(health.SensorUnknownAP, "made-up-"+strconv.Itoa(i))
	}
	if list := b.List(); len(list) != 1 || list[0].Code != health.APSilent {
		t.Errorf("%d warnings after all are right again, want that of another code: %+v", len(list), list)
	}
}

func TestConcurrentUse(t *testing.T) {
	b := at(&start)
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for range 200 {
				b.Set(health.APSilent, "ap-"+strconv.Itoa(i), start)
				b.List()
				b.Clear(health.APSilent, "ap-"+strconv.Itoa(i))
			}
		})
	}
	wg.Wait()
	if n := len(b.List()); n != 0 {
		t.Errorf("%d left", n)
	}
}
