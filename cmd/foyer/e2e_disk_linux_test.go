package main_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"foyer/health"
)

// faults are the disks that fail, by name.
func faults() map[string]fault {
	return map[string]fault{
		"full disk":      {health.DiskFull, smallDisk, fillDisk, nil},
		"failing disk":   {health.DiskFailing, func(*shop) {}, failDisk, nil},
		"read-only disk": {health.DiskFailing, fileDisk, freezeDisk, repairDisk},
	}
}

func (s *shop) data() string { return filepath.Join(s.dir, "data") }

// mount puts the data folder on a disk of its own, or skips the test, aloud.
func (s *shop) mount(args ...string) {
	s.Helper()
	must(s.T, os.MkdirAll(s.data(), 0o700))
	if out, err := exec.Command("mount", append(args, s.data())...).CombinedOutput(); err != nil {
		s.Skipf("SKIPPED: a disk of its own needs root and the right to mount: %v %s", err, out)
	}
	s.Cleanup(func() {
		s.box.kill()
		_ = syscall.Unmount(s.data(), syscall.MNT_DETACH) // what repairDisk has unmounted is no error
	})
	must(s.T, os.Chmod(s.data(), 0o700))
}

func smallDisk(s *shop) { s.mount("-t", "tmpfs", "-o", "size=16m", "tmpfs") }

// fillDisk writes until nothing more goes on the disk; the cure is to delete it.
func fillDisk(s *shop) (cure func()) {
	s.Helper()
	path := filepath.Join(s.data(), "somebody-elses")
	f, err := os.Create(path)
	must(s.T, err)
	for err == nil {
		_, err = f.Write(make([]byte, 4096))
	}
	must(s.T, f.Close())
	return func() { must(s.T, os.Remove(path)) }
}

// failDisk makes every write of the running program fail with EIO, by a tracer
// that is attached to it; the cure is to detach.
func failDisk(s *shop) (cure func()) {
	s.Helper()
	path, err := exec.LookPath("strace")
	if err != nil {
		s.Skip("SKIPPED: strace is not installed; on Debian: apt-get install strace")
	}
	const writes = "pwrite64,fdatasync,fsync,ftruncate"
	var out said
	cmd := exec.Command(path, "-f", "-p", fmt.Sprint(s.box.cmd.Process.Pid), "-e", "trace="+writes, "-e", "inject="+writes+":error=EIO")
	cmd.Stdout, cmd.Stderr = &out, &out
	must(s.T, cmd.Start())
	stop := func() { _ = cmd.Process.Signal(os.Interrupt); _ = cmd.Wait() }
	s.Cleanup(stop)
	for end := time.Now().Add(patience); !strings.Contains(out.String(), "attached"); time.Sleep(20 * time.Millisecond) {
		if strings.Contains(out.String(), "not permitted") || time.Now().After(end) {
			s.Skipf("SKIPPED: a failing disk needs root and the right to trace: %s", &out)
		}
	}
	return func() {
		stop()
		if n := strings.Count(out.String(), "(INJECTED)"); n == 0 {
			s.Error("no write was made to fail")
		}
	}
}

// fileDisk is an ext4 in a file, which can be made to fail as a worn disk does.
func fileDisk(s *shop) {
	image := s.write("disk.img", "")
	must(s.T, os.Truncate(image, 64<<20))
	if out, err := exec.Command("mkfs.ext4", "-q", image).CombinedOutput(); err != nil {
		s.Skipf("SKIPPED: no ext4 can be made: %v %s", err, out)
	}
	s.mount("-o", "loop,errors=remount-ro", image)
}

// freezeDisk makes the kernel find an error on the disk and remount it
// read-only, with the box's files open.
func freezeDisk(s *shop) (cure func()) {
	s.Helper()
	source, err := exec.Command("findmnt", "-n", "-o", "SOURCE", s.data()).Output()
	must(s.T, err)
	knob := filepath.Join("/sys/fs/ext4", filepath.Base(strings.TrimSpace(string(source))), "trigger_fs_error")
	must(s.T, os.WriteFile(knob, []byte("a test"), 0o200))
	if err := os.WriteFile(filepath.Join(s.data(), "x"), nil, 0o600); err == nil {
		s.Fatal("the disk is not read-only")
	}
	return func() {}
}

// repairDisk does what such a disk needs: it is unmounted, checked and mounted
// again, and the box is started.
func repairDisk(s *shop) {
	s.Helper()
	s.killBox(func() {
		must(s.T, syscall.Unmount(s.data(), 0))
		image := filepath.Join(s.dir, "disk.img")
		if out, err := exec.Command("fsck.ext4", "-y", image).CombinedOutput(); err != nil && !strings.Contains(string(out), "FILE SYSTEM WAS MODIFIED") {
			s.Fatalf("fsck: %v %s", err, out)
		}
		must(s.T, exec.Command("mount", "-o", "loop", image, s.data()).Run())
	})
}

// testDisks lets the disk fail under the built program, in each of the ways.
func testDisks(t *testing.T, p programs, at site) {
	for name, f := range faults() {
		t.Run(name, func(t *testing.T) {
			if f.warning != health.DiskFull && os.Getenv("FOYER_LONG") == "" {
				t.Skip("SKIPPED: it waits for most of a minute; FOYER_LONG=1 go test -run TestEndToEnd/disks ./cmd/foyer")
			}
			t.Parallel()
			testDisk(t, p, at, f)
		})
	}
}
