package vault_test

import (
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// A disk is what a folder holds for certain and what a power cut may lose. The
// bytes of different files, and different writes to one, reach it in any order
// until they are synced; names reach it in their order, as a journal keeps it,
// but not before the folder is synced.
type disk struct {
	bytes map[int][]byte // by file
	late  map[int][]op   // written and not synced
	names map[string]int
	named []op // names changed and not synced
	lies  bool // syncing does nothing
}

func newDisk() *disk {
	return &disk{bytes: map[int][]byte{}, late: map[int][]op{}, names: map[string]int{}}
}

func (d *disk) do(o op) {
	switch o.kind {
	case opWrite, opCut:
		d.late[o.file] = append(d.late[o.file], o)
	case opSync:
		if !d.lies {
			d.bytes[o.file] = applied(d.bytes[o.file], d.late[o.file])
			delete(d.late, o.file)
		}
	case opCreate, opRemove, opRename:
		d.named = append(d.named, o)
	case opSyncDir:
		d.names = renamed(d.names, d.named)
		d.named = nil
	}
}

// How much of what is not synced survives a power cut.
type surviving uint8

const (
	nothing surviving = iota
	everything
	some      // of the writes
	torn      // some sectors of some writes
	survives4 // how many there are
)

// cut returns what the folder holds after a power cut now.
func (d *disk) cut(how surviving, rnd *rand.Rand) map[string][]byte {
	n := 0
	switch how {
	case everything:
		n = len(d.named)
	case some, torn:
		n = rnd.IntN(len(d.named) + 1)
	}
	out := map[string][]byte{}
	for name, file := range renamed(maps.Clone(d.names), d.named[:n]) {
		out[name] = applied(slices.Clone(d.bytes[file]), lucky(d.late[file], how, rnd))
	}
	return out
}

// lucky returns the writes, or parts of them, that reached the disk.
func lucky(late []op, how surviving, rnd *rand.Rand) (out []op) {
	for _, o := range late {
		switch {
		case how == nothing, how >= some && rnd.IntN(2) == 0:
		case how != torn || o.kind != opWrite:
			out = append(out, o)
		default:
			out = append(out, sectors(o, rnd)...)
		}
	}
	return out
}

// sectors returns about half of a write's sectors of 512 bytes.
func sectors(o op, rnd *rand.Rand) (out []op) {
	for at := int64(0); at < int64(len(o.data)); {
		end := min((o.off+at)/512*512+512-o.off, int64(len(o.data)))
		if rnd.IntN(2) == 0 {
			out = append(out, op{kind: opWrite, off: o.off + at, data: o.data[at:end]})
		}
		at = end
	}
	return out
}

func applied(b []byte, ops []op) []byte {
	for _, o := range ops {
		size := o.off + int64(len(o.data))
		if o.kind == opCut || size > int64(len(b)) {
			b = append(b[:min(size, int64(len(b)))], make([]byte, max(0, size-int64(len(b))))...)
		}
		copy(b[o.off:], o.data)
	}
	return b
}

func renamed(names map[string]int, ops []op) map[string]int {
	for _, o := range ops {
		switch o.kind {
		case opCreate:
			names[o.name] = o.file
		case opRemove:
			delete(names, o.name)
		case opRename:
			names[o.to] = names[o.name]
			delete(names, o.name)
		}
	}
	return names
}

// put makes dir hold exactly these files.
func put(t *testing.T, dir string, files map[string][]byte) {
	t.Helper()
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	for name, data := range files {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
