package main

import (
	"bytes"
	"context"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// What OpenWrt's rc.common and procd do with the init script, as far as it
// matters here: options come from variables, the command goes to stdout.
const rcCommon = `
config_load() { [ "$1" = foyer-ap ]; }
config_foreach() { [ "$2" = agent ] && "$1" main; }
config_get() { eval "$1=\${uci_$3-}"; }
config_get_bool() { eval "$1=\${uci_$3-$4}"; }
config_list_foreach() { for one in $uci_ap; do "$3" "$one"; done; }
procd_open_instance() { echo OPEN; }
procd_close_instance() { echo CLOSE; }
procd_set_param() { [ "$1" != command ] || { shift; for w in "$@"; do echo "ARG $w"; done; }; }
procd_append_param() { shift; for w in "$@"; do echo "ARG $w"; done; }
procd_add_reload_trigger() { :; }
logger() { echo LOG >&2; }
. ./openwrt/foyer-ap.init
[ -z "$conf" ] || CONF=$conf
start_service
`

// begun runs the init script's start with options set, in each shell there is,
// and returns the command it has procd run.
func begun(t *testing.T, env ...string) (args []string, ok bool) {
	t.Helper()
	for i, shell := range [][]string{{"sh"}, {"busybox", "ash"}} {
		if _, err := exec.LookPath(shell[0]); err != nil {
			continue // OpenWrt's own is busybox; any other is at hand everywhere
		}
		cmd := exec.Command(shell[0], append(shell[1:], "-eu", "-c", rcCommon)...)
		cmd.Env = append([]string{"PATH=" + os.Getenv("PATH"), "uci_ap=", "conf="}, env...)
		out, err := cmd.Output()
		var now []string
		for line := range strings.Lines(string(out)) {
			if arg, is := strings.CutPrefix(strings.TrimSuffix(line, "\n"), "ARG "); is {
				now = append(now, arg)
			}
		}
		if opened := bytes.Count(out, []byte("OPEN\n")); opened != bytes.Count(out, []byte("CLOSE\n")) || opened > 1 {
			t.Errorf("%v opens %d instances:\n%s", shell, opened, out)
		}
		if i > 0 && (!slices.Equal(now, args) || ok != (err == nil)) {
			t.Errorf("%v runs %q, another shell %q", shell, now, args)
		}
		args, ok = now, err == nil
	}
	return args, ok
}

// flags are those that a configuration may set, of the program's own help.
func flags(t *testing.T) []string {
	t.Helper()
	var help bytes.Buffer
	if err := run(context.Background(), []string{"--help"}, &help, &help); err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, m := range regexp.MustCompile(`(?m)^  -([a-z-]+)`).FindAllStringSubmatch(help.String(), -1) {
		if !slices.Contains([]string{"config", "check", "version"}, m[1]) {
			out = append(out, m[1])
		}
	}
	if len(out) < 8 {
		t.Fatalf("the help names only %q", out)
	}
	return out
}

// The init script gives the program every flag it has, under the same name in the
// package's configuration, and no other.
func TestInitScriptAndFlagsAgree(t *testing.T) {
	set := map[string]string{"box": "https://10.30.0.2:8443", "name": "foyer-014.local", "token-file": "/etc/foyer-ap.token", "ca": "/etc/foyer-ap.pem",
		"fingerprint": strings.Repeat("ab", 32), "hostapd": "off", "memory": "256", "ap": "phy0-ap0=ap-03 phy1-ap0=ap-03"}
	if names := slices.Sorted(maps.Keys(set)); !slices.Equal(names, slices.Sorted(slices.Values(flags(t)))) {
		t.Fatalf("the program's flags are %q, this test knows %q", flags(t), names)
	}
	env := []string{"uci_enabled=1"}
	for name, value := range set {
		env = append(env, "uci_"+strings.ReplaceAll(name, "-", "_")+"="+value)
	}
	args, ok := begun(t, env...)
	if !ok || len(args) == 0 || args[0] != "/usr/bin/foyer-ap" {
		t.Fatalf("it runs %q", args)
	}
	o, err := readOptions(args[1:], &bytes.Buffer{})
	if err != nil {
		t.Fatalf("%q: %v", args, err)
	}
	if o.box != set["box"] || o.name != set["name"] || o.token != set["token-file"] || o.ca != set["ca"] || o.fingerprint != set["fingerprint"] ||
		o.hostapd != "off" || o.memory != 256 || o.aps["phy0-ap0"] != "ap-03" || o.aps["phy1-ap0"] != "ap-03" {
		t.Errorf("%q gives %+v", args, o)
	}
	shipped, err := os.ReadFile("openwrt/foyer-ap.config")
	if err != nil {
		t.Fatal(err)
	}
	var named []string
	for _, m := range regexp.MustCompile(`(?m)^\t#?(?:option|list) (\w+) '`).FindAllStringSubmatch(string(shipped), -1) {
		named = append(named, strings.ReplaceAll(m[1], "_", "-"))
	}
	slices.Sort(named)
	if named = slices.Compact(named); !slices.Equal(named, slices.Sorted(slices.Values(append(flags(t), "enabled")))) {
		t.Errorf("the shipped configuration names %q", named)
	}
}

// Without a word of its operator's the package runs nothing; a file of the
// older kind still counts.
func TestInitScriptWaits(t *testing.T) {
	if args, ok := begun(t, "uci_enabled=0", "uci_box=https://10.30.0.2:8443", "conf=/nowhere"); ok || len(args) > 0 {
		t.Errorf("a package that nobody enabled runs %q", args)
	}
	if args, ok := begun(t, "conf=openwrt/foyer-ap.conf"); !ok || strings.Join(args, " ") != "/usr/bin/foyer-ap --config openwrt/foyer-ap.conf" {
		t.Errorf("with a file it runs %q, %v", args, ok)
	}
}

// The package is made of what there is, for every machine that make build knows.
func TestOpenWrtPackage(t *testing.T) {
	if _, err := exec.LookPath("make"); err != nil {
		t.Skip("SKIPPED: make is not here")
	}
	top := t.TempDir()
	for file, text := range map[string]string{"rules.mk": "INCLUDE_DIR:=$(TOPDIR)\nBUILD_DIR:=$(TOPDIR)/build\nCP:=cp\nINSTALL_DIR:=install -d\nINSTALL_BIN:=install -m0755\nINSTALL_CONF:=install -m0600\n",
		"package.mk": "define BuildPackage\nall:\n\t$(call Build/Prepare)\n\t$(call Package/$(1)/install,$(TOPDIR)/root)\nendef\n"} {
		if err := os.WriteFile(filepath.Join(top, file), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	build, err := os.ReadFile("../../scripts/build.sh")
	if err != nil {
		t.Fatal(err)
	}
	machines := regexp.MustCompile(`(?m)^agent (\w+)`).FindAllStringSubmatch(string(build), -1)
	openwrt := map[string]string{"mipsle": "mipsel", "armv7": "arm", "arm64": "aarch64", "amd64": "x86_64"}
	if len(machines) != len(openwrt) {
		t.Errorf("make build knows %q, the package %d machines", machines, len(openwrt))
	}
	for _, m := range machines {
		dist := t.TempDir()
		if err := os.WriteFile(filepath.Join(dist, "foyer-ap-linux-"+m[1]), []byte(m[1]), 0o755); err != nil {
			t.Fatal(err)
		}
		out, err := exec.Command("make", "-s", "-C", "openwrt", "TOPDIR="+top, "FOYER_DIST="+dist, "ARCH="+openwrt[m[1]], "FOYER_VERSION=v1.2.3").CombinedOutput()
		if err != nil {
			t.Fatalf("%s: %v\n%s", m[1], err, out)
		}
		if got, err := os.ReadFile(filepath.Join(top, "root/usr/bin/foyer-ap")); err != nil || string(got) != m[1] {
			t.Errorf("%s: the package holds the program of %q, %v", m[1], got, err)
		}
		for _, file := range []string{"etc/init.d/foyer-ap", "etc/config/foyer-ap"} {
			if _, err := os.Stat(filepath.Join(top, "root", file)); err != nil {
				t.Errorf("%s: %v", m[1], err)
			}
		}
	}
}
