package config

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestSources(t *testing.T) {
	data, err := os.ReadFile("reference.yaml")
	if err != nil {
		t.Fatal(err)
	}
	c := parse(t, string(data))
	kinds := sourceKinds()
	for _, s := range c.Sources {
		delete(kinds, s.Kind)
	}
	delete(kinds, "dawn") // the comments name these two
	delete(kinds, "unifi-v1")
	if len(kinds) > 0 {
		t.Errorf("reference.yaml does not show %v", kinds)
	}
	s := c.Sources[0]
	if s.Name != "shop-floor" || s.Every != 2*time.Second || s.Beacons != 30*time.Second || s.Fingerprint[0] != 0x9f || len(s.Objects) != 2 {
		t.Errorf("%+v", s)
	}
	if from := c.Sources[5].From; len(from) != 1 || from[0].String() != "10.40.0.0/24" {
		t.Errorf("from %v", from)
	}
	one := parse(t, string(small(t))+"sources: [{name: a, kind: usteer, from: [10.0.0.7, 'fe80::1']}]\n").Sources[0].From
	if len(one) != 2 || one[0].String() != "10.0.0.7/32" || one[1].String() != "fe80::1/128" {
		t.Errorf("single addresses %v", one)
	}
}

func TestSecret(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "token")
	write := func(text string, mode os.FileMode) {
		t.Helper()
		if err := errors.Join(os.RemoveAll(file), os.WriteFile(file, []byte(text), mode), os.Chmod(file, mode)); err != nil {
			t.Fatal(err)
		}
	}
	c := parse(t, string(small(t)), "CREDENTIALS_DIRECTORY="+dir)
	write("abc \n", 0o640)
	for _, name := range []string{file, "token"} {
		got, err := c.Secret(Source{Name: "s", SecretFile: name})
		if err != nil || string(got) != "abc " {
			t.Errorf("%s: %q %v", name, got, err)
		}
	}
	write("abc", 0o644) // systemd guards its own folder
	if _, err := c.Secret(Source{SecretFile: "token"}); err != nil {
		t.Error(err)
	}
	bad := map[string]func(){
		"readable by all": func() {}, "empty": func() { write("\n", 0o600) },
		"large": func() { write(string(make([]byte, maxSecret+1)), 0o600) }, "gone": func() { os.Remove(file) },
	}
	for _, name := range []string{"readable by all", "empty", "large", "gone"} {
		bad[name]()
		if _, err := c.Secret(Source{SecretFile: file}); !errors.Is(err, ErrSecret) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := parse(t, string(small(t))).Secret(Source{SecretFile: "token"}); !errors.Is(err, ErrSecret) {
		t.Errorf("no credentials: %v", err)
	}
}
