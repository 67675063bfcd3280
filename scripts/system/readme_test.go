package system

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"foyer/rehearsal"
)

// How a command of the README is tried on a machine that has nothing else.
type trial struct {
	begins string // the command begins so; the longest counts
	until  string // it runs on, after it has said this, a pattern; without one it must end well
	stop   bool   // and is stopped then
	fails  bool   // it may say that something is to be mended, and end with 1
	not    string // why it is not run here
}

// trials knows every command of the README's, in words that say why one is not run.
func trials() []trial {
	return []trial{
		{begins: "make demo", until: `(?s)https://.*https://`, stop: true},
		{begins: "make test", not: "these are the tests; CI runs them on a new machine"},
		{begins: "go run ./cmd/foyer demo --for"}, {begins: "go run ./cmd/foyer simulate"},
		{begins: "go run ./cmd/foyer survey evaluate"}, {begins: "go run ./cmd/foyer survey plan"},
		{begins: "go install"},
		{begins: "foyer-hq ca init"}, {begins: "foyer-hq ca broker"}, {begins: "foyer-hq ca door"}, {begins: "foyer-hq ca mosquitto"},
		{begins: "mosquitto -c", until: "^"}, {begins: "foyer-hq serve", until: "line up"},
		{begins: "foyer-hq enroll-code"},
		{begins: "foyer check"}, {begins: "foyer enroll"}, {begins: "foyer run", until: `msg=open`}, {begins: "foyer mdns", until: "^"},
		{begins: "foyer-hq push"}, {begins: "foyer-hq profiles import"}, {begins: "foyer-hq invite"}, {begins: "foyer-hq token"},
		{begins: "foyer pair"}, {begins: "foyer status"}, {begins: "foyer task list"},
		{begins: "foyer doctor --network", fails: true},
		{begins: "foyer-hq group set"}, {begins: "foyer-hq rollback config"}, {begins: "foyer-hq fleet status"}, {begins: "foyer-hq events export"},
		{begins: "foyer-hq keys add"},
		{begins: "foyer-hq ca guest", not: "it asks an ACME service and writes to a zone of the DNS"},
		{begins: "foyer-hq ca rotate"}, {begins: "foyer-hq revoke", not: "its certificate is an example"},
		{begins: "foyer-hq --dir sim fleet", not: "a thousand stores are measured elsewhere; its help begins from nothing"},
		{begins: "foyer export", not: "its customer is an example"}, {begins: "foyer erase", not: "its customer is an example"},
		{begins: "foyer ropa"}, {begins: "foyer breach-scope"}, {begins: "foyer ledger verify"},
		{begins: "foyer survey plan"}, {begins: "foyer survey record", not: "somebody walks the floor"},
		{begins: "foyer survey fit", not: "it fits what was walked"}, {begins: "foyer survey evaluate", not: "it scores what was walked"},
	}
}

// commands are the README's, in its order, without what follows a #.
func commands(t *testing.T) (out []string) {
	t.Helper()
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, block := range regexp.MustCompile("(?s)```sh\n(.*?)```").FindAllStringSubmatch(string(text), -1) {
		for line := range strings.Lines(block[1]) {
			line, _, _ = strings.Cut(line, " #")
			if line = strings.TrimSpace(line); line != "" {
				out = append(out, line)
			}
		}
	}
	if len(out) < 30 {
		t.Fatalf("only %d commands in the README: the test looks past them", len(out))
	}
	return out
}

// matched returns how a command is tried.
func matched(command string) (best trial, ok bool) {
	for _, x := range trials() {
		if strings.HasPrefix(command, x.begins) && len(x.begins) > len(best.begins) {
			best, ok = x, true
		}
	}
	return best, ok
}

// Every command of the README is tried, or it is said why not; and nothing is said
// of a command that is not there. This needs no machine.
func TestReadmeIsKnown(t *testing.T) {
	used := map[string]bool{}
	for _, command := range commands(t) {
		x, ok := matched(command)
		if !ok {
			t.Errorf("the README says %q, and the fresh machine does not know how to try it: put it into trials", command)
		}
		used[x.begins] = true
	}
	for _, x := range trials() {
		if !used[x.begins] {
			t.Errorf("the README does not say %q any more: take it out of trials", x.begins)
		}
	}
}

