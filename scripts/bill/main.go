// Command bill reads from built programs which modules are in them and writes a
// bill of materials (CycloneDX) and the licences of all of them. It fails if a
// module has no licence, or one that foyer must not be distributed under. It
// is run by the release and is no part of the product.
package main

import (
	"debug/buildinfo"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"

	cdx "github.com/CycloneDX/cyclonedx-go"
)

func main() {
	cache := flag.String("modcache", "", "where modules lie (go env GOMODCACHE)")
	goroot := flag.String("goroot", "", "where Go lies (go env GOROOT)")
	out := flag.String("out", "dist", "folder to write sbom.cdx.json and LICENCES.txt to")
	release := flag.String("version", "dev", "version of the release")
	flag.Parse()
	if err := run(*cache, *goroot, *out, *release, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "bill:", err)
		os.Exit(1)
	}
}

func run(cache, goroot, out, release string, programs []string) error {
	modules, err := read(programs)
	if err != nil {
		return err
	}
	std, err := os.ReadFile(filepath.Join(goroot, "LICENSE"))
	if err != nil {
		return fmt.Errorf("licence of the standard library: %w", err)
	}
	texts := "Licences of what is in foyer.\n\n=== Go's standard library (BSD-3-Clause)\n\n" + string(std)
	var parts []cdx.Component
	for _, m := range modules {
		text, id, err := licence(cache, m)
		if err != nil {
			return err
		}
		texts += fmt.Sprintf("\n=== %s %s (%s)\n\n%s", m.Path, m.Version, id, text)
		purl := "pkg:golang/" + m.Path + "@" + m.Version
		parts = append(parts, cdx.Component{BOMRef: purl, Type: cdx.ComponentTypeLibrary, Name: m.Path, Version: m.Version, PackageURL: purl,
			Licenses:   &cdx.Licenses{{License: &cdx.License{ID: id}}},
			Properties: &[]cdx.Property{{Name: "go:sum", Value: m.Sum}}})
	}
	bom := cdx.NewBOM()
	bom.Metadata = &cdx.Metadata{Component: &cdx.Component{BOMRef: "foyer", Type: cdx.ComponentTypeApplication, Name: "foyer", Version: release}}
	bom.Components = &parts
	f, err := os.Create(filepath.Join(out, "sbom.cdx.json"))
	if err != nil {
		return err
	}
	defer f.Close()
	enc := cdx.NewBOMEncoder(f, cdx.BOMFileFormatJSON)
	if err := enc.SetPretty(true).Encode(bom); err != nil {
		return err
	}
	fmt.Printf("%d modules in %d programs: %s, LICENCES.txt\n", len(modules), len(programs), filepath.Base(f.Name()))
	return os.WriteFile(filepath.Join(out, "LICENCES.txt"), []byte(texts), 0o644)
}

// read returns the modules of several programs, each once, in order.
func read(programs []string) ([]*debug.Module, error) {
	all := map[string]*debug.Module{}
	for _, file := range programs {
		info, err := buildinfo.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		for _, m := range info.Deps {
			if m.Replace != nil {
				return nil, fmt.Errorf("%s: %s is replaced: what is built is not what is named", file, m.Path)
			}
			all[m.Path+"@"+m.Version] = m
		}
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("no modules in %v", programs)
	}
	var out []*debug.Module
	for _, key := range slices.Sorted(maps.Keys(all)) {
		out = append(out, all[key])
	}
	return out, nil
}
