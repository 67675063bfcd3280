package system

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// patience is how long a state that must come may take on a busy machine.
const patience = 90 * time.Second

// A machine is a booted Debian; leader is its PID 1 as this one counts.
type machine struct {
	t      *testing.T
	leader string
}

// boot unpacks Debian, and boots it until the test ends.
func boot(t *testing.T) *machine {
	t.Helper()
	tree := t.TempDir()
	if out, err := exec.Command("tar", "-C", tree, "-xf", ".cache/debian.tar", "--exclude=./dev/*").CombinedOutput(); err != nil {
		t.Fatalf("unpack Debian: %v\n%s", err, out)
	}
	var console bytes.Buffer
	cmd := exec.Command("unshare", "-m", "./boot.sh", tree)
	cmd.Stdout, cmd.Stderr = &console, &console
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	cmd.WaitDelay = 5 * time.Second
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	m := &machine{t: t}
	t.Cleanup(func() {
		if m.leader != "" {
			_, _ = m.try("systemctl", "poweroff", "--force", "--force")
		}
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		_ = cmd.Wait()
		if t.Failed() {
			t.Logf("console:\n%s", &console)
		}
	})
	m.until("the machine runs", func() bool {
		m.leader = child(cmd.Process.Pid) // unshare became boot.sh, which became nspawn
		if m.leader == "" {
			return false
		}
		out, _ := m.try("systemctl", "is-system-running")
		return out == "running" || out == "degraded"
	})
	return m
}

// child returns the one child of a process, or "".
func child(pid int) string {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", pid, pid))
	if err != nil {
		return ""
	}
	f := strings.Fields(string(data))
	if len(f) != 1 {
		return ""
	}
	return f[0]
}

// try runs a command in the machine.
func (m *machine) try(args ...string) (string, error) {
	ctx, done := context.WithTimeout(context.Background(), patience)
	defer done()
	cmd := exec.CommandContext(ctx, "nsenter", append([]string{"-t", m.leader, "-a", "--"}, args...)...)
	cmd.Env = []string{"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "DEBIAN_FRONTEND=noninteractive", "LC_ALL=C"}
	out, err := cmd.CombinedOutput()
	return strings.TrimSpace(string(out)), err
}

// run runs a command in the machine that must succeed.
func (m *machine) run(args ...string) string {
	m.t.Helper()
	out, err := m.try(args...)
	if err != nil {
		m.t.Fatalf("%s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return out
}

// property reads one property of a unit.
func (m *machine) property(unit, name string) string {
	m.t.Helper()
	return m.run("systemctl", "show", "--value", "-p", name, unit)
}

func (m *machine) number(unit, name string) int {
	m.t.Helper()
	n, err := strconv.Atoi(m.property(unit, name))
	if err != nil {
		m.t.Fatalf("%s of %s: %v", name, unit, err)
	}
	return n
}

// until waits for what must come.
func (m *machine) until(what string, ok func() bool) {
	m.t.Helper()
	for end := time.Now().Add(patience); !ok(); time.Sleep(100 * time.Millisecond) {
		if time.Now().After(end) {
			journal := ""
			if m.leader != "" {
				journal, _ = m.try("journalctl", "-b", "--no-pager", "-n", "60", "-o", "cat")
			}
			m.t.Fatalf("not within %s: %s\n%s", patience, what, journal)
		}
	}
}

// path is where a file of the machine lies for this one.
func (m *machine) path(file string) string { return filepath.Join("/proc", m.leader, "root", file) }

func (m *machine) exists(file string) bool {
	_, err := os.Lstat(m.path(file))
	return err == nil
}

func (m *machine) write(file, text string) {
	m.t.Helper()
	if err := os.MkdirAll(filepath.Dir(m.path(file)), 0o755); err != nil {
		m.t.Fatal(err)
	}
	if err := os.WriteFile(m.path(file), []byte(text), 0o640); err != nil {
		m.t.Fatal(err)
	}
}

// give copies a file or a folder of this machine into it.
func (m *machine) give(from, to string) {
	m.t.Helper()
	if out, err := exec.Command("cp", "-rT", from, m.path(to)).CombinedOutput(); err != nil {
		m.t.Fatalf("give %s: %v\n%s", from, err, out)
	}
}
