package install

import (
	"errors"
	"fmt"
	"os"

	"foyer/firmware"
)

// Seed puts a package's program into slot a of a box that has none. A box that
// has a slot to run is left as it is. Why an update failed stays in the record.
func (i *Installer) Seed(program, version string) (done bool, err error) {
	unlock, err := i.lock()
	if err != nil {
		return false, err
	}
	defer unlock()
	if _, err := i.Backend.Active(); err == nil {
		return false, nil
	}
	f, err := os.Open(program)
	if err != nil {
		return false, fmt.Errorf("seed: %w", err)
	}
	defer f.Close()
	if err := i.Backend.Write(firmware.SlotA, version, f); err != nil {
		return false, fmt.Errorf("seed: %w", err)
	}
	rec := firmware.Record{State: firmware.Confirmed, Version: version, Running: firmware.SlotA,
		Versions: map[firmware.Slot]string{firmware.SlotA: version}, At: i.Now()}
	if old, err := firmware.ReadRecord(i.Dir); err == nil && old.State == firmware.Failed {
		old.Running, old.Previous, old.Versions = rec.Running, "", rec.Versions
		rec = old
	}
	return true, errors.Join(firmware.WriteRecord(i.Dir, rec), i.Backend.Activate(firmware.SlotA))
}

// FromPackage tries the program that a newer package brought, with the same way
// back as any update. Who installed the package vouches for it.
func (i *Installer) FromPackage(program, version string) error {
	unlock, err := i.lock()
	if err != nil {
		return err
	}
	defer unlock()
	rec, err := i.record()
	if err != nil {
		return err
	}
	if rec.State == firmware.Trial {
		return fmt.Errorf("%w: %s is tried", ErrBusy, rec.Version)
	}
	if running := rec.Versions[rec.Running]; version == running {
		return fmt.Errorf("%s runs already", version)
	} else if firmware.ValidVersion(version) && firmware.Compare(version, running) < 0 {
		return &firmware.Fault{Reason: firmware.Older, Err: fmt.Errorf("%s is older than %s, which runs", version, running)}
	}
	f, err := os.Open(program)
	if err != nil {
		return fmt.Errorf("install from the package: %w", err)
	}
	defer f.Close()
	return i.begin(rec, version, f)
}
