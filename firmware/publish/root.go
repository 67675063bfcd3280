package publish

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/theupdateframework/go-tuf/v2/metadata"
)

// Create begins a repository: the root of trust, signed by at least its
// threshold of the root keys named, and nothing published yet.
func (r *Repository) Create(t Trust, rootKeys, targetsKeys []string, stampKey string) error {
	if _, err := os.Stat(filepath.Join(r.dir, "1.root.json")); err == nil {
		return fmt.Errorf("create repository: %s is one already", r.dir)
	}
	if err := os.MkdirAll(filepath.Join(r.dir, "targets"), 0o755); err != nil {
		return fmt.Errorf("create repository: %w", err)
	}
	if err := r.signRoot(t, 1, rootKeys); err != nil {
		return fmt.Errorf("create repository: %w", err)
	}
	targets := metadata.Targets(r.until(TargetsValid))
	targets.Signed.Version = 0 // save counts up
	return r.save(targets, targetsKeys, stampKey)
}

// ChangeKeys makes another set of keys the trusted one. Both the old root's
// threshold and the new one's must sign; boxes walk from one to the next.
func (r *Repository) ChangeKeys(t Trust, rootKeys, targetsKeys []string, stampKey string) error {
	old, err := load[metadata.RootType](r, "root")
	if err != nil {
		return fmt.Errorf("change keys: %w", err)
	}
	if err := r.signRoot(t, old.Signed.Version+1, rootKeys); err != nil {
		return fmt.Errorf("change keys: %w", err)
	}
	targets, err := load[metadata.TargetsType](r, "targets")
	if err != nil {
		return fmt.Errorf("change keys: %w", err)
	}
	return r.save(targets, targetsKeys, stampKey)
}

// signRoot writes a root of trust, provided that boxes will take it.
func (r *Repository) signRoot(t Trust, version int64, keys []string) error {
	root := metadata.Root(r.until(RootValid))
	root.Signed.Version = version
	for _, part := range []struct {
		role      string
		files     []string
		threshold int
	}{{"root", t.Root, t.RootThreshold}, {"targets", t.Targets, t.TargetsThreshold}, {"snapshot", t.Stamp, 1}, {"timestamp", t.Stamp, 1}} {
		if part.threshold < 1 || part.threshold > len(part.files) {
			return fmt.Errorf("%d keys of %d for %s: %w", part.threshold, len(part.files), part.role, ErrSigned)
		}
		for _, file := range part.files {
			key, err := readPublic(file)
			if err != nil {
				return err
			}
			if err := root.Signed.AddKey(key, part.role); err != nil {
				return err
			}
		}
		root.Signed.Roles[part.role].Threshold = part.threshold
	}
	if err := sign(root, keys); err != nil {
		return err
	}
	if err := root.VerifyDelegate("root", root); err != nil {
		return fmt.Errorf("%w: %w", ErrSigned, err)
	}
	if version > 1 {
		before, err := load[metadata.RootType](r, "root")
		if err != nil {
			return err
		}
		if err := before.VerifyDelegate("root", root); err != nil {
			return fmt.Errorf("by the keys of before: %w: %w", ErrSigned, err)
		}
	}
	return put(r, root, "root", version)
}
