// Package tuf decides whether a release is one: it follows the signed metadata
// of The Update Framework from a root that the box was given, through whatever
// keys were changed since, and refuses what is unsigned, expired, older than
// what was seen, or mixed from two states of a repository. It hides go-tuf; the
// bytes come from whoever calls.
package tuf

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/theupdateframework/go-tuf/v2/metadata"
	"github.com/theupdateframework/go-tuf/v2/metadata/config"
	"github.com/theupdateframework/go-tuf/v2/metadata/updater"

	"foyer/firmware"
)

// ErrNone is what a Fetch returns for a file that is not there.
var ErrNone = errors.New("no such file")

// A Fetch returns a file of a repository by its name, at most max bytes.
type Fetch func(name string, max int64) ([]byte, error)

// A Note stands beside each release, signed with it.
type Note struct {
	Version   string    `json:"version"`
	Model     string    `json:"model"`
	Published time.Time `json:"published"`
}

// FileName is what a release is called in a repository.
func FileName(version, model string) string { return "foyer-" + version + "-" + model }

// A Repository is the newest state of a repository, as far as it was trusted.
type Repository struct{ up *updater.Updater }

// Open follows a repository from a root to its newest state. What was trusted
// is kept below dir, so that no older state is trusted later; at is the time
// that nothing may have expired at.
func Open(root []byte, dir string, at time.Time, fetch Fetch) (*Repository, error) {
	from, err := newest(root, filepath.Join(dir, "root.json"))
	if err != nil {
		return nil, firmware.Because(firmware.Untrusted, fmt.Errorf("root of trust: %w", err))
	}
	// The address is never asked: the fetcher cuts it off.
	conf, err := config.New("repository:", from)
	if err != nil {
		return nil, fmt.Errorf("open repository: %w", err)
	}
	conf.LocalMetadataDir, conf.LocalTargetsDir = dir, dir
	conf.Fetcher = fetcher(fetch)
	up, err := updater.New(conf)
	if err != nil {
		return nil, fmt.Errorf("open repository: %w", because(err))
	}
	up.UnsafeSetRefTime(at)
	if err := up.Refresh(); err != nil {
		return nil, fmt.Errorf("open repository: %w", because(err))
	}
	return &Repository{up}, nil
}

// newest returns the newer of the root that came with the box and the one that
// was reached from it before.
func newest(given []byte, file string) ([]byte, error) {
	first, err := new(metadata.Metadata[metadata.RootType]).FromBytes(given)
	if err != nil {
		return nil, err
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return given, nil // the first time, or lost: walk the whole chain again
	}
	kept, err := new(metadata.Metadata[metadata.RootType]).FromBytes(data)
	if err != nil || kept.Signed.Version <= first.Signed.Version {
		return given, nil
	}
	return data, nil
}

// Find returns the release of a version for a model.
func (r *Repository) Find(version, model string) (firmware.Release, error) {
	name := FileName(version, model)
	info, err := r.up.GetTargetInfo(name)
	if err != nil {
		for other := range r.up.GetTopLevelTargets() {
			if strings.HasPrefix(other, FileName(version, "")) {
				return firmware.Release{}, &firmware.Fault{Reason: firmware.WrongModel, Err: fmt.Errorf("%s is not there for %s", version, model)}
			}
		}
		return firmware.Release{}, &firmware.Fault{Reason: firmware.Unlisted, Err: fmt.Errorf("%s: %w", name, err)}
	}
	var note Note
	if info.Custom == nil || json.Unmarshal(*info.Custom, &note) != nil || note.Version != version {
		return firmware.Release{}, &firmware.Fault{Reason: firmware.Untrusted, Err: fmt.Errorf("%s is signed as another version", name)}
	}
	if note.Model != model {
		return firmware.Release{}, &firmware.Fault{Reason: firmware.WrongModel, Err: fmt.Errorf("%s is signed for %.32q", name, note.Model)}
	}
	out := firmware.Release{Name: name, Version: version, Model: model, Size: info.Length, Published: note.Published}
	sum := info.Hashes["sha256"]
	if len(sum) != len(out.SHA256) || info.Length <= 0 {
		return firmware.Release{}, &firmware.Fault{Reason: firmware.Untrusted, Err: fmt.Errorf("%s is signed without a SHA-256", name)}
	}
	out.SHA256 = [32]byte(sum)
	return out, nil
}

// Path is where a release lies below a repository's address.
func Path(r firmware.Release) string {
	return "targets/" + hex.EncodeToString(r.SHA256[:]) + "." + r.Name
}

// fetcher is a Fetch as go-tuf calls it.
type fetcher Fetch

// DownloadFile fetches the last part of an address.
func (f fetcher) DownloadFile(address string, max int64, _ time.Duration) ([]byte, error) {
	name := address[strings.LastIndexByte(address, '/')+1:]
	data, err := f(name, max)
	switch {
	case errors.Is(err, ErrNone):
		return nil, &metadata.ErrDownloadHTTP{StatusCode: http.StatusNotFound, URL: name}
	case err != nil:
		return nil, firmware.Because(firmware.Unreachable, err)
	case int64(len(data)) > max:
		return nil, &metadata.ErrDownloadLengthMismatch{Msg: name + " is too large"}
	}
	return data, nil
}

// because finds the reason in go-tuf's errors.
func because(err error) error {
	var gone *metadata.ErrDownloadHTTP
	switch {
	case errors.Is(err, &metadata.ErrExpiredMetadata{}):
		return firmware.Because(firmware.Expired, err)
	case errors.As(err, &gone):
		return firmware.Because(firmware.Unreachable, err)
	case errors.Is(err, &metadata.ErrDownloadLengthMismatch{}):
		return firmware.Because(firmware.TooLarge, err)
	case errors.Is(err, &metadata.ErrRepository{}):
		return firmware.Because(firmware.Untrusted, err)
	}
	return firmware.Because(firmware.Untrusted, err)
}
