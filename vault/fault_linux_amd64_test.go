package vault_test

import (
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"
)

// A fault makes some calls fail: those from the first on that concern the
// folder and change something there, for a fifth of a second at most.
type fault struct {
	errno       syscall.Errno
	first, many int
	seen        int
	began       time.Time
}

func (x *fault) hits(r *recorder, c *call) bool {
	if c.done || !r.changes(c) {
		return false
	}
	x.seen++
	if x.seen == x.first+1 {
		x.began = time.Now()
	}
	return x.seen > x.first && x.seen <= x.first+x.many && time.Since(x.began) < 200*time.Millisecond
}

// changes reports whether a call that begins would change the folder.
func (r *recorder) changes(c *call) bool {
	switch c.nr {
	case syscall.SYS_PWRITE64, syscall.SYS_WRITE, syscall.SYS_FTRUNCATE, syscall.SYS_FSYNC, syscall.SYS_FDATASYNC:
		return r.fds[c.args[0]] != nil
	case syscall.SYS_OPENAT:
		return c.args[2]&(syscall.O_CREAT|syscall.O_RDWR) != 0 && r.name(c.text(c.args[1])) != ""
	case syscall.SYS_UNLINKAT, syscall.SYS_RENAMEAT:
		return r.name(c.text(c.args[1])) != ""
	}
	return false
}

// Every call that changes the folder fails once, and in long runs of calls, as
// on a disk that is failing, full, or has become read-only for a while. What
// was acknowledged is there all the same, and everything works again by itself
// when the disk does.
func TestFaultyDisk(t *testing.T) {
	t.Parallel()
	calls := func(x *fault) int {
		dir := filepath.Join(quickDir(t), "work")
		r := &recorder{dir: dir, names: map[string]int{}, fds: map[uint64]*handle{}}
		status := traced(t, "VAULT_FAULT_DIR="+dir, func(c *call) {
			if x.hits(r, c) {
				c.fail = x.errno
			}
			r.see(c)
		})
		told := promise{sealed: map[int][]byte{}}
		for _, o := range r.ops {
			if o.kind == opAck {
				told.hear(t, o.text)
			}
		}
		if err := told.kept(dir); err != nil || status != 0 || told.put != 8 {
			t.Errorf("%v at calls %d to %d: status %d, %d puts, %v", x.errno, x.first, x.first+x.many, status, told.put, err)
		}
		return x.seen
	}
	total := calls(&fault{})
	runs := 0
	for _, many := range []int{1, 40} {
		for i, first := 0, 0; first < total; i, first = i+1, first+faultStride(total) {
			calls(&fault{errno: []syscall.Errno{syscall.EIO, syscall.ENOSPC, syscall.EROFS}[i%3], first: first, many: many})
			runs++
		}
	}
	t.Logf("figure: %d runs of %d calls", runs, total)
}

// On a disk that becomes read-only what is on it is read all the same.
func TestReadOnlyDiskIsRead(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(quickDir(t), "work")
	r := &recorder{dir: dir, names: map[string]int{}, fds: map[uint64]*handle{}}
	stuck, refused := false, 0
	status := traced(t, "VAULT_STUCK_DIR="+dir, func(c *call) {
		if stuck && !c.done && r.changes(c) {
			c.fail = syscall.EROFS
			refused++
		}
		r.see(c)
		if n := len(r.ops); n > 0 && r.ops[n-1].kind == opAck {
			stuck = r.ops[n-1].text == stuckNow
		}
	})
	if status != 0 || refused == 0 {
		t.Errorf("the child ended with %d after %d refused calls", status, refused)
	}
}

func faultStride(total int) int {
	switch {
	case os.Getenv("FOYER_LONG") != "":
		return 1
	case testing.Short():
		return max(total/4, 1)
	}
	return max(total/15, 1)
}

// The tracer itself: a call that is made to fail is not made.
func TestFaultIsInjected(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(quickDir(t), "work")
	r := &recorder{dir: dir, names: map[string]int{}, fds: map[uint64]*handle{}}
	status := traced(t, "VAULT_CUT_DIR="+dir, func(c *call) {
		if !c.done && c.nr == syscall.SYS_FDATASYNC {
			c.fail = syscall.EIO
		}
		r.see(c)
	})
	if status == 0 || slices.ContainsFunc(r.ops, func(o op) bool { return o.kind == opAck }) {
		t.Errorf("status %d: a child whose every sync failed acknowledged something", status)
	}
}
