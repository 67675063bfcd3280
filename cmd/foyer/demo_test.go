package main_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"foyer/rehearsal"
)

// buildFoyer builds the program with some build tags.
func buildFoyer(t *testing.T, tags string) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "foyer")
	cmd := exec.CommandContext(t.Context(), "go", "build", "-tags", tags, "-o", program, "./cmd/foyer")
	cmd.Dir = root
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("go build -tags %q: %v\n%s", tags, err, out)
	}
	return program
}

// demo plays a day with a built program and returns its lines, what it said of
// an error, and its exit code.
func demo(t *testing.T, program string, args ...string) (lines []map[string]any, said string, code int) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), program, append([]string{"demo", "--json", "--seed", "7"}, args...)...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	cmd.Env = append(cmd.Environ(), "TMPDIR="+t.TempDir())
	err := cmd.Run()
	if err != nil && cmd.ProcessState.ExitCode() < 0 {
		t.Fatalf("demo: %v\n%s", err, stderr.String())
	}
	for in := bufio.NewScanner(&stdout); in.Scan(); {
		var line map[string]any
		if err := json.Unmarshal(in.Bytes(), &line); err != nil {
			t.Fatalf("%v in the line %q", err, in.Text())
		}
		lines = append(lines, line)
	}
	if len(lines) == 0 {
		t.Fatalf("no line of output; exit code %d, %s", cmd.ProcessState.ExitCode(), stderr.String())
	}
	return lines, stderr.String(), cmd.ProcessState.ExitCode()
}

// TestDemo plays twelve minutes of a day: the whole chain must happen, from a
// position to headquarters' acknowledgement, in the order that makes sense.
func TestDemo(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIP: plays the demo for 12 s")
	}
	lines, said, code := demo(t, buildFoyer(t, ""), "--for", "12s")
	sum := lines[len(lines)-1]
	if code != 0 || said != "" {
		t.Errorf("exit code %d, %s\nsummary: %v", code, said, sum)
	}
	if sum["event"] != "summary" || sum["offers_to_browsing"] != 0.0 {
		t.Errorf("the last line is %v", sum)
	}
	announced, seen := map[any]bool{}, map[any]int{}
	for _, line := range lines {
		kind, visit := line["event"], line["visit"]
		seen[kind]++
		switch kind {
		case "visit.announced":
			announced[visit] = true
		case "offer.created", "card.shown":
			if !announced[visit] {
				t.Errorf("%s for a visit that nobody announced", kind)
			}
		}
	}
	for _, kind := range []string{"visit.announced", "offer.created", "offer.accepted", "card.shown", "hq.acked"} {
		if seen[kind] == 0 {
			t.Errorf("no line says %s", kind)
		}
	}
}

// TestDemoNoticesIndiscretion plays a day with a program whose guard of
// customers who want to look around is broken on purpose.
func TestDemoNoticesIndiscretion(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIP: plays the demo of a broken build for 20 s")
	}
	lines, said, code := demo(t, buildFoyer(t, "foyer_offers_browsers"), "--for", "20s")
	sum := lines[len(lines)-1]
	if code == 0 || !strings.Contains(said, rehearsal.ErrDiscretion.Error()) {
		t.Errorf("exit code %d, %q; want the sentence %q\nsummary: %v", code, said, rehearsal.ErrDiscretion, sum)
	}
	if n, _ := sum["offers_to_browsing"].(float64); n < 1 {
		t.Errorf("the summary counts %v offers to browsing customers", sum["offers_to_browsing"])
	}
}
