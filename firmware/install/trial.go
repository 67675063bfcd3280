package install

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"foyer/disk"
	"foyer/firmware"
)

// maxTries is how often a version on trial may start.
const maxTries = 3

// Start is called before each start of the daemon: it counts the starts of a
// version on trial, goes back after too many, and makes what is to run be what
// runs, whatever the box was killed in.
func (i *Installer) Start() (firmware.Record, error) {
	unlock, err := i.lock()
	if err != nil {
		return firmware.Record{}, err
	}
	defer unlock()
	rec, err := i.record()
	if err != nil {
		return i.salvage(err)
	}
	if _, err := firmware.ReadRecord(i.Dir); err != nil { // what was damaged is whole again
		if err := i.put("mended", rec); err != nil {
			return rec, err
		}
	}
	if rec.State == firmware.Trial {
		if rec.Tries >= maxTries {
			return i.back(rec, firmware.Crashed, fmt.Sprintf("it did not stay up in %d starts", rec.Tries))
		}
		rec.Tries++
		if err := i.put("try", rec); err != nil {
			return rec, err
		}
	}
	active, err := i.Backend.Active()
	if err == nil && active == rec.Running {
		return rec, nil
	}
	if err := i.step("switched at start"); err != nil {
		return rec, err
	}
	if err := i.Backend.Activate(rec.Running); err != nil {
		return i.salvage(err)
	}
	return rec, nil
}

// ErrNoSlot means that no slot can be run; a package's own program can be: Seed.
var ErrNoSlot = errors.New("no slot can be run")

// salvage runs whatever slot can be run.
func (i *Installer) salvage(why error) (firmware.Record, error) {
	s, err := i.runnable(why)
	if err != nil {
		return firmware.Record{}, err
	}
	rec := firmware.Record{State: firmware.RolledBack, Running: s, Versions: map[firmware.Slot]string{}, At: i.Now(),
		Reason: firmware.Damaged, Detail: detail(why)}
	return rec, errors.Join(firmware.WriteRecord(i.Dir, rec), i.unmark())
}

// runnable makes a slot that can be run the one that runs.
func (i *Installer) runnable(why error) (firmware.Slot, error) {
	for _, s := range []firmware.Slot{firmware.SlotA, firmware.SlotB} {
		if i.Backend.Activate(s) == nil {
			return s, nil
		}
	}
	return "", fmt.Errorf("%w: %w", ErrNoSlot, why)
}

// mend returns a record in place of one that was lost together with what the
// backend knew, and always an error, the reason that headquarters reads: an update
// begins from what is known to run.
func (i *Installer) mend(lost error) (firmware.Record, error) {
	s, err := i.runnable(lost)
	if err != nil {
		s = firmware.SlotA // where Seed puts the package's program
	} else {
		err = fmt.Errorf("what was to run was lost, slot %s runs: %w", s, lost)
	}
	return firmware.Record{Running: s, Versions: map[firmware.Slot]string{}},
		errors.Join(&firmware.Fault{Reason: firmware.Internal, Err: err}, i.unmark())
}

// back ends a trial by the way back.
func (i *Installer) back(rec firmware.Record, why firmware.Reason, detail string) (firmware.Record, error) {
	rec.State, rec.Running, rec.Previous = firmware.RolledBack, rec.Previous, ""
	rec.Reason, rec.Detail, rec.At = why, detail, i.Now()
	if err := i.put("rolled back", rec); err != nil {
		return rec, err
	}
	if err := i.step("switched back"); err != nil {
		return rec, err
	}
	if err := i.Backend.Activate(rec.Running); err != nil {
		return rec, err
	}
	return rec, i.unmark()
}

// keep ends a trial well.
func (i *Installer) keep(rec firmware.Record) (firmware.Record, error) {
	rec.State, rec.Previous, rec.Tries, rec.At = firmware.Confirmed, "", 0, i.Now()
	if err := i.put("confirmed", rec); err != nil {
		return rec, err
	}
	return rec, i.unmark()
}

