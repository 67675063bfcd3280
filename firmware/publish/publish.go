package publish

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/theupdateframework/go-tuf/v2/metadata"

	"foyer/disk"
	"foyer/firmware"
	"foyer/firmware/tuf"
)

// How long metadata holds. The shortest outlives the longest time that a store
// may be cut off, thirty days, with some days to spare.
const (
	RootValid    = 3 * 365 * 24 * time.Hour
	TargetsValid = 365 * 24 * time.Hour
	StampValid   = 45 * 24 * time.Hour
)

// ErrSigned means that too few of the right keys signed.
var ErrSigned = errors.New("not signed by enough keys")

// ErrNone means that a folder is no repository.
var ErrNone = errors.New("no repository")

// Trust says who may sign what: files of public keys.
type Trust struct {
	Root, Targets                   []string
	RootThreshold, TargetsThreshold int
	Stamp                           []string // the keys that need be at hand
}

// A Repository is a folder that a web server can serve.
type Repository struct {
	dir string
	now func() time.Time
}

// Open returns the repository in a folder.
func Open(dir string, now func() time.Time) *Repository { return &Repository{dir, now} }

// Add publishes a version: model -> the program's file. A version that is there
// is never replaced: boxes may hold it.
func (r *Repository) Add(version string, programs map[string]string, targetsKeys []string, stampKey string) error {
	if !firmware.ValidVersion(version) {
		return fmt.Errorf("publish %q: want a version such as 1.4.2", version)
	}
	targets, err := load[metadata.TargetsType](r, "targets")
	if err != nil {
		return fmt.Errorf("publish %s: %w", version, err)
	}
	for model, file := range programs {
		name := tuf.FileName(version, model)
		if targets.Signed.Targets[name] != nil {
			return fmt.Errorf("publish %s: %s is published already: give it another version", version, name)
		}
		info, err := r.add(name, file, tuf.Note{Version: version, Model: model, Published: r.now().UTC().Truncate(time.Second)})
		if err != nil {
			return fmt.Errorf("publish %s: %w", version, err)
		}
		targets.Signed.Targets[name] = info
	}
	root, err := load[metadata.RootType](r, "root")
	if err != nil {
		return fmt.Errorf("publish %s: %w", version, err)
	}
	return r.save(root, targets, targetsKeys, stampKey)
}

// add copies a program into the repository.
func (r *Repository) add(name, file string, note tuf.Note) (*metadata.TargetFiles, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	info, err := metadata.TargetFile().FromBytes(name, data, "sha256")
	if err != nil {
		return nil, err
	}
	custom, err := json.Marshal(note)
	if err != nil {
		return nil, err
	}
	info.Custom = (*json.RawMessage)(&custom)
	sum := sha256.Sum256(data)
	return info, disk.WriteFile(filepath.Join(r.dir, "targets", hex.EncodeToString(sum[:])+"."+name), data, 0o644)
}

// save signs what is published, and that it is the newest, by a root of trust
// that may be new itself, and then writes it: whoever reads in between finds the
// state of before. What is not signed as it must be leaves the folder as it was.
func (r *Repository) save(root *metadata.Metadata[metadata.RootType], targets *metadata.Metadata[metadata.TargetsType], keys []string, stampKey string) error {
	targets.Signed.Version++
	targets.Signed.Expires = r.until(TargetsValid)
	targets.ClearSignatures()
	if err := sign(targets, keys); err != nil {
		return err
	}
	if err := root.VerifyDelegate("targets", targets); err != nil {
		return fmt.Errorf("%w: %w", ErrSigned, err)
	}
	write, err := r.stamp(root, targets.Signed.Version, stampKey)
	if err != nil {
		return err
	}
	if _, err := os.Stat(filepath.Join(r.dir, fmt.Sprintf("%d.root.json", root.Signed.Version))); errors.Is(err, fs.ErrNotExist) {
		if err := put(r, root, "root", root.Signed.Version); err != nil {
			return err
		}
	}
	if err := put(r, targets, "targets", targets.Signed.Version); err != nil {
		return err
	}
	return write()
}

// Stamp says for another StampValid that what is published is the newest. To be
// done at least every other week.
func (r *Repository) Stamp(key string) error {
	targets, err := load[metadata.TargetsType](r, "targets")
	if err != nil {
		return fmt.Errorf("stamp repository: %w", err)
	}
	root, err := load[metadata.RootType](r, "root")
	if err != nil {
		return fmt.Errorf("stamp repository: %w", err)
	}
	write, err := r.stamp(root, targets.Signed.Version, key)
	if err != nil {
		return err
	}
	return write()
}

// stamp signs that a state of what is published is the newest, and returns how to
// write that.
func (r *Repository) stamp(root *metadata.Metadata[metadata.RootType], targets int64, key string) (write func() error, err error) {
	version := int64(1)
	if old, err := load[metadata.TimestampType](r, "timestamp"); err == nil {
		version = old.Signed.Version + 1
	} else if !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("stamp repository: %w", err)
	}
	snapshot := metadata.Snapshot(r.until(StampValid))
	snapshot.Signed.Version = version
	snapshot.Signed.Meta["targets.json"] = metadata.MetaFile(targets)
	stamp := metadata.Timestamp(r.until(StampValid))
	stamp.Signed.Version = version
	stamp.Signed.Meta["snapshot.json"] = metadata.MetaFile(version)
	if err := errors.Join(sign(snapshot, []string{key}), sign(stamp, []string{key})); err != nil {
		return nil, fmt.Errorf("stamp repository: %w", err)
	}
	if err := errors.Join(root.VerifyDelegate("snapshot", snapshot), root.VerifyDelegate("timestamp", stamp)); err != nil {
		return nil, fmt.Errorf("stamp repository: %w: %w", ErrSigned, err)
	}
	return func() error {
		if err := put(r, snapshot, "snapshot", version); err != nil {
			return fmt.Errorf("stamp repository: %w", err)
		}
		return put(r, stamp, "timestamp", 0)
	}, nil
}

// Versions lists what is published, and when the stamp ends.
func (r *Repository) Versions() (names []string, until time.Time, err error) {
	targets, err := load[metadata.TargetsType](r, "targets")
	if err != nil {
		return nil, time.Time{}, err
	}
	stamp, err := load[metadata.TimestampType](r, "timestamp")
	if err != nil {
		return nil, time.Time{}, err
	}
	for name := range targets.Signed.Targets {
		names = append(names, name)
	}
	slices.Sort(names)
	return names, stamp.Signed.Expires, nil
}

// Root returns the newest root of trust, which boxes are given.
func (r *Repository) Root() ([]byte, error) {
	root, err := load[metadata.RootType](r, "root")
	if err != nil {
		return nil, err
	}
	return root.ToBytes(true)
}

func (r *Repository) until(d time.Duration) time.Time {
	return r.now().UTC().Add(d).Truncate(time.Second)
}
