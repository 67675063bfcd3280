package system

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"foyer/firmware"
)

// TestPackage installs, runs, upgrades, removes and purges foyer under systemd.
func TestPackage(t *testing.T) {
	possible(t)
	begin := time.Now()
	old, next, bundle := pack(t, "1.0.0"), pack(t, "1.1.0"), identity(t)
	t.Logf("two packages built in %.0f s", time.Since(begin).Seconds())
	begin = time.Now()
	m := boot(t)
	t.Logf("booted in %.1f s", time.Since(begin).Seconds())
	for _, step := range []struct {
		name string
		do   func(t *testing.T)
	}{
		{"installed and waits for a configuration", func(t *testing.T) { m.install(old); m.waits() }},
		{"configured and ready", func(t *testing.T) { m.configure(bundle); m.ready("1.0.0"); m.hardened() }},
		{"found by name", func(t *testing.T) { m.advertised() }},
		{"nothing else is let in", func(t *testing.T) { m.firewalled() }},
		{"stopped dead and restarted by the watchdog", func(t *testing.T) { m.watched() }},
		{"upgraded, nothing lost", func(t *testing.T) { m.upgraded(next) }},
		{"the package's version tried and kept", func(t *testing.T) { m.tried() }},
		{"removed, and back", func(t *testing.T) { m.removed(next) }},
		{"purged", func(t *testing.T) { m.purged() }},
	} {
		begin := time.Now()
		ok := t.Run(step.name, func(t *testing.T) { m.t = t; step.do(t) })
		m.t = t
		if !ok {
			return // the next steps stand on this one
		}
		t.Logf("%s: %.1f s", step.name, time.Since(begin).Seconds())
	}
}

func possible(t *testing.T) {
	t.Helper()
	if os.Getenv("FOYER_SYSTEM") == "" && os.Getenv("FOYER_LONG") == "" {
		t.Skip("SKIPPED: the package under a real systemd; make system-test runs it")
	}
	if os.Getuid() != 0 {
		t.Skip("SKIPPED: the package under a real systemd needs root")
	}
	for _, tool := range []string{"systemd-nspawn", "unshare", "nsenter", "tar", "dpkg-deb"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("SKIPPED: no %s here; as root, scripts/system/tools.sh installs it", tool)
		}
	}
	if _, err := os.Stat(".cache/debian.tar"); err != nil {
		t.Skip("SKIPPED: no Debian to boot here; as root, scripts/system/tools.sh fetches one")
	}
}

// pack builds the package of a version.
func pack(t *testing.T, version string) string {
	t.Helper()
	dir := t.TempDir()
	cmd := exec.Command("../deb.sh", version, "-s -w -buildid= -X main.version="+version, "amd64")
	cmd.Env = append(os.Environ(), "FOYER_DIST="+dir)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("package: %v\n%s", err, out)
	}
	return filepath.Join(dir, "foyer_"+version+"_amd64.deb")
}

// identity is what headquarters issues to a store.
func identity(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	hq := filepath.Join(dir, "foyer-hq")
	if out, err := exec.Command("go", "build", "-trimpath", "-o", hq, "foyer/cmd/foyer-hq").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	call := func(args ...string) string {
		t.Helper()
		out, err := exec.Command(hq, append(args, "--dir", dir+"/hq")...).CombinedOutput()
		if err != nil {
			t.Fatalf("foyer-hq %v: %v\n%s", args, err, out)
		}
		return strings.TrimSpace(string(out))
	}
	call("ca", "init")
	call("ca", "broker", "10.30.0.1") // a certificate for a web server, too
	return call("ca", "store", "--chain", "northwind", "--store", "014", "foyer-014.local", "10.30.0.2")
}

func (m *machine) install(deb string) {
	m.t.Helper()
	m.give(deb, "/root/foyer.deb")
	m.run("dpkg", "-i", "/root/foyer.deb")
}

// waits: a box that nobody configured fails at nothing and has its key.
func (m *machine) waits() {
	m.t.Helper()
	if got := m.property("foyer.service", "UnitFileState"); got != "enabled" {
		m.t.Errorf("foyer.service is %s", got)
	}
	if failed := m.run("systemctl", "--failed", "--plain", "--no-legend"); failed != "" {
		m.t.Errorf("failed without a configuration: %s", failed)
	}
	m.run("id", "foyer")
	if !m.exists("/etc/credstore.encrypted/foyer.root-key") {
		m.t.Errorf("no root key was sealed to the machine: %s", m.run("journalctl", "-u", "foyer-root-key", "--no-pager"))
	}
	for _, page := range []string{"/usr/share/man/man1/foyer-run.1.gz", "/usr/share/bash-completion/completions/foyer"} {
		if !m.exists(page) {
			m.t.Errorf("the package has no %s", page)
		}
	}
}

const settings = `store: {chain: northwind, id: "014", timezone: Europe/Zurich}
` + settingsBelow

const settingsBelow = `listen: {guest: "10.20.0.2:443", staff: "10.30.0.2:443"}
identity: /etc/foyer/identity
mdns: {interfaces: [lan0]}
`

