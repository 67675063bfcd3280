package box

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	"foyer/disk"
	"foyer/floor"
	"foyer/locator/survey"
	"foyer/locator/survey/walk"
)

// Fit begins to learn of the walk.
func (s *surveying) Fit() error {
	return s.with(func(w *walk.Walk, now time.Time) error {
		if s.work != "" {
			return errors.New("it is being worked out already")
		}
		if err := w.Move(now); err != nil {
			return err
		}
		s.work, s.done, s.of, s.failed = "Working it out", 0, 1, ""
		go s.learn(w)
		return nil
	})
}

func (s *surveying) learn(w *walk.Walk) {
	out, err := w.Fit(func(done, total int) {
		s.mu.Lock()
		s.done, s.of = done, total
		s.mu.Unlock()
	})
	s.mu.Lock()
	defer s.mu.Unlock()
	s.work = ""
	switch {
	case err != nil:
		s.failed = err.Error()
	case s.walk == w:
		s.out, s.inUse = out, false
	}
}

// Use puts what was learned in use and keeps it for the next start.
func (s *surveying) Use(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.out == nil || s.out.Map == nil || s.plan != s.b.plan.Load() {
		return errors.New("work it out first")
	}
	if err := s.keepMap(); err != nil {
		return err
	}
	if err := s.locateBy(ctx, s.plan); err != nil {
		return err
	}
	s.inUse = true
	return nil
}

// keepMap puts the map on the disk, whole or not at all.
func (s *surveying) keepMap() error {
	var b bytes.Buffer
	err := survey.WriteMap(&b, s.out.Map)
	if err == nil {
		err = disk.WriteFile(s.path(fileMap), b.Bytes(), 0o600)
	}
	if err != nil {
		return fmt.Errorf("keep the radio map: %w", err)
	}
	return s.keepReport()
}

// report is fileReport: of which plan it is, and what was found.
type report struct {
	Plan   string        `json:"plan"`
	Misses []survey.Miss `json:"misses"`
}

func (s *surveying) keepReport() error {
	plan, err := s.plan.JSON()
	if err != nil {
		return err
	}
	data, err := json.Marshal(report{planHash(plan), s.out.Misses})
	if err != nil {
		return fmt.Errorf("keep the survey's report: %w", err)
	}
	return disk.WriteFile(s.path(fileReport), data, 0o600)
}

// keptReport is how good the map in use was found to be, nil if it was not walked
// here or the plan is another.
func (s *surveying) keptReport(plan *floor.Plan) []survey.Miss {
	data, err := readIfThere(s.path(fileReport))
	var r report
	if err != nil || data == nil || s.b.walkedMap() == "" || json.Unmarshal(data, &r) != nil {
		return nil
	}
	if now, err := plan.JSON(); err != nil || planHash(now) != r.Plan {
		return nil
	}
	return r.Misses
}

// Discard forgets the walk, and goes back to what the configuration has.
func (s *surveying) Discard() error {
	s.End()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.work != "" {
		return errors.New("wait until it is worked out")
	}
	walked := s.b.walkedMap() != ""
	err := errors.Join(os.RemoveAll(s.path(dirWalk)), keepFile(s.path(fileMap), nil), keepFile(s.path(fileReport), nil))
	s.walk, s.plan, s.out, s.failed, s.inUse = nil, nil, nil, "", false
	if plan := s.b.plan.Load(); err == nil && walked && len(plan.Levels) > 0 {
		err = s.locateBy(s.ctx, plan)
	}
	return err
}

// locateBy has phones located on a plan by the radio map that the disk has now.
func (s *surveying) locateBy(ctx context.Context, plan *floor.Plan) error {
	next, err := s.b.newFloor(plan)
	if err != nil {
		return err
	}
	return s.b.flow.do(ctx, func(time.Time) { s.b.putFloor(next) })
}
