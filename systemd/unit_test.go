package systemd

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// unit reads the keys of a unit file; a key set twice holds both values.
func unit(t *testing.T, file string) map[string]string {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for line := range strings.Lines(string(data)) {
		key, value, ok := strings.Cut(strings.TrimSpace(line), "=")
		if !ok || strings.HasPrefix(key, "#") {
			continue
		}
		if old, again := out[key]; again {
			value = old + " " + value
		}
		out[key] = value
	}
	return out
}

func TestUnitAndCodeAgree(t *testing.T) {
	u := unit(t, "foyer.service")
	d, err := time.ParseDuration(u["WatchdogSec"] + "s")
	if err != nil || d != Watchdog {
		t.Errorf("WatchdogSec=%s, the code says %s", u["WatchdogSec"], Watchdog)
	}
	want(t, u, map[string]string{
		"Type":                  "notify", // READY=1 is Notifier.Ready
		"NotifyAccess":          "main",   // no child may vouch for the loop
		"Restart":               "always",
		"StartLimitIntervalSec": "0",
		"StateDirectory":        "foyer", // config's default for data
		"StateDirectoryMode":    "0700",
		"User":                  "foyer", // of foyer.sysusers
		"CapabilityBoundingSet": "",      // ports are handed over
		"PrivateUsers":          "yes",
		// The name config looks for in $CREDENTIALS_DIRECTORY.
		"LoadCredentialEncrypted": "root-key:foyer.root-key",
		"RuntimeDirectory":        "foyer", // config's default for runtime
		"UMask":                   "0077",
	})
	if cmd := strings.Fields(u["ExecStart"]); len(cmd) < 2 || cmd[0] != "/usr/bin/foyer" || cmd[1] != "run" {
		t.Errorf("ExecStart=%s", u["ExecStart"])
	}
	m := unit(t, "foyer-mdns.service")
	want(t, m, map[string]string{"Restart": "always", "CapabilityBoundingSet": "", "PrivateUsers": "yes"})
	if m["StateDirectory"] != "" || strings.Contains(m["RestrictAddressFamilies"], "UNIX") {
		t.Error("the advertiser has no business with the data or with local sockets")
	}
	if cmd := strings.Fields(m["ExecStart"]); len(cmd) < 2 || cmd[0] != "/usr/bin/foyer" || cmd[1] != "mdns" {
		t.Errorf("ExecStart=%s", m["ExecStart"])
	}
}

func TestAgentUnit(t *testing.T) {
	u := unit(t, "foyer-ap.service")
	want(t, u, map[string]string{
		"Type": "exec", "Restart": "always", "StartLimitIntervalSec": "0", "CapabilityBoundingSet": "", "UMask": "0077",
		"LoadCredential":      "token:/etc/foyer-ap.token", // its user may not read the file itself
		"SupplementaryGroups": "foyer-ap",                  // hostapd's ctrl_interface_group
	})
	if cmd := strings.Fields(u["ExecStart"]); len(cmd) < 2 || cmd[0] != "/usr/bin/foyer-ap" || !strings.Contains(u["ExecStart"], "--token-file %d/token") {
		t.Errorf("ExecStart=%s", u["ExecStart"])
	}
	for _, key := range []string{"StateDirectory", "CacheDirectory", "LogsDirectory", "ReadWritePaths"} {
		if u[key] != "" {
			t.Errorf("%s=%s: nothing of a client is ever on disk", key, u[key])
		}
	}
	data, err := os.ReadFile("foyer-ap.sysusers")
	if err != nil || !strings.Contains(string(data), "\ng foyer-ap ") {
		t.Errorf("the group is not made: %v", err)
	}
}

// longRunning are the units that listen to the world all day.
func longRunning() []string {
	return []string{"foyer.service", "foyer-mdns.service", "foyer-ap.service"}
}

func TestUnitsAreHardened(t *testing.T) {
	for _, file := range longRunning() {
		u := unit(t, file)
		if u["DynamicUser"] != "yes" && (u["User"] == "" || u["User"] == "root") {
			t.Errorf("%s runs as root", file)
		}
		for _, key := range []string{
			"NoNewPrivileges", "ProtectHome", "PrivateTmp", "PrivateDevices", "PrivateMounts",
			"ProtectKernelTunables", "ProtectKernelModules", "ProtectKernelLogs", "ProtectControlGroups",
			"ProtectClock", "ProtectHostname", "RestrictNamespaces", "RestrictRealtime", "RestrictSUIDSGID",
			"LockPersonality", "MemoryDenyWriteExecute", "RemoveIPC",
		} {
			if u[key] != "yes" {
				t.Errorf("%s: %s=%s, want yes", file, key, u[key])
			}
		}
		want(t, u, map[string]string{
			"ProtectSystem":           "strict",
			"ProtectProc":             "invisible",
			"ProcSubset":              "pid",
			"SystemCallArchitectures": "native",
			"SystemCallFilter":        "@system-service ~@privileged @resources",
		})
		if _, ok := u["IPAddressDeny"]; ok {
			t.Errorf("%s: IPAddressDeny would cut off headquarters or a LAN with public addresses", file)
		}
	}
}

