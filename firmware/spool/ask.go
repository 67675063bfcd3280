package spool

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"foyer/disk"
	"foyer/firmware"
)

// awaiting reports whether the installer was asked and has not answered yet.
func (s *Spool) awaiting(now time.Time) (Status, bool, error) {
	file := filepath.Join(s.o.Dir, RequestFile)
	if _, err := os.Stat(file); err != nil {
		return Status{}, false, nil
	}
	s.mu.Lock()
	if s.asked.IsZero() {
		s.asked = now // before this start
	}
	late := now.Sub(s.asked).Abs() > patience
	s.mu.Unlock()
	if !late {
		return Status{State: firmware.Installing}, true, nil
	}
	if err := os.Remove(file); err != nil {
		return Status{}, false, fmt.Errorf("take the request back: %w", err)
	}
	return Status{}, false, &firmware.Fault{Reason: firmware.Interrupted, Err: errors.New("the installer gave no answer; is foyer-install.path enabled?")}
}

// ask asks the installer.
func (s *Spool) ask(p firmware.Pointer, now time.Time) error {
	data, err := json.Marshal(Request{p.Version})
	if err != nil {
		return fmt.Errorf("ask the installer: %w", err)
	}
	s.mu.Lock()
	s.asked = now
	s.mu.Unlock()
	return disk.WriteFile(filepath.Join(s.o.Dir, RequestFile), data, 0o600)
}

// tidy removes what is of no use any more.
func (s *Spool) tidy() error {
	var errs []error
	for _, name := range []string{ImageFile, unfinished, unfinishedOf} {
		if err := os.Remove(filepath.Join(s.o.Dir, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}
