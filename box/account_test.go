package box_test

import (
	"context"
	"errors"
	"os"
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

// A box does not start on a file that holds a bucket it does not declare, and
// changes nothing of it.
func TestAnUndeclaredBucketStopsTheStart(t *testing.T) {
	dir := t.TempDir()
	_, _, stop := run(t, dir)
	stop()
	for _, f := range box.Files() {
		if f.Name == "outbox.db" || f.Name == "keys.db" { // not there without a line; and opened by the ring only
			continue
		}
		declare := func(buckets ...vault.Bucket) error {
			d, err := vault.Open(filepath.Join(dir, "data"), f.Name, vault.Options{Buckets: append(buckets, f.Buckets...)})
			if err != nil {
				return err
			}
			return d.Close()
		}
		path := filepath.Join(dir, "data", f.Name)
		before, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := declare(vault.Bucket{Name: "smuggled", Purpose: "p", Basis: "b"}); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		err = box.Run(ctx, box.Inputs{Config: parse(t, dir), Ready: cancel})
		cancel()
		if !errors.Is(err, vault.ErrUndeclared) || !strings.Contains(err.Error(), "smuggled") {
			t.Errorf("%s: %v", f.Name, err)
		}
		if err := os.WriteFile(path, before, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	_, _, stop = run(t, dir)
	stop()
}
