package trust

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

const refusedEnd = ".refused"

// Refused returns why headquarters has not granted the last request for a use;
// empty if it has, or has not answered yet.
func (k *Keeper) Refused(use string) string {
	b, err := os.ReadFile(k.path(use + refusedEnd))
	if err != nil {
		return "" // a warning less, and the certificate's own end is watched besides
	}
	return string(b)
}

// Refusals reads from the folder of a box that may be running what headquarters
// has not granted it, and why, by use.
func Refusals(dir string) (map[string]string, error) {
	files, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("refused certificates: %w", err)
	}
	out := map[string]string{}
	for _, f := range files {
		use, ok := strings.CutSuffix(f.Name(), refusedEnd)
		if !ok {
			continue
		}
		b, err := os.ReadFile(filepath.Join(dir, f.Name()))
		if err != nil {
			return nil, fmt.Errorf("refused certificates: %w", err)
		}
		out[use] = string(b)
	}
	return out, nil
}

// Purpose says for people what the certificate of a use is for.
func Purpose(use string) string {
	switch use {
	case MQTT:
		return "for the line to headquarters"
	case LAN:
		return "for staff and sensors"
	case Guest:
		return "for customers"
	}
	return use
}
