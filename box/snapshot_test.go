package box

import (
	"path/filepath"
	"testing"
)

// Upkeep keeps copies of what a damaged file is to go back to, and none of what
// must not be rolled back: the numbering of the outbox, sessions, devices.
func TestTidyKeepsSnapshots(t *testing.T) {
	b, _ := lined(t)
	b.clock = mustClock(t, t.TempDir())
	b.tidy()
	got, err := filepath.Glob(filepath.Join(b.in.Config.Data, "*.snap-1"))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, path := range got {
		names = append(names, filepath.Base(path))
	}
	if len(names) != 3 || names[0] != "keys.db.snap-1" || names[1] != "ledger.db.snap-1" || names[2] != "profiles.db.snap-1" {
		t.Errorf("snapshots %v", names)
	}
}