// configure does what the install guide says.
func (m *machine) configure(bundle string) {
	m.t.Helper()
	m.run("ip", "link", "add", "lan0", "type", "veth", "peer", "name", "ap0")
	m.run("ip", "link", "set", "ap0", "up")
	m.run("ip", "address", "add", "10.20.0.2/24", "dev", "lan0")
	m.run("ip", "address", "add", "10.30.0.2/24", "dev", "lan0")
	m.run("ip", "link", "set", "lan0", "up")
	m.give(bundle, "/etc/foyer/identity")
	m.run("chown", "-R", "root:foyer", "/etc/foyer")
	m.run("chmod", "-R", "u=rwX,g=rX,o=", "/etc/foyer")
	m.write("/etc/foyer/foyer.yaml", settings)
	m.run("chgrp", "foyer", "/etc/foyer/foyer.yaml")
	m.run("systemctl", "daemon-reload")
	m.run("systemctl", "start", "sockets.target", "foyer.service", "foyer-mdns.service")
}

// ready: systemd heard READY, and the operator's command answers.
func (m *machine) ready(version string) {
	m.t.Helper()
	m.until("foyer.service is active", func() bool { return m.property("foyer.service", "ActiveState") == "active" })
	var s struct {
		Version  string
		Warnings []struct{ Code string }
	}
	m.until("foyer status answers as "+version, func() bool {
		out, err := m.try("runuser", "-u", "foyer", "--", "foyer", "status", "--json")
		return err == nil && json.Unmarshal([]byte(out), &s) == nil && s.Version == version
	})
	for _, w := range s.Warnings {
		if w.Code == "root-key-beside" {
			m.t.Error("the root key lies beside the data")
		}
	}
	for _, at := range []string{"10.20.0.2/443", "10.30.0.2/443", "10.30.0.2/8443"} {
		m.run("timeout", "10", "bash", "-c", "exec 3<>/dev/tcp/"+at)
	}
}

// hardened: what the unit promises is so of the process that runs.
func (m *machine) hardened() {
	m.t.Helper()
	status := m.run("cat", "/proc/"+m.property("foyer.service", "MainPID")+"/status")
	for _, line := range []string{"CapEff:\t0000000000000000", "CapBnd:\t0000000000000000", "Seccomp:\t2", "NoNewPrivs:\t1"} {
		if !strings.Contains(status, line) {
			m.t.Errorf("the daemon has not %q:\n%s", line, status)
		}
	}
	if strings.Contains(status, "Uid:\t0") {
		m.t.Error("the daemon runs as root")
	}
	if own := m.run("stat", "-c", "%U %a", "/var/lib/foyer"); own != "foyer 700" {
		m.t.Errorf("the data folder is %s", own)
	}
}

func (m *machine) advertised() {
	m.t.Helper()
	m.until("the advertiser runs", func() bool { return m.property("foyer-mdns.service", "ActiveState") == "active" })
	m.until("somebody listens for questions on 5353", func() bool {
		return strings.Contains(m.run("ss", "-Hlun"), ":5353")
	})
}

// firewalled: from the LAN, what the configuration names is reached, before and
// after, and what it does not is not.
func (m *machine) firewalled() {
	m.t.Helper()
	m.run("ip", "netns", "add", "lan")
	m.run("ip", "link", "set", "ap0", "netns", "lan")
	lan := func(args ...string) (string, error) {
		return m.try(append([]string{"nsenter", "--net=/run/netns/lan"}, args...)...)
	}
	for _, args := range [][]string{{"address", "add", "10.20.0.9/24", "dev", "ap0"}, {"address", "add", "10.30.0.9/24", "dev", "ap0"}, {"link", "set", "ap0", "up"}} {
		if out, err := lan(append([]string{"ip"}, args...)...); err != nil {
			m.t.Fatalf("ip %v: %v\n%s", args, err, out)
		}
	}
	m.run("systemd-run", "--collect", "--unit=stranger", "systemd-socket-activate", "--accept", "-l", "10.30.0.2:9999", "/bin/cat")
	reach := func(at string) bool {
		_, err := lan("timeout", "2", "bash", "-c", "exec 3<>/dev/tcp/"+at)
		return err == nil
	}
	m.until("everything is reached without the table", func() bool { return reach("10.30.0.2/9999") && reach("10.20.0.2/443") })
	m.run("bash", "-c", "foyer firewall > /etc/foyer/foyer.nft && nft -f /etc/foyer/foyer.nft && nft -f /etc/foyer/foyer.nft")
	if !strings.Contains(m.run("ss", "-Hltn"), "10.30.0.2:9999") {
		m.t.Fatal("nobody listens there any more: what follows would prove nothing")
	}
	if reach("10.30.0.2/9999") {
		m.t.Error("a port that is not foyer's is let in")
	}
	for _, at := range []string{"10.20.0.2/443", "10.30.0.2/443", "10.30.0.2/8443"} {
		if !reach(at) {
			m.t.Errorf("the table shuts %s", at)
		}
	}
	m.run("systemctl", "stop", "stranger")
}

