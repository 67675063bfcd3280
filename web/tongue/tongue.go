// Package tongue is the languages of the customers' pages: English, German,
// French and Spanish. It hides how one of them is chosen, and how each says a
// thing, a date or a number.
//
// A thing is named by its English words, so that the pages can be read where
// they are written; words/ holds a file for each other language and each part
// of the pages, with the same names in all of them. What is in them is written
// by us and trusted as the templates are.
package tongue

import (
	"embed"
	"encoding/json"
	"fmt"
	"html/template"
	"io/fs"
	"maps"
	"path"
	"strings"

	"golang.org/x/text/language"
	"golang.org/x/text/message"
)

//go:embed words
var files embed.FS

// English is the language of the names.
const English = "en"

// A Tongue is one language. It may be used by many goroutines.
type Tongue struct {
	Code, Name string // BCP 47, and how it calls itself
	words      map[string]string
	calendar   calendar
	printer    *message.Printer
}

// T says a thing, with what belongs in its places: %s or %[1]s, %d for numbers,
// which are written as the language does. A thing it has no words for is said in
// English.
func (l *Tongue) T(name string, args ...any) string {
	text, ok := l.words[name]
	if !ok {
		text = name
	}
	if len(args) == 0 {
		return text
	}
	return l.printer.Sprintf(text, args...)
}

// HTML is T for words with elements in them. What belongs in their places is
// made harmless.
func (l *Tongue) HTML(name string, args ...any) template.HTML {
	for i, a := range args {
		if s, ok := a.(string); ok {
			args[i] = template.HTMLEscapeString(s)
		}
	}
	return template.HTML(l.T(name, args...))
}

// Number writes a count.
func (l *Tongue) Number(n int) string { return l.printer.Sprintf("%d", n) }

// Has reports whether it has words of its own for a thing.
func (l *Tongue) Has(name string) bool { _, ok := l.words[name]; return ok || l.Code == English }

// Words returns its words by their English names; English has none.
func (l *Tongue) Words() map[string]string { return maps.Clone(l.words) }

// And joins names as people do.
func (l *Tongue) And(names []string) string {
	n := len(names)
	switch n {
	case 0:
		return ""
	case 1:
		return names[0]
	}
	last, join := strings.ToLower(names[n-1]), "%s and %s"
	if strings.HasPrefix(last, "i") || strings.HasPrefix(last, "hi") || strings.HasPrefix(last, "í") {
		join = "%s and %s (before an i)" // Spanish: Ana e Inés
	}
	if l.Code == English {
		join = "%s and %s"
	}
	return l.T(join, strings.Join(names[:n-1], ", "), names[n-1])
}

// load reads one language.
func load(code, name string) (*Tongue, error) {
	l := &Tongue{Code: code, Name: name, words: map[string]string{}, calendar: calendars()[code], printer: message.NewPrinter(language.Make(code))}
	if code == English {
		return l, nil
	}
	all, err := fs.Glob(files, path.Join("words", code, "*.json"))
	if err != nil {
		return nil, err
	}
	for _, file := range all {
		data, err := files.ReadFile(file)
		if err != nil {
			return nil, err
		}
		if err := json.Unmarshal(data, &l.words); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
	}
	return l, nil
}
