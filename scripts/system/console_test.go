package system

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// slow is how long a machine without hardware help may work until it has come up;
// starved is how long that may take in all where others work, too. A machine that
// is waited for is judged by what it did, not by how long it was kept waiting.
const (
	slow    = 6 * time.Minute
	starved = 20 * time.Minute
)

// A console is a running machine of its own, seen through its serial port.
type console struct {
	t      *testing.T
	cmd    *exec.Cmd
	keys   io.Writer
	mu     sync.Mutex
	said   strings.Builder
	read   int // what of said was waited for already
	ended  chan struct{}
	number int
}

// nowhere is a network with nobody on it.
const nowhere = "user,id=lan,restrict=on"

// power boots a disk by its own boot loader, on a network of qemu's.
func power(t *testing.T, disk, lan string) *console {
	t.Helper()
	m := &machine{t: t}
	ctx, cancel := context.WithCancel(context.Background())
	vars := filepath.Join(t.TempDir(), "vars")
	data, err := os.ReadFile("/usr/share/OVMF/OVMF_VARS.fd")
	m.must(err)
	m.must(os.WriteFile(vars, data, 0o600))
	// Never KVM: where /dev/kvm is there but does not work, qemu hangs.
	cmd := exec.CommandContext(ctx, "qemu-system-x86_64", "-accel", "tcg", "-cpu", "max", "-m", "1024", "-smp", "2", "-machine", "q35",
		"-nographic", "-nodefaults", "-serial", "stdio", "-device", "virtio-rng-pci",
		"-drive", "if=pflash,format=raw,readonly=on,file=/usr/share/OVMF/OVMF_CODE.fd", "-drive", "if=pflash,format=raw,file="+vars,
		"-drive", "file="+disk+",format=raw,if=virtio,cache=writeback",
		"-netdev", lan, "-device", "virtio-net-pci,netdev=lan")
	c := &console{t: t, cmd: cmd, ended: make(chan struct{})}
	c.keys, err = cmd.StdinPipe()
	m.must(err)
	cmd.Stdout, cmd.Stderr = c, c
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	m.must(cmd.Start())
	go func() { defer close(c.ended); _ = cmd.Wait() }()
	t.Cleanup(func() { cancel(); <-c.ended })
	return c
}

// Write takes what the machine says.
func (c *console) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.said.Write(p)
}

// until waits for one of the words, and returns what was said up to it.
func (c *console) until(what string, words ...string) string {
	c.t.Helper()
	for over := c.deadline(); ; time.Sleep(50 * time.Millisecond) {
		c.mu.Lock()
		news := c.said.String()[c.read:]
		c.mu.Unlock()
		for _, word := range words {
			if at := strings.Index(news, word); at >= 0 {
				c.read += at + len(word)
				return news[:at+len(word)]
			}
		}
		select {
		case <-c.ended:
			c.t.Fatalf("the machine ended before %s:\n%s", what, news)
		default:
		}
		if broke(news) {
			c.t.Fatalf("the machine broke before %s:\n%s", what, news)
		}
		if over() {
			c.t.Fatalf("not within %s of its own time: %s\n%s", slow, what, news)
		}
	}
}

// broke reports whether a machine gave up, for another reason than that the one
// it is made of is so busy that its timer comes late: then it tries again.
func broke(said string) bool {
	const late = "IO-APIC + timer doesn't work"
	return strings.Contains(said, "due to panic= boot argument") || strings.Contains(strings.ReplaceAll(said, "Kernel panic - not syncing: "+late, ""), "Kernel panic")
}

// deadline returns what says that the machine had its time from now on.
func (c *console) deadline() func() bool {
	begin, end := c.worked(), time.Now().Add(starved)
	return func() bool { return c.worked()-begin > slow || time.Now().After(end) }
}

// worked is how long the machine was computed.
func (c *console) worked() time.Duration {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", c.cmd.Process.Pid))
	_, after, ok := strings.Cut(string(data), ") ")
	f := strings.Fields(after)
	if err != nil || !ok || len(f) < 13 {
		return 0 // it has ended, which is seen elsewhere
	}
	var ticks time.Duration
	for _, s := range f[11:13] { // in user mode and in the kernel, in hundredths of a second
		n, _ := strconv.Atoi(s)
		ticks += time.Duration(n)
	}
	return ticks * 10 * time.Millisecond
}

func (c *console) enter(line string) { _, _ = io.WriteString(c.keys, line+"\n") }

// setUp waits until the box has taken what is on its start partition.
func (c *console) setUp() {
	c.t.Helper()
	if said := c.until("it was set up", "foyer set-up: done", "foyer set-up: NOT done"); strings.Contains(said, "NOT done") {
		c.t.Fatalf("the set-up failed:\n%s", said)
	}
}

// login gets a shell at the console, by the password that set-up has set.
func (c *console) login(password string) {
	c.t.Helper()
	c.enter("") // it may have asked long ago, and asks again
	c.until("it asks who", "login: ")
	c.enter("root")
	c.until("it asks for the password", "Password: ")
	c.enter(password)
	c.shell()
}

// shell makes the shell at the console say nothing but what is asked.
func (c *console) shell() {
	c.t.Helper()
	c.until("a shell", "# ")
	c.enter("stty -echo; PS1=; export TERM=dumb PAGER=cat SYSTEMD_COLORS=0; bind 'set enable-bracketed-paste off'; dmesg -n 1")
	c.run("true")
}

// run runs a command and returns what it says and whether it succeeded.
func (c *console) run(command string) (string, bool) {
	c.t.Helper()
	c.number++
	begin, end := fmt.Sprintf("<<%d:", c.number), fmt.Sprintf(":%d>>", c.number)
	// The quotes keep the words out of what a terminal echoes.
	c.enter(fmt.Sprintf(`echo "<<""%d:"; { %s; } 2>&1; echo ":$?:""%d>>"`, c.number, command, c.number))
	c.until("it begins", begin)
	said := strings.ReplaceAll(c.until(command, end), "\r", "")
	said = strings.TrimSuffix(said, end)
	at := strings.LastIndex(said, ":")
	return strings.TrimSpace(said[:at]), said[at+1:] == "0"
}

// must runs a command that must succeed.
func (c *console) must(command string) string {
	c.t.Helper()
	out, ok := c.run(command)
	if !ok {
		c.t.Fatalf("%s:\n%s", command, out)
	}
	return out
}

// within repeats a command until it succeeds, or patience ends.
func (c *console) within(patience time.Duration, command string) (string, bool) {
	c.t.Helper()
	for end := time.Now().Add(patience); ; time.Sleep(time.Second) {
		if out, ok := c.run(command); ok || time.Now().After(end) {
			return out, ok
		}
	}
}

// eventually repeats a command that must succeed in the end.
func (c *console) eventually(command string) string {
	c.t.Helper()
	for over := c.deadline(); ; time.Sleep(time.Second) {
		out, ok := c.run(command)
		if ok {
			return out
		}
		if over() {
			journal, _ := c.run("journalctl -b -n 60 --no-pager -o cat")
			c.t.Fatalf("not within %s of its own time: %s\n%s\n%s", slow, command, out, journal)
		}
	}
}

// cut takes the power away.
func (c *console) cut() {
	_ = c.cmd.Process.Kill()
	<-c.ended
}