func want(t *testing.T, u, want map[string]string) {
	t.Helper()
	for k, v := range want {
		if got, ok := u[k]; !ok || got != v {
			t.Errorf("%s=%s, want %s", k, got, v)
		}
	}
}

// Whoever makes a user, a folder or a key does it where the daemon looks.
func TestHelpersAndUnitAgree(t *testing.T) {
	for file, line := range map[string]string{
		"foyer.sysusers":     "\nu foyer - ",
		"foyer.tmpfiles":     "\nd /etc/foyer 0750 root foyer ",
		"make-root-key":      "--name=root-key",
		"foyer-generator":    "foyer sockets \"$1\"",
		"foyer-mdns.service": "--file /run/foyer/announce.json",
	} {
		data, err := os.ReadFile(file)
		if err != nil || !strings.Contains(string(data), line) {
			t.Errorf("%s does not say %q: %v", file, line, err)
		}
	}
	k := unit(t, "foyer-root-key.service")
	want(t, k, map[string]string{
		"Type": "oneshot", "Before": "foyer.service", "PrivateNetwork": "yes",
		// Never beside a key that seals data already.
		"ConditionPathExists": "!/etc/credstore.encrypted/foyer.root-key !/var/lib/foyer/root-key !/var/lib/foyer/keys.db",
	})
	// Either is enough, and nothing is not.
	want(t, unit(t, "foyer.service"), map[string]string{"ConditionPathExists": "|/etc/foyer/foyer.yaml |/etc/foyer/set-up"})
	a := unit(t, "foyer-adopt.service")
	want(t, a, map[string]string{"Type": "oneshot", "ExecStart": "/usr/lib/foyer/foyer setup adopt", "PrivateNetwork": "yes", "RestrictAddressFamilies": "none",
		"ProtectSystem": "strict", "NoNewPrivileges": "yes", "SystemCallFilter": "@system-service ~@resources", "ReadWritePaths": "/etc/foyer -/var/lib/foyer/set-up",
		"CapabilityBoundingSet": "CAP_DAC_OVERRIDE CAP_CHOWN"})
	want(t, unit(t, "foyer-adopt.path"), map[string]string{"Unit": "foyer-adopt.service", "WantedBy": "multi-user.target", "PathExists": "/var/lib/foyer/set-up/foyer.yaml"})
}

// Whoever replaces the program has no network, and is not the program that is
// replaced.
func TestInstallerUnits(t *testing.T) {
	const own = "/usr/lib/foyer/foyer update "
	i, c := unit(t, "foyer-install.service"), unit(t, "foyer-confirm.service")
	for name, u := range map[string]map[string]string{"foyer-install": i, "foyer-confirm": c} {
		want(t, u, map[string]string{"PrivateNetwork": "yes", "RestrictAddressFamilies": "none", "ProtectSystem": "strict",
			"NoNewPrivileges": "yes", "SystemCallFilter": "@system-service ~@resources"})
		if !strings.HasPrefix(u["ExecStart"], own) {
			t.Errorf("%s: ExecStart=%s", name, u["ExecStart"])
		}
		if p := unit(t, name+".path"); p["Unit"] != name+".service" || p["WantedBy"] != "multi-user.target" {
			t.Errorf("%s.path starts %s for %s", name, p["Unit"], p["WantedBy"])
		}
	}
	want(t, i, map[string]string{"CapabilityBoundingSet": "CAP_DAC_OVERRIDE", "ReadWritePaths": "/var/lib/foyer-firmware -/var/lib/foyer/firmware"})
	want(t, c, map[string]string{"CapabilityBoundingSet": "", "ReadWritePaths": "/var/lib/foyer-firmware"})
	if pre := unit(t, "foyer.service")["ExecStartPre"]; pre != "+-"+own+"start" {
		t.Errorf("ExecStartPre=%s", pre)
	}
}

// systemd's own judgement, of 10 exposed: at most 1.5 for what runs all day, 4
// for what runs for a moment as root.
func TestSecurityScore(t *testing.T) {
	analyze, err := exec.LookPath("systemd-analyze")
	if err != nil {
		t.Skip("SKIP: systemd-analyze is not installed; the units' exposure is not measured")
	}
	most := map[string]string{"foyer-root-key.service": "40", "foyer-install.service": "40", "foyer-confirm.service": "40", "foyer-adopt.service": "40"}
	for _, file := range longRunning() {
		most[file] = "15"
	}
	for file, threshold := range most {
		out, err := exec.Command(analyze, "security", "--offline=true", "--threshold="+threshold, file).CombinedOutput()
		var exit *exec.ExitError
		if err != nil && !errors.As(err, &exit) {
			t.Fatal(err)
		}
		i := bytes.Index(out, []byte("Overall"))
		if i < 0 {
			t.Fatalf("%s: no score: %s", file, out)
		}
		t.Logf("%s", bytes.TrimSpace(out[i:]))
		if err != nil {
			t.Errorf("%s: exposed more than %s tenths: %v", file, threshold, err)
		}
		if bytes.Contains(out, []byte("Unknown key")) || bytes.Contains(out, []byte("Failed to parse")) {
			t.Errorf("%s: systemd does not understand it: %s", file, out)
		}
	}
}
