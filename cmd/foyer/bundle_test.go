package main

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"filippo.io/age"

	"foyer/config"
)

func TestBundle(t *testing.T) {
	key, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	c, err := config.Parse([]byte("store: {chain: test, id: shop, timezone: UTC}\nlisten: {guest: '127.0.0.1:1', staff: '127.0.0.1:2'}\n"), nil)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "bundle.age")
	ctx := context.Background()
	if err := (&bundle{file, "nowhere", nil}).pack(ctx, c); err == nil {
		t.Error("sealed for nobody")
	}
	if err := (&bundle{file, "nowhere", []string{"age1nonsense"}}).pack(ctx, c); err == nil {
		t.Error("sealed for nonsense")
	}
	if err := (&bundle{file, "nowhere", []string{key.Recipient().String()}}).pack(ctx, c); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	parts, err := readBundle(f, key)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"version.txt", "status.json", "metrics.txt", "update.json", "doctor.ndjson"} {
		if parts["foyer/"+name] == "" {
			t.Errorf("no %s in %v", name, parts)
		}
	}
	if raw, err := os.ReadFile(file); err != nil || strings.Contains(string(raw), "not had") {
		t.Errorf("the bundle can be read without the key: %v", err)
	}
	if err := (&bundle{file, "nowhere", []string{key.Recipient().String()}}).pack(ctx, c); err == nil {
		t.Error("an older bundle was written over")
	}
}

func TestScrub(t *testing.T) {
	c := &config.Config{Listen: config.Listen{Guest: "10.20.0.2:443"}}
	scrub := scrubber(c)
	for in, want := range map[string]string{
		"ap 02:00:5e:10:00:01 hears":      "ap (hardware address) hears",
		"02-00-5E-10-00-01, 02005e100001": "(hardware address), (hardware address)",
		"of 0200.5e10.0001, version 1.12": "of (hardware address), version 1.12",
		"box 10.20.0.2, phone 10.20.0.57": "box 10.20.0.2, phone (address)",
		"phone 2001:db8::17 on the guest": "phone (address) on the guest",
		`"at":"2026-11-26T10:00:00Z"`:     `"at":"2026-11-26T10:00:00Z"`,
		"version 1.4.2, 17 reports":       "version 1.4.2, 17 reports",
	} {
		if got := string(scrub([]byte(in))); got != want {
			t.Errorf("%s: %s, want %s", in, got, want)
		}
	}
}

// readBundle opens a bundle, for whoever holds the key: tests.
func readBundle(r io.Reader, key age.Identity) (map[string]string, error) {
	plain, err := age.Decrypt(r, key)
	if err != nil {
		return nil, err
	}
	unpacked, err := gzip.NewReader(plain)
	if err != nil {
		return nil, err
	}
	out := map[string]string{}
	for t := tar.NewReader(unpacked); ; {
		h, err := t.Next()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		data, err := io.ReadAll(t)
		if err != nil {
			return nil, err
		}
		out[h.Name] = string(data)
	}
}
