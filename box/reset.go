package box

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"foyer/config"
	"foyer/sync/hq"
	"foyer/sync/wire"
	"foyer/vault"
)

// Ours refuses a data folder of somebody else's: the box could not open what is
// written there anew. One that is not there is nobody's.
func Ours(c *config.Config) error {
	if err := ours(c.Data); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// Unsent returns how many events a stopped box holds that headquarters does not
// have; a box that was never a store's has none.
func Unsent(in Inputs) (int, error) {
	id, err := wire.LoadIdentity(in.Config.Identity)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err == nil {
		if _, err := os.Stat(filepath.Join(in.Config.Data, fileOutbox)); errors.Is(err, fs.ErrNotExist) {
			return 0, nil
		}
		var link *hq.Link
		link, err = hq.Open(hq.Options{Dir: in.Config.Data, Identity: id, Broker: in.Config.HQ.Broker, Now: in.Now, Log: in.Log})
		if err == nil {
			return link.Status().Backlog, link.Close()
		}
	}
	return 0, fmt.Errorf("what headquarters does not have: %w", err)
}

// Reset makes a stopped box what it was before it became a store's: it destroys
// its keys, then everything those sealed, then its identity. It may be done again
// after an error. What the system keeps for the box (its configuration, a root
// key given by systemd) stays.
func Reset(in Inputs) error {
	c := in.Config
	rootKey := "root-key"
	if filepath.Dir(c.RootKey) == filepath.Clean(c.Data) {
		rootKey = filepath.Base(c.RootKey)
	}
	if err := vault.Destroy(c.Data, rootKey); err != nil {
		return err
	}
	keys := []string{wire.FileOpen, wire.FileSign, wire.FileBoxKey, wire.FileLANKey}
	return errors.Join(vault.Destroy(c.Identity, keys...), vault.Destroy(c.Identity+".new", keys...))
}
