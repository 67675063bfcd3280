package begin

import (
	"fmt"
	"os"
	"path/filepath"

	"foyer/config"
	"foyer/disk"
)

// handed is where a box that must be started anew leaves, in its data folder, the
// code with which the technician goes on.
const handed = folder + "/technician"

// leave leaves a configuration for foyer-adopt.service, which starts the box anew,
// and before it what the box itself is to know then.
func leave(data, text, code string) error {
	if err := disk.WriteFile(filepath.Join(data, handed), []byte(code), 0o600); err != nil {
		return fmt.Errorf("leave the technician's code: %w", err)
	}
	if err := disk.WriteFile(filepath.Join(data, AdoptFile), []byte(text), 0o600); err != nil {
		return fmt.Errorf("leave the configuration: %w", err)
	}
	return nil
}

// forget removes what only a box that is nobody's has.
func (s *starter) forget(done *outcome) error {
	err := os.Remove(filepath.Join(s.Config.Runtime, noteFile))
	if err == nil && done != nil && !done.again {
		err = Forget(s.Config)
	}
	return err
}

// Handed returns the code with which the technician goes on, if the box had to be
// started anew after it had joined.
func Handed(c *config.Config) string {
	code, err := os.ReadFile(filepath.Join(c.Data, handed))
	if err != nil {
		return "" // he makes himself another: foyer pair
	}
	return string(code)
}

// Forget removes what is left in the data folder of the time before a box was a
// store's.
func Forget(c *config.Config) error { return os.RemoveAll(filepath.Join(c.Data, folder)) }
