// Package spool is the part of updates that needs no privilege: it follows
// headquarters' pointer to a repository, downloads what is signed there into a
// folder of its own, waits until the store is closed, and asks the installer,
// another process, which trusts none of it and verifies again. It hides
// resuming, limits and retries.
package spool

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"

	"foyer/disk"
	"foyer/firmware"
)

// The names in the folder; the installer reads them.
const (
	RequestFile  = "install.json" // its being there starts the installer
	ImageFile    = "image"
	MetadataDir  = "metadata" // the repository's files as they were fetched
	pointerFile  = "pointer.json"
	trustedDir   = "trusted"
	unfinished   = "image.part"
	unfinishedOf = "image.part.of" // which release the part is of
)

// A Request asks the installer for a version. It proves nothing.
type Request struct {
	Version string `json:"version"`
}

// Options are what a spool needs to know.
type Options struct {
	Dir     string // of its own
	Slots   string // the installer's, where its record is read
	Root    string // file of the root of trust
	Running string // the version of this process
	Model   string
	Now     func() time.Time
	Quiet   func(time.Time) bool // may the box restart now?
	Client  *http.Client
	Log     *slog.Logger
	Every   time.Duration // between looks; 0: a minute
	MaxSize int64         // of a program in bytes; 0: 256 MiB
	Retry   time.Duration // the first pause after a failure; 0: five minutes
}

// A Status is how an update stands, for headquarters and for the manager.
type Status struct {
	State   firmware.State  `json:"state"`
	Running string          `json:"running"`
	Wanted  string          `json:"wanted,omitempty"`
	Got     int64           `json:"got,omitempty"`  // bytes
	Size    int64           `json:"size,omitempty"` // bytes
	Reason  firmware.Reason `json:"reason,omitempty"`
	Detail  string          `json:"detail,omitempty"`
	Since   time.Time       `json:"since,omitzero"` // of a trial, or of what became of it: when the installer said so
}

// A Spool follows the pointer. It is safe for concurrent use.
type Spool struct {
	o    Options
	wake chan struct{}

	mu      sync.Mutex
	pointer firmware.Pointer
	status  Status
	// After a failure that may pass: when to try again, and the pause after that.
	again time.Time
	pause time.Duration
	asked time.Time // of the installer
	// What was found whole last, so that waiting for the night asks nobody; of
	// Run's goroutine only.
	fetched struct {
		version string
		size    int64
		at      time.Time
	}
}

const (
	longestPause = 6 * time.Hour
	// patience is how long the installer may take.
	patience = 15 * time.Minute
	// freshFor is how long what was found in the repository is believed.
	freshFor = time.Hour
)

// Open returns the spool in a folder, which is made if it is not there.
func Open(o Options) (*Spool, error) {
	if o.Every <= 0 {
		o.Every = time.Minute
	}
	if o.MaxSize <= 0 {
		o.MaxSize = 256 << 20
	}
	if o.Retry <= 0 {
		o.Retry = 5 * time.Minute
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	for _, dir := range []string{o.Dir, filepath.Join(o.Dir, MetadataDir), filepath.Join(o.Dir, trustedDir)} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return nil, fmt.Errorf("open firmware spool: %w", err)
		}
	}
	s := &Spool{o: o, wake: make(chan struct{}, 1), status: Status{State: firmware.Idle, Running: o.Running}}
	data, err := os.ReadFile(filepath.Join(o.Dir, pointerFile))
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return nil, fmt.Errorf("open firmware spool: %w", err)
	case json.Unmarshal(data, &s.pointer) != nil || firmware.Check(s.pointer) != nil:
		s.pointer = firmware.Pointer{} // headquarters sends it again
	}
	return s, nil
}

// Want follows a pointer that was checked; the one before is forgotten.
func (s *Spool) Want(p firmware.Pointer) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p == s.pointer {
		return nil // as at every start
	}
	data, err := json.Marshal(p)
	if err != nil {
		return fmt.Errorf("keep firmware pointer: %w", err)
	}
	if err := disk.WriteFile(filepath.Join(s.o.Dir, pointerFile), data, 0o600); err != nil {
		return fmt.Errorf("keep firmware pointer: %w", err)
	}
	s.pointer, s.again, s.pause, s.asked = p, time.Time{}, 0, time.Time{}
	select {
	case s.wake <- struct{}{}:
	default:
	}
	return nil
}

