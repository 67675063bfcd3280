package main

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Every command of foyer's that a guide names is one, with the flags it is
// given; every unit it names is in the package.
func TestGuidesNameWhatThereIs(t *testing.T) {
	packaged, err := os.ReadFile("../../scripts/deb/nfpm.yaml")
	if err != nil {
		t.Fatal(err)
	}
	commands := 0
	for _, page := range []string{"install.md", "operations.md", "architecture.md"} {
		data, err := os.ReadFile("../../docs/" + page)
		if err != nil {
			t.Fatal(err)
		}
		text := strings.ReplaceAll(string(data), "-u foyer ", "")
		for _, m := range regexp.MustCompile(`(?:^|[\s'\x60(/])foyer ([a-z-]+)([^\n\x60'&|>#;]*)`).FindAllStringSubmatch(text, -1) {
			words := append([]string{m[1]}, strings.Fields(m[2])...)
			if !known(words[0]) {
				continue // a sentence about foyer, such as "foyer is"
			}
			commands++
			args := []string{words[0], "--help"}
			if len(words) > 1 && (words[0] == "update" || words[0] == "survey" || words[0] == "ledger") {
				args = []string{words[0], words[1], "--help"}
			}
			var help strings.Builder
			if err := run(context.Background(), args, &help, io.Discard); err != nil {
				t.Errorf("%s: foyer %s: %v", page, strings.Join(args, " "), err)
			}
			for _, flag := range regexp.MustCompile(`--[a-z-]+`).FindAllString(m[2], -1) {
				if !strings.Contains(help.String(), flag) {
					t.Errorf("%s: foyer %s has no %s", page, words[0], flag)
				}
			}
		}
		for _, unit := range regexp.MustCompile(`foyer-[a-z-]+\.(service|path)`).FindAllString(text, -1) {
			if !strings.Contains(string(packaged), "/system/"+unit) {
				t.Errorf("%s names %s, which the package does not bring", page, unit)
			}
		}
	}
	if commands < 8 {
		t.Errorf("%d commands found in the guides: the test looks past them", commands)
	}
}

// known reports whether a word is a command.
func known(word string) bool {
	var help strings.Builder
	if run(context.Background(), []string{"--help"}, &help, io.Discard) != nil {
		return false
	}
	return strings.Contains(help.String(), "\n  "+word+" ")
}

// The package brings every unit of the daemon's, and enables those that are to
// be enabled.
func TestPackageBringsEveryUnit(t *testing.T) {
	packaged, err := os.ReadFile("../../scripts/deb/nfpm.yaml")
	if err != nil {
		t.Fatal(err)
	}
	scripts := map[string]string{}
	for _, name := range []string{"postinst", "postrm"} {
		data, err := os.ReadFile("../../scripts/deb/" + name)
		if err != nil {
			t.Fatal(err)
		}
		scripts[name] = string(data)
	}
	units, err := filepath.Glob("../../systemd/foyer*.[sp][ea][rt][vh]*")
	if err != nil || len(units) < 7 {
		t.Fatalf("%v, %v", units, err)
	}
	for _, file := range units {
		unit := filepath.Base(file)
		if strings.HasPrefix(unit, "foyer-ap") {
			continue // of the access points
		}
		if !strings.Contains(string(packaged), "/usr/lib/systemd/system/"+unit+",") {
			t.Errorf("the package lacks %s", unit)
		}
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for name, script := range scripts {
			if strings.Contains(string(data), "[Install]") && !strings.Contains(script, unit) {
				t.Errorf("%s does not know %s", name, unit)
			}
		}
	}
}
