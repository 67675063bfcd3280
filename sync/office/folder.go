package office

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"foyer/disk"
	"foyer/sync/wire"
)

// about is hq.json: what one folder of headquarters is for.
type about struct {
	Chain  string `json:"chain,omitempty"`
	Broker string `json:"broker,omitempty"`
	Days   int    `json:"days,omitempty"` // that stores' certificates last; 0: leafDays
}

// SetLifetime says how many days the certificates of stores last that are made
// from now on.
func SetLifetime(dir string, days int) error {
	if days < 1 || days > leafDays {
		return fmt.Errorf("lifetime of %d days: want 1 to %d", days, leafDays)
	}
	a, err := readAbout(dir)
	if err != nil {
		return err
	}
	a.Days = days
	return writeJSON(dir, "hq.json", a)
}

// SetBroker remembers the address that boxes dial; identity folders issued
// from now on name it.
func SetBroker(dir, url string) error {
	a, err := readAbout(dir)
	if err != nil {
		return err
	}
	a.Broker = url
	return writeJSON(dir, "hq.json", a)
}

// Chain returns the chain of the stores issued in dir, empty before the first.
func Chain(dir string) (string, error) {
	a, err := readAbout(dir)
	return a.Chain, err
}

// settle makes sure that a folder serves one chain.
func settle(dir, chain string) (about, error) {
	a, err := readAbout(dir)
	if err != nil {
		return a, err
	}
	if a.Chain != "" && a.Chain != chain {
		return a, fmt.Errorf("folder %s serves chain %q: use another folder for %q", dir, a.Chain, chain)
	}
	a.Chain = chain
	return a, writeJSON(dir, "hq.json", a)
}

func readAbout(dir string) (about, error) {
	var a about
	b, err := os.ReadFile(filepath.Join(dir, "hq.json"))
	if errors.Is(err, fs.ErrNotExist) {
		return a, nil
	}
	if err == nil {
		err = json.Unmarshal(b, &a)
	}
	if err != nil {
		return a, fmt.Errorf("hq.json: %w", err)
	}
	return a, nil
}

func storeDir(dir, store string) string { return filepath.Join(dir, "stores", store) }

// stores lists the stores issued in dir, in order.
func stores(dir string) ([]string, error) {
	entries, err := os.ReadDir(filepath.Join(dir, "stores"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	var names []string
	for _, e := range entries {
		if e.IsDir() && wire.ValidID(e.Name()) {
			names = append(names, e.Name())
		}
	}
	return names, nil
}

func writePrivate(dir, name string, key any) error {
	b, err := wire.EncodePrivate(key)
	if err != nil {
		return err
	}
	return write(dir, name, b)
}

func writePublic(dir, name string, key any) error {
	b, err := wire.EncodePublic(key)
	if err != nil {
		return err
	}
	return write(dir, name, b)
}

func writeJSON(dir, name string, v any) error {
	b, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	return write(dir, name, append(b, '\n'))
}

// write replaces a file whole, readable by its owner only.
func write(dir, name string, data []byte) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	return disk.WriteFile(filepath.Join(dir, name), data, 0o600)
}
