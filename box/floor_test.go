package box

import (
	"os"
	"path/filepath"
	"testing"

	"foyer/config"
	"foyer/floor"
	"foyer/sync/wire"
	"foyer/vault"
)

// TestFirstFloor: a plan that cannot be used, whoever it is from, gives way to
// the next best and is said; the store opens in any case.
func TestFirstFloor(t *testing.T) {
	good, err := floor.Example().JSON()
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name                     string
		lastGood, previous, file string // "good", "bad" or none
		floor                    bool
		refused                  int
	}{
		{"all good", "good", "good", "good", true, 0},
		{"the previous one", "bad", "good", "bad", true, 1},
		{"the file", "bad", "bad", "good", true, 2},
		{"none is good", "bad", "bad", "bad", false, 3},
		{"none at all", "", "", "", false, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b, hq := lined(t)
			b.in.Config = plain(t)
			b.config.Store(b.in.Config)
			dir := t.TempDir()
			text := map[string][]byte{"good": good, "bad": []byte("{}")}
			for key, kind := range map[string]string{"down/plan/good": tt.lastGood, "down/plan/previous": tt.previous} {
				if kind != "" {
					keepDocument(t, dir, key, b.signed(t, hq, text[kind]))
				}
			}
			if err := b.link.Close(); err != nil {
				t.Fatal(err)
			}
			b.reopen(t, dir)
			if tt.file != "" {
				b.in.Config.Plan = filepath.Join(dir, "plan.json")
				if err := os.WriteFile(b.in.Config.Plan, text[tt.file], 0o600); err != nil {
					t.Fatal(err)
				}
			}
			_, ok := b.firstFloor()
			refused := 0
			for _, w := range b.health.List() {
				if w.Code == "plan-refused" {
					refused++
				}
			}
			if ok != tt.floor || refused != tt.refused {
				t.Errorf("a floor: %v, refused: %d; want %v and %d", ok, refused, tt.floor, tt.refused)
			}
		})
	}
}

// TestSurveyUnreadable: a map that cannot be read makes places rough and does
// not keep the store closed.
func TestSurveyUnreadable(t *testing.T) {
	b, _ := lined(t)
	c := plain(t)
	c.Survey = filepath.Join(t.TempDir(), "none")
	b.config.Store(c)
	if b.radioMap(floor.Example()) == nil {
		t.Fatal("no map")
	}
	if w := b.health.List(); len(w) != 1 || w[0].Code != "survey-missing" {
		t.Errorf("warnings: %+v", w)
	}
}

// plain is a configuration that says nothing but what it must.
func plain(t *testing.T) *config.Config {
	t.Helper()
	c, err := config.Parse([]byte("store: {chain: test, id: shop, timezone: UTC}\nidentity: id\nlisten: {guest: \"127.0.0.1:0\", staff: \"127.0.0.1:0\"}\n"+
		"names: {guest: here.localhost, staff: staff.localhost}\nmdns: {enabled: false}\n"), nil)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// signed is a plan as headquarters sends it.
func (b *store) signed(t *testing.T, hq string, payload []byte) []byte {
	t.Helper()
	key, err := os.ReadFile(filepath.Join(hq, wire.FileSign))
	if err != nil {
		t.Fatal(err)
	}
	sign, err := wire.ParseSignKey(key)
	if err != nil {
		t.Fatal(err)
	}
	data, err := wire.Sign(wire.Message{Kind: wire.DownPlan, Address: b.identity.Address, Epoch: 1, Rev: 1, Payload: payload}, sign)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// keepDocument puts a document into an outbox as the line keeps it.
func keepDocument(t *testing.T, dir, key string, data []byte) {
	t.Helper()
	var buckets []vault.Bucket
	for _, name := range []string{"events", "documents", "memory"} {
		buckets = append(buckets, vault.Bucket{Name: name, Purpose: "a test", Basis: "a test"})
	}
	f, err := vault.Open(dir, "outbox.db", vault.Options{Buckets: buckets})
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Update(func(tx *vault.Tx) error { return tx.Put("documents", []byte(key), data) }); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}
