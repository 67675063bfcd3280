package box

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"foyer/disk"
)

const (
	// leap is how far the clock may be from where it was last believed without
	// being in doubt: a night, or a weekend, without power.
	leap = 48 * time.Hour
	// longDoubt is the longest that a leap is in doubt while the box runs.
	longDoubt = 30 * 24 * time.Hour
	// unheard is how long headquarters may be silent before nobody reads more of
	// a customer than a hint.
	unheard = 7 * 24 * time.Hour
)

// A clock remembers when the store's clock was last believed. One leap of it
// must not destroy what is to be kept for years: while it is in doubt nothing
// is removed for its age.
//
// Doubt ends when headquarters' clock agrees, or without headquarters when the
// box has run for as long as the leap was, at most thirty days. So a box that
// was off for three weeks believes its clock at headquarters' next
// acknowledgement, or else three weeks later.
//
// It also remembers when headquarters last agreed, across restarts. That is the
// lease of what the box knows of customers. A leap makes it seem over, and never
// longer; whoever can write the file can lengthen it.
type clock struct {
	path string

	mu    sync.Mutex
	state clockState
	sure  bool // what the last look said
}

type clockState struct {
	Believed time.Time     `json:"believed"`
	Doubted  time.Duration `json:"doubted"` // how long the box has run since the leap
	// Agreed is when headquarters' clock last agreed with this one; before it
	// ever has, the first start.
	Agreed time.Time `json:"agreed"`
}

// openClock reads what was last believed; at the first start that is nothing.
// What cannot be read leaves the clock in doubt, which is in the way of removals
// only.
func openClock(dir string) (*clock, error) {
	c := &clock{path: filepath.Join(dir, "clock.json")}
	data, err := os.ReadFile(c.path)
	if errors.Is(err, fs.ErrNotExist) {
		return c, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the clock's memory: %w", err)
	}
	if json.Unmarshal(data, &c.state) != nil || c.state.Believed.IsZero() {
		c.state = clockState{Believed: time.Unix(0, 0), Agreed: time.Unix(0, 0)}
	}
	return c, nil
}

// believed is a time that is not in doubt; zero where there is none.
func (c *clock) believed() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.state.Believed.Unix() == 0 {
		return time.Time{} // what there was could not be read
	}
	return c.state.Believed
}

// look reports whether the clock's reading is believed. Agreed is when, by this
// clock, headquarters' last agreed with it; ran is how long the box has run
// since the last look, by another clock than this one.
func (c *clock) look(now, agreed time.Time, ran time.Duration) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sure = c.believe(now.Round(0), agreed, ran) // what counts is what the clock shows
	return c.sure
}

// isSure is what the last look said; before the first one, no.
func (c *clock) isSure() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.sure
}

func (c *clock) believe(now, agreed time.Time, ran time.Duration) bool {
	s := &c.state
	if now.Sub(agreed).Abs() < now.Sub(s.Agreed).Abs() { // one ahead of now was a wrong clock's
		s.Agreed = agreed.Round(0)
	}
	if s.Agreed.IsZero() {
		s.Agreed = now
	}
	off := now.Sub(s.Believed).Abs()
	switch {
	case s.Believed.IsZero(), off <= leap, now.Sub(agreed).Abs() <= leap:
	case s.Doubted+ran >= min(max(off-s.Doubted-ran, leap), longDoubt):
	default:
		s.Doubted += ran
		return false
	}
	*s = clockState{Believed: now, Agreed: s.Agreed}
	return true
}

// stale reports whether headquarters has not been heard for too long, by what
// look saw, and since when.
func (c *clock) stale(now time.Time) (since time.Time, yes bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.state.Agreed.Add(unheard), now.Sub(c.state.Agreed).Abs() > unheard
}

// aged is stale for the lease of the key share.
func (c *clock) aged(now time.Time) (since time.Time, yes bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.state.Agreed.Add(unheardOf), now.Sub(c.state.Agreed).Abs() > unheardOf
}

// keep puts what is believed on the disk.
func (c *clock) keep() error {
	c.mu.Lock()
	data, err := json.Marshal(c.state)
	c.mu.Unlock()
	if err == nil {
		err = disk.WriteFile(c.path, data, 0o600)
	}
	if err != nil {
		return fmt.Errorf("keep the clock's memory: %w", err)
	}
	return nil
}