// TestReadme does on a clean Debian what the README says, and nothing else: with
// Go, make and Mosquitto, which it asks for, and the files that a chain has.
func TestReadme(t *testing.T) {
	possible(t)
	if _, err := os.Stat(".cache/fresh.tar"); err != nil {
		t.Skip("SKIPPED: no clean Debian here; as root, scripts/system/tools.sh fetches one")
	}
	m, tree, all := &machine{t: t}, t.TempDir(), commands(t)
	begin := time.Now()
	for _, args := range [][]string{{"tar", "-C", tree, "-xf", ".cache/fresh.tar", "--exclude=./dev/*"},
		{"sh", "-c", `mkdir "$1/srv/foyer" && cd ../.. && git ls-files -z -co --exclude-standard | tar -c --null -T - | tar -x -C "$1/srv/foyer"`, "sh", tree}} {
		if out, err := exec.Command(args[0], args[1:]...).CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", args[0], err, out)
		}
	}
	home := filepath.Join(tree, "srv/foyer")
	for file, text := range chainsFiles(t) {
		m.must(os.MkdirAll(filepath.Dir(filepath.Join(tree, file)), 0o755))
		m.must(os.WriteFile(filepath.Join(tree, file), []byte(text), 0o644))
	}
	plan, err := os.ReadFile(filepath.Join(home, "floor/example.json"))
	m.must(err)
	m.must(os.WriteFile(filepath.Join(home, "plan.json"), plan, 0o644))
	m.must(os.WriteFile(filepath.Join(tree, "root/try.sh"), []byte(attempts(t, all)), 0o755))
	t.Logf("a clean Debian, and the source: %.0f s", time.Since(begin).Seconds())

	cmd := exec.Command("unshare", "-m", "-n", "-p", "-f", "--kill-child", "sh", "-c", fresh, "sh", tree, goEnv(t, "GOROOT"), goEnv(t, "GOMODCACHE"), goEnv(t, "GOCACHE"))
	cmd.Env = []string{"PATH=" + os.Getenv("PATH")}
	out, err := cmd.CombinedOutput()
	said := string(out)
	tried := 0
	for _, line := range strings.Split(said, "\n") {
		f := strings.Fields(line)
		if len(f) != 4 || f[0] != "TRIED" {
			continue
		}
		n, _ := strconv.Atoi(f[1])
		tried++
		command := all[n]
		x, _ := matched(command)
		text, _ := os.ReadFile(filepath.Join(tree, "root/out", f[1]))
		if f[2] != "0" && !(x.fails && f[2] == "1") {
			t.Errorf("%s: ends with %s:\n%s", command, f[2], text[max(0, len(text)-2000):])
		}
		t.Logf("%4s s  %s", f[3], command)
	}
	if err != nil || tried < 25 {
		t.Errorf("%d commands were tried, %v:\n%s", tried, err, said[max(0, len(said)-4000):])
	}
}

func goEnv(t *testing.T, name string) string {
	t.Helper()
	out, err := exec.Command("go", "env", name).Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(out))
}

// fresh makes the clean tree a machine without any network but its own. Go is the
// one that is here; modules come from where they were downloaded to, as from a
// proxy, and what was compiled before need not be again.
const fresh = `set -e
mount -t proc p "$1/proc"; mount -t tmpfs t "$1/tmp"; mount -t tmpfs t "$1/run"; mount -t tmpfs d "$1/dev"
for n in null zero random urandom full; do touch "$1/dev/$n"; mount --bind "/dev/$n" "$1/dev/$n"; done
mkdir -p "$1/usr/local/go" "$1/mod" "$1/gocache" "$1/root/out"
mount --bind "$2" "$1/usr/local/go"; mount --bind -r "$3" "$1/mod"; mount --bind "$4" "$1/gocache"
exec chroot "$1" /usr/bin/env -i HOME=/root GOBIN=/usr/local/bin PATH=/usr/local/go/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
	GOPROXY=file:///mod/cache/download GOSUMDB=off GOCACHE=/gocache GOTOOLCHAIN=local GOFLAGS=-trimpath LC_ALL=C bash /root/try.sh`

