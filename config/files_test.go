package config

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func announcement(t testing.TB) Announcement {
	return parse(t, string(small(t))).Announcement(strings.Repeat("ab", 32))
}

func TestAnnouncement(t *testing.T) {
	a := announcement(t)
	want := Announcement{
		Name: "foyer-store-014", Host: "foyer-store-014.local", Addresses: []string{"10.30.0.2"},
		Port: 443, Sensors: 8443, Fingerprint: strings.Repeat("ab", 32),
	}
	if d := cmp.Diff(want, a); d != "" {
		t.Error(d)
	}
	other := parse(t, string(small(t)), "FOYER_NAMES_STAFF=staff.chain.example", "FOYER_LISTEN_STAFF=:443", "FOYER_MDNS_INTERFACES=eth1").Announcement("")
	if other.Host != "foyer-store-014.local" || other.Addresses != nil || len(other.Interfaces) != 1 {
		t.Errorf("%+v", other)
	}
	file := filepath.Join(t.TempDir(), "announce.json")
	if _, err := ReadAnnouncement(file); !errors.Is(err, ErrNone) {
		t.Errorf("absent: %v", err)
	}
	if err := WriteAnnouncement(file, a); err != nil {
		t.Fatal(err)
	}
	got, err := ReadAnnouncement(file)
	if d := cmp.Diff(a, got); d != "" || err != nil {
		t.Error(d, err)
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(file), ".announce-*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestAnnouncementIsNeverHalf(t *testing.T) {
	file := filepath.Join(t.TempDir(), "announce.json")
	a, b := announcement(t), announcement(t)
	b.Addresses = append(b.Addresses, "10.30.0.3")
	if err := WriteAnnouncement(file, a); err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	wg.Go(func() {
		for i := range 200 {
			if err := WriteAnnouncement(file, []Announcement{a, b}[i%2]); err != nil {
				t.Error(err)
			}
		}
	})
	for range 200 {
		if got, err := ReadAnnouncement(file); err != nil || !(cmp.Equal(got, a) || cmp.Equal(got, b)) {
			t.Fatal(got, err)
		}
	}
	wg.Wait()
}

func TestBadAnnouncements(t *testing.T) {
	for want, change := range map[string]func(*Announcement){
		"name":               func(a *Announcement) { a.Name = "a.b" },
		"host":               func(a *Announcement) { a.Host = "store" },
		"host: \"a.b.local":  func(a *Announcement) { a.Host = "a.b.local" },
		"port":               func(a *Announcement) { a.Port = 0 },
		"name at least one":  func(a *Announcement) { a.Addresses = nil },
		`addresses[0]: "::"`: func(a *Announcement) { a.Addresses = []string{"::"} },
		`"fe80::1"`:          func(a *Announcement) { a.Addresses = []string{"fe80::1"} },
		"fingerprint":        func(a *Announcement) { a.Fingerprint = "ab" },
	} {
		a := announcement(t)
		change(&a)
		file := filepath.Join(t.TempDir(), "announce.json")
		if err := WriteAnnouncement(file, a); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("write %+v: %v, want %q", a, err, want)
		}
		data, _ := json.Marshal(a)
		if err := os.WriteFile(file, data, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := ReadAnnouncement(file); !errors.Is(err, ErrInvalid) || !strings.Contains(err.Error(), want) {
			t.Errorf("read %+v: %v, want %q", a, err, want)
		}
	}
}

func FuzzAnnouncement(f *testing.F) {
	data, _ := json.Marshal(announcement(f))
	f.Add(data)
	f.Fuzz(func(t *testing.T, data []byte) {
		a, err := parseAnnouncement(data)
		if err != nil {
			return
		}
		again, _ := json.Marshal(a)
		if b, err := parseAnnouncement(again); err != nil || !cmp.Equal(a, b) {
			t.Fatalf("%s: %v", again, err)
		}
	})
}

func TestRootKey(t *testing.T) {
	dir := t.TempDir()
	data := filepath.Join(dir, "data")
	c := parse(t, string(small(t)), "FOYER_DATA_DIR="+data)
	made, err := c.OpenRootKey()
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(filepath.Join(data, "root-key"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info, err)
	}
	again, err := c.OpenRootKey()
	if err != nil || again != made || made == [32]byte{} {
		t.Errorf("not the same key again: %v", err)
	}
	if !c.RootKeyBeside() {
		t.Error("a key in the data folder is not said to lie beside the data")
	}

	// The credential wins, and its folder needs no particular mode.
	creds := filepath.Join(dir, "creds")
	sealed := bytes.Repeat([]byte{7}, 32)
	must(t, os.Mkdir(creds, 0o700))
	must(t, os.WriteFile(filepath.Join(creds, "root-key"), sealed, 0o440))
	c = parse(t, string(small(t)), "FOYER_DATA_DIR="+data, "CREDENTIALS_DIRECTORY="+creds)
	if key, err := c.OpenRootKey(); err != nil || !bytes.Equal(key[:], sealed) {
		t.Errorf("credential: %v", err)
	}
	if c.RootKeyBeside() {
		t.Error("a credential is said to lie beside the data")
	}
}

func TestRootKeyRefused(t *testing.T) {
	for name, tt := range map[string]struct {
		file []byte
		mode os.FileMode
		want string
	}{
		"short":  {make([]byte, 31), 0o600, "holds 31 bytes, want 32"},
		"shared": {make([]byte, 32), 0o644, "has mode 0644 and others can use it"},
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "key")
			must(t, os.WriteFile(file, tt.file, tt.mode))
			_, err := parse(t, string(small(t)), "FOYER_ROOT_KEY="+file).OpenRootKey()
			if !errors.Is(err, ErrRootKey) || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("%v, want %q", err, tt.want)
			}
		})
	}
	// A named file is never made, and old data is never given a new key.
	dir := t.TempDir()
	if _, err := parse(t, string(small(t)), "FOYER_ROOT_KEY="+filepath.Join(dir, "none")).OpenRootKey(); !errors.Is(err, ErrRootKey) {
		t.Error(err)
	}
	must(t, os.WriteFile(filepath.Join(dir, "keys.db"), nil, 0o600))
	_, err := parse(t, string(small(t)), "FOYER_DATA_DIR="+dir).OpenRootKey()
	if !errors.Is(err, ErrRootKey) || !strings.Contains(err.Error(), "bring the key back") {
		t.Error(err)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
