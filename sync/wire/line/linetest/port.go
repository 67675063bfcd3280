package linetest

import (
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// Port returns a port of the loopback interface that is the caller's until the
// test ends: it lies below those that the kernel gives to whoever dials, so
// that no connection takes it while a broker is stopped, and no other test on
// this machine is given it meanwhile, in this process or another.
func Port(t testing.TB) int {
	t.Helper()
	dir := filepath.Join(os.TempDir(), fmt.Sprintf("foyer-test-ports-%d", os.Getuid()))
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	for range 100 {
		port := 10000 + rand.IntN(20000)
		if mine(t, filepath.Join(dir, fmt.Sprint(port))) && free(port) {
			return port
		}
	}
	t.Fatal("no free port of the loopback interface between 10000 and 30000")
	return 0
}

// mine takes a lock until the test ends. It is the kernel's, so that it goes
// with a process that is killed; the file stays.
func mine(t testing.TB, path string) bool {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	if syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) != nil {
		f.Close()
		return false
	}
	t.Cleanup(func() { f.Close() })
	return true
}

func free(port int) bool {
	l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
	if err != nil {
		return false
	}
	l.Close()
	return true
}
