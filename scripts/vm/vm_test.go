package vm

import (
	"bufio"
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// longest is how long building and the whole machine may take.
const longest = 8 * time.Minute

// TestVirtualMachine builds the programs, boots the machine, and repeats what
// its test says.
func TestVirtualMachine(t *testing.T) {
	if os.Getenv("FOYER_VM") == "" {
		t.Skip("SKIPPED: real nl80211 stations in a virtual machine; make vm-test runs them")
	}
	kernels, err := filepath.Glob(".cache/kernel/boot/vmlinuz-*")
	if err != nil || len(kernels) != 1 {
		t.Skip("SKIPPED: no kernel with simulated radios here; as root, scripts/vm/tools.sh fetches one")
	}
	qemu, err := exec.LookPath("qemu-system-x86_64")
	if err != nil {
		t.Skip("SKIPPED: qemu is not installed; as root, scripts/vm/tools.sh installs it")
	}
	ctx, cancel := context.WithTimeout(t.Context(), longest)
	defer cancel()
	begin := time.Now()
	image := pack(t, ctx)
	t.Logf("built and packed in %.0f s", time.Since(begin).Seconds())

	begin = time.Now()
	// Never KVM: where /dev/kvm is there but does not work, qemu hangs.
	cmd := exec.CommandContext(ctx, qemu, "-accel", "tcg", "-cpu", "max", "-m", "1536", "-smp", "2",
		"-kernel", kernels[0], "-initrd", image, "-append", "console=ttyS0 quiet panic=-1",
		"-nographic", "-no-reboot", "-nodefaults", "-serial", "stdio")
	cmd.WaitDelay = 5 * time.Second
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	passed := follow(t, out)
	if err := cmd.Wait(); err != nil {
		t.Errorf("the machine: %v", err)
	}
	if !passed {
		t.Error("the test in the machine did not pass")
	}
	t.Logf("the machine ran for %.0f s", time.Since(begin).Seconds())
}

// follow repeats the console and reports whether the guest's test passed.
func follow(t *testing.T, console io.Reader) (passed bool) {
	lines := bufio.NewScanner(console)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		line := strings.TrimRight(lines.Text(), "\r")
		t.Log(line)
		switch {
		case strings.HasPrefix(line, "--- PASS: TestRadios"):
			passed = true
		case strings.Contains(line, "SKIP"):
			t.Error("the test in the machine was skipped")
		}
	}
	return passed
}

// pack builds what runs in the guest, as a release does, and the guest itself.
func pack(t *testing.T, ctx context.Context) (image string) {
	dir := t.TempDir()
	run := func(name string, args ...string) {
		t.Helper()
		cmd := exec.CommandContext(ctx, name, args...)
		cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", filepath.Base(name), err, out)
		}
	}
	run("go", "build", "-trimpath", "-ldflags=-s -w", "-o", dir+"/", "foyer/cmd/foyer", "foyer/cmd/foyer-hq", "foyer/cmd/foyer-ap")
	run("go", "test", "-c", "-trimpath", "-ldflags=-s -w", "-o", dir+"/foyer.test", "foyer/cmd/foyer")
	image = filepath.Join(dir, "initramfs")
	run("./initramfs.sh", image, dir+"/foyer", dir+"/foyer-hq", dir+"/foyer-ap", dir+"/foyer.test")
	return image
}
