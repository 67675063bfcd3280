package vault_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
)

// replay cuts the power after every stride-th op of a recording, in every way,
// and returns how many states there were and the first broken promises.
func replay(t *testing.T, ops []op, stride int, d *disk) (states int, broken []error) {
	t.Helper()
	rnd := rand.New(rand.NewPCG(1, 2))
	told := promise{sealed: map[int][]byte{}}
	dir := filepath.Join(quickDir(t), "cut")
	for i, o := range ops {
		d.do(o)
		if o.kind == opAck {
			told.hear(t, o.text)
		}
		if i%stride != 0 {
			continue
		}
		for how := range survives4 {
			put(t, dir, d.cut(how, rnd))
			states++
			if err := told.kept(dir); err != nil && len(broken) < 10 {
				broken = append(broken, fmt.Errorf("cut after op %d of %d (%+v), of the unsynced %d survive: %w", i, len(ops), o.kind, how, err))
			}
		}
	}
	return states, broken
}

// quickDir is a folder in memory where there is one: it is the recording that
// is tested here, not this disk.
func quickDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "vault")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

func cutStride(ops int) int {
	switch {
	case os.Getenv("FOYER_LONG") != "":
		return 1
	case testing.Short():
		return max(ops/15, 1)
	}
	return max(ops/60, 1)
}

// Every write, sync and renaming of a process is recorded, and the power is cut
// after each of them: what was not synced is lost, or torn, or not. Nothing
// that was acknowledged may be lost, nothing that was destroyed be back, and
// every file opens sound. It fails in a build that acknowledges too early:
//
//	! go test -tags foyer_ackearly -run TestPowerCut ./vault
func TestPowerCut(t *testing.T) {
	t.Parallel()
	ops := record(t, "VAULT_CUT_DIR", filepath.Join(quickDir(t), "work"))
	states, broken := replay(t, ops, cutStride(len(ops)), newDisk())
	for _, err := range broken {
		t.Error(err)
	}
	t.Logf("figure: %d operations, %d states of the disk", len(ops), states)
}

// The replay finds what a disk loses that only says that it has synced.
func TestPowerCutFindsALyingDisk(t *testing.T) {
	t.Parallel()
	ops := record(t, "VAULT_CUT_DIR", filepath.Join(quickDir(t), "work"))
	d := newDisk()
	d.lies = true
	if _, broken := replay(t, ops, max(len(ops)/15, 1), d); len(broken) == 0 {
		t.Error("a disk that syncs nothing lost nothing")
	}
}
