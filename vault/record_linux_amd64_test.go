package vault_test

import (
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// An op is one thing a process did to a folder, as the disk sees it.
type op struct {
	kind opKind
	file int    // which file's bytes
	off  int64  // of a write; the new length of a cut
	data []byte // of a write
	name string // of a creation, removal, renaming
	to   string // of a renaming
	text string // of an acknowledgement
}

type opKind uint8

const (
	opWrite opKind = iota
	opCut
	opSync    // of a file's bytes
	opCreate  // of a name
	opRemove  // of a name
	opRename  // of a name
	opSyncDir // of the names
	opAck     // the process told the world
)

// A recorder makes ops of the calls that concern one folder.
type recorder struct {
	dir   string
	ops   []op
	names map[string]int // name in the folder: file
	fds   map[uint64]*handle
	files int
}

type handle struct {
	file int // -1: the folder itself
	pos  int64
}

// record runs the child called by env and returns what it did to dir.
func record(t *testing.T, env, dir string) []op {
	t.Helper()
	r := &recorder{dir: dir, names: map[string]int{}, fds: map[uint64]*handle{}}
	if status := traced(t, env+"="+dir, r.see); status != 0 {
		t.Fatalf("the child ended with %d", status)
	}
	return r.ops
}

func (r *recorder) see(c *call) {
	if !c.done || c.ret < 0 {
		return
	}
	switch c.nr {
	case syscall.SYS_OPENAT:
		r.open(c)
	case syscall.SYS_CLOSE:
		delete(r.fds, c.args[0])
	case syscall.SYS_WRITE:
		data := c.bytes(c.args[1], uint64(c.ret))
		if c.args[0] == 1 {
			r.ops = append(r.ops, op{kind: opAck, text: strings.TrimSpace(string(data))})
		} else if h := r.fds[c.args[0]]; h != nil {
			r.ops = append(r.ops, op{kind: opWrite, file: h.file, off: h.pos, data: data})
			h.pos += c.ret
		}
	case syscall.SYS_PWRITE64:
		if h := r.fds[c.args[0]]; h != nil {
			r.ops = append(r.ops, op{kind: opWrite, file: h.file, off: int64(c.args[3]), data: c.bytes(c.args[1], uint64(c.ret))})
		}
	case syscall.SYS_FTRUNCATE:
		if h := r.fds[c.args[0]]; h != nil {
			r.ops = append(r.ops, op{kind: opCut, file: h.file, off: int64(c.args[1])})
		}
	case syscall.SYS_FSYNC, syscall.SYS_FDATASYNC:
		if h := r.fds[c.args[0]]; h != nil && h.file < 0 {
			r.ops = append(r.ops, op{kind: opSyncDir})
		} else if h != nil {
			r.ops = append(r.ops, op{kind: opSync, file: h.file})
		}
	case syscall.SYS_RENAME:
		r.rename(c.text(c.args[0]), c.text(c.args[1]))
	case syscall.SYS_RENAMEAT, 316: // renameat2
		r.rename(c.text(c.args[1]), c.text(c.args[3]))
	case syscall.SYS_UNLINK:
		r.remove(c.text(c.args[0]))
	case syscall.SYS_UNLINKAT:
		r.remove(c.text(c.args[1]))
	}
}

// name returns a path's name in the folder, empty if it is elsewhere.
func (r *recorder) name(path string) string {
	if filepath.Dir(path) != r.dir {
		return ""
	}
	return filepath.Base(path)
}

func (r *recorder) open(c *call) {
	path, flags := c.text(c.args[1]), c.args[2]
	fd := uint64(c.ret)
	if path == r.dir {
		r.fds[fd] = &handle{file: -1}
		return
	}
	name := r.name(path)
	if name == "" {
		return
	}
	file, ok := r.names[name]
	if !ok {
		file = r.files
		r.files++
		r.names[name] = file
		r.ops = append(r.ops, op{kind: opCreate, file: file, name: name})
	} else if flags&syscall.O_TRUNC != 0 {
		r.ops = append(r.ops, op{kind: opCut, file: file})
	}
	r.fds[fd] = &handle{file: file}
}

func (r *recorder) rename(from, to string) {
	a, b := r.name(from), r.name(to)
	if a == "" || b == "" {
		return
	}
	r.names[b] = r.names[a]
	delete(r.names, a)
	r.ops = append(r.ops, op{kind: opRename, name: a, to: b})
}

func (r *recorder) remove(path string) {
	name := r.name(path)
	if _, ok := r.names[name]; ok {
		delete(r.names, name)
		r.ops = append(r.ops, op{kind: opRemove, name: name})
	}
}
