package rehearsal

import (
	"encoding/json"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"foyer/floor"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestPercentileIsTheNearestRank(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		values := rapid.SliceOfN(rapid.Float64Range(0, 12), 1, 300).Draw(rt, "values")
		q := rapid.Float64Range(0, 100).Draw(rt, "q")
		ta := newTally(0.01, 10)
		for _, v := range values {
			ta.add(v)
		}
		slices.Sort(values)
		want := values[max(int(math.Ceil(q/100*float64(len(values)))), 1)-1]
		got := ta.percentile(q)
		switch most := values[len(values)-1]; {
		case want >= 10 && got != most: // beyond the bins it says the worst
			rt.Fatalf("got %v, want the largest, %v", got, most)
		case want < 10 && (got < want-1e-9 || got > want+0.01+1e-9):
			rt.Fatalf("got %v, want %v or up to 0.01 more", got, want)
		}
	})
	if got := newTally(1, 10).percentile(50); got != 0 {
		t.Errorf("the median of nothing is %v", got)
	}
	ta := newTally(1, 10)
	for _, v := range []float64{2, math.NaN(), -3} {
		ta.add(v)
	}
	if m, most := ta.percentile(50), ta.percentile(100); m != 2 || most < 10 {
		t.Errorf("of 2, nonsense and -3 the median is %v, the most %v", m, most)
	}
}

func TestScorer(t *testing.T) {
	wy := ways(t, floor.Example())
	s := NewScorer(42)
	at := func(x, y floor.Metre) floor.Point { return floor.Point{X: x, Y: y} }
	s.Follow("in", still{wy, Spot{Point: at(20, 20)}})
	s.Follow("out", still{wy, Spot{Point: at(20, 30)}})
	for _, dx := range []floor.Metre{1, 2, 3} {
		s.Position("in", floor.Position{At: monday, Point: at(20+dx, 20), Unknown: dx == 3})
	}
	s.Position("out", floor.Position{At: monday, Point: at(0, 0)})
	s.Position("nobody", floor.Position{At: monday})
	s.Visit(true)
	s.Card()
	s.Acknowledged(3)
	s.Strangers(2, 7)
	s.Chose("a", true)
	s.Offer("b")
	s.Offer("a")
	s.Chose("a", false)
	s.Offer("a")
	s.Alert(1200 * time.Microsecond)
	s.Alert(40 * time.Millisecond)
	sum := s.Summary()
	if sum.scored != 3 || sum.browsed != 1 || sum.strangers != 2 {
		t.Errorf("%d errors scored, %d customers browsed, %d strangers; want 3, 1, 2", sum.scored, sum.browsed, sum.strangers)
	}
	got, err := json.Marshal(sum)
	if err != nil {
		t.Fatal(err)
	}
	const line = `{"seed":42,"positions":5,"visits":1,"offers":3,"cards":1,"hq_acked":3,"dropped_strangers":7,` +
		`"offers_to_browsing":1,"median_error_m":2,"alert_ms_p50":1.2,"alert_ms_p99":40,"alerts":2}`
	if d := cmp.Diff(line, strings.ReplaceAll(string(got), "1.2000000000000002", "1.2")); d != "" {
		t.Error(d)
	}
}

func TestSummaryCheck(t *testing.T) {
	whole := Summary{Visits: 15, Offers: 10, Cards: 1, HQAcked: 10, DroppedStrangers: 30, Alerts: 1, browsed: 3, scored: 1, strangers: 30}
	if err := whole.Check(); err != nil {
		t.Errorf("a whole rehearsal: %v", err)
	}
	for _, tt := range []struct {
		name string
		edit func(*Summary)
		want error
		says string
	}{
		{"visits", func(s *Summary) { s.Visits-- }, ErrIncomplete, "14 visits"},
		{"offers", func(s *Summary) { s.Offers-- }, ErrIncomplete, "9 offers"},
		{"cards", func(s *Summary) { s.Cards-- }, ErrIncomplete, "0 cards"},
		{"acked", func(s *Summary) { s.HQAcked-- }, ErrIncomplete, "9 visit events"},
		{"browsing", func(s *Summary) { s.browsed-- }, ErrIncomplete, "2 visits to look around"},
		{"strangers", func(s *Summary) { s.strangers-- }, ErrIncomplete, "29 strangers heard"},
		{"reports", func(s *Summary) { s.DroppedStrangers-- }, ErrIncomplete, "29 strangers' reports"},
		{"positions", func(s *Summary) { s.scored-- }, ErrIncomplete, "0 positions"},
		{"alerts", func(s *Summary) { s.Alerts-- }, ErrIncomplete, "0 alerts"},
		{"discretion", func(s *Summary) { s.OffersToBrowsing++ }, ErrDiscretion, "1 times"},
	} {
		s := whole
		tt.edit(&s)
		if err := s.Check(); !errors.Is(err, tt.want) || !strings.Contains(err.Error(), tt.says) {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
}
