package main

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"unicode"
)

// licence returns the text of a module's licence and its name by SPDX.
func licence(cache string, m *debug.Module) (text, id string, err error) {
	dir := filepath.Join(cache, escaped(m.Path)+"@"+escaped(m.Version))
	entries, err := os.ReadDir(dir)
	if err != nil {
		return "", "", fmt.Errorf("licence of %s: %w; go mod download fetches it", m.Path, err)
	}
	for _, e := range entries {
		name := strings.ToUpper(e.Name())
		if e.IsDir() || !strings.HasPrefix(name, "LICEN") && !strings.HasPrefix(name, "COPYING") && !strings.HasPrefix(name, "NOTICE") {
			continue
		}
		data, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			return "", "", fmt.Errorf("licence of %s: %w", m.Path, err)
		}
		text += string(data) + "\n"
	}
	if id = name(text); id == "" {
		return "", "", fmt.Errorf("licence of %s: none that is known and may be distributed with foyer", m.Path)
	}
	return text, id, nil
}

// name recognises the licences that foyer may be distributed with.
func name(text string) string {
	t := strings.ToLower(strings.Join(strings.Fields(text), " "))
	has := func(s string) bool { return strings.Contains(t, s) }
	switch {
	case has("eclipse public license"):
		return "EPL-2.0"
	case has("mozilla public license") && has("2.0"):
		return "MPL-2.0"
	case has("gnu general public license"), has("gnu affero"), has("gnu lesser"):
		return ""
	case has("apache license") && has("version 2.0"):
		return "Apache-2.0"
	case has("redistribution and use in source and binary forms") && has("neither the name"):
		return "BSD-3-Clause"
	case has("redistribution and use in source and binary forms"):
		return "BSD-2-Clause"
	case has("permission to use, copy, modify, and/or distribute"), has("permission to use, copy, modify, and distribute this software for any purpose"):
		return "ISC"
	case has("permission is hereby granted, free of charge"):
		return "MIT"
	case has("creative commons") && has("cc0"):
		return "CC0-1.0"
	}
	return ""
}

// escaped writes a path as the module cache does: capitals are ! and small.
func escaped(s string) string {
	var b strings.Builder
	for _, r := range s {
		if unicode.IsUpper(r) {
			b.WriteByte('!')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}