// A Pulse is what the daemon says of itself, again and again.
type Pulse struct {
	Version string `json:"version"`
	Process int    `json:"process"`
	Beat    uint64 `json:"beat"` // counts up
	Healthy bool   `json:"healthy"`
	Detail  string `json:"detail,omitempty"` // why not; never a person
}

// PulseFile is its name in the daemon's runtime folder.
const PulseFile = "pulse.json"

// WritePulse replaces the pulse in a folder.
func WritePulse(dir string, p Pulse) error {
	data, err := json.Marshal(p)
	if err != nil {
		return fmt.Errorf("write pulse: %w", err)
	}
	return disk.WriteFile(filepath.Join(dir, PulseFile), data, 0o644)
}

func readPulse(file string) (p Pulse, err error) {
	f, err := os.Open(file)
	if err != nil {
		return p, err
	}
	defer f.Close()
	return p, json.NewDecoder(io.LimitReader(f, 4<<10)).Decode(&p)
}

// A Trial is how long a version is watched.
type Trial struct {
	Pulse    string        // file of the daemon's pulse
	Healthy  time.Duration // without a break, to be kept
	Deadline time.Duration // for that
	Silence  time.Duration // without a beat that ends a healthy stretch
	Every    time.Duration // between looks
}

// Watch watches a trial until it ends or ctx does, and returns the record.
// Time is measured by the machine's own clock that never leaps.
func (i *Installer) Watch(ctx context.Context, t Trial) (firmware.Record, error) {
	tick := time.NewTicker(t.Every)
	defer tick.Stop()
	w := watcher{Trial: t, began: time.Now()}
	for {
		rec, over, err := i.judge(&w, time.Now())
		if over || err != nil && !errors.Is(err, ErrBusy) { // busy: the daemon starts just now
			return rec, err
		}
		select {
		case <-ctx.Done():
			return rec, nil
		case <-tick.C:
		}
	}
}

// judge looks once at a trial.
func (i *Installer) judge(w *watcher, now time.Time) (firmware.Record, bool, error) {
	unlock, err := i.lock()
	if err != nil {
		return firmware.Record{}, false, err
	}
	defer unlock()
	rec, err := i.record()
	if err != nil {
		rec, err = i.salvage(err)
		return rec, err == nil, err
	}
	if rec.State != firmware.Trial {
		return rec, true, i.unmark() // the start went back, or a mark was left over
	}
	switch w.look(rec.Version, now) {
	case firmware.Confirmed:
		rec, err = i.keep(rec)
		return rec, true, err
	case firmware.RolledBack:
		rec, err = i.back(rec, firmware.Unhealthy, w.why)
		return rec, true, err
	}
	return rec, false, nil
}

// A watcher remembers the pulse.
type watcher struct {
	Trial
	began, since, last time.Time // of the trial, of the healthy stretch, of the last beat
	pulse              Pulse
	why                string
}

// look returns how the trial of a version stands.
func (w *watcher) look(version string, now time.Time) firmware.State {
	p, err := readPulse(w.Pulse)
	switch {
	case err != nil:
		w.why, w.since = "it never said how it is", time.Time{}
	case p.Version != version:
		w.why, w.since = p.Version+" runs instead", time.Time{}
	case p.Process != w.pulse.Process:
		w.since, w.last = time.Time{}, now // another start begins anew
	case p.Beat != w.pulse.Beat:
		w.last = now
	}
	switch w.pulse = p; {
	case err != nil || p.Version != version:
	case !p.Healthy:
		w.why, w.since = p.Detail, time.Time{}
	case now.Sub(w.last) > w.Silence:
		w.why, w.since = "its pulse stopped", time.Time{}
	case w.since.IsZero():
		w.since = now
	case now.Sub(w.since) >= w.Healthy:
		return firmware.Confirmed
	}
	if now.Sub(w.began) >= w.Deadline {
		if w.why == "" {
			w.why = "it was not healthy for long enough"
		}
		return firmware.RolledBack
	}
	return firmware.Trial
}
