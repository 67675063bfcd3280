package begin

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"foyer/config"
	"foyer/disk"
)

// noteFile is the note's name in the runtime folder.
const noteFile = "setup.json"

// ErrNothing means that no box waits to be set up.
var ErrNothing = errors.New("no box waits to be set up here")

// A Note is what a technician needs who stands at the console. Its code opens the
// box, so it is readable by the box's user alone.
type Note struct {
	URLs        []string `json:"urls"`        // of the set-up page, by name first
	Fingerprint string   `json:"fingerprint"` // SHA-256 of the certificate, as browsers write it
	Code        string   `json:"code"`
}

// ReadNote reads the note of the box that runs in a runtime folder.
func ReadNote(runtime string) (n Note, err error) {
	data, err := os.ReadFile(filepath.Join(runtime, noteFile))
	if errors.Is(err, fs.ErrNotExist) {
		return n, ErrNothing
	}
	if err == nil {
		err = json.Unmarshal(data, &n)
	}
	if err != nil {
		return n, fmt.Errorf("note of the set-up: %w", err)
	}
	return n, nil
}

func (n Note) write(c *config.Config) error {
	data, err := json.Marshal(n)
	if err == nil {
		err = disk.WriteFile(filepath.Join(c.Runtime, noteFile), data, 0o600)
	}
	if err != nil {
		return fmt.Errorf("note of the set-up: %w", err)
	}
	return nil
}
