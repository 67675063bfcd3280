package main_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"

	"filippo.io/age"

	"foyer/rehearsal"
)

// bundle packs what support needs while people are in the store, opens it with
// support's key, keeps it for the search for addresses, and says who else is in it.
func (s *shop) bundle(e evidence, people rehearsal.Cast, where ...string) (found []string) {
	s.Helper()
	key, err := age.GenerateX25519Identity()
	must(s.T, err)
	file := filepath.Join(s.dir, "support.age")
	call(s.T, s.foyer, "doctor", "--bundle", file, "--to", key.Recipient().String(), "--config", s.config(), "--socket", s.socket())
	data, err := os.ReadFile(file)
	must(s.T, err)
	plain, err := age.Decrypt(bytes.NewReader(data), key)
	must(s.T, err)
	unpacked, err := gzip.NewReader(plain)
	must(s.T, err)
	secret := append(personal(people), where...)
	for t := tar.NewReader(unpacked); ; {
		h, err := t.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		must(s.T, err)
		part, err := io.ReadAll(t)
		must(s.T, err)
		name := "bundle " + h.Name
		e.keep(name).Write(part)
		for _, word := range secret {
			if how := told(part, word); how != "" {
				found = append(found, fmt.Sprintf("%s: %s %s", name, word, how))
			}
		}
	}
	for name, word := range map[string]string{"bundle foyer/status.json": `"reports":`, "bundle foyer/metrics.txt": "foyer_"} {
		if !strings.Contains(e.keep(name).String(), word) {
			s.Errorf("%s has no %q: the search looks in the wrong place", name, word)
		}
	}
	return found
}

// personal is what tells one person from another: names, as they are called and
// written, and identifiers, those that are short as they stand in a document.
func personal(people rehearsal.Cast) (out []string) {
	var all any
	text, err := json.Marshal([]any{people.Customers, people.Roster})
	if err == nil {
		err = json.Unmarshal(text, &all)
	}
	if err != nil {
		return nil
	}
	var look func(key string, v any)
	look = func(key string, v any) {
		switch v := v.(type) {
		case []any:
			for _, x := range v {
				look(key, x)
			}
		case map[string]any:
			for k, x := range v {
				look(strings.ToLower(k), x)
			}
		case string:
			switch key {
			case "id", "customer", "preferred":
				out = append(out, `"`+v+`"`)
				if len(v) > 7 {
					out = append(out, v)
				}
			case "name", "form", "given", "family", "email", "phone":
				if len(v) > 3 {
					out = append(out, v)
				}
			}
		}
	}
	look("", all)
	return out
}

// told says how a word occurs in data, whoever wrote it there: as it is, in another
// case, in hexadecimal digits, in base64, escaped for an address, or in two bytes
// a letter.
func told(data []byte, word string) string {
	low := bytes.ToLower(data)
	wide := make([]byte, 0, 2*len(word))
	for _, u := range utf16.Encode([]rune(word)) {
		wide = append(wide, byte(u), byte(u>>8))
	}
	ways := map[string][]string{"as it is": {strings.ToLower(word)}, "in hexadecimal": {hex.EncodeToString([]byte(word))},
		"escaped": {strings.ToLower(url.QueryEscape(word)), strings.ToLower(url.PathEscape(word))}, "in two bytes a letter": {strings.ToLower(string(wide))}}
	for how, all := range ways {
		for _, way := range all {
			if bytes.Contains(low, []byte(way)) {
				return how
			}
		}
	}
	for phase := range 3 { // where it begins in a group of base64
		for _, c := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
			// The letters at either end depend on the neighbours.
			coded := c.EncodeToString(append(make([]byte, phase), word...))
			from, to := (phase*8+5)/6, (phase+len(word))*8/6
			if to-from > 5 && bytes.Contains(data, []byte(coded[from:to])) {
				return "in base64"
			}
		}
	}
	return ""
}

// TestTold hides a name in every way that told claims to know.
func TestTold(t *testing.T) {
	const name = "Ms. Keller-Östlund"
	ways := []string{name, strings.ToUpper(name[:10]) + strings.ToLower(name[10:]), hex.EncodeToString([]byte(name)), strings.ToUpper(hex.EncodeToString([]byte(name))),
		url.QueryEscape(name), url.PathEscape(name)}
	for pad := range 3 {
		inside := []byte("xyz"[:pad] + name + "abc"[pad:])
		ways = append(ways, base64.StdEncoding.EncodeToString(inside), base64.URLEncoding.EncodeToString(inside))
	}
	wide := ""
	for _, u := range utf16.Encode([]rune(name)) {
		wide += string([]byte{byte(u), byte(u >> 8)})
	}
	for _, way := range append(ways, wide) {
		if told([]byte("{\"x\":\""+way+"\"}"), name) == "" {
			t.Errorf("%q is not noticed", way)
		}
	}
	for _, clean := range []string{"", "Ms. Kelle", base64.StdEncoding.EncodeToString([]byte("Ms. Adler was here"))} {
		if how := told([]byte(clean), name); how != "" {
			t.Errorf("found %s in %q", how, clean)
		}
	}
}