// attempts tries each command in turn, in the README's order.
func attempts(t *testing.T, all []string) string {
	t.Helper()
	out := `ip link set lo up; cd /srv/foyer; chown 1000:1000 .
# Headquarters is somebody's who is not root; the box is root's.
as() { case $1 in foyer-hq*|mosquitto*) echo "setpriv --reuid=1000 --regid=1000 --clear-groups" ;; esac; }
run() { n=$1 begin=$SECONDS; timeout 900 $(as "$2") bash -c "$2" >/root/out/$n 2>&1 </dev/null; echo "TRIED $n $? $((SECONDS-begin))"; }
goes() { n=$1 begin=$SECONDS rc=1; setsid $(as "$2") bash -c "$2" >/root/out/$n 2>&1 </dev/null & pid=$!
	for i in {1..1800}; do sleep 0.5; if perl -0ne "exit(!m{$3}m)" /root/out/$n; then rc=0; break; fi; kill -0 $pid 2>/dev/null || break; done
	[ "$4" != stop ] || { kill -TERM -- -$pid; wait $pid; }
	echo "TRIED $n $rc $((SECONDS-begin))"; }
`
	code := -1
	for n, command := range all {
		x, _ := matched(command)
		switch {
		case x.not != "":
			t.Logf("not run: %s (%s)", command, x.not)
			continue
		case x.begins == "foyer-hq enroll-code":
			code = n
		case x.begins == "foyer enroll": // with what headquarters printed; and then what that prints
			out += fmt.Sprintf("run %d \"$(grep '^foyer enroll' /root/out/%d)\"; grep -A1 '^hq:' /root/out/%d >>/etc/foyer/foyer.yaml\n", n, code, n)
			continue
		case strings.Contains(command, "push config config.json"): // one before it, for the next command to go back to
			command = strings.Replace(command, "config.json", "before.json", 1) + " && " + command
		case x.begins == "foyer doctor --network":
			command = strings.Replace(command, " --phone", "", 1) // nobody comes with one
		}
		command = strings.TrimSpace(strings.TrimSuffix(command, "&"))
		if x.until == "" {
			out += fmt.Sprintf("run %d %s\n", n, quoted(command))
			continue
		}
		stop := ""
		if x.stop {
			stop = "stop"
		}
		out += fmt.Sprintf("goes %d %s %s %s\n", n, quoted(command), quoted(x.until), stop)
	}
	return out + "kill -TERM $(jobs -p) 2>/dev/null; true\n"
}

func quoted(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }

// chainsFiles are what a chain has of its own: names in the DNS, the shortest
// configuration with its own store in it, who works there, who opted in.
func chainsFiles(t *testing.T) map[string]string {
	t.Helper()
	minimal, err := os.ReadFile("../../config/minimal.yaml")
	if err != nil {
		t.Fatal(err)
	}
	own := strings.NewReplacer("chain: example", "chain: northwind", "id: store-014", `id: "014"`, "10.20.0.2:443", "127.0.0.2:443", "10.30.0.2:443", "127.0.0.1:443").Replace(string(minimal))
	if !strings.Contains(own, "northwind") || !strings.Contains(own, "127.0.0.1:443") {
		t.Fatalf("config/minimal.yaml is another than this test knows:\n%s", own)
	}
	c := rehearsal.NewCast(rehearsal.CastOptions{Seed: 1, Store: "014", Opens: time.Now(), Customers: 1})
	own = strings.Replace(own, "listen:\n", "listen:\n  sensors: 127.0.0.1:9443\n", 1) // the port is headquarters' door's, and this is one machine
	files := map[string]string{"etc/hosts": "127.0.0.1 localhost hq.northwind.example\n", "etc/foyer/foyer.yaml": own,
		"srv/foyer/customers.csv": "customer,form\nc-1001,Ms. Keller\n", "srv/foyer/config.json": `{"offer":{"timeout":"60s"}}`,
		"srv/foyer/before.json": `{"offer":{"timeout":"50s"}}`}
	for name, v := range map[string]any{"roster": c.Roster, "schedule": c.Schedule} {
		text, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		files["srv/foyer/"+name+".json"] = string(text)
	}
	return files
}