// Status returns how the update stands.
func (s *Spool) Status() Status {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.status
}

// Run follows the pointer until ctx ends.
func (s *Spool) Run(ctx context.Context) error {
	tick := time.NewTicker(s.o.Every)
	defer tick.Stop()
	for {
		s.Step(ctx)
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		case <-s.wake:
		}
	}
}

// Step does what is to be done now.
func (s *Spool) Step(ctx context.Context) {
	s.mu.Lock()
	p, again, pause, before := s.pointer, s.again, s.pause, s.status
	s.mu.Unlock()
	now := s.o.Now()
	if now.Before(again) && again.Sub(now) <= longestPause { // a clock that went back must not stop updates
		return
	}
	next, err := s.step(ctx, p, now)
	next.Running, next.Wanted = s.o.Running, p.Version
	if err != nil {
		next.State, next.Reason, next.Detail = firmware.Failed, firmware.ReasonOf(err), cause(err)
		pause = min(max(2*pause, s.o.Retry), longestPause)
		again = now.Add(pause + time.Duration(rand.Float64()*float64(pause)/2)) // a chain's boxes not all at once
	} else {
		again, pause = time.Time{}, 0
	}
	if next.State != before.State || next.Reason != before.Reason {
		s.o.Log.Info("firmware", "state", string(next.State), "wanted", p.Version, "reason", string(next.Reason), "detail", next.Detail)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.pointer == p && ctx.Err() == nil { // else another is wanted meanwhile
		s.status, s.again, s.pause = next, again, pause
	}
}

// step brings the update one state on and says where it stands. An error may
// pass and is tried again; what will not pass is a status with a reason.
func (s *Spool) step(ctx context.Context, p firmware.Pointer, now time.Time) (Status, error) {
	rec, err := firmware.ReadRecord(s.o.Slots)
	if err != nil {
		return Status{}, err
	}
	if rec.State == firmware.Trial { // whatever is wanted meanwhile waits
		return Status{State: firmware.Trial, Since: rec.At}, nil
	}
	switch {
	case p.Version == "":
		return Status{State: firmware.Idle}, s.tidy()
	case p.Version == s.o.Running:
		return Status{State: firmware.Confirmed}, s.tidy()
	case rec.Version == p.Version && (rec.State == firmware.RolledBack || rec.State == firmware.Failed):
		// It was tried here, and trying again would end as it did.
		return Status{State: rec.State, Reason: rec.Reason, Detail: rec.Detail, Since: rec.At}, s.tidy()
	case firmware.Compare(p.Version, s.o.Running) < 0:
		return Status{State: firmware.Failed, Reason: firmware.Older, Detail: p.Version + " is older than " + s.o.Running + ", which runs"}, nil
	case now.Before(p.NotBefore):
		return Status{State: firmware.Idle, Detail: "not before " + p.NotBefore.UTC().Format(time.RFC3339)}, nil
	}
	if st, busy, err := s.awaiting(now); busy || err != nil {
		return st, err
	}
	size, err := s.have(ctx, p, now, rec.Floor)
	if err != nil {
		return Status{}, err
	}
	if !s.o.Quiet(now) {
		return Status{State: firmware.Downloaded, Got: size, Size: size, Detail: "waits until the store is closed"}, nil
	}
	return Status{State: firmware.Installing, Got: size, Size: size}, s.ask(p, now)
}

// have makes the image be there, looking at the repository once an hour.
func (s *Spool) have(ctx context.Context, p firmware.Pointer, now, floor time.Time) (int64, error) {
	if f := s.fetched; f.version == p.Version && now.Sub(f.at).Abs() < freshFor {
		if info, err := os.Stat(filepath.Join(s.o.Dir, ImageFile)); err == nil && info.Size() == f.size {
			return f.size, nil
		}
	}
	size, err := s.fetch(ctx, p, firmware.Latest(now, floor))
	if err == nil {
		s.fetched.version, s.fetched.size, s.fetched.at = p.Version, size, now
	}
	return size, err
}

// cause is an error's text without its reason, for people.
func cause(err error) string {
	var f *firmware.Fault
	if errors.As(err, &f) {
		err = f.Err
	}
	return err.Error()
}
