package rush

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"foyer/routing"
)

func mustPlay(t *testing.T, s Script) Result {
	t.Helper()
	r, err := Play(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func written(t *testing.T, r Result) string {
	t.Helper()
	var b bytes.Buffer
	if err := r.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// The day that foyer simulate plays by default meets the bar, and the same seed
// is the same day.
func TestTheDayOfASeed(t *testing.T) {
	r := mustPlay(t, Defaults())
	if err := r.Check(); err != nil {
		t.Error(err)
	}
	if f := r.Routers[0]; f.Requests < 100 || f.ToldBusy == 0 || f.Escalations == 0 || f.Arrivals < 100 || f.HeadsUps == 0 || f.NobodyFree == 0 {
		t.Errorf("a day in which too little happens: %+v", f)
	}
	small := Script{Seed: 1, Associates: 10, Visits: 100}
	day := written(t, mustPlay(t, small))
	if d := cmp.Diff(day, written(t, mustPlay(t, small))); d != "" {
		t.Error(d)
	}
	small.Seed = 2
	if written(t, mustPlay(t, small)) == day {
		t.Error("another seed is the same day")
	}
}

// What routing promises holds on every day, also where too few are in; how soon
// somebody comes is a matter of the staff, and held over many days.
func TestManyDays(t *testing.T) {
	days, due, late := 40, 0, 0
	if testing.Short() {
		days = 2
	}
	for seed := range uint64(days) {
		s := Defaults()
		s.Seed = seed + 1
		f, err := play(t.Context(), newWorld(s), &own{router: newFoyer()})
		if err != nil {
			t.Fatal(err)
		}
		due, late = due+f.Accepted+f.Unanswered, late+f.Late
		if f.ManagerLate > 0 || f.OffersToBrowsing > 0 || f.UnfairOffers > 0 {
			t.Errorf("seed %d: no manager knew of %d, %d offers of who looks around, %d unfair", s.Seed, f.ManagerLate, f.OffersToBrowsing, f.UnfairOffers)
		}
		if f.WithinFree < barWithin {
			t.Errorf("seed %d: %.1f %% where somebody was free", s.Seed, 100*f.WithinFree)
		}
		if f.Accepted+f.Unanswered+f.ChoseToWait+f.ChoseToBrowse < f.Requests {
			t.Errorf("seed %d: requests are lost: %+v", s.Seed, f)
		}
	}
	if in := 1 - float64(late)/float64(due); in < barWithin {
		t.Errorf("over %d days %.1f %% within the service level", days, 100*in)
	}
}

// The others are as quick, or quicker, where all they hear of is requests; that
// they wake everybody for it is what foyer is for.
func TestTheOthersAreNotMadeWorse(t *testing.T) {
	s := Defaults()
	s.AskedOnly = true
	r := mustPlay(t, s)
	foyer, rings := r.Routers[0], r.Routers[1]
	if rings.Median > foyer.Median || rings.Within < foyer.Within-0.05 {
		t.Errorf("a broadcast takes %v s, %v within a minute; foyer %v s, %v", rings.Median, rings.Within, foyer.Median, foyer.Within)
	}
	if rings.Alerts < 3*foyer.Alerts || rings.Matched > foyer.Matched/2 {
		t.Errorf("a broadcast makes %d offers and matches %v; foyer %d and %v", rings.Alerts, rings.Matched, foyer.Alerts, foyer.Matched)
	}
}

// A whim is a router that breaks one promise.
type whim struct {
	foyer
	browsers, alone, greedy bool
}

func (w whim) admits(t *task) bool {
	if w.browsers && t.Style == routing.LetMeBrowse {
		t.Style = routing.ApproachMe
	}
	return w.foyer.admits(t)
}

func (w whim) next(t *task, s routing.Snapshot, now time.Time) ([]routing.Offer, routing.Wait) {
	if w.alone && t.Urgency == routing.Requested {
		return nil, routing.Wait{Reason: routing.NobodyFree, Ends: now.Add(10 * time.Minute)}
	}
	if w.greedy { // nobody has ever had too much
		w.rules.ShareCap = 1000
	}
	return w.foyer.next(t, s, now)
}

// The scorer notices a router that breaks a promise, whoever it is.
func TestABrokenRouterIsNoticed(t *testing.T) {
	w := newWorld(Defaults())
	for name, tt := range map[string]struct {
		router whim
		want   string
	}{
		"who looks around is offered": {whim{foyer: newFoyer(), browsers: true}, "wanted to look around"},
		"nobody is ever asked":        {whim{foyer: newFoyer(), alone: true}, "no manager knew"},
		"the share is not capped":     {whim{foyer: newFoyer(), greedy: true}, "fair shares"},
	} {
		t.Run(name, func(t *testing.T) {
			f, err := play(t.Context(), w, &own{router: tt.router})
			if err != nil {
				t.Fatal(err)
			}
			err = Result{Routers: []Figures{f}}.Check()
			if !errors.Is(err, ErrBar) || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
}

func TestScriptCheck(t *testing.T) {
	for _, s := range []Script{{Associates: 20}, {Visits: 400}, {Associates: 101, Visits: 1}, {Associates: 20, Visits: 3001}} {
		if _, err := Play(t.Context(), s); !errors.Is(err, ErrScript) {
			t.Errorf("%+v: %v", s, err)
		}
	}
	small := mustPlay(t, Script{Seed: 3, Associates: 6, Visits: 1})
	if written(t, small) == "" {
		t.Error("a small day has no table")
	}
}

// Who interrupts a long day is not kept waiting.
func TestTheDayEndsWithTheContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Play(ctx, Defaults()); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestPlotIsADrawing(t *testing.T) {
	var b bytes.Buffer
	if err := mustPlay(t, Script{Seed: 1, Associates: 10, Visits: 100}).Plot(&b); err != nil {
		t.Fatal(err)
	}
	paths := 0
	for dec := xml.NewDecoder(&b); ; {
		tok, err := dec.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if e, ok := tok.(xml.StartElement); ok && e.Name.Local == "path" {
			paths++
		}
	}
	if paths != 3 {
		t.Errorf("%d curves, want one for each router", paths)
	}
}

func TestPercentile(t *testing.T) {
	for q, want := range map[float64]float64{50: 2, 90: 4, 99: 4} {
		if got := percentile([]float64{1, 2, 3, 4}, q); got != want {
			t.Errorf("p%v is %v, want %v", q, got, want)
		}
	}
	if percentile(nil, 50) != 0 || share(1, 0) != 0 {
		t.Error("of nothing, something")
	}
}

// A box's own desk keeps the promises too, on a smaller day.
func TestTheDeskOfABox(t *testing.T) {
	f, err := playDesk(t.Context(), newWorld(Script{Seed: 4, Associates: 8, Visits: 50}), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if f.Requests < 10 || f.Accepted < 10 || f.ArrivalsMet == 0 || f.Matched == 0 {
		t.Errorf("a day in which too little happens: %+v", f)
	}
	if f.ManagerLate > 0 || f.OffersToBrowsing > 0 || f.UnfairOffers > 0 {
		t.Error(f.faults())
	}
	if f.ToldBusy == 0 || f.Accepted+f.Unanswered+f.ChoseToWait+f.ChoseToBrowse != f.Requests {
		t.Errorf("%d requests, %d accepted and %d not, %d chose to wait and %d to look around, of %d who were asked",
			f.Requests, f.Accepted, f.Unanswered, f.ChoseToWait, f.ChoseToBrowse, f.ToldBusy)
	}
}
