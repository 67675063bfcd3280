package box

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"foyer/concierge"
	"foyer/floor"
	"foyer/sync/wire"
	"foyer/vault"
)

// unsealed returns every value in the data folder that this box can read,
// opened, and every byte of the folder as it lies there.
func (b *store) unsealed(t *testing.T, subjects ...string) (all [][]byte) {
	t.Helper()
	dir, copied := b.in.Config.Data, t.TempDir()
	if err := os.CopyFS(copied, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	var sealers []vault.Sealer
	for _, s := range append(ownKeys(), subjects...) {
		if !b.keys.Has(s) {
			continue
		}
		sealer, err := b.keys.Sealer(s)
		if err != nil {
			t.Fatal(err)
		}
		sealers = append(sealers, sealer)
	}
	for _, f := range Files() {
		if data, err := os.ReadFile(filepath.Join(copied, f.Name)); err == nil {
			all = append(all, data)
		}
		if f.Name == fileKeys {
			continue // keys only
		}
		file, err := vault.Open(copied, f.Name, vault.Options{Buckets: f.Buckets})
		if err != nil {
			t.Fatal(err)
		}
		for _, bucket := range f.Buckets {
			if err := file.View(func(tx *vault.Tx) error {
				return tx.Each(bucket.Name, nil, func(k, v []byte) error {
					for _, s := range sealers {
						for _, sealed := range [][]byte{v, v[min(32, len(v)):]} {
							if plain, _, err := s.Open(bucket.Name, k, sealed); err == nil {
								all = append(all, plain)
							}
						}
					}
					return nil
				})
			}); err != nil {
				t.Fatal(err)
			}
		}
		if err := file.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return all
}

// Nothing that the box writes, opened with all its keys, says where a customer
// was, nor does anything that headquarters is told: she is seen in two zones,
// announced, served and gone, and their names stand nowhere. What is written of
// her otherwise is found, so the search sees.
func TestNoFileHoldsAPosition(t *testing.T) {
	b, _ := lined(t)
	var mu sync.Mutex
	var told [][]byte
	b.flow.record = func(e concierge.Event) {
		b.record(e)
		kind, payload := forHQ(e)
		data, err := json.Marshal(payload)
		if err != nil {
			t.Error(err)
		}
		mu.Lock()
		told = append(told, append([]byte(kind), data...))
		mu.Unlock()
	}
	visit := served(t, b)
	var shown []string
	if err := b.flow.Do(t.Context(), func(*concierge.Desk, time.Time) {
		for phone := range b.flow.leased {
			for _, zone := range []floor.ZoneID{"canary-shoes", "canary-bags"} {
				b.flow.visit(floor.Visit{ID: visit, Phone: phone, State: floor.Present, Zone: zone, Began: at, At: at})
				b.flow.zones.allow(visit, true)
				if z, ok := b.flow.zones.Zone(visit); ok {
					shown = append(shown, string(z))
				}
			}
		}
	}); err != nil {
		t.Fatal(err)
	}
	if strings.Join(shown, " ") != "canary-shoes canary-bags" {
		t.Fatalf("she was not where she should be: %q", shown)
	}
	finished(t, b, visit)
	if err := b.flow.Do(t.Context(), func(d *concierge.Desk, now time.Time) {
		for phone := range b.flow.leased {
			d.Greet(floor.Visit{ID: visit, Phone: phone, State: floor.Ended, Zone: "canary-bags", Began: at, At: at}, now)
		}
		d.Sweep(now.Add(time.Hour))
	}); err != nil {
		t.Fatal(err)
	}
	mu.Lock()
	defer mu.Unlock()
	found := func(text string) bool {
		for _, x := range append(b.unsealed(t, "c-1"), told...) {
			if bytes.Contains(x, []byte(text)) {
				return true
			}
		}
		return false
	}
	for _, text := range []string{"Ms. Keller", "ANKLE-BOOTS", `"viewer":"ana"`, string(wire.UpVisit), string(visit)} {
		if !found(text) {
			t.Errorf("%q is not found: the search is blind", text)
		}
	}
	for _, text := range []string{"canary", `"zone"`, `"x":`, `"position"`} {
		if found(text) {
			t.Errorf("%q stands in a file, or headquarters is told", text)
		}
	}
}
