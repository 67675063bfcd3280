package main_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// longest is how long a program may live, so that nothing outlives a test
// binary that is itself killed for its time.
const longest = 8 * time.Minute

// patience is how long a test waits for what takes a few seconds at most on a
// machine that has nothing else to do; this one runs four stores at once.
const patience = time.Minute

// programs are the built binaries.
type programs struct{ foyer, hq string }

// build builds both programs as a release does: without cgo.
func build(t *testing.T, tags string) programs {
	t.Helper()
	dir := t.TempDir() + "/"
	cmd := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-tags="+tags, "-o", dir, "./cmd/foyer", "./cmd/foyer-hq")
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	return programs{dir + "foyer", dir + "foyer-hq"}
}

// said is what a program writes, for the message of a test that fails.
type said struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *said) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *said) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// environment is this process's, without what is meant for foyer's tests and
// would be a mistake in the environment of a box.
func environment() []string {
	return slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "FOYER_") })
}

// call runs a program to its end and returns what it printed.
func call(t *testing.T, program string, args ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	var out, errs bytes.Buffer
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Env = environment()
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s %s: %v\n%s%s", filepath.Base(program), strings.Join(args, " "), err, &out, &errs)
	}
	return out.String()
}

// process is a program that runs until it is stopped.
type process struct {
	cmd  *exec.Cmd
	out  said
	done chan struct{}
	err  error // of Wait, once done is closed
}

// start starts a program in a process group of its own. It is stopped with
// the test, and what it said is shown if the test fails.
func start(t *testing.T, program string, args ...string) *process {
	t.Helper()
	return startIn(t, nil, program, args...)
}

// startIn starts a program with more in its environment.
func startIn(t *testing.T, env []string, program string, args ...string) *process {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), longest)
	p := &process{cmd: exec.CommandContext(ctx, program, args...), done: make(chan struct{})}
	p.cmd.Env = append(environment(), env...)
	p.cmd.Stdout, p.cmd.Stderr = &p.out, &p.out
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	p.cmd.Cancel = func() error { return syscall.Kill(-p.cmd.Process.Pid, syscall.SIGKILL) }
	if err := p.cmd.Start(); err != nil {
		cancel()
		t.Fatal(err)
	}
	go func() {
		p.err = p.cmd.Wait()
		close(p.done)
	}()
	name := filepath.Base(program) + " " + strings.Join(args, " ")
	t.Cleanup(func() {
		defer cancel()
		if err := p.stop(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if t.Failed() {
			text := p.out.String()
			t.Logf("%s said:\n%s", name, text[max(0, len(text)-6000):])
		}
	})
	return p
}

// stop asks the program to end, as an operator does, and insists after a
// while. An orderly end is no error.
func (p *process) stop() error {
	select {
	case <-p.done:
		return p.err
	default:
	}
	group := -p.cmd.Process.Pid
	if err := syscall.Kill(group, syscall.SIGTERM); err != nil && !errors.Is(err, syscall.ESRCH) {
		return err
	}
	select {
	case <-p.done:
		return p.err
	case <-time.After(30 * time.Second):
		return errors.Join(errors.New("does not stop when told to"), syscall.Kill(group, syscall.SIGKILL))
	}
}

// kill ends the program as a power cut does. That it ends so is no error.
func (p *process) kill() {
	_ = syscall.Kill(-p.cmd.Process.Pid, syscall.SIGKILL)
	<-p.done
	p.err = nil
}

// dump ends the program as a crash does, with every goroutine's stack and what
// it was called with in its log.
func (p *process) dump() {
	_ = syscall.Kill(p.cmd.Process.Pid, syscall.SIGQUIT)
	<-p.done
	p.err = nil
}

// eventually waits until ok says nothing; what it said last is the failure.
func eventually(t *testing.T, what string, ok func() error) {
	t.Helper()
	for end := time.Now().Add(patience); ; time.Sleep(150 * time.Millisecond) {
		err := ok()
		if err == nil {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("%s: not within %v: %v", what, patience, err)
		}
	}
}
