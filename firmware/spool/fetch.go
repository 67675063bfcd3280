package spool

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"foyer/disk"
	"foyer/firmware"
	"foyer/firmware/tuf"
)

const (
	// asking is how long one small file may take.
	asking = time.Minute
	// stalled is how long a download may stand still.
	stalled = time.Minute
)

// errStalled is for people: why a download was cut.
var errStalled = fmt.Errorf("the download stood still for %v", stalled)

// fetch makes the image be there, whole, and returns its size.
func (s *Spool) fetch(ctx context.Context, p firmware.Pointer, at time.Time) (int64, error) {
	root, err := os.ReadFile(s.o.Root)
	if err != nil {
		return 0, firmware.Because(firmware.Untrusted, fmt.Errorf("no root of trust: %w; foyer-hq firmware root prints it", err))
	}
	s.say(Status{State: firmware.Downloading})
	repo, err := tuf.Open(root, filepath.Join(s.o.Dir, trustedDir), at, func(name string, max int64) ([]byte, error) {
		return s.metadata(ctx, p.Repository, name, max)
	})
	if err != nil {
		return 0, err
	}
	rel, err := repo.Find(p.Version, s.o.Model)
	if err != nil {
		return 0, err
	}
	if rel.Size > s.o.MaxSize {
		return 0, &firmware.Fault{Reason: firmware.TooLarge, Err: fmt.Errorf("%s has %d bytes, at most %d are taken", rel.Name, rel.Size, s.o.MaxSize)}
	}
	if ok, err := s.whole(ImageFile, rel); ok || err != nil {
		return rel.Size, err
	}
	if err := s.image(ctx, p.Repository, rel); err != nil {
		return 0, err
	}
	ok, err := s.whole(unfinished, rel)
	switch {
	case err != nil:
		return 0, err
	case !ok:
		return 0, errors.Join(&firmware.Fault{Reason: firmware.Damaged, Err: fmt.Errorf("%s is not what was signed", rel.Name)}, s.tidy())
	}
	err = os.Rename(filepath.Join(s.o.Dir, unfinished), filepath.Join(s.o.Dir, ImageFile))
	return rel.Size, errors.Join(err, disk.SyncDir(s.o.Dir))
}

func (s *Spool) say(st Status) {
	s.mu.Lock()
	defer s.mu.Unlock()
	st.Running, st.Wanted = s.o.Running, s.pointer.Version
	s.status = st
}

// metadata fetches a small file and keeps it for the installer.
func (s *Spool) metadata(ctx context.Context, repository, name string, max int64) ([]byte, error) {
	ctx, done := context.WithTimeout(ctx, asking)
	defer done()
	res, err := s.get(ctx, repository, name, 0)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	switch res.StatusCode {
	case http.StatusOK:
	case http.StatusNotFound:
		return nil, tuf.ErrNone
	default:
		return nil, fmt.Errorf("%s: %s", name, res.Status)
	}
	data, err := io.ReadAll(io.LimitReader(res.Body, max+1))
	if err != nil || int64(len(data)) > max {
		return data, err // too long is the caller's to say
	}
	return data, disk.WriteFile(filepath.Join(s.o.Dir, MetadataDir, name), data, 0o600)
}

func (s *Spool) get(ctx context.Context, repository, path string, from int64) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimSuffix(repository, "/")+"/"+path, nil)
	if err != nil {
		return nil, firmware.Because(firmware.Unreachable, err)
	}
	if from > 0 {
		req.Header.Set("Range", "bytes="+strconv.FormatInt(from, 10)+"-")
	}
	res, err := s.o.Client.Do(req)
	return res, firmware.Because(firmware.Unreachable, err)
}

// image downloads a release, going on where an earlier try ended.
func (s *Spool) image(ctx context.Context, repository string, rel firmware.Release) error {
	part, have, err := s.part(rel)
	if err != nil {
		return space(err)
	}
	defer part.Close()
	if have >= rel.Size {
		return nil
	}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	dog := time.AfterFunc(stalled, func() { stop(errStalled) })
	defer dog.Stop()
	res, err := s.get(ctx, repository, tuf.Path(rel), have)
	if errors.Is(context.Cause(ctx), errStalled) {
		err = firmware.Because(firmware.Unreachable, errStalled)
	}
	if err != nil {
		return err
	}
	defer res.Body.Close()
	switch {
	case res.StatusCode == http.StatusPartialContent && strings.HasPrefix(res.Header.Get("Content-Range"), "bytes "+strconv.FormatInt(have, 10)+"-"):
	case res.StatusCode == http.StatusOK: // it does not know how to go on
		if err := errors.Join(part.Truncate(0), rewind(part)); err != nil {
			return space(err)
		}
		have = 0
	default:
		return &firmware.Fault{Reason: firmware.Unreachable, Err: fmt.Errorf("%s: %s", rel.Name, res.Status)}
	}
	body := io.LimitReader(res.Body, rel.Size-have+1)
	n, err := io.Copy(part, watched{body, func(n int) {
		dog.Reset(stalled)
		have += int64(n)
		s.say(Status{State: firmware.Downloading, Got: have, Size: rel.Size})
	}})
	if errors.Is(context.Cause(ctx), errStalled) {
		err = errStalled
	}
	kept := part.Sync()
	switch {
	case have > rel.Size:
		return errors.Join(&firmware.Fault{Reason: firmware.TooLarge, Err: fmt.Errorf("%s goes on after the %d bytes that were signed", rel.Name, rel.Size)}, s.tidy())
	case err != nil && n < rel.Size:
		return space(err)
	case kept != nil:
		return space(kept)
	case have < rel.Size:
		return &firmware.Fault{Reason: firmware.Damaged, Err: fmt.Errorf("%s ends after %d of %d bytes", rel.Name, have, rel.Size)}
	}
	return nil
}

// part opens what was downloaded of a release before.
func (s *Spool) part(rel firmware.Release) (*os.File, int64, error) {
	id := hex.EncodeToString(rel.SHA256[:])
	of, err := os.ReadFile(filepath.Join(s.o.Dir, unfinishedOf))
	if err != nil || string(of) != id {
		if err := s.tidy(); err != nil {
			return nil, 0, err
		}
		if err := disk.WriteFile(filepath.Join(s.o.Dir, unfinishedOf), []byte(id), 0o600); err != nil {
			return nil, 0, err
		}
	}
	f, err := os.OpenFile(filepath.Join(s.o.Dir, unfinished), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, 0, err
	}
	have, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		return nil, 0, errors.Join(err, f.Close())
	}
	return f, have, nil
}

func rewind(f *os.File) error {
	_, err := f.Seek(0, io.SeekStart)
	return err
}

// whole reports whether a file is a release.
func (s *Spool) whole(name string, rel firmware.Release) (bool, error) {
	f, err := os.Open(filepath.Join(s.o.Dir, name))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	defer f.Close()
	var sum hash.Hash = sha256.New()
	n, err := io.Copy(sum, io.LimitReader(f, rel.Size+1))
	if err != nil {
		return false, err
	}
	return n == rel.Size && [32]byte(sum.Sum(nil)) == rel.SHA256, nil
}

// space names the reason of an error while bytes went to the disk.
func space(err error) error {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return firmware.Because(firmware.NoSpace, err)
	}
	return firmware.Because(firmware.Unreachable, err)
}

// watched tells how much was read.
type watched struct {
	from io.Reader
	say  func(int)
}

func (w watched) Read(p []byte) (int, error) {
	n, err := w.from.Read(p)
	w.say(n)
	return n, err
}