// watched: a daemon that stands still is killed and started again, while its
// ports stay open.
func (m *machine) watched() {
	m.t.Helper()
	m.write("/etc/systemd/system/foyer.service.d/test.conf", "[Service]\nWatchdogSec=3\n")
	m.run("systemctl", "daemon-reload")
	m.run("systemctl", "restart", "foyer.service")
	m.ready("1.0.0")
	seen := m.property("foyer.service", "WatchdogTimestampMonotonic")
	m.until("the flow pings the watchdog", func() bool { return m.property("foyer.service", "WatchdogTimestampMonotonic") != seen })
	before, pid := m.number("foyer.service", "NRestarts"), m.property("foyer.service", "MainPID")
	m.run("bash", "-c", "kill -STOP "+pid)
	m.run("timeout", "10", "bash", "-c", "exec 3<>/dev/tcp/10.20.0.2/443") // systemd holds it
	m.until("the watchdog restarts the daemon", func() bool {
		return m.number("foyer.service", "NRestarts") > before && m.property("foyer.service", "MainPID") != pid
	})
	m.ready("1.0.0")
	m.run("rm", "/etc/systemd/system/foyer.service.d/test.conf")
	m.run("systemctl", "daemon-reload")
}

// kept are digests of what no upgrade may touch.
func (m *machine) kept() string {
	m.t.Helper()
	return m.run("sha256sum", "/etc/foyer/foyer.yaml", "/etc/foyer/identity/lan.key", "/etc/credstore.encrypted/foyer.root-key")
}

func (m *machine) upgraded(deb string) {
	m.t.Helper()
	m.run("systemctl", "disable", "foyer-mdns.service") // the operator's wish
	m.run("touch", "/var/lib/foyer/mark")
	before := m.kept()
	m.give(deb, "/root/foyer.deb")
	if said := m.run("dpkg", "-i", "/root/foyer.deb"); !strings.Contains(said, "update from-package") {
		m.t.Errorf("the package does not say how its version is tried:\n%s", said)
	}
	m.ready("1.0.0") // the slot is not the package's
	if after := m.kept(); after != before {
		m.t.Errorf("the upgrade changed\n%s\nto\n%s", before, after)
	}
	if !m.exists("/var/lib/foyer/mark") || !m.exists("/var/lib/foyer/keys.db") {
		m.t.Error("the upgrade lost data")
	}
	if got := m.property("foyer-mdns.service", "UnitFileState"); got != "disabled" {
		m.t.Errorf("the upgrade made what was disabled %s", got)
	}
	m.run("runuser", "-u", "foyer", "--", "foyer", "ledger", "verify")
}

// quicker makes a trial take seconds instead of minutes.
func (m *machine) quicker() {
	m.write("/etc/systemd/system/foyer-confirm.service.d/test.conf", `[Service]
ExecStart=
ExecStart=/usr/lib/foyer/foyer update watch --back-file /run/foyer-confirm/back --healthy 3s --deadline 25s
`)
	m.run("systemctl", "daemon-reload")
}

// record reads what the installer says.
func (m *machine) record() (r firmware.Record) {
	m.t.Helper()
	if err := json.Unmarshal([]byte(m.run("/usr/lib/foyer/foyer", "update", "status", "--json")), &r); err != nil {
		m.t.Fatal(err)
	}
	return r
}

// ended waits for the end of an update.
func (m *machine) ended(version string, state firmware.State, reason firmware.Reason) {
	m.t.Helper()
	m.until("the update to "+version+" is "+string(state), func() bool {
		r := m.record()
		return r.Version == version && r.State == state && r.Reason == reason
	})
}

func (m *machine) tried() {
	m.t.Helper()
	m.quicker()
	m.run("/usr/lib/foyer/foyer", "update", "from-package")
	m.run("systemctl", "restart", "foyer.service")
	m.ended("1.1.0", firmware.Confirmed, "")
	m.ready("1.1.0")
	m.until("nobody watches a trial any more", func() bool { return m.property("foyer-confirm.service", "ActiveState") == "inactive" })
}

func (m *machine) removed(deb string) {
	m.t.Helper()
	before := m.kept()
	m.run("dpkg", "-r", "foyer")
	if out, err := m.try("timeout", "10", "bash", "-c", "exec 3<>/dev/tcp/10.20.0.2/443"); err == nil {
		m.t.Errorf("a port is still open: %s", out)
	}
	if after := m.kept(); after != before || !m.exists("/var/lib/foyer/keys.db") {
		m.t.Error("removing took the configuration or the data")
	}
	m.install(deb)
	m.ready("1.1.0")
}

func (m *machine) purged() {
	m.t.Helper()
	m.run("dpkg", "-P", "foyer")
	for _, file := range []string{"/var/lib/foyer", "/etc/foyer", "/var/lib/foyer-firmware", "/etc/credstore.encrypted/foyer.root-key", "/usr/bin/foyer", "/usr/lib/foyer"} {
		if m.exists(file) {
			m.t.Errorf("%s is left", file)
		}
	}
	if failed := m.run("systemctl", "--failed", "--plain", "--no-legend"); failed != "" {
		m.t.Errorf("left failed: %s", failed)
	}
}
