package firmware

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"foyer/disk"
)

// A Backend is how slots are written and chosen. dirswap keeps them in folders;
// RAUC may keep them in partitions.
type Backend interface {
	// Write replaces what is in a slot that does not run; when it returns, the
	// slot is whole on the disk, or empty.
	Write(s Slot, version string, image io.Reader) error
	// Activate makes a slot the one that runs from the next start, all at once.
	Activate(s Slot) error
	// Active returns the slot that runs from the next start; an error means
	// that there is none that could.
	Active() (Slot, error)
}

// A Release is one program for one kind of machine, as it was signed.
type Release struct {
	Name      string // of the file in the repository
	Version   string
	Model     string
	Size      int64
	SHA256    [32]byte
	Published time.Time // by its signers' clock
}

// A Record is where the last update stands, and what is to run. Only the
// installer writes it.
type Record struct {
	State    State           `json:"state"`
	Version  string          `json:"version"`           // the one that is tried, kept or refused
	Running  Slot            `json:"running"`           // what is to run
	Previous Slot            `json:"previous,omitzero"` // the way back of a trial
	Versions map[Slot]string `json:"versions"`          // what is in each slot
	Tries    int             `json:"tries,omitzero"`    // starts during a trial
	Reason   Reason          `json:"reason,omitzero"`
	Detail   string          `json:"detail,omitzero"`
	At       time.Time       `json:"at"`
	Floor    time.Time       `json:"floor,omitzero"` // no signed release was made later: it cannot be earlier than that
}

const (
	recordName = "state.json"
	maxRecord  = 16 << 10 // bytes
)

// ErrRecord means that the record cannot be read; what the backend says is
// then all that is known.
var ErrRecord = errors.New("firmware record")

// ReadRecord reads the record below a folder. A folder without one holds the
// zero record.
func ReadRecord(dir string) (Record, error) {
	f, err := os.Open(filepath.Join(dir, recordName))
	if errors.Is(err, fs.ErrNotExist) {
		return Record{}, nil
	}
	if err != nil {
		return Record{}, fmt.Errorf("%w: %w", ErrRecord, err)
	}
	defer f.Close()
	var r Record
	if err := json.NewDecoder(io.LimitReader(f, maxRecord)).Decode(&r); err != nil {
		return Record{}, fmt.Errorf("%w %s: %w", ErrRecord, f.Name(), err)
	}
	if r.Running != SlotA && r.Running != SlotB {
		return Record{}, fmt.Errorf("%w %s: slot %q", ErrRecord, f.Name(), r.Running)
	}
	return r, nil
}

// WriteRecord replaces the record below a folder; it is on the disk when this
// returns.
func WriteRecord(dir string, r Record) error {
	data, err := json.MarshalIndent(r, "", "\t")
	if err != nil {
		return fmt.Errorf("write firmware record: %w", err)
	}
	return disk.WriteFile(filepath.Join(dir, recordName), data, 0o644)
}
