package config

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// small is the shipped minimal file, the start of most cases.
func small(t testing.TB) []byte {
	t.Helper()
	data, err := os.ReadFile("minimal.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func parse(t testing.TB, data string, env ...string) *Config {
	t.Helper()
	c, err := Parse([]byte(data), env)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestShippedFiles(t *testing.T) {
	for _, name := range []string{"reference.yaml", "minimal.yaml"} {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Parse(data, nil); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// The reference must show every key, or a key is a secret of the code.
func TestReferenceShowsEveryKey(t *testing.T) {
	data, err := os.ReadFile("reference.yaml")
	if err != nil {
		t.Fatal(err)
	}
	written := leafPaths(t, string(data))
	var r raw
	for _, l := range leaves("", reflect.ValueOf(r)) {
		if !written[l.path] {
			t.Errorf("reference.yaml does not show %s", l.path)
		}
	}
}

func TestMinimalMeansTheDefaults(t *testing.T) {
	c := parse(t, string(small(t)))
	zurich, err := time.LoadLocation("Europe/Zurich")
	if err != nil {
		t.Fatal(err)
	}
	lan := KeyPair{"/var/lib/foyer/identity/lan.pem", "/var/lib/foyer/identity/lan.key"}
	want := &Config{
		Store:    Store{Chain: "example", ID: "store-014", Name: "store-014", Location: zurich, Languages: []string{"en"}, Open: 10 * time.Hour, Close: 20 * time.Hour},
		Data:     "/var/lib/foyer",
		Identity: "/var/lib/foyer/identity",
		Runtime:  "/run/foyer",
		Listen:   Listen{"10.20.0.2:443", "10.30.0.2:443", "10.30.0.2:8443", "", "", "", "/run/foyer/admin.sock"},
		Names:    Names{"foyer-store-014-guest.local", "foyer-store-014.local", ""},
		TLS:      TLS{lan, lan},
		HQ:       HQ{Trial: 10 * time.Minute},
		Visit:    Visit{0.7, 5 * time.Minute, 20 * time.Minute, 0.7, 0.3},
		Greeting: Greeting{20 * time.Second, 20 * time.Minute},
		Offer:    Offer{45 * time.Second, 90 * time.Second},
		Routing: Routing{time.Minute, 3 * time.Minute, time.Minute, 30 * time.Second, 5 * time.Minute, time.Minute, 2 * time.Minute, 5 * time.Minute,
			3 * time.Minute, 30 * time.Minute, 2 * time.Minute, 2 * time.Minute, time.Minute, 2, 1, 8, 2, 1.5, 40, 30, 20, 15, 10, -10, 15},
		Locator: Locator{0.5, 3},
		Log:     Log{Format: "text"},
		MDNS:    MDNS{Enabled: true},
	}
	got := *c
	got.base, got.credentials = raw{}, ""
	if d := cmp.Diff(want, &got, cmp.AllowUnexported(Config{}), cmp.Comparer(func(a, b *time.Location) bool { return a.String() == b.String() })); d != "" {
		t.Error(d)
	}
}

func TestGoodFiles(t *testing.T) {
	t.Setenv("FOYER_LONG", "") // Load reads the environment, which is the long tests' own
	files, _ := filepath.Glob("testdata/good/*.yaml")
	if len(files) == 0 {
		t.Fatal("no files")
	}
	for _, file := range files {
		if _, err := Load(file); err != nil {
			t.Error(err)
		}
	}
}

// The first line of a bad file is the error expected of it.
func TestBadFiles(t *testing.T) {
	files, _ := filepath.Glob("testdata/bad/*.yaml")
	if len(files) < 40 {
		t.Fatalf("%d files", len(files))
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			line, _, _ := strings.Cut(string(data), "\n")
			want := strings.ReplaceAll(strings.TrimPrefix(line, "# "), `\n`, "\n")
			_, err = Parse(data, nil)
			if !errors.Is(err, ErrInvalid) || errors.Is(err, ErrNone) {
				t.Fatalf("%v is not ErrInvalid", err)
			}
			if !strings.HasPrefix(err.Error(), "configuration: "+want) {
				t.Errorf("got  %v\nwant %s", err, want)
			}
			if strings.Contains(err.Error(), "hunter2") {
				t.Errorf("the error repeats a secret: %v", err)
			}
		})
	}
}

func TestEveryFaultAtOnce(t *testing.T) {
	_, err := Parse([]byte(string(small(t))+"offer: {timeout: 1h}\nlog: {level: loud}\n"), nil)
	for _, want := range []string{"offer.timeout", "log.level"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v does not name %s", err, want)
		}
	}
}

func TestAbsentIsNotInvalid(t *testing.T) {
	_, err := Load(filepath.Join(t.TempDir(), "foyer.yaml"))
	if !errors.Is(err, ErrNone) || errors.Is(err, ErrInvalid) {
		t.Errorf("got %v, want ErrNone alone", err)
	}
	_, err = Load(t.TempDir())
	if !errors.Is(err, ErrInvalid) || errors.Is(err, ErrNone) {
		t.Errorf("got %v, want ErrInvalid alone", err)
	}
}

func TestHours(t *testing.T) {
	s := parse(t, string(small(t))).Store
	// 2026-03-29 is the day the clocks go forward in Zurich.
	open, shut := s.Hours(time.Date(2026, 3, 29, 23, 30, 0, 0, s.Location))
	if got := open.Format(time.RFC3339) + " " + shut.Format(time.RFC3339); got != "2026-03-29T10:00:00+02:00 2026-03-29T20:00:00+02:00" {
		t.Error(got)
	}
}

func FuzzParse(f *testing.F) {
	for _, glob := range []string{"*.yaml", "testdata/*/*.yaml"} {
		files, _ := filepath.Glob(glob)
		for _, file := range files {
			data, err := os.ReadFile(file)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(data, "FOYER_OFFER_TIMEOUT=30s")
		}
	}
	f.Fuzz(func(t *testing.T, data []byte, env string) {
		c, err := Parse(data, []string{env})
		if err != nil {
			if !errors.Is(err, ErrInvalid) {
				t.Fatalf("%v is not ErrInvalid", err)
			}
			return
		}
		if c.Greeting.Grace < 10*time.Second || !idPattern.MatchString(c.Store.ID) {
			t.Fatalf("accepted %+v", c)
		}
	})
}
