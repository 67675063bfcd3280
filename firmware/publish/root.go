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
	root, err := r.signRoot(t, 1, rootKeys)
	if err != nil {
		return fmt.Errorf("create repository: %w", err)
	}
	targets := metadata.Targets(r.until(TargetsValid))
	targets.Signed.Version = 0 // save counts up
	return r.save(root, targets, targetsKeys, stampKey)
}

// ChangeKeys makes another set of keys the trusted one. Both the old root's
// threshold and the new one's must sign; boxes walk from one to the next.
func (r *Repository) ChangeKeys(t Trust, rootKeys, targetsKeys []string, stampKey string) error {
	old, err := load[metadata.RootType](r, "root")
	if err != nil {
		return fmt.Errorf("change keys: %w", err)
	}
	root, err := r.signRoot(t, old.Signed.Version+1, rootKeys)
	if err != nil {
		return fmt.Errorf("change keys: %w", err)
	}
	targets, err := load[metadata.TargetsType](r, "targets")
	if err != nil {
		return fmt.Errorf("change keys: %w", err)
	}
	return r.save(root, targets, targetsKeys, stampKey)
}

// signRoot makes a root of trust, provided that boxes will take it.
func (r *Repository) signRoot(t Trust, version int64, keys []string) (*metadata.Metadata[metadata.RootType], error) {
	root := metadata.Root(r.until(RootValid))
	root.Signed.Version = version
	for _, part := range []struct {
		role      string
		files     []string
		threshold int
	}{{"root", t.Root, t.RootThreshold}, {"targets", t.Targets, t.TargetsThreshold}, {"snapshot", t.Stamp, 1}, {"timestamp", t.Stamp, 1}} {
		if part.threshold < 1 || part.threshold > len(part.files) {
			return nil, fmt.Errorf("%w: of the %d keys trusted for %s, %d are to sign", ErrSigned, len(part.files), part.role, part.threshold)
		}
		for _, file := range part.files {
			key, err := readPublic(file)
			if err != nil {
				return nil, err
			}
			if err := root.Signed.AddKey(key, part.role); err != nil {
				return nil, err
			}
		}
		root.Signed.Roles[part.role].Threshold = part.threshold
	}
	if err := sign(root, keys); err != nil {
		return nil, err
	}
	if err := root.VerifyDelegate("root", root); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrSigned, err)
	}
	if version > 1 {
		before, err := load[metadata.RootType](r, "root")
		if err != nil {
			return nil, err
		}
		if err := before.VerifyDelegate("root", root); err != nil {
			return nil, fmt.Errorf("by the keys of before: %w: %w", ErrSigned, err)
		}
	}
	return root, nil
}
