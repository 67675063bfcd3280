package publish

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// keys makes key files and returns their paths.
func keys(t *testing.T, names ...string) map[string]string {
	t.Helper()
	dir, out := t.TempDir(), map[string]string{}
	for _, n := range names {
		out[n] = filepath.Join(dir, n)
		if err := MakeKey(out[n]); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// A repository that is begun, or given other keys, with a key that may not sign is
// left as it was: the same command with the right one works.
func TestWrongKeysLeaveNothing(t *testing.T) {
	k := keys(t, "root", "targets", "stamp", "other")
	dir := filepath.Join(t.TempDir(), "repository")
	r := Open(dir, time.Now)
	if _, _, err := r.Versions(); !errors.Is(err, ErrNone) {
		t.Errorf("of nothing: %v", err)
	}
	trust := func(targets string) Trust {
		return Trust{Root: []string{k["root"] + ".pub"}, RootThreshold: 1, Targets: []string{k[targets] + ".pub"}, TargetsThreshold: 1,
			Stamp: []string{k["stamp"] + ".pub"}}
	}
	root := []string{k["root"]}
	for name, wrong := range map[string]error{
		"targets": r.Create(trust("targets"), root, []string{k["other"]}, k["stamp"]),
		"stamp":   r.Create(trust("targets"), root, []string{k["targets"]}, k["other"]),
		"root":    r.Create(trust("targets"), []string{k["other"]}, []string{k["targets"]}, k["stamp"]),
	} {
		if !errors.Is(wrong, ErrSigned) {
			t.Errorf("another %s key: %v", name, wrong)
		}
	}
	if err := r.Create(trust("targets"), root, []string{k["targets"]}, k["stamp"]); err != nil {
		t.Fatalf("with the right keys afterwards: %v", err)
	}
	before, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.ChangeKeys(trust("other"), root, []string{k["targets"]}, k["stamp"]); !errors.Is(err, ErrSigned) {
		t.Errorf("the old release key under the new root: %v", err)
	}
	if after, err := os.ReadDir(dir); err != nil || len(after) != len(before) {
		t.Errorf("%d files became %d, %v", len(before), len(after), err)
	}
	if err := r.ChangeKeys(trust("other"), root, []string{k["other"]}, k["stamp"]); err != nil {
		t.Errorf("other keys: %v", err)
	}
}

// Where there is somebody's public half already no private one is left beside it.
func TestHalfAKeyIsNotLeft(t *testing.T) {
	file := filepath.Join(t.TempDir(), "stamp")
	if err := os.WriteFile(file+".pub", nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := MakeKey(file); !errors.Is(err, os.ErrExist) {
		t.Errorf("beside another's public half: %v", err)
	}
	if _, err := os.Stat(file); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the private half: %v", err)
	}
	if err := os.Remove(file + ".pub"); err != nil {
		t.Fatal(err)
	}
	if err := MakeKey(file); err != nil {
		t.Errorf("the next try: %v", err)
	}
}
