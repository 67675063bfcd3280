// Package look is how foyer's faces look: the sheets, the icons, the drawing
// of a plan, the head of every page. It hides which bytes a face is served
// and under which names.
//
// It never learns who looks: a page is handed to it as words that are already
// decided, and a plan never shows a point, only zones.
package look

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
)

//go:embed *.css live.js page.html
var files embed.FS

// A Page is what every page has, whatever is on it.
type Page struct {
	Lang     string // BCP 47
	Title    string // shown in the phone's list of pages: never a name
	Store    string
	Sheet    string // address of the sheet
	Script   string // address of the script, "" for none
	Also     string // of a second one
	App      string // address of the web app manifest, "" where nothing is to be installed
	Icon     string // address of the sign, "" for none
	Rest     bool   // the device may sleep
	Stream   string // address of the events that make this page new, "" for none
	Patience int    // ms without a word of the store after which the page says that it is lost
	Every    int    // seconds after which the page is fetched again, 0 for never
	After    int    // seconds after which a page without script reloads, 0 for never
	Say      string // what is new here, one sentence for screen readers
	Skip     string // how the way past the head is called, "" in English
	At       string // address that shows this page again, "" if nothing on it needs that

	Technician bool // whoever looks prepares the store, and has no other pages
}

// An Asset is one embedded file under an address that changes with it.
type Asset struct {
	Path string
	kind string
	body []byte
}

// Sheet returns the sheet of a face: what all share, and the parts named.
func Sheet(name string, parts ...string) (Asset, error) {
	var body []byte
	for _, p := range append(append([]string{"base"}, parts...), "wishes") {
		b, err := files.ReadFile(p + ".css")
		if err != nil {
			return Asset{}, fmt.Errorf("sheet %s: %w", name, err)
		}
		body = append(body, b...)
	}
	return asset(name+".css", "text/css; charset=utf-8", body), nil
}

// Script returns the script of a face: what all share, and its own part.
func Script(name string, own []byte) (Asset, error) {
	body, err := files.ReadFile("live.js")
	if err != nil {
		return Asset{}, fmt.Errorf("script %s: %w", name, err)
	}
	return asset(name+".js", "text/javascript; charset=utf-8", lean(append(body, own...))), nil
}

// Module returns a script that works alone, without what live pages share.
func Module(name string, own []byte) Asset {
	return asset(name+".js", "text/javascript; charset=utf-8", lean(own))
}

// lean leaves out indentation and the lines that are only a comment: they are
// for whoever reads the source.
func lean(script []byte) (out []byte) {
	for line := range bytes.Lines(script) {
		line = bytes.TrimLeft(line, " ")
		if !bytes.HasPrefix(line, []byte("//")) {
			out = append(out, line...)
		}
	}
	return out
}

func asset(name, kind string, body []byte) Asset {
	sum := sha256.Sum256(body)
	return Asset{Path: "/assets/" + hex.EncodeToString(sum[:6]) + "/" + name, kind: kind, body: body}
}

// Size returns the bytes of the asset.
func (a Asset) Size() int { return len(a.body) }

// ServeHTTP serves the asset for a year: its address changes when it does.
func (a Asset) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	h := w.Header()
	h.Set("Content-Type", a.kind)
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	_, _ = w.Write(a.body) // the reader went away: nobody is left to tell
}

// Templates parses a face's templates together with the parts all share.
func Templates(own fs.FS, patterns ...string) (*template.Template, error) {
	return TemplatesIn(own, nil, patterns...)
}

// TemplatesIn is Templates with functions of the face's own.
func TemplatesIn(own fs.FS, more template.FuncMap, patterns ...string) (*template.Template, error) {
	t, err := template.New("").Funcs(more).Funcs(template.FuncMap{"icon": icon, "inc": func(i int) int { return i + 1 }}).ParseFS(files, "page.html")
	if err != nil {
		return nil, fmt.Errorf("shared templates: %w", err)
	}
	if t, err = t.ParseFS(own, patterns...); err != nil {
		return nil, fmt.Errorf("templates: %w", err)
	}
	return t, nil
}

// Show writes a page whole, or an error and nothing of the page; what was wrong
// with it is returned.
func Show(w http.ResponseWriter, status int, pages *template.Template, name string, view any) error {
	var b bytes.Buffer
	if err := pages.ExecuteTemplate(&b, name, view); err != nil {
		http.Error(w, "This page could not be made.", http.StatusInternalServerError)
		return err
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes()) // the reader went away: nobody is left to tell
	return nil
}
