package box

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"sync"
	"time"

	"foyer/disk"
	"foyer/floor"
	"foyer/floor/recording"
	"foyer/locator"
	"foyer/locator/survey"
	"foyer/locator/survey/walk"
	"foyer/web/setup"
)

// Test walks, each a folder below dirTests: what access points heard of the
// store's own device, and a seal that only a survey of this box makes. Nothing else
// is ever played.
const (
	dirTests  = "test-walks"
	fileSeal  = "survey.seal"
	mostTests = 5 // the oldest goes
)

var (
	testID = regexp.MustCompile(`^t[0-9]{8}-[0-9]{6}$`)

	errNoTest   = errors.New("there is no such test walk")
	errUnsealed = errors.New("this was not recorded by a survey of this box, and is not played")
)

// TestBegin begins a test walk with the device that is let out.
func (s *surveying) TestBegin() error {
	return s.with(func(w *walk.Walk, now time.Time) error {
		if s.stop == nil {
			return errors.New("begin the walk first")
		}
		if s.work != "" {
			return errors.New("wait until it is worked out")
		}
		s.track, s.failed = walk.NewTrack(s.plan), ""
		return w.Move(now)
	})
}

// TestEnd ends it, keeps it, and begins to play it through.
func (s *surveying) TestEnd() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	k := s.track
	if k == nil {
		return errors.New("no test walk is under way")
	}
	s.track = nil
	id := s.b.in.Now().UTC().Format("t20060102-150405")
	dir := filepath.Join(s.path(dirTests), id)
	if err := s.keepTest(k, id, dir); err != nil {
		if gone := os.RemoveAll(dir); gone != nil {
			s.b.log.Error("a test walk that is not kept", "err", gone)
		}
		return err // for people: it says why it is not kept
	}
	if err := s.dropOld(); err != nil {
		s.b.log.Error("old test walks", "err", err)
	}
	return nil
}

func (s *surveying) keepTest(k *walk.Track, id, dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("keep the test walk: %w", err)
	}
	if err := k.Save(dir); err != nil {
		return err
	}
	return s.seal(id)
}

func (s *surveying) dropOld() error {
	ids, err := s.tests()
	for i := 0; err == nil && i < len(ids)-mostTests; i++ {
		err = os.RemoveAll(filepath.Join(s.path(dirTests), ids[i]))
	}
	return err
}

// tests are the names of the test walks, the oldest first.
func (s *surveying) tests() (ids []string, err error) {
	all, err := os.ReadDir(s.path(dirTests))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	for _, e := range all {
		if e.IsDir() && testID.MatchString(e.Name()) {
			ids = append(ids, e.Name())
		}
	}
	slices.Sort(ids)
	return ids, err
}

// sealOf is what a survey of this box puts beside a test walk: a keyed hash of
// what was heard.
func (s *surveying) sealOf(id string) ([]byte, error) {
	data, err := os.ReadFile(filepath.Join(s.path(dirTests), id, recording.ScansFile))
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(data)
	return []byte(hex.EncodeToString(s.b.keys.Index(dirTests, id+" "+hex.EncodeToString(sum[:])))), nil
}

func (s *surveying) seal(id string) error {
	seal, err := s.sealOf(id)
	if err != nil {
		return fmt.Errorf("seal the test walk: %w", err)
	}
	return disk.WriteFile(filepath.Join(s.path(dirTests), id, fileSeal), seal, 0o600)
}

// sealed refuses what no survey of this box has recorded.
func (s *surveying) sealed(id string) error {
	if !testID.MatchString(id) {
		return errNoTest
	}
	want, err := s.sealOf(id)
	if errors.Is(err, fs.ErrNotExist) {
		return errNoTest
	}
	if err != nil {
		return fmt.Errorf("read the test walk: %w", err)
	}
	got, err := os.ReadFile(filepath.Join(s.path(dirTests), id, fileSeal))
	if err != nil || !hmac.Equal(got, want) {
		return errUnsealed
	}
	return nil
}

// TestWalks returns the test walks that can be played, the newest first.
func (s *surveying) TestWalks() (out []setup.TestWalk) {
	s.mu.Lock()
	ids, err := s.tests()
	s.mu.Unlock()
	if err != nil {
		s.b.log.Error("test walks", "err", err)
	}
	slices.Reverse(ids)
	for _, id := range ids {
		frames, err := s.PlayTest(id)
		if err != nil {
			s.b.log.Error("a test walk cannot be played", "err", err)
			continue
		}
		out = append(out, setup.NewTestWalk(id, frames))
	}
	return out
}

// PlayTest plays a test walk through the locator as it is now. It takes a second or
// two the first time, in which the survey goes on.
func (s *surveying) PlayTest(id string) ([]setup.Frame, error) {
	if err := s.sealed(id); err != nil {
		return nil, err
	}
	s.mu.Lock()
	_, err := s.open()
	plan := s.plan
	s.mu.Unlock()
	if err != nil {
		return nil, err
	}
	return s.played.play(s.b, plan, id, filepath.Join(s.path(dirTests), id))
}

// DropTest forgets a test walk.
func (s *surveying) DropTest(id string) error {
	if !testID.MatchString(id) {
		return errNoTest
	}
	s.played.mu.Lock()
	delete(s.played.of, id)
	s.played.mu.Unlock()
	return os.RemoveAll(filepath.Join(s.path(dirTests), id))
}

// played is what was played already, with one map on one plan.
type played struct {
	mu   sync.Mutex
	plan *floor.Plan
	mark string // of the map
	m    *locator.Map
	of   map[string][]setup.Frame
}

func (p *played) play(b *store, plan *floor.Plan, id, dir string) ([]setup.Frame, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if mark := b.mapMark(); p.plan != plan || p.mark != mark || p.of == nil {
		p.plan, p.mark, p.m, p.of = plan, mark, b.radioMap(plan), map[string][]setup.Frame{}
	}
	if f, ok := p.of[id]; ok {
		return f, nil
	}
	c := b.config.Load().Locator
	frames, err := survey.Play(dir, plan, p.m, locator.Options{Cell: floor.Metre(c.Cell), Margin: floor.Metre(c.Margin)})
	if err != nil {
		return nil, fmt.Errorf("play the test walk: %w", err)
	}
	for _, f := range frames {
		p.of[id] = append(p.of[id], frameOf(f))
	}
	return p.of[id], nil
}

// mapMark tells the radio map in use from another.
func (b *store) mapMark() string {
	if file := b.walkedMap(); file != "" {
		if info, err := os.Stat(file); err == nil {
			return file + info.ModTime().String()
		}
	}
	return b.config.Load().Survey
}

func frameOf(f survey.Frame) setup.Frame {
	out := setup.Frame{T: f.T, Level: f.Level, Truth: f.Truth, Guess: f.Guess, Error: f.Error, Unknown: f.Unknown, Astray: f.GuessLevel != f.Level,
		Held50: f.Held50, Held90: f.Held90, Zone: f.Zone, TrueZone: f.TrueZone, APs: f.AccessPoints}
	boxes := func(all []locator.Strip) (out []setup.Box) {
		for _, b := range all {
			if b.Level == f.Level {
				out = append(out, setup.Box{Lo: b.Lo, Hi: b.Hi})
			}
		}
		return out
	}
	out.Half, out.Nine = boxes(f.Half), boxes(f.Nine)
	return out
}
