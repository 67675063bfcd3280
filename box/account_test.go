package box_test

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"foyer/box"
	"foyer/vault"
	"foyer/web/admin"
)

// Whatever lies in the data folder of a box that has run is in its record: a
// file or a bucket that is not declared there does not open by it.
func TestEveryBucketIsInTheRecord(t *testing.T) {
	dir := t.TempDir()
	socket, _, stop := run(t, dir, `hq: {broker: "tls://127.0.0.1:1"}`)
	asked, err := admin.Get(t.Context(), socket, "/ropa")
	stop()
	if err != nil || !strings.Contains(string(asked), `"store":"shop"`) {
		t.Errorf("the running box: %s, %v", asked, err)
	}
	var page strings.Builder
	if err := box.Record(parse(t, dir), "test", time.Now()).Markdown(&page); err != nil {
		t.Fatal(err)
	}
	declared := map[string][]vault.Bucket{}
	for _, f := range box.Files() {
		declared[f.Name] = f.Buckets
	}
	all, err := filepath.Glob(filepath.Join(dir, "data", "*.db"))
	if err != nil || len(all) < 6 {
		t.Fatalf("%d databases, %v: the test looks in the wrong place", len(all), err)
	}
	for _, path := range all {
		name := filepath.Base(path)
		f, err := vault.Open(filepath.Dir(path), name, vault.Options{Buckets: declared[name]})
		if err != nil {
			t.Errorf("by its record %s does not open: %v", name, err)
			continue
		}
		if err := f.Close(); err != nil {
			t.Error(err)
		}
		for _, b := range declared[name] {
			if !strings.Contains(page.String(), "\n| "+name+"/"+b.Name+" | ") {
				t.Errorf("%s/%s has no row", name, b.Name)
			}
			if b.Whose == "" || b.Fields == "" || b.Under == "" {
				t.Errorf("%s/%s does not declare whose data it holds, which, and under what they are sealed", name, b.Name)
			}
		}
	}
}
