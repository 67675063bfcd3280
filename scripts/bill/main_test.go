package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"
)

// The test binary is a program with modules in it, too.
func TestBill(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	modules, err := read([]string{self})
	if err != nil {
		t.Skipf("SKIP: this build holds no modules: %v", err)
	}
	cache, out := t.TempDir(), t.TempDir()
	for _, m := range modules {
		dir := filepath.Join(cache, escaped(m.Path)+"@"+escaped(m.Version))
		if err := os.MkdirAll(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "LICENSE"), []byte("MIT License\n\nPermission is hereby granted, free of charge, to any"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	goroot := t.TempDir()
	if err := os.WriteFile(filepath.Join(goroot, "LICENSE"), []byte("Redistribution"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := run(cache, goroot, out, "1.4.2", []string{self}); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(filepath.Join(out, "sbom.cdx.json"))
	if err != nil {
		t.Fatal(err)
	}
	var bom struct {
		BOMFormat string
		Metadata  struct {
			Component struct{ Name, Version string }
		}
		Components []struct {
			Name, Version, Purl string
			Licenses            []struct{ License struct{ ID string } }
		}
	}
	if err := json.Unmarshal(data, &bom); err != nil {
		t.Fatal(err)
	}
	if bom.BOMFormat != "CycloneDX" || bom.Metadata.Component.Version != "1.4.2" || len(bom.Components) != len(modules) {
		t.Errorf("%s", data)
	}
	for _, c := range bom.Components {
		if !strings.HasPrefix(c.Purl, "pkg:golang/"+c.Name+"@v") || len(c.Licenses) != 1 || c.Licenses[0].License.ID != "MIT" {
			t.Errorf("%+v", c)
		}
	}
	texts, err := os.ReadFile(filepath.Join(out, "LICENCES.txt"))
	if err != nil || strings.Count(string(texts), "\n=== ") != len(modules)+1 {
		t.Errorf("%v: %.300s", err, texts)
	}
}

func TestLicences(t *testing.T) {
	for text, want := range map[string]string{
		"": "", "All rights reserved.": "",
		"GNU GENERAL PUBLIC LICENSE Version 3":                                    "",
		"Apache License\n   Version 2.0, January 2004":                            "Apache-2.0",
		"Eclipse Public License - v 2.0":                                          "EPL-2.0",
		"Redistribution and use in source and binary forms, with":                 "BSD-2-Clause",
		"Redistribution and use in source\nand binary forms. Neither the name of": "BSD-3-Clause",
		"Permission to use, copy, modify, and/or distribute":                      "ISC",
	} {
		if got := name(text); got != want {
			t.Errorf("%.40q: %q, want %q", text, got, want)
		}
	}
	if _, _, err := licence(t.TempDir(), &debug.Module{Path: "example.com/None", Version: "v1.0.0"}); err == nil {
		t.Error("a module that is not there has a licence")
	}
	if got := escaped("github.com/AlekSi/x"); got != "github.com/!alek!si/x" {
		t.Error(got)
	}
}
