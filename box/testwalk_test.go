package box

import (
	"errors"
	"log/slog"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"foyer/floor"
	"foyer/floor/recording"
	"foyer/health"
	"foyer/locator"
	"foyer/locator/survey"
	"foyer/locator/survey/walk"
	"foyer/radio"
)

// surveyed is a box on the example's floor, whose clock the test moves.
func surveyed(t *testing.T) (s *surveying, now *time.Time) {
	t.Helper()
	b := desk(t)
	b.in.Config = plain(t)
	b.in.Config.Data = t.TempDir()
	b.config.Store(b.in.Config)
	clock := at
	b.in.Now = func() time.Time { return clock }
	b.log, b.health = slog.New(slog.DiscardHandler), health.New(b.in.Now, nil)
	plan := floor.Example()
	b.plan.Store(plan)
	s = newSurveying(t.Context(), b)
	var err error
	if s.walk, err = walk.Open(s.path(dirWalk), plan); err != nil {
		t.Fatal(err)
	}
	s.plan = plan // as open leaves it, without the forecast
	return s, &clock
}

// Only what a survey of this box has recorded is played: without the lease nothing
// begins, and what lies in the folder without the survey's seal, with another's, or
// changed since, is refused.
func TestOnlyASurveysWalkIsPlayed(t *testing.T) {
	s, now := surveyed(t)
	if err := s.TestBegin(); err == nil {
		t.Fatal("a test walk begins without a survey")
	}
	s.stop = func() {} // the lease runs
	if err := s.TestBegin(); err != nil {
		t.Fatal(err)
	}
	if err := s.TestEnd(); !errors.Is(err, walk.ErrTrack) || strings.Contains(err.Error(), "\n") || strings.Contains(err.Error(), "/") {
		t.Errorf("a walk of nothing: %v", err)
	}
	if err := s.TestBegin(); err != nil {
		t.Fatal(err)
	}
	stroll(t, s, now)
	if err := s.TestEnd(); err != nil {
		t.Fatal(err)
	}
	all := s.TestWalks()
	if len(all) != 1 || all[0].Seconds < 15 || all[0].Half > 6 || all[0].In90 < 0.5 {
		t.Fatalf("played: %+v", all)
	}
	id := all[0].ID
	dir := func(id string) string { return filepath.Join(s.path(dirTests), id) }
	frames, err := s.PlayTest(id)
	if err != nil || frames[0].APs < 3 || len(frames[len(frames)-1].Nine) == 0 || frames[0].Truth.Distance(floor.Point{X: 30, Y: 10}) > 1.5 {
		t.Errorf("the first frame: %+v, %v", frames[0], err)
	}
	const other = "t20260101-000000"
	if err := os.CopyFS(dir(other), os.DirFS(dir(id))); err != nil {
		t.Fatal(err)
	}
	if _, err := s.PlayTest(other); !errors.Is(err, errUnsealed) {
		t.Errorf("with another walk's seal: %v", err)
	}
	if err := os.Remove(filepath.Join(dir(other), fileSeal)); err != nil {
		t.Fatal(err)
	}
	if _, err := s.PlayTest(other); !errors.Is(err, errUnsealed) {
		t.Errorf("without a seal: %v", err)
	}
	if n := len(s.TestWalks()); n != 1 {
		t.Errorf("%d are listed", n)
	}
	for _, bad := range []string{"", "..", "../" + dirWalk, "t20260101-000001"} {
		if _, err := s.PlayTest(bad); !errors.Is(err, errNoTest) {
			t.Errorf("%q: %v", bad, err)
		}
		if err := s.DropTest(bad); err == nil && !testID.MatchString(bad) {
			t.Errorf("%q is dropped", bad)
		}
	}
	f, err := os.OpenFile(filepath.Join(dir(id), recording.ScansFile), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	_, err = f.Write([]byte{0})
	if err := errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
	if _, err := s.PlayTest(id); !errors.Is(err, errUnsealed) {
		t.Errorf("changed since: %v", err)
	}
}

// stroll walks for 20 s through the shoes, heard four times a second.
func stroll(t *testing.T, s *surveying, now *time.Time) {
	t.Helper()
	from, to := floor.Point{X: 30, Y: 10}, floor.Point{X: 38, Y: 10}
	hear, rnd, began := s.hear(), rand.New(rand.NewPCG(1, 2)), *now
	if err := s.Stand("ground", from); err != nil {
		t.Fatal(err)
	}
	for i := 1; i <= 80; i++ {
		*now = began.Add(time.Duration(i) * 250 * time.Millisecond)
		p := floor.Point{X: from.X + (to.X-from.X)*floor.Metre(i)/80, Y: from.Y}
		for _, a := range s.plan.Levels[0].AccessPoints {
			d := math.Max(1, float64(a.At.Distance(p)))
			if err := hear(radio.Heard{AP: a.ID, RSSI: floor.DBm(math.Round(-40 - 28*math.Log10(d) + 3*rnd.NormFloat64())), At: *now}); err != nil {
				t.Fatal(err)
			}
		}
	}
	*now = began.Add(20500 * time.Millisecond)
	if err := s.Stand("ground", to); err != nil {
		t.Fatal(err)
	}
}

// A lease that ends in the midst of a test walk keeps nothing of it.
func TestAStrollEndsWithItsLease(t *testing.T) {
	s, now := surveyed(t)
	s.stop = func() {}
	if err := s.TestBegin(); err != nil {
		t.Fatal(err)
	}
	stroll(t, s, now)
	s.End()
	if err := s.TestEnd(); err == nil {
		t.Error("it is kept")
	}
	if w := s.TestWalks(); len(w) != 0 {
		t.Errorf("kept: %+v", w)
	}
	if w := s.Walk(); w.Testing || w.Failed == "" {
		t.Errorf("the page says %+v", w)
	}
}

// A plan that comes while the device is let out does not end the walk: what is heard
// from then on is heard on the new plan, and what was heard before is kept.
func TestAWalkGoesOnOnAnotherPlan(t *testing.T) {
	s, now := surveyed(t)
	s.stop = func() {} // the lease runs
	hear := s.hear()
	at := floor.Point{X: 30, Y: 10}
	stand := func(at floor.Point) {
		t.Helper()
		if err := s.Stand("ground", at); err != nil {
			t.Fatal(err)
		}
		for range 10 {
			*now = now.Add(time.Second)
			if err := hear(radio.Heard{AP: s.plan.Levels[0].AccessPoints[0].ID, RSSI: -60, At: *now}); err != nil {
				t.Fatal(err)
			}
		}
	}
	stand(at)
	s.b.plan.Store(floor.Example()) // the same floor, sent again
	stand(floor.Point{X: 34, Y: 10})
	w := s.Walk()
	if len(w.Places) != 1 || w.Places[0].Scans < 5 || w.Here == nil || w.Here.Scans < 5 {
		t.Errorf("places %+v, and here %+v", w.Places, w.Here)
	}
}

// Discarding a walk that is in use goes back at once to the map of before, not at
// the next start.
func TestDiscardIsInForceAtOnce(t *testing.T) {
	s, _ := surveyed(t)
	inForce := func() (l *locator.Locator) {
		t.Helper()
		if err := s.b.flow.do(t.Context(), func(time.Time) { l = s.b.flow.locator }); err != nil {
			t.Fatal(err)
		}
		return l
	}
	file, err := os.Create(s.path(fileMap))
	if err != nil {
		t.Fatal(err)
	}
	m := survey.MapFromPlan(s.plan)
	m.APs = m.APs[:3] // as if only three were heard
	if err := errors.Join(survey.WriteMap(file, m), file.Close()); err != nil {
		t.Fatal(err)
	}
	if err := s.locateBy(t.Context(), s.plan); err != nil {
		t.Fatal(err)
	}
	walked := inForce()
	if err := s.Discard(); err != nil {
		t.Fatal(err)
	}
	if inForce() == walked {
		t.Error("phones are still located by the walk's map")
	}
	if !slices.ContainsFunc(s.b.health.List(), func(w health.Warning) bool { return w.Code == health.SurveyMissing }) {
		t.Error("that there is no survey now is not said")
	}
}
