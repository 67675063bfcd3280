package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The commands about one customer say what is missing, and never repeat whom
// they were asked about.
func TestCustomerCommandsTeach(t *testing.T) {
	nowhere := filepath.Join(t.TempDir(), "admin.sock")
	for args, want := range map[string]string{
		"erase":                      "--yes",
		"erase --customer c-secret":  "--yes",
		"erase --yes":                "--customer",
		"export --json":              "--customer",
		"export --customer c-secret": "--html FILE",
		"export --customer c-secret --json --html x":                     "--html FILE",
		"export --customer c-secret --json --socket " + nowhere:          "or name its socket",
		"erase --customer c-secret --yes --socket " + nowhere:            "or name its socket",
		"export --customer c-secret --json --config " + nowhere + ".yml": "no configuration",
	} {
		_, _, err := foyer(t, strings.Fields(args)...)
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "c-secret") {
			t.Errorf("%s: %v, want %q", args, err, want)
		}
	}
}

// A letter is its owner's alone, and never written over another file.
func TestALetterIsPrivate(t *testing.T) {
	path := filepath.Join(t.TempDir(), "letter.html")
	if err := writeLetter(path, []byte(`{"customer":"c-1","held":{"profile":{"customer":"c-1","form":"Ms. <Keller>"}}}`)); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil || !strings.Contains(string(data), "Ms. &lt;Keller&gt;") {
		t.Errorf("%v: %s", err, data)
	}
	if st, err := os.Stat(path); err != nil || st.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", st.Mode(), err)
	}
	if err := writeLetter(path, []byte(`{}`)); err == nil {
		t.Error("a file was written over")
	}
	if err := writeLetter(path+"2", []byte(`{"a":`)); err == nil {
		t.Error("half an export became a letter")
	}
	if _, err := os.Stat(path + "2"); !os.IsNotExist(err) {
		t.Error("half a letter stays")
	}
}
