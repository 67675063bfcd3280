package system

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

const network = `[Match]
Type=ether
[Network]
Address=10.20.0.2/24
Address=10.30.0.2/24
`

// TestImage makes the appliance image, sets one box up from its start partition,
// takes its power away and has it back; another, that nobody set up, is set up from
// a browser.
func TestImage(t *testing.T) {
	bootable(t)
	begin := time.Now()
	image := appliance(t)
	t.Logf("the image was made in %.0f s", time.Since(begin).Seconds())
	password := "correct-horse-" + strconv.Itoa(os.Getpid())
	disk := copied(t, image)
	dir := folder(t, password, map[string]string{"foyer/foyer.yaml": strings.Replace(settings, "interfaces: [lan0]", "enabled: false", 1)})
	(&machine{t: t}).must(os.CopyFS(filepath.Join(dir, "foyer", "identity"), os.DirFS(identity(t))))
	prepared(t, disk, dir)

	begin = time.Now()
	c := power(t, disk, nowhere)
	defer func() {
		if t.Failed() {
			t.Logf("console:\n%s", c.said.String())
		}
	}()
	c.setUp()
	t.Logf("figure: first start: set up %.0f s after power on", time.Since(begin).Seconds())
	c.login(password)
	const status = "runuser -u foyer -- foyer status"
	said := c.eventually(status)
	t.Logf("first start: status answers %.0f s after power on:\n%s", time.Since(begin).Seconds(), said)
	sealed(t, c)
	t.Log(c.must("systemd-analyze time"))
	t.Log(c.must("systemd-analyze security --no-pager | grep -E 'UNIT|foyer'"))
	const own = "sha256sum /etc/machine-id /etc/foyer/foyer.yaml /etc/credstore.encrypted/foyer.root-key /var/lib/foyer-image/password"
	c.must("sync")
	before := c.must(own)
	c.cut()

	begin = time.Now()
	c = power(t, disk, nowhere)
	c.login(password)
	said = c.eventually(status)
	t.Logf("figure: after a power cut: status answers %.0f s after power on:\n%s", time.Since(begin).Seconds(), said)
	if after := c.must(own); after != before {
		t.Errorf("the power cut changed\n%s\nto\n%s", before, after)
	}
	c.must("runuser -u foyer -- foyer ledger verify")
	sealed(t, c)
	c.cut()
	firstStart(t, image)
}

// sealed: the root cannot be written, the data have their place, nothing failed,
// and only what the configuration names is let in.
func sealed(t *testing.T, c *console) {
	t.Helper()
	_, _ = c.run("mount -o remount,rw /") // says yes, and changes nothing
	for _, path := range []string{"/usr/bin/x", "/etc/x", "/etc/systemd/system/x.service", "/root/x", "/boot/x"} {
		if out, ok := c.run("touch " + path); ok || !strings.Contains(out, "Read-only file system") {
			t.Errorf("%s can be written: %s", path, out)
		}
	}
	for mount, want := range map[string]string{"/": "squashfs", "/var": "ext4", "/tmp": "tmpfs"} {
		if got := c.must("findmnt -no FSTYPE " + mount); got != want {
			t.Errorf("%s is %s, want %s", mount, got, want)
		}
	}
	if kib, err := strconv.Atoi(c.must("df --output=size /var | tail -1 | tr -d ' '")); err != nil || kib < 2<<20 {
		t.Errorf("of a disk of 4 GiB the data have %d KiB, %v", kib, err)
	}
	if out := c.must("systemctl --failed --plain --no-legend"); out != "" {
		t.Errorf("failed: %s", out)
	}
	if out, ok := c.run("runuser -u foyer -- foyer status | grep root-key-beside"); ok {
		t.Errorf("the root key lies beside the data: %s", out)
	}
	filter := c.must("nft list table inet foyer")
	if !strings.Contains(filter, "policy drop") || !strings.Contains(filter, "ip daddr 10.20.0.2 tcp dport 443 accept") {
		t.Errorf("the network may reach\n%s", filter)
	}
	if out := c.must("cat /sys/kernel/security/lockdown"); !strings.Contains(out, "[integrity]") {
		t.Errorf("the kernel is not locked down: %s", out)
	}
	c.must("mount -o ro /dev/disk/by-partlabel/foyer-start /mnt")
	if out, ok := c.run("ls /mnt/set-up"); ok {
		t.Errorf("what it was set up from is still there: %s", out)
	}
	c.must("umount /mnt")
}

func bootable(t *testing.T) {
	t.Helper()
	if os.Getenv("FOYER_SYSTEM") == "" && os.Getenv("FOYER_LONG") == "" {
		t.Skip("SKIPPED: the appliance image in a virtual machine; make system-test runs it")
	}
	if os.Getuid() != 0 {
		t.Skip("SKIPPED: making the appliance image needs root")
	}
	for _, file := range []string{"../image/.cache/debian.tar", "/usr/share/OVMF/OVMF_CODE.fd", "/usr/bin/qemu-system-x86_64", "/usr/bin/mksquashfs", "/usr/bin/mcopy", "/usr/sbin/sfdisk", "/usr/sbin/mkfs.vfat"} {
		if _, err := os.Stat(file); err != nil {
			t.Skipf("SKIPPED: no %s; as root, scripts/image/tools.sh boot fetches it", file)
		}
	}
}

// appliance makes the image, with more of an environment if need be.
func appliance(t *testing.T, env ...string) string {
	t.Helper()
	dir := t.TempDir()
	cmd := exec.Command("../image/build.sh", "1.0.0", "-s -w -buildid= -X main.version=1.0.0")
	cmd.Env = append(append(os.Environ(), "FOYER_DIST="+dir), env...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("image: %v\n%s", err, out)
	}
	t.Logf("%s", out)
	return filepath.Join(dir, "foyer_1.0.0_amd64.img")
}

// copied writes the image to a disk of 4 GiB.
func copied(t *testing.T, image string) string {
	t.Helper()
	disk := filepath.Join(t.TempDir(), "disk")
	m := &machine{t: t}
	if out, err := exec.Command("cp", "--sparse=always", image, disk).CombinedOutput(); err != nil {
		t.Fatalf("copy: %v\n%s", err, out)
	}
	m.must(os.Truncate(disk, 4<<30))
	return disk
}

// folder is what a technician prepares for a box.
func folder(t *testing.T, password string, files map[string]string) string {
	t.Helper()
	m, dir := &machine{t: t}, filepath.Join(t.TempDir(), "set-up")
	hash, err := exec.Command("openssl", "passwd", "-6", password).Output()
	m.must(err)
	files["password"], files["network/10-lan.network"] = string(hash), network
	for file, text := range files {
		m.must(os.MkdirAll(filepath.Dir(filepath.Join(dir, file)), 0o755))
		m.must(os.WriteFile(filepath.Join(dir, file), []byte(text), 0o644))
	}
	return dir
}

// prepared puts the folder on the start partition of a disk.
func prepared(t *testing.T, disk, dir string) {
	t.Helper()
	cmd := exec.Command("mcopy", "-s", "-i", disk+"@@1M", dir, "::")
	cmd.Env = append(os.Environ(), "MTOOLS_SKIP_CHECK=1")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("mcopy: %v\n%s", err, out)
	}
}
