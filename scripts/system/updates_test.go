package system

import (
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"foyer/firmware"
	"foyer/firmware/publish"
)

// A repository of releases, behind a web server in the machine's
// own network.
type repository struct {
	m    *machine
	dir  string
	repo *publish.Repository
}

const repositoryAddress = "10.30.0.1:8444"

// TestUpdates lets the installed daemon be updated as headquarters would, by
// systemd's own units: once well, then by versions that must not be kept.
func TestUpdates(t *testing.T) {
	possible(t)
	deb, bundle := pack(t, "1.0.0"), identity(t)
	m := boot(t)
	m.install(deb)
	m.configure(bundle)
	r := m.repository(bundle)
	m.quicker()

	r.publish("1.2.0", build(t, "1.2.0"))
	r.want("1.2.0")
	m.ended("1.2.0", firmware.Confirmed, "")
	m.ready("1.2.0")

	r.publish("1.3.0", script(t, "exit 1"))
	r.want("1.3.0")
	m.ended("1.3.0", firmware.RolledBack, firmware.Crashed)
	m.ready("1.2.0")
	m.told("1.3.0", firmware.Crashed)

	r.publish("1.4.0", build(t, "1.2.0")) // comes up, and is never what it was signed as
	r.want("1.4.0")
	m.ended("1.4.0", firmware.RolledBack, firmware.Unhealthy)
	m.ready("1.2.0")
	m.told("1.4.0", firmware.Unhealthy)

	r.publish("1.5.0", build(t, "1.5.0"))
	r.damage("1.5.0")
	r.want("1.5.0")
	m.told("1.5.0", firmware.Damaged)
	m.ready("1.2.0")
}

// build builds the daemon of a version.
func build(t *testing.T, version string) string {
	t.Helper()
	out := filepath.Join(t.TempDir(), "foyer")
	cmd := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-ldflags=-s -w -buildid= -X main.version="+version, "-o", out, "foyer/cmd/foyer")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if said, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, said)
	}
	return out
}

func script(t *testing.T, text string) string {
	t.Helper()
	out := filepath.Join(t.TempDir(), "foyer")
	if err := os.WriteFile(out, []byte("#!/bin/sh\n"+text+"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	return out
}

// repository makes keys and a repository, gives the machine its root of trust,
// and serves it.
func (m *machine) repository(bundle string) *repository {
	m.t.Helper()
	r := &repository{m: m, dir: m.t.TempDir()}
	for _, key := range []string{"root1", "root2", "targets1", "targets2", "stamp"} {
		m.must(publish.MakeKey(r.path(key)))
	}
	r.repo = publish.Open(r.path("repo"), time.Now)
	m.must(r.repo.Create(publish.Trust{Root: []string{r.path("root1.pub"), r.path("root2.pub")}, RootThreshold: 2,
		Targets: []string{r.path("targets1.pub"), r.path("targets2.pub")}, TargetsThreshold: 2, Stamp: []string{r.path("stamp.pub")}},
		[]string{r.path("root1"), r.path("root2")}, []string{r.path("targets1"), r.path("targets2")}, r.path("stamp")))
	root, err := r.repo.Root()
	m.must(err)
	m.write("/etc/foyer/firmware-root.json", string(root))
	m.run("chgrp", "foyer", "/etc/foyer/firmware-root.json")
	m.run("ip", "address", "add", "10.30.0.1/32", "dev", "lo")

	broker := filepath.Join(bundle, "../../../broker")
	self, err := os.Executable()
	m.must(err)
	cmd := exec.Command("nsenter", "-t", m.leader, "-n", "--", self, "-test.run=^TestServe$")
	cmd.Env = append(os.Environ(), "FOYER_SERVE="+r.path("repo"), "FOYER_SERVE_CERT="+broker+"/broker.pem", "FOYER_SERVE_KEY="+broker+"/broker.key")
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	m.must(cmd.Start())
	m.t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	return r
}

// TestServe is the web server: this program, in the machine's network.
func TestServe(t *testing.T) {
	dir := os.Getenv("FOYER_SERVE")
	if dir == "" {
		t.Skip("the web server of TestUpdates, no test")
	}
	t.Fatal(http.ListenAndServeTLS(repositoryAddress, os.Getenv("FOYER_SERVE_CERT"), os.Getenv("FOYER_SERVE_KEY"), http.FileServer(http.Dir(dir))))
}

func (m *machine) must(err error) {
	m.t.Helper()
	if err != nil {
		m.t.Fatal(err)
	}
}

func (r *repository) path(name string) string { return filepath.Join(r.dir, name) }

func (r *repository) publish(version, program string) {
	r.m.t.Helper()
	r.m.must(r.repo.Add(version, map[string]string{firmware.Model(): program}, []string{r.path("targets1"), r.path("targets2")}, r.path("stamp")))
}

// damage changes a program on the web server after it was signed.
func (r *repository) damage(version string) {
	r.m.t.Helper()
	files, err := filepath.Glob(r.path("repo/targets/*.foyer-" + version + "-*"))
	if err != nil || len(files) != 1 {
		r.m.t.Fatalf("%v, %v", files, err)
	}
	f, err := os.OpenFile(files[0], os.O_WRONLY, 0)
	r.m.must(err)
	_, err = f.WriteAt([]byte("damaged"), 4096)
	r.m.must(err)
	r.m.must(f.Close())
}

// want points the box at a version, as a message of headquarters would, in a
// store that is closed now.
func (r *repository) want(version string) {
	m := r.m
	m.t.Helper()
	m.run("systemctl", "stop", "foyer-guest.socket", "foyer-staff.socket", "foyer-sensors.socket", "foyer.service")
	hours := "open: '20:00', close: '21:00'"
	if time.Now().UTC().Hour() >= 12 {
		hours = "open: '02:00', close: '03:00'"
	}
	m.write("/etc/foyer/foyer.yaml", `store: {chain: northwind, id: "014", timezone: UTC, `+hours+"}\n"+settingsBelow)
	m.run("chgrp", "foyer", "/etc/foyer/foyer.yaml")
	pointer, err := json.Marshal(firmware.Pointer{Version: version, Repository: "https://" + repositoryAddress})
	m.must(err)
	m.write("/var/lib/foyer/firmware/pointer.json", string(pointer))
	m.run("chown", "-R", "foyer:foyer", "/var/lib/foyer/firmware")
	m.run("systemctl", "start", "foyer-guest.socket", "foyer-staff.socket", "foyer-sensors.socket", "foyer.service")
}

// told waits until the box says, as headquarters reads it, why a version was
// not kept.
func (m *machine) told(version string, reason firmware.Reason) {
	m.t.Helper()
	var s struct {
		Firmware struct{ Wanted, Reason, Detail string }
	}
	m.until("the box says that "+version+" is "+string(reason), func() bool {
		out, err := m.try("runuser", "-u", "foyer", "--", "foyer", "status", "--json")
		return err == nil && json.Unmarshal([]byte(out), &s) == nil && s.Firmware.Wanted == version && s.Firmware.Reason == string(reason) && s.Firmware.Detail != ""
	})
}
