// Package install is the part of updates that runs as root and without a
// network: it trusts nothing in the spool, verifies it anew, writes the slot
// that does not run, lets it be tried, and goes back unless the box was healthy
// for long enough. It hides the order in which things are put on the disk, by
// which a box that loses power anywhere still runs, and knows why.
package install

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"foyer/firmware"
	"foyer/firmware/spool"
	"foyer/firmware/tuf"
)

// maxImage is the largest program taken, in bytes.
const maxImage = 256 << 20

// trialFile stands while a version is tried: the unit that watches it starts.
const trialFile = "trial"

// An Installer puts releases into slots. Its methods are for one process at a
// time; they lock the folder.
type Installer struct {
	Dir     string // record, lock, trusted metadata
	Spool   string // what an unprivileged process downloaded
	Root    string // file of the root of trust
	Model   string
	Backend firmware.Backend
	Now     func() time.Time
	// Step is called before each thing that is put on the disk, by its name; an
	// error ends the work there, as a power cut would. For tests; nil: nothing.
	Step func(name string) error
}

// ErrBusy means that another installer is at work, or a trial is on.
var ErrBusy = errors.New("an update is on")

// Install does what the spool asks for. The outcome is in the record; an error
// is returned besides.
func (i *Installer) Install() error {
	unlock, err := i.lock()
	if err != nil {
		return err
	}
	defer unlock()
	box, err := os.OpenRoot(i.Spool) // no link in there leads out of it
	if err != nil {
		return fmt.Errorf("install: %w", err)
	}
	defer box.Close()
	rec, lost := i.record()
	if rec.State == firmware.Trial {
		return errors.Join(fmt.Errorf("install: %w: %s is tried", ErrBusy, rec.Version), box.Remove(spool.RequestFile))
	}
	asked, err := request(box)
	if lost != nil {
		rec, err = i.mend(lost)
	} else if err == nil {
		err = i.fromSpool(box, rec, asked)
	}
	if errors.Is(err, errCut) {
		return err
	}
	if err != nil {
		rec.State, rec.Version, rec.Previous = firmware.Failed, asked, ""
		rec.Reason, rec.Detail, rec.At = firmware.ReasonOf(err), detail(err), i.Now()
		err = errors.Join(fmt.Errorf("install %s: %w", asked, err), firmware.WriteRecord(i.Dir, rec))
	}
	if cut := i.step("request taken"); cut != nil {
		return cut
	}
	// Last, so that whoever is killed before begins anew.
	return errors.Join(err, box.Remove(spool.RequestFile))
}

// request reads which version is asked for.
func request(box *os.Root) (string, error) {
	data, err := read(box, spool.RequestFile, 4<<10)
	if err != nil {
		return "", err
	}
	var r spool.Request
	if err := json.Unmarshal(data, &r); err != nil || !firmware.ValidVersion(r.Version) {
		return "", &firmware.Fault{Reason: firmware.Internal, Err: errors.New("the request names no version")}
	}
	return r.Version, nil
}

// fromSpool verifies what was asked for and begins its trial.
func (i *Installer) fromSpool(box *os.Root, rec firmware.Record, version string) error {
	if running := rec.Versions[rec.Running]; firmware.Compare(version, running) <= 0 {
		return &firmware.Fault{Reason: firmware.Older, Err: fmt.Errorf("%s is not newer than %s, which runs", version, running)}
	}
	root, err := os.ReadFile(i.Root)
	if err != nil {
		return firmware.Because(firmware.Untrusted, fmt.Errorf("no root of trust: %w", err))
	}
	repo, err := tuf.Open(root, filepath.Join(i.Dir, "trusted"), firmware.Latest(i.Now(), rec.Floor), func(name string, max int64) ([]byte, error) {
		data, err := read(box, filepath.Join(spool.MetadataDir, name), max)
		if errors.Is(err, fs.ErrNotExist) {
			return nil, tuf.ErrNone
		}
		return data, err
	})
	if err != nil {
		return err
	}
	rel, err := repo.Find(version, i.Model)
	if err != nil {
		return err
	}
	if rel.Size > maxImage {
		return &firmware.Fault{Reason: firmware.TooLarge, Err: fmt.Errorf("%d bytes", rel.Size)}
	}
	image, err := open(box, spool.ImageFile)
	if err != nil {
		return firmware.Because(firmware.Damaged, err)
	}
	defer image.Close()
	rec.Floor = firmware.Latest(rec.Floor, rel.Published)
	return i.begin(rec, version, signed(image, rel))
}

// begin writes the other slot and starts its trial.
func (i *Installer) begin(rec firmware.Record, version string, image io.Reader) error {
	to := rec.Running.Other()
	rec.State, rec.Version, rec.At = firmware.Installing, version, i.Now()
	rec.Reason, rec.Detail, rec.Tries = "", "", 0
	delete(rec.Versions, to)
	if err := i.put("installing", rec); err != nil {
		return err
	}
	if err := i.step("slot"); err != nil {
		return err
	}
	if err := i.Backend.Write(to, version, image); err != nil {
		return noSpace(err)
	}
	rec.Versions[to] = version
	rec.State, rec.Previous, rec.Running = firmware.Trial, rec.Running, to
	if err := i.mark(); err != nil {
		return err
	}
	if err := i.put("trial", rec); err != nil {
		return err
	}
	if err := i.step("switched"); err != nil {
		return err
	}
	return i.Backend.Activate(to)
}

// signed reads an image and, instead of its end, returns an error unless it was
// exactly the release: what is written is what was verified, byte for byte.
func signed(image io.Reader, rel firmware.Release) io.Reader {
	return &verified{from: io.LimitReader(image, rel.Size+1), sum: sha256.New(), rel: rel}
}

func noSpace(err error) error {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return firmware.Because(firmware.NoSpace, err)
	}
	return err
}

// detail is an error's text for people, of bounded length.
func detail(err error) string {
	var f *firmware.Fault
	if errors.As(err, &f) {
		err = f.Err
	}
	s := err.Error()
	return s[:min(len(s), 300)]
}
