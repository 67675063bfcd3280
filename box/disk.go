package box

import (
	"time"

	"foyer/health"
	"foyer/vault"
)

// files are the databases and how the disk treats them.
func (b *store) files() map[string]vault.Stats {
	all := map[string]vault.Stats{
		fileKeys: b.keys.Stats(), fileLedger: b.ledger.Stats().File,
		"profiles.db": b.profiles.Stats().File, "desk.db": b.desk.File(),
	}
	if b.web != nil {
		all["doors.db"] = b.web.File()
	}
	if b.link != nil {
		all[fileOutbox] = b.link.File()
	}
	return all
}

// lookAtDisk says where the disk is full or does not take what is written, and
// takes it back when that is over.
func (b *store) lookAtDisk(now time.Time) {
	full := false
	for name, s := range b.files() {
		full = full || s.DiskFull
		failing := s.Failing || name == fileOutbox && b.unrecorded.Load() || name == fileKeys && b.unfinished.Load()
		b.warn(failing, health.DiskFailing, name, now)
	}
	b.warn(full, health.DiskFull, "the data folder", now)
}
