package publish

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/theupdateframework/go-tuf/v2/metadata"

	"foyer/disk"
)

func sign[T metadata.Roles](m *metadata.Metadata[T], keys []string) error {
	for _, file := range keys {
		s, err := readSigner(file)
		if err != nil {
			return err
		}
		if _, err := m.Sign(s); err != nil {
			return fmt.Errorf("sign with %s: %w", file, err)
		}
	}
	return nil
}

// put writes metadata under its number; the timestamp alone has none.
func put[T metadata.Roles](r *Repository, m *metadata.Metadata[T], role string, version int64) error {
	data, err := m.ToBytes(true)
	if err != nil {
		return err
	}
	name := role + ".json"
	if version > 0 {
		name = strconv.FormatInt(version, 10) + "." + name
	}
	return disk.WriteFile(filepath.Join(r.dir, name), data, 0o644)
}

// load reads the newest metadata of a role.
func load[T metadata.Roles](r *Repository, role string) (*metadata.Metadata[T], error) {
	name := role + ".json"
	if role != "timestamp" {
		entries, err := os.ReadDir(r.dir)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("repository: %w", err)
		}
		newest := 0
		for _, e := range entries {
			if number, ok := strings.CutSuffix(e.Name(), "."+role+".json"); ok {
				if n, err := strconv.Atoi(number); err == nil {
					newest = max(newest, n)
				}
			}
		}
		if newest == 0 {
			return nil, fmt.Errorf("%w in %s; foyer-hq firmware init begins one", ErrNone, r.dir)
		}
		name = strconv.Itoa(newest) + "." + name
	}
	m, err := new(metadata.Metadata[T]).FromFile(filepath.Join(r.dir, name))
	if err != nil {
		return nil, fmt.Errorf("repository: %w", err)
	}
	return m, nil
}
