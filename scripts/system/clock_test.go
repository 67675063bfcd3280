package system

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

// The unit that says in the machine how the box is, and ends it.
const witness = `[Unit]
After=foyer.service
[Service]
Type=oneshot
StandardOutput=tty
TTYPath=/dev/ttyS0
TimeoutStartSec=240
ExecStart=/bin/bash -c 'for n in {1..200}; do systemctl is-active -q foyer && runuser -u foyer -- foyer status && echo "WITNESS ready $(date -u +%%Y) restarts=$(systemctl show --value -p NRestarts foyer)" && break; sleep 1; done'
ExecStopPost=/usr/bin/systemctl poweroff --force
[Install]
WantedBy=multi-user.target
`

// The box has its two addresses before it starts.
const addresses = `[Unit]
Before=foyer.service sockets.target
DefaultDependencies=no
[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/sh -c 'ip link set lo up; ip address add 10.20.0.2/32 dev lo; ip address add 10.30.0.2/32 dev lo'
[Install]
WantedBy=sysinit.target
`

// TestClock boots one box three times: with today's date, with the clock of a
// box whose battery is flat, and ten years ahead. It comes up each time, with
// the data of before.
func TestClock(t *testing.T) {
	possible(t)
	kernels, err := filepath.Glob("../vm/.cache/kernel/boot/vmlinuz-*")
	if err != nil || len(kernels) != 1 {
		t.Skip("SKIPPED: no kernel to boot here; as root, scripts/vm/tools.sh fetches one")
	}
	qemu, err := exec.LookPath("qemu-system-x86_64")
	if err != nil {
		t.Skip("SKIPPED: qemu is not installed; as root, scripts/vm/tools.sh installs it")
	}
	add, disk := t.TempDir(), filepath.Join(t.TempDir(), "disk")
	m := &machine{t: t}
	for file, text := range map[string]string{
		"etc/foyer/foyer.yaml":                     strings.Replace(settings, "interfaces: [lan0]", "enabled: false", 1),
		"etc/systemd/system/foyer-witness.service": witness, "etc/systemd/system/foyer-addresses.service": addresses,
	} {
		m.must(os.MkdirAll(filepath.Dir(filepath.Join(add, file)), 0o755))
		m.must(os.WriteFile(filepath.Join(add, file), []byte(text), 0o644))
	}
	m.must(os.CopyFS(filepath.Join(add, "etc/foyer/identity"), os.DirFS(identity(t))))
	if out, err := exec.Command("./disk.sh", pack(t, "1.0.0"), add, disk).CombinedOutput(); err != nil {
		t.Fatalf("disk: %v\n%s", err, out)
	}
	for _, clock := range []struct{ name, rtc string }{
		{"today", "utc"}, {"no battery", "1970-01-01T00:00:00"}, {"ten years ahead", time.Now().AddDate(10, 0, 0).UTC().Format("2006-01-02T15:04:05")},
	} {
		t.Run(clock.name, func(t *testing.T) {
			begin := time.Now()
			ctx, done := context.WithTimeout(t.Context(), 5*time.Minute)
			defer done()
			// Never KVM: where /dev/kvm is there but does not work, qemu hangs.
			cmd := exec.CommandContext(ctx, qemu, "-accel", "tcg", "-cpu", "max", "-m", "1024", "-smp", "2", "-rtc", "base="+clock.rtc,
				"-kernel", kernels[0], "-initrd", disk+".initrd", "-append", "console=ttyS0 root=/dev/vda rw quiet panic=-1 systemd.show_status=false",
				"-nographic", "-no-reboot", "-nodefaults", "-serial", "stdio", "-drive", "file="+disk+".img,format=raw,if=virtio,cache=unsafe")
			out, err := cmd.StdoutPipe()
			m.must(err)
			m.must(cmd.Start())
			said := witnessed(t, out)
			_ = cmd.Wait()
			if !strings.Contains(said, "WITNESS ready") || !strings.Contains(said, "restarts=0") {
				t.Errorf("it did not come up: %q", said)
			}
			t.Logf("%s, after %.0f s", said, time.Since(begin).Seconds())
		})
	}
}

// witnessed repeats the console and returns what the witness said.
func witnessed(t *testing.T, console io.Reader) (said string) {
	lines := bufio.NewScanner(console)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		line := strings.TrimRight(lines.Text(), "\r")
		t.Log(line)
		if _, after, ok := strings.Cut(line, "WITNESS "); ok {
			said = "WITNESS " + after
		}
	}
	return said
}
